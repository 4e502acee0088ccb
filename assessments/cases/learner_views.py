"""What a practitioner brings, and where it stands: plain words, on a phone."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.cases import answering, opening, pages, queries
from assessments.cases.forms import AdjustmentForm, FurtherForm, WordsForm
from assessments.cases.limits import last_day_to_appeal
from assessments.cases.models import Case
from assessments.cases.standing import Kind
from assessments.marking import queries as marking
from assessments.marking.models import Decision, Outcome
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.permissions import Permission
from lms.core.text import london
from lms.core.web import render, see_other

blueprint = Blueprint("own_cases", __name__, url_prefix="/cases/mine")
UNCHANGED = 422
ACTS = frozenset({"respond", "further", "accept", "withdraw", "appeal"})
ASKED = {
    "complaint": (Kind.COMPLAINT, WordsForm),
    "adjustment": (Kind.ADJUSTMENT, AdjustmentForm),
    "consideration": (Kind.CONSIDERATION, WordsForm),
}


@blueprint.get("/")
@requires(Permission.CASES_CASE_OPEN_OWN)
def index(reach: Reach) -> ResponseReturnValue:
    """What the practitioner has brought, and what else can be brought."""
    return render("assessments/cases/mine.html", rows=queries.own(reach.person_id))


@blueprint.get("/appeal")
@requires(Permission.CASES_CASE_OPEN_OWN, portfolio=portfolios.own_portfolio)
def decisions(portfolio: Portfolio) -> ResponseReturnValue:
    """The decisions that can still be appealed against, what is not yet met first."""
    unit = portfolios.unit_of(portfolio)
    made = marking.latest_decisions(portfolio.id)
    open_to = {ref: last_day_to_appeal(london(decision.created_at).date()) for ref, decision in made.items()}
    still = [ref for ref in unit.criteria if ref in made and open_to[ref] >= clock.today()]
    return render(
        "assessments/cases/decisions.html",
        rows=[
            (unit.criteria[ref], made[ref], open_to[ref])
            for ref in sorted(still, key=lambda ref: made[ref].outcome is Outcome.MET)
        ],
    )


@blueprint.get("/appeal/<criterion>")
@requires(Permission.CASES_CASE_OPEN_OWN, portfolio=portfolios.own_portfolio)
def appeal(portfolio: Portfolio, criterion: str) -> ResponseReturnValue:
    """Say why a decision is wrong."""
    decision = _decision(portfolio, criterion)
    brought = queries.case_of_decision(decision.id)
    if brought is not None:
        return see_other("own_cases.show", case_ref=brought.ref)
    return _appeal_page(portfolio, decision, WordsForm())


@blueprint.post("/appeal/<criterion>")
@requires(Permission.CASES_CASE_OPEN_OWN, portfolio=portfolios.own_portfolio)
def lodge(portfolio: Portfolio, criterion: str) -> ResponseReturnValue:
    """Lodge the appeal."""
    decision = _decision(portfolio, criterion)
    form = WordsForm(request.form)
    if not form.validate():
        return _appeal_page(portfolio, decision, form), UNCHANGED
    try:
        case = opening.appeal(decision, words=form.words.data or "", by=current_actor())
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _appeal_page(portfolio, decision, form), error.status
    flash(
        "We have your appeal. Nothing more is decided about this criterion until it is answered.", "success"
    )
    return see_other("own_cases.show", case_ref=case.ref)


@blueprint.get("/new/<what>")
@requires(Permission.CASES_CASE_OPEN_OWN, enrolment=queries.own_enrolment)
def ask(enrolment: Enrolment, what: str) -> ResponseReturnValue:  # noqa: ARG001 (loaded so that who has no place is turned away)
    """A complaint or a request, to be written."""
    _, form = _asked(what)
    return render("assessments/cases/ask.html", what=what, form=form())


@blueprint.post("/new/<what>")
@requires(Permission.CASES_CASE_OPEN_OWN, enrolment=queries.own_enrolment)
def bring(enrolment: Enrolment, what: str) -> ResponseReturnValue:
    """Bring a complaint or a request."""
    kind, made = _asked(what)
    form = made(request.form)
    if not form.validate():
        return render("assessments/cases/ask.html", what=what, form=form), UNCHANGED
    by, said = current_actor(), form.words.data or ""
    try:
        if isinstance(form, AdjustmentForm):
            case = opening.ask_adjustment(enrolment, words=said, need=form.need.data or "", by=by)
        elif kind is Kind.COMPLAINT:
            case = opening.complain(enrolment, words=said, by=by)
        else:
            case = opening.ask_consideration(enrolment, words=said, by=by)
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return render("assessments/cases/ask.html", what=what, form=form), error.status
    flash("We have what you sent. You see here where it stands.", "success")
    return see_other("own_cases.show", case_ref=case.ref)


@blueprint.get("/<ref:case_ref>")
@requires(Permission.CASES_CASE_OPEN_OWN, case=queries.get_own)
def show(case: Case) -> ResponseReturnValue:
    """One case: where it stands, by when, and what the practitioner can do."""
    return pages.own(case)


@blueprint.post("/<ref:case_ref>/<act>")
@requires(Permission.CASES_CASE_OPEN_OWN, case=queries.get_own)
def act(case: Case, act: str) -> ResponseReturnValue:
    """Respond, take it further, accept the answer, take it back, or appeal against it."""
    if act not in ACTS:
        raise NotFound
    by = current_actor()
    form = WordsForm(request.form) if act in {"respond", "appeal"} else FurtherForm(request.form)
    if not form.validate():
        return pages.own(case, form, act), UNCHANGED
    said = form.words.data or ""
    try:
        match act:
            case "respond":
                answering.respond(case, words=said, by=by)
            case "further":
                answering.take_further(case, words=said, by=by)
            case "accept":
                answering.accept(case, by=by)
            case "withdraw":
                answering.withdraw(case, by=by)
            case _:
                appealed = opening.appeal_case(case, words=said, by=by)
                return see_other("own_cases.show", case_ref=appealed.ref)
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return pages.own(case, form, act), error.status
    return see_other("own_cases.show", case_ref=case.ref)


def _decision(portfolio: Portfolio, criterion: str) -> Decision:
    decision = marking.latest_decisions(portfolio.id).get(criterion)
    if decision is None:
        raise NotFound
    return decision


def _asked(what: str) -> tuple[Kind, type[WordsForm]]:
    if what not in ASKED:
        raise NotFound
    return ASKED[what]


def _appeal_page(portfolio: Portfolio, decision: Decision, form: WordsForm) -> str:
    return render(
        "assessments/cases/appeal.html",
        form=form,
        decision=decision,
        criterion=portfolios.unit_of(portfolio).criteria[decision.criterion],
        last=last_day_to_appeal(london(decision.created_at).date()),
    )
