"""The roof: puts the application together, as one list for each kind of thing and one loop a list."""

from __future__ import annotations

from dataclasses import fields

from flask import Blueprint, Flask, g
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from assessments.adjustments import models as adjustments_models
from assessments.cases import learner_views as own_cases
from assessments.cases import models as cases_models
from assessments.cases import views as cases
from assessments.cases.queries import disputed_portfolios
from assessments.deadlines import models as deadlines_models
from assessments.deadlines import views as deadlines
from assessments.dossier import models as dossier_models
from assessments.dossier import pack_views as packs
from assessments.dossier import quarantined as quarantined_packs
from assessments.dossier import views as dossier
from assessments.evaluation import models as evaluation_models
from assessments.evaluation import staying_views as staying
from assessments.evaluation import views as evaluation
from assessments.holds import models as holds_models
from assessments.marking import allocation_models, interest_views, note_models
from assessments.marking import allocation_views as allocation
from assessments.marking import comment_views as marking_comments
from assessments.marking import countersign_views as countersign
from assessments.marking import history_views as criterion_history
from assessments.marking import impartiality as marking_impartiality
from assessments.marking import learner_views as portfolio
from assessments.marking import models as marking_models
from assessments.marking import note_views as notes
from assessments.marking import returning_views as returning
from assessments.marking import reversal_views as reversal
from assessments.marking import standing_views as standings
from assessments.marking import submission_views as submissions
from assessments.marking import views as marking
from assessments.planning import models as planning_models
from assessments.planning import views as planning
from assessments.portfolio import (
    checking_models,
    move_models,
    quarantine_followers,
    quarantine_models,
    witness_models,
)
from assessments.portfolio import checking_views as names
from assessments.portfolio import models as portfolio_models
from assessments.portfolio import quarantine_views as quarantine
from assessments.portfolio import testimony_views as testimony
from assessments.portfolio import unit_views as units
from assessments.portfolio import views as evidence
from assessments.portfolio import witness_views as witnesses
from assessments.questionnaires import import_views as questionnaire_files
from assessments.questionnaires import link_views as questionnaires_by_link
from assessments.questionnaires import models as questionnaires_models
from assessments.questionnaires import views as own_questionnaires
from assessments.questionnaires.asking import cohort_views as questionnaires
from assessments.questionnaires.asking import laying_out as questionnaires_by_calendar
from assessments.questionnaires.asking import wave_views as questionnaire_waves
from assessments.questionnaires.paper import card_views as questionnaire_cards
from assessments.questionnaires.paper import models as questionnaire_paper_models
from assessments.questionnaires.paper import views as questionnaires_on_paper
from assessments.reporting import views as reporting
from assessments.standardisation import assessor_views as standardisation_scripts
from assessments.standardisation import meeting_views as standardisation_meetings
from assessments.standardisation import models as standardisation_models
from assessments.standardisation import quarantined as quarantined_scripts
from assessments.standardisation import record_views as standardisation_record
from assessments.standardisation import views as standardisation
from assessments.themes import codebook_views as theme_codebooks
from assessments.themes import coding_views as theme_coding
from assessments.themes import models as themes_models
from assessments.themes import results_views as theme_results
from assessments.themes import views as themes
from assessments.verification import action_views as verification_actions
from assessments.verification import (
    development_models,
    development_views,
    direct_claims_models,
    direct_claims_views,
    disputes,
    visit_models,
)
from assessments.verification import grid_views as verification_grid
from assessments.verification import models as verification_models
from assessments.verification import rating_models as verification_rating_models
from assessments.verification import rating_views as verification_ratings
from assessments.verification import returning_views as sample_returning
from assessments.verification import sample_views as verification_samples
from assessments.verification import separation as verification_separation
from assessments.verification import undoing_views as undoing
from assessments.verification import views as verification
from assessments.verification import visit_giving_views as visits_given
from assessments.verification import visit_views as visits
from certificates import claim_models as certificate_claims_models
from certificates import claim_views as claims
from certificates import models as certificates_models
from certificates import verify
from certificates import views as certificates
from config import Settings
from courses.attendance import adjustment_views as cohort_adjustments
from courses.attendance import claim_views as check_in_claims
from courses.attendance import models as attendance_models
from courses.attendance import register_views as registers
from courses.attendance import session_views as cohort_sessions
from courses.attendance import views as attendance
from courses.cohorts import feed_views as cohort_feeds
from courses.cohorts import followers as cohort_followers
from courses.cohorts import models as cohorts_models
from courses.cohorts import new_views as new_cohorts
from courses.cohorts import version_views as versions
from courses.cohorts.taught_course import is_assessed
from courses.content import models as content_models
from courses.places import capacity_views as cohort_places
from courses.places import import_views as cohort_imports
from courses.places import invitation_views as cohort_invitations
from courses.places import learner_number_views as learner_numbers
from courses.places import leaving_views as cohort_leaving
from courses.places import models as places_models
from courses.places import particulars_views as particulars
from courses.places import request_views as cohort_requests
from courses.places import transfer_views as cohort_transfers
from courses.progress import models as progress_models
from courses.progress import views as progress
from courses.progress.supplements import COHORT_EXTENSION, EXTENSION
from lms.core import (
    access,
    audit,
    database,
    fragments,
    icons,
    kept,
    logs,
    static_files,
    text,
    upload_views,
    uploads,
    web,
)
from lms.core.extensions import bootstrap, csrf, db, limiter, login, migrate
from lms.people import views as people
from lms.site import (
    admin,
    cohort_supplements,
    commands,
    demo_accounts,
    employer,
    errors,
    home,
    navigation,
    pages,
    session,
    supplements,
)

