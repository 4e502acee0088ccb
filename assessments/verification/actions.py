"""What IQAs ask of assessors: asked with a day, answered, closed; and still to be read when it is.

An action on a returned decision is answered by deciding again, and closed by the IQA's answer to the new decision. One on
a whole sample, or on a decision that nothing reopens, is answered by the assessor's own word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from assessments.marking.models import Decision, Outcome
from assessments.portfolio.models import Portfolio, Submission
from assessments.verification import policies
from assessments.verification.models import (
    ActionStep,
    Sample,
    SampleAction,
    SampledDecision,
    SamplePlan,
    StepKind,
)
from courses.cohorts.models import Cohort
from lms.core import audit, clock, mail
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, NotFound, Refused
from lms.core.extensions import db
from lms.people.models import User

PAGE = 25


class ActionState(StrEnum):
    """Where an action stands."""

    OVERDUE = "overdue"
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action as a list tells it: `state` is an `ActionState`'s value, `answer` and `closing` are what was said then.

    `is_reopened` says whether it came with a decision that was reopened: deciding again answers it, nothing else does.
    """

    ref: str
    sample_ref: str
    learner: str
    cohort: str
    criterion: str
    is_reopened: bool
    assessor: str
    iqa: str
    note: str
    asked_at: datetime
    due_on: date
    state: str
    answer: str
    closed_at: datetime | None
    closing: str


def due_by_policy(sample: Sample) -> date:
    """The day by which what is asked now is answered, unless the IQA names another."""
    today = clock.today()
    days = policies.in_force(sample.plan.cohort.provider_id, today).policy.action_days
    return today + timedelta(days=days)


def ask(
    sample: Sample,
    assessor: User,
    *,
    note: str,
    due_on: date | None = None,
    about: SampledDecision | None = None,
    criterion: str = "",
    by: Actor,
) -> SampleAction:
    """Ask an assessor to do something.

    Args:
        sample: the sample in which it was seen.
        assessor: who is asked; the one who decided.
        note: what to do; only the assessor and quality assurers read it.
        due_on: by when; the policy's days from today unless given.
        about: the answer that returned a decision, if it is about one.
        criterion: that decision's criterion.
        by: the IQA.

    Raises:
        Refused: nothing is said, or the day lies behind.
        Forbidden: it would go to the IQA themselves.
    """
    if not note:
        raise Refused("Say what the assessor should do.", field="note")
    if due_on is not None and due_on < clock.today():
        raise Refused("Give a day that is still to come.", field="due_on")
    if assessor.id == by.id:
        raise Forbidden("Nobody quality-assures their own work.")
    action = SampleAction(
        sample_id=sample.id,
        sampled_decision_id=about.id if about else None,
        criterion=criterion,
        assessor_id=assessor.id,
        iqa_id=by.id,
        note=note,
        due_on=due_on or due_by_policy(sample),
    )
    db.session.add(action)
    db.session.flush()
    _note(action, by, what="asked")
    # of a decision that is reopened the assessor is told as it comes back to their queue
    if assessor.disabled_at is None and not _is_reopened(action):
        provider = sample.plan.cohort.provider
        mail.queue(
            to=assessor.email,
            template="assessments/mail/action",
            name=assessor.name,
            provider=provider,
            answer_by=action.due_on,
        )
    return action


def mark_done(action: SampleAction, *, note: str, by: Actor) -> None:
    """Say that what was asked is done.

    Raises:
        Forbidden: it was asked of somebody else.
        Refused: nothing is said.
        Conflict: it was said already, or is closed; or the criterion was reopened, so that deciding it again answers.
    """
    if action.assessor_id != by.id:
        raise Forbidden("This was asked of another assessor.")
    _require_own_word(action)
    if not note:
        raise Refused("Say in a line what you did.", field="note")
    _step(action, StepKind.DONE, note, by)


def close(action: SampleAction, *, note: str, by: Actor) -> None:
    """Close an action; it stays to be read.

    Raises:
        Forbidden: it was asked of the IQA themselves.
        Conflict: it is closed; or the criterion was reopened, so that answering its new decision closes it.
    """
    if action.assessor_id == by.id:
        raise Forbidden("Nobody closes an action of their own.")
    _require_own_word(action)
    _step(action, StepKind.CLOSED, note, by)


def close_of_criterion(portfolio_id: int, criterion: str, *, by: Actor) -> None:
    """Close what is open on a criterion of a portfolio, since its new decision has been answered."""
    closed = select(ActionStep.action_id).where(ActionStep.kind == StepKind.CLOSED)
    for action in db.session.scalars(
        select(SampleAction)
        .join(Sample, Sample.id == SampleAction.sample_id)
        .where(
            Sample.portfolio_id == portfolio_id,
            SampleAction.criterion == criterion,
            SampleAction.id.not_in(closed),
        )
    ):
        _step(action, StepKind.CLOSED, "Decided again, and looked at.", by)


def _require_own_word(action: SampleAction) -> None:
    if _is_reopened(action):
        raise Conflict("It closes when the new decision has been answered.")


def _is_reopened(action: SampleAction) -> bool:
    found = select(SampleAction.id).where(SampleAction.id == action.id, reopens())
    return db.session.scalar(found) is not None


