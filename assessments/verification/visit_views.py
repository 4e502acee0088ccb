"""The external quality assurer's visit: choose what to read, read it, and report; on the days of the visit.

Every opening is noted in the audit trail, which the provider reads. Two things can be posted here: a choice and a report.
"""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.portfolio.models import Portfolio
from assessments.verification import reading, records, visit_queries, visit_service
from assessments.verification.reading import PortfolioRead
from assessments.verification.trail import trail_of
from assessments.verification.visit_forms import ChooseForm, ReportForm
from assessments.verification.visit_models import Visit
from lms.core import clock, files
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.files import StoredFile
from lms.core.permissions import Permission
from lms.core.text import plural
from lms.core.web import logged, page_of, render, see_other

blueprint = Blueprint("visits", __name__, url_prefix="/visits")


@blueprint.get("/")
@requires(Permission.VERIFICATION_VISIT_READ_OWN)
def index(reach: Reach) -> ResponseReturnValue:
    """The visitor's visits, open on their own days."""
    today = clock.today()
    rows = [(visit, visit.state(today), count) for visit, count in visit_queries.visits(within=reach)]
    return render("assessments/verification/visits.html", rows=rows)


@blueprint.get("/<ref:visit_ref>")
@requires(Permission.VERIFICATION_VISIT_READ_OWN, visit=visit_queries.get_visit)
def show(visit: Visit) -> ResponseReturnValue:
    """What the visitor chose, and what there is to choose from."""
    return _show(visit)


def _show(visit: Visit, error: str = "") -> str:
    cohort = request.args.get("cohort", "")
    cohorts = visit_queries.cohorts_of(visit.provider_id)
    count = sum(portfolios for ref, _, portfolios in cohorts if cohort in {"", ref})
    page, pages = page_of(count, visit_queries.ON_A_PAGE)
    return render(
        "assessments/verification/visit.html",
        visit=visit,
        chosen=visit_queries.chosen(visit),
        listed=visit_queries.to_choose(visit, cohort_ref=cohort, page=page),
        cohorts=cohorts,
        cohort=cohort,
        page=page,
        pages=pages,
        reports=visit_queries.reports_of(visit),
        error=error,
        form=ChooseForm(),
    )


@blueprint.post("/<ref:visit_ref>/choose")
@requires(Permission.VERIFICATION_VISIT_CHOOSE_OWN, visit=visit_queries.get_visit)
def choose(visit: Visit) -> ResponseReturnValue:
    """Take portfolios into the sample."""
    form = ChooseForm(request.form)
    try:
        new = visit_service.choose(visit, form.portfolios.data or (), by=current_actor())
    except DomainError as error:
        return _show(visit, error=error.message), error.status
    flash(f"{plural(new, 'portfolio')} added to what you read. The provider can see which.")
    return see_other("visits.show", visit_ref=visit.ref)


@blueprint.get("/portfolios/<ref:portfolio_ref>")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, portfolio=visit_queries.visited_portfolio)
def portfolio(portfolio: tuple[Visit, Portfolio]) -> ResponseReturnValue:
    """One portfolio at a glance: where each criterion stands and what was decided."""
    visit, wanted = portfolio
    _opened(visit, wanted, "portfolio")
    return render("assessments/verification/visit_portfolio.html", visit=visit, read=_read(wanted))


@blueprint.get("/portfolios/<ref:portfolio_ref>/criteria/<criterion>")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, portfolio=visit_queries.visited_portfolio)
def criterion(portfolio: tuple[Visit, Portfolio], criterion: str) -> ResponseReturnValue:
    """One criterion: its evidence as sent, the decision that counts, and what the IQA said."""
    visit, wanted = portfolio
    read = _read(wanted)
    refs = [one.criterion.ref for one in read.criteria]
    if criterion not in refs:
        raise NotFound
    _opened(visit, wanted, "criterion", criterion)
    place = refs.index(criterion)
    return render(
        "assessments/verification/visit_criterion.html",
        visit=visit,
        read=read,
        one=read.criteria[place],
        before=refs[place - 1] if place else None,
        after=refs[place + 1] if place + 1 < len(refs) else None,
    )


@blueprint.get("/portfolios/<ref:portfolio_ref>/trail")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, portfolio=visit_queries.visited_portfolio)
def trail(portfolio: tuple[Visit, Portfolio]) -> ResponseReturnValue:
    """Everything that was done to one portfolio, as the audit trail has it."""
    visit, wanted = portfolio
    _opened(visit, wanted, "audit trail")
    return render(
        "assessments/verification/visit_trail.html", visit=visit, portfolio=wanted, lines=trail_of(wanted.id)
    )


@blueprint.get("/files/<ref:file_ref>")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, file=visit_queries.visited_file)
def file(file: tuple[Visit, Portfolio, StoredFile]) -> ResponseReturnValue:
    """A file of a portfolio on the visit, shown when a browser can, else to keep."""
    visit, wanted, stored = file
    _opened(visit, wanted, "file", stored.name)
    return files.send(stored, inline=stored.is_picture)


@blueprint.get("/<ref:visit_ref>/records")
@logged
@requires(Permission.VERIFICATION_VISIT_READ_OWN, visit=visit_queries.get_visit)
def quality(visit: Visit) -> ResponseReturnValue:
    """The provider's own quality assurance: plans with their reasons, risk, assessors and what came of it."""
    visit_service.note_read(visit, what="records", by=current_actor())
    return render(
        "assessments/verification/visit_records.html", visit=visit, records=records.of(visit.provider_id)
    )


@blueprint.get("/<ref:visit_ref>/report")
@requires(Permission.VERIFICATION_VISIT_REPORT_OWN, visit=visit_queries.get_visit)
def write_report(visit: Visit) -> ResponseReturnValue:
    """What came of the visit."""
    return _report_page(visit, _report_form(visit, None))


@blueprint.post("/<ref:visit_ref>/report")
@requires(Permission.VERIFICATION_VISIT_REPORT_OWN, visit=visit_queries.get_visit)
def report(visit: Visit) -> ResponseReturnValue:
    """Record what came of the visit."""
    form = _report_form(visit, request.form)
    if not form.validate():
        return _report_page(visit, form), 422
    try:
        visit_service.report(visit, form.findings(), by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _report_page(visit, form), error.status
    flash(f"Your report is recorded. {visit.provider.name} can read it.")
    return see_other("visits.show", visit_ref=visit.ref)


def _report_form(visit: Visit, given: object) -> ReportForm:
    met = [one for one in visit_queries.chosen(visit) if one.state.is_met]
    return ReportForm(given, portfolios=[(one.ref, one.name) for one in met])


def _report_page(visit: Visit, form: ReportForm) -> str:
    reports = visit_queries.reports_of(visit)
    return render(
        "assessments/verification/visit_report.html",
        visit=visit,
        form=form,
        reports=reports,
        signed_off=visit_queries.signed_off_names([one.id for one in reports]),
    )


def _read(portfolio: Portfolio) -> PortfolioRead:
    return reading.read(portfolio, visit_queries.answers_of(portfolio.id))


def _opened(visit: Visit, portfolio: Portfolio, what: str, detail: str = "") -> None:
    visit_service.note_read(visit, what=what, by=current_actor(), portfolio=portfolio.ref, detail=detail)