PACKAGES = ("lms.core", "lms.people", "lms.site", "courses", "assessments", "certificates")

MODELS = (
    uploads,
    content_models,
    cohorts_models,
    attendance_models,
    places_models,
    progress_models,
    questionnaires_models,
    questionnaire_paper_models,
    witness_models,
    portfolio_models,
    move_models,
    checking_models,
    holds_models,
    deadlines_models,
    adjustments_models,
    quarantine_models,
    marking_models,
    note_models,
    allocation_models,
    marking_impartiality,
    planning_models,
    verification_models,
    visit_models,
    development_models,
    direct_claims_models,
    dossier_models,
    verification_rating_models,
    standardisation_models,
    verification_separation,
    cases_models,
    evaluation_models,
    themes_models,
    certificates_models,
    certificate_claims_models,
)
"""Every room's tables; naming them here puts them in the metadata that migrations compare."""

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    people.blueprint,
    admin.blueprint,
    progress.blueprint,
    employer.blueprint,
    pages.blueprint,
    cohort_imports.blueprint,
    new_cohorts.blueprint,
    cohort_sessions.blueprint,
    cohort_places.blueprint,
    cohort_leaving.blueprint,
    cohort_transfers.blueprint,
    cohort_adjustments.blueprint,
    cohort_invitations.blueprint,
    learner_numbers.blueprint,
    particulars.blueprint,
    cohort_requests.blueprint,
    cohort_feeds.blueprint,
    registers.blueprint,
    attendance.blueprint,
    versions.blueprint,
    check_in_claims.blueprint,
    own_questionnaires.blueprint,
    questionnaires.blueprint,
    questionnaire_waves.blueprint,
    questionnaire_cards.blueprint,
    questionnaire_files.blueprint,
    questionnaires_by_link.blueprint,
    questionnaires_on_paper.blueprint,
    portfolio.blueprint,
    units.blueprint,
    evidence.blueprint,
    dossier.blueprint,
    names.blueprint,
    quarantine.blueprint,
    returning.blueprint,
    sample_returning.blueprint,
    undoing.blueprint,
    submissions.blueprint,
    witnesses.blueprint,
    testimony.blueprint,
    marking.blueprint,
    planning.blueprint,
    notes.blueprint,
    countersign.blueprint,
    marking_comments.blueprint,
    reversal.blueprint,
    criterion_history.blueprint,
    standings.blueprint,
    allocation.blueprint,
    deadlines.blueprint,
    own_cases.blueprint,
    cases.blueprint,
    interest_views.blueprint,
    verification.blueprint,
    verification_ratings.blueprint,
    verification_samples.blueprint,
    verification_actions.blueprint,
    verification_grid.blueprint,
    standardisation.blueprint,
    standardisation_scripts.blueprint,
    standardisation_meetings.blueprint,
    standardisation_record.blueprint,
    visits.blueprint,
    visits_given.blueprint,
    packs.blueprint,
    development_views.blueprint,
    direct_claims_views.blueprint,
    certificates.blueprint,
    claims.blueprint,
    verify.blueprint,
    evaluation.blueprint,
    themes.blueprint,
    theme_codebooks.blueprint,
    theme_coding.blueprint,
    theme_results.blueprint,
    theme_results.words_blueprint,
    staying.blueprint,
    reporting.blueprint,
    upload_views.blueprint,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application.

    Raises:
        SettingsError: a setting is missing or cannot be read.
        RuntimeError: a view has no access decision.
    """
    settings = settings or Settings.from_environment()
    app = web.Application("lms.site", static_folder="../core/static", static_url_path="/static")
    _configure(app, settings)
    logs.configure()
    database.listen()
    audit.listen()
    web.register_edge(app)
    for extension in (db, csrf, limiter, login, bootstrap):
        extension.init_app(app)
    migrate.init_app(app, db, compare_type=True)
    with app.app_context():
        database.keep_limited_statements_prepared(db.engine)
    session.register(app)
    app.extensions[EXTENSION] = supplements.supplements
    app.extensions[COHORT_EXTENSION] = cohort_supplements.cohort_supplements
    app.extensions[quarantine_followers.EXTENSION] = (quarantined_packs.follow, quarantined_scripts.follow)
    app.extensions[disputes.EXTENSION] = (disputed_portfolios,)
    app.extensions[cohort_followers.EXTENSION] = (questionnaires_by_calendar.follow_soon,)
    text.register_filters(app)
    icons.register_icons(app)
    fragments.register_fragments(app)
    static_files.register_static_files(app)
    for blueprint in dict.fromkeys(BLUEPRINTS):
        app.register_blueprint(blueprint)
    errors.register(app)
    for group in commands.GROUPS:
        app.cli.add_command(group)
    kept.register_memory(app)
    navigation.register_navigation(app)
    app.add_template_global(access.can)
    app.add_template_global(is_assessed)
    app.add_template_global(upload_views.arrived_uploads)
    app.add_template_global(upload_views.files_taken)
    access.refuse_unstamped_views(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update({setting.name: getattr(settings, setting.name) for setting in fields(settings)})
    secure = settings.PUBLIC_URL.startswith("https://")
    app.config.update(
        IS_DEMO=settings.is_demo,
        DEMO_ACCOUNTS=demo_accounts.listed,
        TESTING=settings.ENVIRONMENT == "test",
        SQLALCHEMY_DATABASE_URI=settings.DATABASE_URL,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.DATABASE_URL),
        SESSION_COOKIE_NAME="__Host-going-forward" if secure else "going-forward",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # a style sheet that arrives late must not put back the cookie from before a form was sent
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=settings.SESSION_LONGEST,
        MAX_CONTENT_LENGTH=settings.LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=settings.LIMITS,
        RATELIMIT_STORAGE_URI=settings.LIMITS_STORE,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader([PackageLoader(package) for package in PACKAGES])
    if settings.PROXIES:
        proxies = settings.PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.teardown_request(lambda _: g.pop("csp_nonce", None))
