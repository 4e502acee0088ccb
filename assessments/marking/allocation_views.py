"""The provider administrator's page: which assessor has which practitioner of a cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, current_app, flash, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from assessments.marking import allocating, allocation_queries, allocation_sheet
from assessments.marking.allocation_forms import AllocationForm, SheetForm, allocation_form
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.taught_course import has_unit
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.spreadsheets import Fault, csv_bytes
from lms.core.text import plural
from lms.core.web import render, see_other

blueprint = Blueprint("allocation", __name__, url_prefix="/cohorts")
PREFIX = "person_"
UNCHANGED = 422


@blueprint.get("/<ref:cohort_ref>/assessors")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def show(cohort: Cohort) -> ResponseReturnValue:
    """Everybody of the cohort who works towards the unit, with their assessor."""
    return _page(cohort, _form(cohort)())


@blueprint.post("/<ref:cohort_ref>/assessors")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def save(cohort: Cohort) -> ResponseReturnValue:
    """Give practitioners to assessors, where somebody else was chosen."""
    form = _form(cohort)(request.form)
    if not form.validate():
        return _page(cohort, form), UNCHANGED
    try:
        changed = allocating.allocate_cohort(cohort, form.changed(PREFIX), by=current_actor())
    except DomainError as error:
        form.add_error(error.message)
        return _page(cohort, form), error.status
    flash(f"{plural(changed, 'portfolio')} given to an assessor." if changed else "Nothing was changed.")
    return see_other("allocation.show", cohort_ref=cohort.ref)


@blueprint.post("/<ref:cohort_ref>/assessors/share")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def share(cohort: Cohort) -> ResponseReturnValue:
    """Share those who have no assessor evenly by workload."""
    shared = allocating.share_evenly(cohort, by=current_actor())
    words = (
        f"{plural(shared.given, 'portfolio')} shared out, evenly by workload."
        if shared.given
        else "Nobody new was given an assessor."
        if shared.left
        else "Everybody has an assessor."
    )
    if shared.left:
        words += f" Nobody may have, or has room for: {', '.join(shared.left)}."
    flash(words, "warning" if shared.left else "success")
    return see_other("allocation.show", cohort_ref=cohort.ref)


@blueprint.get("/<ref:cohort_ref>/assessors.csv")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def sheet(cohort: Cohort) -> ResponseReturnValue:
    """The list as a spreadsheet, to fill in and send back."""
    who = {row.ref: row.email for row in allocation_queries.assessors(cohort.provider_id)}
    rows = [
        (row.name, row.email, who.get(row.assessor_ref or "", ""))
        for row in allocation_queries.people(cohort)
    ]
    titles = [column.title for column in allocation_sheet.LAYOUT.columns]
    response = current_app.make_response(csv_bytes(titles, rows))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="assessors.csv"'
    return response


@blueprint.post("/<ref:cohort_ref>/assessors/sheet")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def read_sheet(cohort: Cohort) -> ResponseReturnValue:
    """Read a spreadsheet and show what it would change, or everything that is wrong with it. Nothing is saved yet."""
    sent = SheetForm(CombinedMultiDict((request.files, request.form)))
    if not sent.validate():
        return _page(cohort, _form(cohort)(formdata=None), sheet=sent), UNCHANGED
    file = sent.file.data
    read = allocation_sheet.read(
        file.read(),
        filename=file.filename or "",
        people=allocation_queries.people(cohort),
        assessors=allocation_queries.assessors(cohort.provider_id),
    )
    if read.faults:
        return _page(cohort, _form(cohort)(formdata=None), sheet=sent, faults=read.faults), UNCHANGED
    form = _form(cohort, read.chosen)(formdata=None)
    return _page(cohort, form, from_file=True)


def _form(cohort: Cohort, chosen: Mapping[str, str] | None = None) -> type[AllocationForm]:
    people = allocation_queries.people(cohort)
    assessors = allocation_queries.assessors(cohort.provider_id)
    return allocation_form(people, assessors, chosen or {}, prefix=PREFIX)


def _page(
    cohort: Cohort,
    form: AllocationForm,
    *,
    sheet: SheetForm | None = None,
    faults: Sequence[Fault] = (),
    from_file: bool = False,
) -> str:
    return render(
        "assessments/marking/allocation.html",
        cohort=cohort,
        has_unit=has_unit(cohort),
        form=form,
        people=allocation_queries.people(cohort),
        assessors=allocation_queries.assessors(cohort.provider_id),
        prefix=PREFIX,
        sheet=sheet or SheetForm(formdata=None),
        faults=faults,
        from_file=from_file,
    )
