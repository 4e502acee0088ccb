"""The external quality assurer's visit: chosen portfolios to read, on its days; and opening one.

Every page of a visitor is a GET: there is nothing here that a visitor can change.
"""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments import policy
from assessments.marking import allocation_queries
from assessments.portfolio.models import Portfolio
from assessments.verification import reading, service, visit_queries
from assessments.verification.forms import VisitForm
from assessments.verification.models import Visit
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from lms.core import clock, files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError
from lms.core.files import StoredFile
from lms.core.permissions import Permission
from lms.core.text import day
from lms.core.web import render, see_other

blueprint = Blueprint("visits", __name__, url_prefix="/visits")


@blueprint.get("/")
@requires(Permission.VERIFICATION_VISIT_READ_OWN)
def index(reach: Reach) -> ResponseReturnValue:
    """The visitor's visits, open on their own days."""
    today = clock.today()
    rows = [
        (visit, count, policy.is_visiting(today, from_on=visit.from_on, until_on=visit.until_on))
        for visit, count in visit_queries.visits(within=reach)
    ]
    return render("assessments/verification/visits.html", rows=rows, today=today)


@blueprint.get("/<ref:visit_ref>")
@requires(Permission.VERIFICATION_VISIT_READ_OWN, visit=visit_queries.get_visit)
def show(visit: Visit) -> ResponseReturnValue:
    """The portfolios of one visit."""
    return render(
        "assessments/verification/visit.html", visit=visit, portfolios=visit_queries.visit_portfolios(visit)
    )


@blueprint.get("/portfolios/<ref:portfolio_ref>")
@requires(Permission.VERIFICATION_VISIT_READ_OWN, portfolio=visit_queries.visited_portfolio)
def portfolio(portfolio: Portfolio) -> ResponseReturnValue:
    """One portfolio to read: evidence, decisions, and what the IQA said."""
    return render(
        "assessments/verification/visit_portfolio.html",
        read=reading.read(portfolio, visit_queries.answers_of(portfolio.id)),
    )


@blueprint.get("/files/<ref:file_ref>")
@requires(Permission.VERIFICATION_VISIT_READ_OWN, file=visit_queries.visited_file)
def file(file: StoredFile) -> ResponseReturnValue:
    """A file of a portfolio on the visit, shown when a browser can, else to keep."""
    return files.send(file, inline=file.is_picture)


@blueprint.get("/cohorts/<ref:cohort_ref>/new")
@requires(Permission.VERIFICATION_VISIT_OPEN, cohort=get_cohort)
def new(cohort: Cohort) -> ResponseReturnValue:
    """Who is coming, when, and what they may read."""
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
        service.open_visit(
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
    flash(f"{eqa.name} may read what you ticked, {day(form.from_on.data)} to {day(form.until_on.data)}.")
    return see_other("allocation.show", cohort_ref=cohort.ref)


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
