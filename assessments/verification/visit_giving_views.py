"""A provider's side of a visit: open it, propose, move or end it, and read the log and the report."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.marking import allocation_queries
from assessments.verification import visit_queries, visit_service
from assessments.verification.visit_forms import EndForm, VisitForm
from assessments.verification.visit_models import Visit, VisitState
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.forms import PressForm
from lms.core.permissions import Permission
from lms.core.text import day
from lms.core.web import page_of, render, see_other

blueprint = Blueprint("visits_given", __name__, url_prefix="/visits/given")


@blueprint.get("/")
@requires(Permission.VERIFICATION_VISIT_OPEN)
def index(reach: Reach) -> ResponseReturnValue:
    """The visits to this provider."""
    today = clock.today()
    rows = [(visit, visit.state(today), count) for visit, count in visit_queries.given_visits(within=reach)]
    return render("assessments/verification/visits_given.html", rows=rows)


@blueprint.get("/cohorts/<ref:cohort_ref>/new")
@requires(Permission.VERIFICATION_VISIT_OPEN, cohort=get_cohort)
def new(cohort: Cohort) -> ResponseReturnValue:
    """Who is coming, when, and what is proposed."""
    today = clock.today()
    return _new_page(cohort, _form(cohort, None, {"from_on": today, "until_on": today}))


@blueprint.post("/cohorts/<ref:cohort_ref>/new")
@requires(Permission.VERIFICATION_VISIT_OPEN, cohort=get_cohort)
def open_visit(cohort: Cohort) -> ResponseReturnValue:
    """Open a visit."""
    form = _form(cohort, request.form, {})
    if not form.validate() or form.from_on.data is None or form.until_on.data is None:
        return _new_page(cohort, form), 422
    people = {person.ref: person for person in visit_queries.external_assurers()}
    eqa = people[form.eqa.data]
    try:
        made = visit_service.open_visit(
            cohort.provider,
            eqa=eqa,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            portfolio_refs=form.portfolios.data or (),
            by=current_actor(),
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _new_page(cohort, form), error.status
    flash(f"{eqa.name} can choose and read from {day(made.from_on)} to {day(made.until_on)}.")
    return see_other("visits_given.show", visit_ref=made.ref)


@blueprint.get("/<ref:visit_ref>")
@requires(Permission.VERIFICATION_VISIT_OPEN, visit=visit_queries.get_given_visit)
def show(visit: Visit) -> ResponseReturnValue:
    """One visit: its days, what was proposed and chosen, the report, and everything the visitor opened."""
    return _show(visit, EndForm(data={"until_on": visit.until_on}))


@blueprint.post("/<ref:visit_ref>/until")
@requires(Permission.VERIFICATION_VISIT_OPEN, visit=visit_queries.get_given_visit)
def move_end(visit: Visit) -> ResponseReturnValue:
    """Give the visit another last day."""
    form = EndForm(request.form)
    if not form.validate() or form.until_on.data is None:
        return _show(visit, form), 422
    try:
        visit_service.move_end(visit, until_on=form.until_on.data, by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _show(visit, form), error.status
    flash(f"The visit now ends with {day(visit.until_on)}.")
    return see_other("visits_given.show", visit_ref=visit.ref)


@blueprint.post("/<ref:visit_ref>/end")
@requires(Permission.VERIFICATION_VISIT_OPEN, visit=visit_queries.get_given_visit)
def end(visit: Visit) -> ResponseReturnValue:
    """End the visit now."""
    visit_service.end(visit, by=current_actor())
    flash(f"The visit is over. {visit.eqa.name} can read nothing more.")
    return see_other("visits_given.show", visit_ref=visit.ref)


def _show(visit: Visit, form: EndForm) -> str:
    reports = visit_queries.reports_of(visit)
    page, pages = page_of(visit_queries.log_length(visit), visit_queries.LOG_LINES)
    return render(
        "assessments/verification/visit_given.html",
        visit=visit,
        is_over=visit.state(clock.today()) is VisitState.OVER,
        form=form,
        press=PressForm(),
        proposed=visit_queries.proposed(visit),
        chosen=visit_queries.chosen(visit),
        reports=reports,
        signed_off=visit_queries.signed_off_names([one.id for one in reports]),
        log=visit_queries.log_of(visit, page=page),
        page=page,
        pages=pages,
    )


def _form(cohort: Cohort, given: object, data: dict[str, object]) -> VisitForm:
    people = [(person.ref, person.name) for person in visit_queries.external_assurers()]
    portfolios = [
        (row.portfolio_ref, f"{row.name}: {row.met} met")
        for row in allocation_queries.people(cohort)
        if row.portfolio_ref is not None
    ]
    return VisitForm(given, data=data, people=people, portfolios=portfolios)


def _new_page(cohort: Cohort, form: VisitForm) -> str:
    return render("assessments/verification/visit_new.html", cohort=cohort, form=form)
