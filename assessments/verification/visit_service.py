"""Visits: a provider opens one, proposes, moves its end; the visitor chooses what to read and reports. Nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.marking.queries import positions
from assessments.portfolio.models import Portfolio
from assessments.verification.visit_models import (
    ClaimsAdvice,
    Visit,
    VisitAction,
    VisitChoice,
    VisitOutcome,
    VisitProposal,
    VisitReport,
    VisitSignOff,
    VisitState,
)
from courses.cohorts.models import Cohort, Enrolment
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, NotFound, Refused
from lms.core.extensions import db
from lms.people.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Findings:
    """What a visitor reports.

    Attributes:
        outcome: agreed, or actions.
        summary: what was looked at and found.
        advice: what is recommended about direct claims, and `advice_reason` why.
        actions: what is to be done, each with the last day for it.
        signed_off: references of the portfolios whose credit may be claimed.
    """

    outcome: VisitOutcome
    summary: str
    advice: ClaimsAdvice = ClaimsAdvice.NONE
    advice_reason: str = ""
    actions: Sequence[tuple[str, date]] = ()
    signed_off: Sequence[str] = ()


def open_visit(
    provider: Organisation,
    *,
    eqa: User,
    from_on: date,
    until_on: date,
    portfolio_refs: Iterable[str] = (),
    by: Actor,
) -> Visit:
    """Let an external quality assurer look at a provider's portfolios for the days of a visit.

    Args:
        provider: whose portfolios.
        eqa: who visits.
        from_on: the first day.
        until_on: the last day.
        portfolio_refs: portfolios that the provider proposes; the visitor chooses these or others.
        by: who opens it.

    Raises:
        Refused: the days are the wrong way round, or a portfolio belongs to another provider.
    """
    if until_on < from_on:
        raise Refused("The visit ends before it begins. Put the later day second.", field="until_on")
    proposed = _portfolios(provider.id, portfolio_refs)
    visit = Visit(provider_id=provider.id, eqa_id=eqa.id, from_on=from_on, until_on=until_on)
    db.session.add(visit)
    db.session.flush()
    db.session.add_all(VisitProposal(visit_id=visit.id, portfolio_id=one.id) for one in proposed)
    _note(Act.VISIT_OPENED, visit, by, eqa_id=eqa.id, proposed=len(proposed))
    return visit


def move_end(visit: Visit, *, until_on: date, by: Actor) -> None:
    """Give a visit another last day.

    Raises:
        Conflict: the provider ended it.
        Refused: the day lies before today, or before the first day.
    """
    if visit.ended_at is not None:
        raise Conflict("You ended this visit. Open a new one if they come again.")
    if until_on < max(visit.from_on, clock.today()):
        raise Refused(
            "Choose today or a later day. To end the visit now, use the button below.", field="until_on"
        )
    visit.until_on = until_on
    _note(Act.VISIT_CHANGED, visit, by, what="moved", until_on=until_on.isoformat())


def end(visit: Visit, *, by: Actor) -> None:
    """End a visit now; one that has ended stays as it is."""
    if visit.ended_at is None:
        visit.ended_at = clock.now()
        _note(Act.VISIT_CHANGED, visit, by, what="ended")


def choose(visit: Visit, portfolio_refs: Iterable[str], *, by: Actor) -> int:
    """Take portfolios into the visitor's sample. What is in it already stays.

    Returns:
        How many are new.

    Raises:
        Forbidden: it is somebody else's visit, or not on its days.
        Refused: nothing is chosen, or a portfolio belongs to another provider.
    """
    _require_visitor(visit, by)
    portfolios = _portfolios(visit.provider_id, portfolio_refs)
    if not portfolios:
        raise Refused("Tick the portfolios that you want to read.", field="portfolios")
    known = set(db.session.scalars(select(VisitChoice.portfolio_id).where(VisitChoice.visit_id == visit.id)))
    new = [one for one in portfolios if one.id not in known]
    for portfolio in new:
        db.session.add(VisitChoice(visit_id=visit.id, portfolio_id=portfolio.id))
        _note(Act.VISIT_CHOSEN, visit, by, portfolio=portfolio.ref)
    db.session.flush()
    return len(new)


def note_read(visit: Visit, *, what: str, by: Actor, portfolio: str = "", detail: str = "") -> None:
    """Note in the audit trail that the visitor opened something; the provider reads it there.

    Args:
        visit: on which visit.
        what: the kind of thing: a portfolio, a criterion, a file, records.
        by: the visitor.
        portfolio: the reference of the portfolio it belongs to.
        detail: which one: a criterion's reference, a file's name.
    """
    _note(Act.VISIT_READ, visit, by, what=what, portfolio=portfolio, detail=detail)


def report(visit: Visit, findings: Findings, *, by: Actor) -> VisitReport:
    """Record what came of a visit; it is never changed, a later report adds to it.

    Raises:
        Forbidden: it is somebody else's visit, or not on its days.
        Refused: nothing is said, the actions do not fit the outcome, a recommendation lacks its reason, or a portfolio that is
            signed off has a criterion that is not met.
        Conflict: another report was recorded at the same moment.
    """
    _require_visitor(visit, by)
    _check(findings)
    chosen = _signed_off(visit, findings.signed_off)
    number = db.session.scalar(select(func.count()).where(VisitReport.visit_id == visit.id)) or 0
    made = VisitReport(
        visit_id=visit.id,
        eqa_id=by.id,
        number=number + 1,
        outcome=findings.outcome,
        summary=findings.summary,
        advice=findings.advice,
        advice_reason=findings.advice_reason,
    )
    made.actions = [VisitAction(text=text, due_on=due_on) for text, due_on in findings.actions]
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise Conflict("A report of this visit was recorded a moment ago. Look at it first.") from error
    db.session.add_all(
        VisitSignOff(report_id=made.id, visit_id=visit.id, portfolio_id=number) for number in chosen
    )
    db.session.flush()
    _note(
        Act.VISIT_REPORTED,
        visit,
        by,
        outcome=findings.outcome.value,
        advice=findings.advice.value,
        actions=len(findings.actions),
        signed_off=len(chosen),
    )
    return made


def _check(findings: Findings) -> None:
    if not findings.summary.strip():
        raise Refused("Say what you looked at and what you found.", field="summary")
    if findings.outcome is VisitOutcome.ACTIONS and not findings.actions:
        raise Refused("Write at least one action, with the day by which it is done.", field="actions")
    if findings.outcome is VisitOutcome.AGREED and findings.actions:
        raise Refused("You wrote actions. Choose “Actions to take”, or take them out.", field="outcome")
    if any(due_on < clock.today() for _, due_on in findings.actions):
        raise Refused("An action is due before today. Give a later day.", field="actions")
    if findings.advice in {ClaimsAdvice.GRANT, ClaimsAdvice.SUSPEND} and not findings.advice_reason.strip():
        raise Refused("Say why you recommend this.", field="advice_reason")


def _signed_off(visit: Visit, refs: Sequence[str]) -> list[int]:
    """Portfolios that were chosen, by reference: every criterion of each is met.

    Raises:
        NotFound: one of them was not chosen.
        Refused: a criterion of one of them is not met.
    """
    found = db.session.scalars(
        select(Portfolio.id)
        .join(VisitChoice, VisitChoice.portfolio_id == Portfolio.id)
        .where(VisitChoice.visit_id == visit.id, Portfolio.ref.in_(refs))
        .order_by(Portfolio.id)
    ).all()
    if len(found) != len(set(refs)):
        raise NotFound
    if any(not now.standing.unit.is_met for now in positions(found).values()):
        raise Refused(
            "A portfolio that you ticked has a criterion that is not met any more, so it is no longer in the list. "
            "Look again, and record the report.",
            field="signed_off",
        )
    return list(found)


def _require_visitor(visit: Visit, by: Actor) -> None:
    if visit.eqa_id != by.id or visit.state(clock.today()) is not VisitState.OPEN:
        raise Forbidden("A visit opens and closes on its own days.")


def _portfolios(provider_id: int, refs: Iterable[str]) -> list[Portfolio]:
    """Portfolios of a provider by reference, each once.

    Raises:
        Refused: one of them is not the provider's.
    """
    wanted = set(refs)
    if not wanted:
        return []
    found = list(
        db.session.scalars(
            select(Portfolio)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Portfolio.ref.in_(wanted), Cohort.provider_id == provider_id)
            .order_by(Portfolio.id)
        )
    )
    if len(found) != len(wanted):
        raise Refused(
            "One of those portfolios is not there any more. Look at the list again.", field="portfolios"
        )
    return found


def _note(act: Act, visit: Visit, by: Actor, **facts: str | float | bool | None) -> None:
    audit.record(act, by=by, on=visit, kind=None, organisation_id=visit.provider_id, **facts)
