"""The assessor's plans and the record made on a phone at the workplace; the practitioner's answer to what is planned."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from assessments.marking.assessor_queries import allocated_portfolio
from assessments.planning import queries, service
from assessments.planning.forms import ExpertForm, PlanForm, RecordForm, WordsForm
from assessments.planning.models import PlannedAssessment
from assessments.portfolio import evidence_drafts, witness_queries
from assessments.portfolio import queries as portfolios
from assessments.portfolio.forms import make_form
from assessments.portfolio.models import Portfolio
from assessments.portfolio.unit_schema import EvidenceKind
from courses.progress import drafts
from courses.progress.queries import writing
from lms.core import clock, upload_views
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.files import Purpose
from lms.core.forms import text_of
from lms.core.permissions import Permission
from lms.core.text import clock_time
from lms.core.web import render, see_other

blueprint = Blueprint("planning", __name__)

ASSESS = Permission.MARKING_SUBMISSION_DECIDE
OWN = Permission.PORTFOLIO_EVIDENCE_WRITE_OWN


@blueprint.get("/planning/")
@requires(ASSESS)
def index(reach: Reach) -> ResponseReturnValue:
    """What the assessor has planned, by day."""
    return render(
        "assessments/planning/index.html", rows=queries.own_plans(within=reach), today=clock.today()
    )


@blueprint.get("/planning/portfolios/<ref:portfolio_ref>")
@requires(ASSESS, portfolio=allocated_portfolio)
def learner(portfolio: Portfolio) -> ResponseReturnValue:
    """Everything planned with one learner, and what has come of it."""
    return _learner_page(portfolio, WordsForm())


@blueprint.get("/planning/portfolios/<ref:portfolio_ref>/new")
@requires(ASSESS, portfolio=allocated_portfolio)
def new(portfolio: Portfolio) -> ResponseReturnValue:
    """A page to plan something on."""
    return _plan_page(portfolio, PlanForm(unit=portfolios.unit_of(portfolio)))


@blueprint.post("/planning/portfolios/<ref:portfolio_ref>/new")
@requires(ASSESS, portfolio=allocated_portfolio)
def propose(portfolio: Portfolio) -> ResponseReturnValue:
    """Put something forward to the learner."""
    form = PlanForm(request.form, unit=portfolios.unit_of(portfolio))
    if not form.validate():
        return _plan_page(portfolio, form), 422
    try:
        service.propose(portfolio, form.terms(), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _plan_page(portfolio, form), error.status
    flash(f"{portfolio.learner.name} is asked to agree.")
    return see_other("planning.learner", portfolio_ref=portfolio.ref)


@blueprint.get("/planning/portfolios/<ref:portfolio_ref>/expert")
@requires(ASSESS, portfolio=allocated_portfolio)
def expert(portfolio: Portfolio) -> ResponseReturnValue:
    """A page to approve an expert witness on."""
    return _expert_page(portfolio, ExpertForm())


@blueprint.post("/planning/portfolios/<ref:portfolio_ref>/expert")
@requires(ASSESS, portfolio=allocated_portfolio)
def approve_expert(portfolio: Portfolio) -> ResponseReturnValue:
    """Approve an expert witness."""
    form = ExpertForm(request.form)
    if not form.validate():
        return _expert_page(portfolio, form), 422
    try:
        approved = service.approve_expert(portfolio, form.expert(), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field or "basis")
        return _expert_page(portfolio, form), error.status
    flash(f"{approved.name} is approved. {portfolio.learner.name} sees it, and can ask them.")
    return see_other("planning.learner", portfolio_ref=portfolio.ref)


@blueprint.get("/planning/<ref:planned_ref>")
@requires(ASSESS, planned=queries.allocated_plan)
def show(planned: PlannedAssessment) -> ResponseReturnValue:
    """A page to put another day, place or way forward."""
    form = PlanForm(
        unit=portfolios.unit_of(planned.portfolio),
        data={
            "method": planned.method.value,
            "criteria": queries.row_of(planned).criteria,
            "on_day": planned.on_day,
            "place": planned.place,
            "who": planned.who,
            "note": planned.note,
        },
    )
    return _plan_page(planned.portfolio, form, planned)


@blueprint.post("/planning/<ref:planned_ref>")
@requires(ASSESS, planned=queries.allocated_plan)
def propose_anew(planned: PlannedAssessment) -> ResponseReturnValue:
    """Put another day, place or way forward."""
    form = PlanForm(request.form, unit=portfolios.unit_of(planned.portfolio))
    if not form.validate():
        return _plan_page(planned.portfolio, form, planned), 422
    try:
        service.propose_anew(planned, form.terms(), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _plan_page(planned.portfolio, form, planned), error.status
    flash(f"{planned.portfolio.learner.name} is asked to agree.")
    return see_other("planning.learner", portfolio_ref=planned.portfolio.ref)


@blueprint.post("/planning/<ref:planned_ref>/call-off")
@requires(ASSESS, planned=queries.allocated_plan)
def call_off(planned: PlannedAssessment) -> ResponseReturnValue:
    """Call something off, with the reason."""
    form = WordsForm(request.form)
    if not form.validate():
        return _learner_page(planned.portfolio, form, planned), 422
    try:
        service.call_off(planned, text_of(form.words), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _learner_page(planned.portfolio, form, planned), error.status
    flash("It is called off. Your learner is told why.")
    return see_other("planning.learner", portfolio_ref=planned.portfolio.ref)


@blueprint.get("/planning/portfolios/<ref:portfolio_ref>/record")
@requires(ASSESS, portfolio=allocated_portfolio)
def record(portfolio: Portfolio, reach: Reach) -> ResponseReturnValue:
    """A page to write down what is seen or said, at the workplace; kept as it is typed."""
    planned = _planned(portfolio, reach)
    first: dict[str, Any] = {"happened_on": clock.today(), "kind": EvidenceKind.OBSERVATION.value}
    if planned is not None:
        first |= {
            "kind": planned.method.value,
            "criteria": queries.row_of(planned).criteria,
            "place": planned.place,
            "seen_by": planned.who,
        }
    written = writing(_draft_key(portfolio, planned), person_id=current_actor().id)
    values = {**first, **evidence_drafts.typed(written.values)}
    return _record_page(portfolio, make_form(RecordForm, portfolios.unit_of(portfolio), data=values), planned)


@blueprint.post("/planning/portfolios/<ref:portfolio_ref>/record/draft")
@requires(ASSESS, portfolio=allocated_portfolio)
def keep_draft(portfolio: Portfolio, reach: Reach) -> ResponseReturnValue:
    """Keep a record as it is typed."""
    return evidence_drafts.keep(_draft_key(portfolio, _planned(portfolio, reach)))


@blueprint.post("/planning/portfolios/<ref:portfolio_ref>/record")
@requires(ASSESS, portfolio=allocated_portfolio)
def keep(portfolio: Portfolio, reach: Reach) -> ResponseReturnValue:
    """Put what was seen or said into the learner's portfolio."""
    planned = _planned(portfolio, reach)
    form = make_form(
        RecordForm, portfolios.unit_of(portfolio), CombinedMultiDict([request.files, request.form])
    )
    if not form.validate():
        return _record_page(portfolio, form, planned), 422
    try:
        service.record(
            portfolio,
            form.fields(),
            text=form.text.data or "",
            uploads=upload_views.sent_files(purpose=Purpose.EVIDENCE, by=current_actor()),
            planned=planned,
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _record_page(portfolio, form, planned), error.status
    drafts.empty(_draft_key(portfolio, planned), by=current_actor())
    flash(f"It is in the portfolio of {portfolio.learner.name}, who is told.")
    return see_other("planning.learner", portfolio_ref=portfolio.ref)


@blueprint.get("/portfolio/plan")
@requires(OWN, portfolio=portfolios.own_portfolio)
def own(portfolio: Portfolio) -> ResponseReturnValue:
    """What one's assessor has planned, to agree to or to ask for another way."""
    return _own_page(portfolio, WordsForm())


@blueprint.post("/portfolio/plan/<ref:planned_ref>/agree")
@requires(OWN, planned=queries.own_plan)
def agree(planned: PlannedAssessment) -> ResponseReturnValue:
    """Agree to what is planned."""
    service.agree(planned, by=current_actor())
    flash("Agreed. Your assessor is told.")
    return see_other("planning.own")


@blueprint.post("/portfolio/plan/<ref:planned_ref>/ask")
@requires(OWN, planned=queries.own_plan)
def ask(planned: PlannedAssessment) -> ResponseReturnValue:
    """Ask for another day, place or way."""
    form = WordsForm(request.form)
    if not form.validate():
        return _own_page(planned.portfolio, form, planned), 422
    try:
        service.ask(planned, text_of(form.words), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _own_page(planned.portfolio, form, planned), error.status
    flash("Your assessor is asked for another way.")
    return see_other("planning.own")


def _own_page(portfolio: Portfolio, form: WordsForm, about: PlannedAssessment | None = None) -> str:
    return render(
        "assessments/planning/own.html",
        rows=queries.plans_of(portfolio.id),
        form=form,
        about=about,
        experts=witness_queries.experts_of(portfolio.id),
    )


def _learner_page(portfolio: Portfolio, form: WordsForm, about: PlannedAssessment | None = None) -> str:
    return render(
        "assessments/planning/learner.html",
        portfolio=portfolio,
        rows=queries.plans_of(portfolio.id),
        form=form,
        about=about,
        can_record=service.RECORDED,
        experts=witness_queries.experts_of(portfolio.id),
    )


def _draft_key(portfolio: Portfolio, planned: PlannedAssessment | None) -> str:
    """Where a record lies while it is written: one a plan. It begins as all drafts of a portfolio do, which a quarantine empties."""
    key = f"{portfolio.__tablename__}:{portfolio.ref}:record"
    return f"{key}:{planned.ref}" if planned else key


def _planned(portfolio: Portfolio, reach: Reach) -> PlannedAssessment | None:
    """The plan that the page was opened for, which may be over by now.

    Raises:
        NotFound: it is with another learner, or another assessor's.
    """
    ref = request.args.get("planned", "")
    if not ref:
        return None
    planned = queries.allocated_plan(ref, within=reach)
    if planned.portfolio_id != portfolio.id:
        raise NotFound
    return planned


def _expert_page(portfolio: Portfolio, form: ExpertForm) -> str:
    return render("assessments/planning/expert.html", portfolio=portfolio, form=form)


def _plan_page(portfolio: Portfolio, form: PlanForm, planned: PlannedAssessment | None = None) -> str:
    return render(
        "assessments/planning/plan_form.html",
        portfolio=portfolio,
        form=form,
        planned=planned,
        unit=portfolios.unit_of(portfolio),
        methods=[(kind.value, kind.words, kind.meaning_to_assessor) for kind in service.METHODS],
    )


def _record_page(
    portfolio: Portfolio,
    form: RecordForm,
    planned: PlannedAssessment | None,
) -> str:
    written = writing(_draft_key(portfolio, planned), person_id=current_actor().id)
    return render(
        "assessments/planning/record.html",
        portfolio=portfolio,
        form=form,
        planned=planned,
        unit=portfolios.unit_of(portfolio),
        kinds=[(kind.value, kind.words, kind.meaning_to_assessor) for kind in service.RECORDED],
        draft={
            "action": url_for(
                "planning.keep_draft",
                portfolio_ref=portfolio.ref,
                planned=planned.ref if planned else None,
            ),
            "version": written.version,
            "saved_text": f"Saved at {clock_time(written.saved_at)}" if written.saved_at else "",
        },
    )
