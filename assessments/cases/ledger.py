"""Appending the steps of a case, with the day by which the next is due; holds that stand because of it; mail about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from assessments.cases import limits, queries
from assessments.cases import standing as fold
from assessments.cases.models import Case, CaseHold, CaseStep
from assessments.cases.standing import ImpossibleStep, Outcome, Standing, Step, StepKind
from assessments.holds import service as holds
from assessments.holds.models import Hold, HoldCause
from assessments.portfolio.models import Portfolio
from lms.core import audit, clock, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict
from lms.core.extensions import db
from lms.people.models import User

OVERTAKEN = "Something happened in this case since you opened the page. Look at it again."


def append(
    case: Case,
    kind: StepKind,
    *,
    words: str = "",
    outcome: Outcome | None = None,
    person_id: int | None = None,
    by: Actor,
) -> Standing:
    """Add a step; whoever comes second is told so.

    Returns:
        Where the case stands now.

    Raises:
        Conflict: the step cannot be taken now, or somebody took one first.
    """
    steps = queries.steps_of(case.id)
    now = queries.standing_of(case, steps)
    try:
        after = fold.step(now, Step(kind, outcome=outcome, person_id=person_id))
        due = limits.due_on(after, today=clock.today()) if _begins_to_wait(now, after) else None
        with db.session.begin_nested():
            db.session.add(
                CaseStep(
                    case_id=case.id,
                    learner_id=case.learner_id,
                    against_key=case.against_key,
                    sequence=len(steps) + 1,
                    kind=kind,
                    stage=after.stage,
                    outcome=outcome,
                    person_id=person_id,
                    words=words.strip(),
                    due_on=due,
                    by_id=by.id,
                )
            )
    except (ImpossibleStep, IntegrityError) as error:
        raise Conflict(OVERTAKEN) from error
    audit.record(
        Act.CASE_CHANGED,
        by=by,
        on=case,
        organisation_id=case.enrolment.cohort.provider_id,
        case=case.kind.value,
        step=kind.value,
    )
    return after


def _begins_to_wait(now: Standing, after: Standing) -> bool:
    """Whether a step makes the case wait for something new; to name somebody does, for they have the days to answer."""
    return (now.phase, now.at, now.named_id) != (after.phase, after.at, after.named_id)


def place_hold(case: Case, portfolio: Portfolio, *, cause: HoldCause, criterion: str = "", by: Actor) -> Hold:
    """Freeze a portfolio, or one criterion of it, while a case runs."""
    reason = "An appeal was lodged." if cause is HoldCause.APPEAL else "It is being looked into."
    hold = holds.place(portfolio, cause=cause, reason=reason, criterion=criterion, by=by)
    db.session.add(CaseHold(case_id=case.id, hold_id=hold.id))
    db.session.flush()
    return hold


def lift_holds(case: Case, *, reason: str, by: Actor) -> None:
    """End the holds that stand because of a case."""
    for hold in queries.standing_holds(case.id):
        holds.lift(hold, reason=reason, by=by)


def tell_answerers(case: Case) -> None:
    """Write to those whom the present stage is passed to."""
    now = queries.standing_of(case, queries.steps_of(case.id))
    for person in queries.answerers(case, now.stage):
        tell(person, case, "case_to_answer")


def tell(person: User, case: Case, template: str, *, path: str = "", **context: Any) -> None:
    """Write to somebody about a case; the mail says no more than that there is something to read."""
    provider = case.enrolment.cohort.provider
    path = path or (f"/cases/mine/{case.ref}" if person.id == case.learner_id else f"/cases/{case.ref}")
    mail.queue(
        to=person.email,
        template=f"assessments/mail/{template}",
        name=person.name,
        provider=provider,
        path=path,
        **context,
    )
