"""Appending what happened to a portfolio, and what follows from it at once: the queues, and who is written to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from assessments.marking import queries
from assessments.marking.judgement import Judgement, Rule
from assessments.marking.models import (
    AwaitingIqa,
    Decision,
    Entry,
    EntryKind,
    Origin,
    Outcome,
    Stage,
    Waiting,
)
from assessments.marking.outcomes import ImpossibleOrder, UnitState
from assessments.marking.queries import Position
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio, Submission
from assessments.working_days import working_days_after
from courses.cohorts.reach import holds
from lms.core import clock, mail
from lms.core.access import Actor
from lms.core.errors import Conflict
from lms.core.extensions import db
from lms.people.models import User
from lms.people.roles import Role

OVERTAKEN = "Something happened to this portfolio since you opened the page. Look at it again; what you typed is kept."


def position_of(submission: Submission) -> Position:
    """Where the portfolio of a submission stands."""
    portfolio = submission.portfolio
    return queries.position(portfolio, portfolios.unit_of(portfolio))


def append(portfolio: Portfolio, now: Position, entries: Sequence[Entry], *, by: Actor) -> Position:
    """Append entries after the last one seen; whoever comes second is told so.

    Raises:
        Conflict: the order is impossible, or somebody appended first.
    """
    for place, entry in enumerate(entries, start=now.sequence + 1):
        entry.portfolio_id, entry.sequence, entry.actor_id = portfolio.id, place, by.id
    try:
        with db.session.begin_nested():
            db.session.add_all(entries)
        after = queries.position(portfolio, portfolios.unit_of(portfolio))
    except (IntegrityError, ImpossibleOrder) as error:
        raise Conflict(OVERTAKEN) from error
    _keep_iqa_queue(portfolio, before=now.standing.unit, after=after.standing.unit)
    return after


def about(decisions: Iterable[Decision], kind: EntryKind, *, comment: str = "") -> list[Entry]:
    """Entries of one kind, each about a decision."""
    return [
        Entry(
            kind=kind,
            submission_id=decision.submission_id,
            criterion=decision.criterion,
            decision_id=decision.id,
            comment=comment,
        )
        for decision in decisions
    ]


def decide(
    submission: Submission,
    criterion: str,
    judgement: Judgement,
    *,
    in_training: bool,
    by: Actor,
    spoken_id: int | None = None,
) -> Decision:
    """Add a decision, with the file of its spoken feedback, if any; the entry that brings it is the caller's."""
    decision = Decision(
        submission_id=submission.id,
        learner_id=submission.learner_id,
        criterion=criterion,
        outcome=outcome_of(met=bool(judgement.met)),
        reason=judgement.reason,
        feedback=judgement.feedback,
        assessor_id=by.id,
        in_training=in_training,
        spoken_id=spoken_id,
        **{rule.value: rule in judgement.rules for rule in Rule},
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def outcome_of(*, met: bool) -> Outcome:
    """Met or not yet met, as it is stored."""
    return Outcome.MET if met else Outcome.NOT_YET_MET


def wait(submission: Submission, *, criteria: int, stage: Stage, origin: Origin) -> Waiting:
    """Put a submission into a queue, or move it from one to another; the promise stays once it has been made."""
    waiting = db.session.scalar(select(Waiting).where(Waiting.submission_id == submission.id))
    if waiting is None:
        rules = portfolios.unit_of(submission.portfolio).evidence_rules
        waiting = Waiting(
            submission_id=submission.id,
            portfolio_id=submission.portfolio_id,
            answer_by=working_days_after(clock.today(), rules.answer_within_working_days),
        )
        db.session.add(waiting)
    waiting.criteria, waiting.stage, waiting.origin = criteria, stage, origin
    return waiting


def stop_waiting(submission: Submission) -> None:
    """Take a submission out of every queue."""
    db.session.execute(delete(Waiting).where(Waiting.submission_id == submission.id))


def tell_learner(portfolio: Portfolio, template: str, **context: Any) -> None:
    """Write to the practitioner."""
    _tell(portfolio.learner, portfolio, template, **context)


def tell_assessor(portfolio: Portfolio, template: str, **context: Any) -> None:
    """Write to the assessor, once there is one, and while they work for the provider."""
    assessor = queries.assessor_of(portfolio.id)
    if assessor is None:
        return
    if db.session.scalar(select(holds(Role.ASSESSOR, assessor.id, portfolio.enrolment.cohort.provider_id))):
        _tell(assessor, portfolio, template, **context)


def tell(user_id: int, portfolio: Portfolio, template: str, **context: Any) -> None:
    """Write to somebody about a portfolio."""
    _tell(db.session.get_one(User, user_id), portfolio, template, **context)


def _tell(to: User, portfolio: Portfolio, template: str, **context: Any) -> None:
    if to.disabled_at is not None:
        return
    mail.queue(
        to=to.email,
        template=f"assessments/mail/{template}",
        name=to.name,
        provider=portfolio.enrolment.cohort.provider,
        **context,
    )


def _keep_iqa_queue(portfolio: Portfolio, *, before: UnitState, after: UnitState) -> None:
    if after is UnitState.MET and before is not UnitState.MET:
        db.session.add(AwaitingIqa(portfolio_id=portfolio.id))
    elif before is UnitState.MET and after is not UnitState.MET:
        db.session.execute(delete(AwaitingIqa).where(AwaitingIqa.portfolio_id == portfolio.id))