def _step(action: SampleAction, kind: StepKind, note: str, by: Actor) -> None:
    steps = set(db.session.scalars(select(ActionStep.kind).where(ActionStep.action_id == action.id)))
    if kind in steps or StepKind.CLOSED in steps:
        raise Conflict("This has been answered already.")
    try:
        with db.session.begin_nested():
            db.session.add(ActionStep(action_id=action.id, kind=kind, by_id=by.id, note=note))
    except IntegrityError as error:
        raise Conflict("This has been answered already.") from error
    _note(action, by, what=kind.value)


def _note(action: SampleAction, by: Actor, *, what: str) -> None:
    audit.record(
        Act.SAMPLE_ACTION_CHANGED,
        by=by,
        on=action,
        organisation_id=action.sample.plan.cohort.provider_id,
        what=what,
        criterion=action.criterion,
    )


def has_step(*kinds: StepKind) -> ColumnElement[bool]:
    """Whether an action has taken one of some steps."""
    return exists().where(ActionStep.action_id == SampleAction.id, ActionStep.kind.in_(kinds))


def reopens() -> ColumnElement[bool]:
    """Whether an action came with a decision of met that was returned, which reopens its criterion."""
    return (
        select(Decision.id)
        .join(SampledDecision, SampledDecision.decision_id == Decision.id)
        .where(SampledDecision.id == SampleAction.sampled_decision_id, Decision.outcome == Outcome.MET)
        .exists()
    )


def is_decided_again() -> ColumnElement[bool]:
    """Whether the decision that an action is about has been followed by another one."""
    later, sent = aliased(Decision), aliased(Submission)
    returned, where = aliased(SampledDecision), aliased(Sample)
    return (
        select(later.id)
        .join(sent, sent.id == later.submission_id)
        .join(where, where.portfolio_id == sent.portfolio_id)
        .join(returned, returned.id == SampleAction.sampled_decision_id)
        .where(
            where.id == SampleAction.sample_id,
            later.criterion == SampleAction.criterion,
            later.id > returned.decision_id,
        )
        .exists()
    )


def is_answered() -> ColumnElement[bool]:
    """Whether the assessor has done what was asked, or it is closed."""
    return has_step(StepKind.DONE, StepKind.CLOSED) | is_decided_again()


def list_actions(where: ColumnElement[bool], *, page: int = 1) -> tuple[list[ActionRow], int]:
    """A page of actions, those that wait for somebody first, by their day; and how many there are in all. Two queries."""
    done, closed = aliased(ActionStep), aliased(ActionStep)
    assessor, iqa = aliased(User), aliased(User)
    state = case(
        (has_step(StepKind.CLOSED), ActionState.CLOSED.value),
        (is_answered(), ActionState.ANSWERED.value),
        (SampleAction.due_on < clock.today(), ActionState.OVERDUE.value),
        else_=ActionState.OPEN.value,
    )
    rows = db.session.execute(
        _joined(
            select(
                SampleAction.ref,
                Sample.ref.label("sample_ref"),
                User.name.label("learner"),
                Cohort.name.label("cohort"),
                SampleAction.criterion,
                reopens().label("is_reopened"),
                assessor.name.label("assessor"),
                iqa.name.label("iqa"),
                SampleAction.note,
                SampleAction.created_at.label("asked_at"),
                SampleAction.due_on,
                state.label("state"),
                func.coalesce(done.note, "").label("answer"),
                closed.created_at.label("closed_at"),
                func.coalesce(closed.note, "").label("closing"),
            )
        )
        .join(assessor, assessor.id == SampleAction.assessor_id)
        .join(iqa, iqa.id == SampleAction.iqa_id)
        .outerjoin(done, and_(done.action_id == SampleAction.id, done.kind == StepKind.DONE))
        .outerjoin(closed, and_(closed.action_id == SampleAction.id, closed.kind == StepKind.CLOSED))
        .where(where)
        .order_by(closed.id.is_not(None), SampleAction.due_on, SampleAction.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    count = db.session.scalar(_joined(select(func.count())).where(where)) or 0
    return [ActionRow(**row._asdict()) for row in rows], count


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(SampleAction)
        .join(Sample, Sample.id == SampleAction.sample_id)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
    )


def at_providers(within: Reach) -> ColumnElement[bool]:
    """Actions of the providers within an IQA's reach."""
    return Cohort.provider_id.in_(within.organisation_ids)


def of_assessor(within: Reach) -> ColumnElement[bool]:
    """Actions asked of the asking assessor."""
    return SampleAction.assessor_id == within.person_id


def of_portfolio(portfolio_id: int) -> ColumnElement[bool]:
    """Actions that came of a portfolio."""
    return Sample.portfolio_id == portfolio_id


def get_action(ref: str, *, within: Reach) -> SampleAction:
    """An action at a provider within an IQA's reach.

    Raises:
        NotFound: there is none.
    """
    return _one(ref, at_providers(within))


def get_own_action(ref: str, *, within: Reach) -> SampleAction:
    """An action asked of the asking assessor.

    Raises:
        NotFound: there is none.
    """
    return _one(ref, of_assessor(within))


def _one(ref: str, where: ColumnElement[bool]) -> SampleAction:
    action = db.session.scalar(
        select(SampleAction)
        .join(Sample, Sample.id == SampleAction.sample_id)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(SampleAction.ref == ref, where)
    )
    if action is None:
        raise NotFound
    return action
