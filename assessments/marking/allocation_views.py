"""The provider administrator's page: which assessor has which practitioner of a cohort."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.marking import allocating, allocation_queries
from assessments.marking.forms import AllocationForm, allocation_form
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.taught_course import has_unit
from lms.core.access import current_actor, requires
from lms.core.errors import DomainError
from lms.core.permissions import Permission
from lms.core.text import plural
from lms.core.web import render, see_other

blueprint = Blueprint("allocation", __name__, url_prefix="/cohorts")
PREFIX = "person_"


@blueprint.get("/<ref:cohort_ref>/assessors")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def show(cohort: Cohort) -> ResponseReturnValue:
    """Everybody of the cohort who works towards the unit, with their assessor."""
    return _page(cohort, _form(cohort)())


@blueprint.post("/<ref:cohort_ref>/assessors")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def save(cohort: Cohort) -> ResponseReturnValue:
    """Give practitioners to assessors."""
    form = _form(cohort)(request.form)
    if not form.validate():
        return _page(cohort, form), 422
    chosen = {
        name.removeprefix(PREFIX): value
        for name, value in form.data.items()
        if name.startswith(PREFIX) and value
    }
    try:
        changed = allocating.allocate_cohort(cohort, chosen, by=current_actor())
    except DomainError as error:
        form.add_error(error.message)
        return _page(cohort, form), error.status
    flash(f"{plural(changed, 'portfolio')} given to an assessor." if changed else "Nothing was changed.")
    return see_other("allocation.show", cohort_ref=cohort.ref)


@blueprint.post("/<ref:cohort_ref>/assessors/share")
@requires(Permission.MARKING_ASSESSOR_ALLOCATE, cohort=get_cohort)
def share(cohort: Cohort) -> ResponseReturnValue:
    """Share those who have no assessor evenly by workload."""
    changed = allocating.share_evenly(cohort, by=current_actor())
    flash(
        f"{plural(changed, 'portfolio')} shared out, evenly by workload."
        if changed
        else "Everybody has an assessor."
    )
    return see_other("allocation.show", cohort_ref=cohort.ref)


def _form(cohort: Cohort) -> type[AllocationForm]:
    people = allocation_queries.people(cohort)
    assessors = allocation_queries.assessors(cohort.provider_id)
    return allocation_form(
        [(person.ref, person.name, person.assessor_ref) for person in people],
        [(assessor.ref, f"{assessor.name} ({assessor.load} now)") for assessor in assessors],
    )


def _page(cohort: Cohort, form: AllocationForm) -> str:
    return render(
        "assessments/marking/allocation.html",
        cohort=cohort,
        has_unit=has_unit(cohort),
        form=form,
        people=allocation_queries.people(cohort),
        assessors=allocation_queries.assessors(cohort.provider_id),
        prefix=PREFIX,
    )
