"""Adding people from a spreadsheet: send the file, look at what would happen, confirm."""

from __future__ import annotations

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from courses.cohorts import queries, taught_course
from courses.cohorts.blueprint import STALE, UNCHANGED
from courses.cohorts.blueprint import blueprint as blueprint  # noqa: PLC0414 (the rooms share it; importing this module adds these routes to it)
from courses.cohorts.models import Cohort
from courses.places import forms, imports
from courses.places import queries as place_queries
from courses.places.models import LearnerImport
from courses.places.people_file import LAYOUT
from lms.core.access import current_actor, requires
from lms.core.errors import Conflict, DomainError
from lms.core.permissions import Permission
from lms.core.spreadsheets import csv_bytes
from lms.core.text import plural
from lms.core.web import render, see_other

FAULTS_SHOWN = 50
PEOPLE_SHOWN = 200


@blueprint.get("/cohorts/learners-template.csv")
@requires(Permission.COHORTS_LEARNERS_IMPORT)
def template() -> ResponseReturnValue:
    """An empty spreadsheet with the column names we read."""
    response = current_app.make_response(csv_bytes([column.title for column in LAYOUT.columns], []))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="learners.csv"'
    return response


@blueprint.get("/cohorts/<ref:cohort_ref>/import")
@requires(Permission.COHORTS_LEARNERS_IMPORT, cohort=queries.get_cohort)
def import_learners(cohort: Cohort) -> ResponseReturnValue:
    """Choose a file."""
    return _upload_page(cohort, forms.UploadForm())


def _upload_page(cohort: Cohort, form: forms.UploadForm, faults: imports.FaultyFile | None = None) -> str:
    found = faults.faults if faults else ()
    return render(
        "courses/places/import.html",
        cohort=cohort,
        form=form,
        faults=found[:FAULTS_SHOWN],
        more=len(found) - FAULTS_SHOWN,
        count=len(found),
        columns=LAYOUT.columns,
    )


@blueprint.post("/cohorts/<ref:cohort_ref>/import")
@requires(Permission.COHORTS_LEARNERS_IMPORT, cohort=queries.get_cohort)
def check_learners(cohort: Cohort) -> ResponseReturnValue:
    """Check the file. Nobody is added yet."""
    form = forms.UploadForm(CombinedMultiDict((request.files, request.form)))
    if not form.validate():
        return _upload_page(cohort, form), UNCHANGED
    sent = form.file.data
    try:
        kept = imports.offer_import(cohort, sent.read(), filename=sent.filename or "", by=current_actor())
    except imports.FaultyFile as faulty:
        return _upload_page(cohort, form, faulty), UNCHANGED
    except DomainError as refusal:
        form.add_error(refusal.message, field=refusal.field)
        return _upload_page(cohort, form), int(refusal.status)
    return see_other("cohorts.preview", learner_import_ref=kept.ref)


@blueprint.get("/imports/<ref:learner_import_ref>")
@requires(Permission.COHORTS_LEARNERS_IMPORT, learner_import=place_queries.get_learner_import)
def preview(learner_import: LearnerImport) -> ResponseReturnValue:
    """What confirming would do, worked out now."""
    return _preview_page(learner_import)


def _preview_page(kept: LearnerImport, stale: str = "") -> str:
    plan, faults = imports.plan(kept.cohort, imports.learners_of(kept))
    return render(
        "courses/places/preview.html",
        kept=kept,
        cohort=kept.cohort,
        has_unit=taught_course.has_unit(kept.cohort),
        plan=plan,
        faults=faults[:FAULTS_SHOWN],
        shown=plan.added[:PEOPLE_SHOWN],
        more=len(plan.added) - PEOPLE_SHOWN,
        waits=plan.waits[:PEOPLE_SHOWN],
        more_wait=len(plan.waits) - PEOPLE_SHOWN,
        stale=stale,
        form=forms.ConfirmForm(formdata=None, expected=plan.fingerprint),
    )


@blueprint.post("/imports/<ref:learner_import_ref>")
@requires(Permission.COHORTS_LEARNERS_IMPORT, learner_import=place_queries.get_learner_import)
def confirm(learner_import: LearnerImport) -> ResponseReturnValue:
    """Add everybody, or nobody."""
    form = forms.ConfirmForm(request.form)
    if not form.validate():
        return _preview_page(learner_import), UNCHANGED
    try:
        added = imports.confirm_import(
            learner_import,
            expected=form.expected.data or "",
            lasts=current_app.config["INVITATION_LASTS"],
            by=current_actor(),
        )
    except Conflict as conflict:
        return _preview_page(learner_import, stale=conflict.message), STALE
    waits = place_queries.count_waiting_of(learner_import.id)
    more = f" {plural(waits, 'person waits', 'people wait')} for a place." if waits else ""
    flash(
        f"{plural(added, 'person', 'people')} added to {learner_import.cohort.name}.{more} We write to each of them now.",
        "success",
    )
    return see_other("cohorts.show", cohort_ref=learner_import.cohort.ref)
