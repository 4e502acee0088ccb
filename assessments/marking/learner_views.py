"""The practitioner's portfolio: where each criterion stands, what was said of it, and sending it.

These pages stand in this room because they read both rooms: the evidence below and the decisions here.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from assessments.deadlines import queries as deadlines
from assessments.holds import queries as holds
from assessments.marking import queries, service, stories
from assessments.marking.forms import SendForm, StartForm
from assessments.marking.outcomes import CriterionState, Standing
from assessments.portfolio import evidence_queries as evidence
from assessments.portfolio import quarantine_queries, sending
from assessments.portfolio import queries as portfolios
from assessments.portfolio import service as portfolio_service
from assessments.portfolio.evidence_rules import shortfalls
from assessments.portfolio.forms import WHY
from assessments.portfolio.models import LONGEST_WHY, Portfolio
from assessments.portfolio.unit_queries import list_lost
from assessments.portfolio.unit_schema import Unit
from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.core.access import Reach, current_actor, requires
from lms.core.errors import DomainError, NotFound
from lms.core.permissions import Permission
from lms.core.text import day
from lms.core.web import render, see_other

blueprint = Blueprint("portfolio", __name__, url_prefix="/portfolio")


@blueprint.get("/")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio_or_none)
def index(portfolio: Portfolio | None, reach: Reach) -> ResponseReturnValue:
    """The whole portfolio at a glance, and the one criterion that comes next; before there is one, how to begin."""
    if portfolio is not None:
        return render("assessments/portfolio/show.html", **_whole(portfolio, only=_filter()), criterion=None)
    enrolment = portfolios.find_enrolment_to_assess(within=reach)
    if enrolment is None:
        return render("assessments/portfolio/none.html")
    version = portfolios.newest_unit_version(enrolment.cohort)
    unit = portfolios.unit_of_version(version.id)
    return render("assessments/portfolio/start.html", form=StartForm(), unit=unit)


def _filter() -> CriterionState | None:
    """The state that the page shows alone, when it was asked for one."""
    return request.args.get("show", type=CriterionState)


@blueprint.post("/start")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, enrolment=portfolios.enrolment_to_assess)
def start(enrolment: Enrolment) -> ResponseReturnValue:
    """Begin a portfolio."""
    portfolio_service.open_portfolio(enrolment, by=current_actor())
    return see_other("portfolio.index")


@blueprint.get("/criteria/<criterion>")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def criterion(portfolio: Portfolio, criterion: str) -> ResponseReturnValue:
    """One criterion: what it asks, what serves it, what the assessor said."""
    if criterion not in portfolios.unit_of(portfolio).criteria:
        raise NotFound
    return render("assessments/portfolio/show.html", **_whole(portfolio, criterion), criterion=criterion)


@blueprint.get("/send")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def review(portfolio: Portfolio) -> ResponseReturnValue:
    """What is ready, and what would go with it."""
    unit = portfolios.unit_of(portfolio)
    ready = _ready(unit, queries.position(portfolio, unit).standing, portfolio.id)
    return _send_page(portfolio, SendForm(ready=ready, data={"criteria": [ref for ref, _ in ready]}), unit)


@blueprint.post("/send")
@requires(Permission.PORTFOLIO_EVIDENCE_WRITE_OWN, portfolio=portfolios.own_portfolio)
def send(portfolio: Portfolio) -> ResponseReturnValue:
    """Send criteria to the assessor."""
    unit = portfolios.unit_of(portfolio)
    form = SendForm(request.form, ready=[(ref, one.plain) for ref, one in unit.criteria.items()])
    if not form.validate():
        return _send_page(portfolio, form, unit), 422
    try:
        sending.explain(portfolio, _reasons(), by=current_actor())
        submission = service.send(
            portfolio, form.criteria.data or (), declaration=form.declaration(), by=current_actor()
        )
    except DomainError as error:
        form.add_error(error.message, field=error.field)
        return _send_page(portfolio, form, unit), error.status
    flash(_sent_words(portfolio, len(form.criteria.data or ())))
    return see_other("submissions.show", submission_ref=submission.ref)


def _reasons() -> dict[str, str]:
    """Why evidence shows criteria, as far as it was said on this page: by the reference of the mapping."""
    return {
        name.removeprefix(WHY): words
        for name, words in request.form.items()
        if name.startswith(WHY) and words
    }


def _sent_words(portfolio: Portfolio, count: int) -> str:
    what = "1 criterion" if count == 1 else f"{count} criteria"
    assessor = queries.assessor_of(portfolio.id)
    due = queries.answers_due(portfolio.id)
    if assessor is None or due is None:
        return f"You sent {what}. Your training provider is finding your assessor."
    return f"You sent {what} to {assessor.name}. You have an answer by {day(due)}, and we email you."


def _ready(unit: Unit, standing: Standing, portfolio_id: int) -> list[tuple[str, str]]:
    states = standing.states(portfolios.criteria_with_new_evidence(portfolio_id))
    return [(ref, unit.criteria[ref].plain) for ref, state in states.items() if state is CriterionState.READY]


def _send_page(portfolio: Portfolio, form: SendForm, unit: Unit) -> str:
    rows = evidence.evidence_rows(portfolio.id)
    return render(
        "assessments/portfolio/send.html",
        form=form,
        unit=unit,
        ready=_ready(unit, queries.position(portfolio, unit).standing, portfolio.id),
        serving=evidence.reasons_by_criterion(portfolio.id),
        typed=_reasons(),
        why=WHY,
        longest_why=LONGEST_WHY,
        advice=shortfalls(unit, evidence.rule_items(rows), today=clock.today()),
        assessor=queries.assessor_of(portfolio.id),
    )


def _whole(
    portfolio: Portfolio, wanted: str | None = None, only: CriterionState | None = None
) -> dict[str, Any]:
    """Everything that the portfolio's page shows: the grid, the figures and one criterion's story."""
    unit = portfolios.unit_of(portfolio)
    rows = evidence.evidence_rows(portfolio.id)
    standing = queries.position(portfolio, unit).standing
    states = standing.states(evidence.with_new_evidence(rows))
    served = (evidence.with_evidence(rows) | standing.sent.keys()) & unit.criteria.keys()
    counts = Counter(states.values())
    shown = wanted or _next_criterion(states)
    assessor = queries.assessor_of(portfolio.id)
    return {
        "unit": unit,
        "taken_out": quarantine_queries.quarantined(portfolio.id),
        "to_put_back": quarantine_queries.to_put_back(portfolio.id),
        "lost": list_lost(portfolio.id),
        "states": states,
        "standing": standing,
        "figures": (len(served), standing.met),
        "counts": {state.value: counts[state] for state in CriterionState},
        "filtered": only,
        "listed": [unit.criteria[ref] for ref, state in states.items() if state is only],
        "referred": [ref for ref, state in states.items() if state is CriterionState.NOT_YET],
        "ready": [ref for ref, state in states.items() if state is CriterionState.READY],
        "answer_by": queries.answers_due(portfolio.id),
        "assessor": assessor,
        "due_on": deadlines.due_on(portfolio.id),
        "extension": next(iter(deadlines.extensions(portfolio.id)), None),
        "holds": holds.standing(portfolio.id),
        "shown": unit.criteria[shown],
        "serving": [row for row in rows if shown in row.criteria],
        "story": stories.tell(portfolio.id, shown, assessor=assessor, to_learner=True),
    }


def _next_criterion(states: dict[str, CriterionState]) -> str:
    """The criterion that comes next: one that waits for her, else the first with nothing, else the first."""
    for wanted in (CriterionState.NOT_YET, CriterionState.NONE, CriterionState.READY):
        for ref, state in states.items():
            if state is wanted:
                return ref
    return next(iter(states))
