"""Standardisation meetings: minutes with who came, and actions that go from meeting to meeting until they are closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from assessments.standardisation import queries
from assessments.standardisation.models import (
    Attendance,
    Exercise,
    Meeting,
    MeetingAction,
    MeetingActionClosed,
    MeetingExercise,
)
from assessments.verification.risk import months_before
from lms.core import audit, clock
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import Conflict, NotFound, Refused
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role

MONTHS_BETWEEN = 12
"""An awarding body asks for standardisation at least once in so many months."""


@dataclass(frozen=True, slots=True)
class NewAction:
    """Something a meeting agreed: what, who does it, and by when."""

    words: str
    owner: User
    due_on: date


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action with the meeting that agreed it and what closed it, if anything has."""

    action: MeetingAction
    closed: MeetingActionClosed | None

    def is_overdue(self, today: date) -> bool:
        """Whether it is past its day and open."""
        return self.closed is None and self.action.due_on < today

    def is_carried_to(self, meeting: Meeting) -> bool:
        """Whether an earlier meeting agreed it and it was open when this one was held."""
        is_before = self.action.meeting_id < meeting.id
        return is_before and (self.closed is None or self.closed.created_at >= meeting.created_at)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A meeting with who came and who was away, what was talked about, what was agreed, and what it carried forward."""

    meeting: Meeting
    attendance: tuple[Attendance, ...]
    exercises: tuple[Exercise, ...]
    agreed: tuple[ActionLine, ...]
    carried: tuple[ActionLine, ...]


def hold(
    provider: Organisation,
    *,
    title: str,
    held_on: date,
    minutes: str,
    came: Collection[int],
    exercises: Sequence[Exercise],
    actions: Sequence[NewAction],
    by: Actor,
) -> Meeting:
    """Keep the minutes of a meeting.

    Args:
        provider: whose meeting.
        title: its name.
        held_on: its day.
        minutes: what was said and agreed.
        came: the numbers of those who came; the others of the provider's assessors and IQAs are kept as away.
        exercises: what was talked about.
        actions: what was agreed that somebody does.
        by: the IQA.

    Raises:
        Refused: it has no name or minutes, lies ahead, nobody came, or an action is incomplete.
    """
    if not title:
        raise Refused("Give the meeting a name.", field="title")
    if not minutes:
        raise Refused("Write what was said and agreed.", field="minutes")
    if held_on > clock.today():
        raise Refused("Minutes are written afterwards: give a day that has been.", field="held_on")
    people = members(provider.id)
    if not {one.id for one in people} & set(came):
        raise Refused("Tick who came.", field="came")
    meeting = Meeting(provider_id=provider.id, held_on=held_on, title=title, minutes=minutes, by_id=by.id)
    db.session.add(meeting)
    db.session.flush()
    db.session.add_all(
        Attendance(meeting_id=meeting.id, user_id=one.id, came=one.id in came) for one in people
    )
    db.session.add_all(MeetingExercise(meeting_id=meeting.id, exercise_id=one.id) for one in exercises)
    db.session.add_all(
        MeetingAction(meeting_id=meeting.id, words=one.words, owner_id=one.owner.id, due_on=one.due_on)
        for one in actions
    )
    audit.record(
        Act.STANDARD_MEETING_HELD,
        by=by,
        on=meeting,
        organisation_id=provider.id,
        came=len(came),
        actions=len(actions),
    )
    return meeting


def close(action: MeetingAction, *, words: str, by: Actor) -> None:
    """Close an action, with what came of it.

    Raises:
        Refused: nothing is said.
        Conflict: it is closed.
    """
    if not words:
        raise Refused("Say in a line what came of it.", field="words")
    try:
        with db.session.begin_nested():
            db.session.add(MeetingActionClosed(action_id=action.id, by_id=by.id, words=words))
    except IntegrityError as error:
        raise Conflict("This is closed already.") from error
    audit.record(Act.STANDARD_ACTION_CLOSED, by=by, on=action, organisation_id=action.meeting.provider_id)


def members(provider_id: int) -> list[User]:
    """Who is expected at a meeting: the provider's assessors and IQAs, by name."""
    return queries.people(provider_id, Role.ASSESSOR, Role.IQA)


def meetings(provider_id: int) -> list[Meeting]:
    """The meetings of a provider, newest first."""
    return list(
        db.session.scalars(
            select(Meeting)
            .where(Meeting.provider_id == provider_id)
            .options(joinedload(Meeting.by))
            .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        )
    )


def minutes_of(provider_id: int, held: Sequence[Meeting]) -> list[Minutes]:
    """The minutes of some meetings of a provider, in the order given: three queries for any number."""
    ids = [one.id for one in held]
    people: dict[int, list[Attendance]] = defaultdict(list)
    for one in db.session.scalars(
        select(Attendance)
        .join(User, User.id == Attendance.user_id)
        .where(Attendance.meeting_id.in_(ids))
        .options(contains_eager(Attendance.user))
        .order_by(Attendance.came.desc(), User.name)
    ):
        people[one.meeting_id].append(one)
    about: dict[int, list[Exercise]] = defaultdict(list)
    for meeting_id, exercise in db.session.execute(
        select(MeetingExercise.meeting_id, Exercise)
        .join(Exercise, Exercise.id == MeetingExercise.exercise_id)
        .where(MeetingExercise.meeting_id.in_(ids))
        .order_by(Exercise.id)
    ):
        about[meeting_id].append(exercise)
    lines = _lines(provider_id)
    return [
        Minutes(
            meeting=one,
            attendance=tuple(people[one.id]),
            exercises=tuple(about[one.id]),
            agreed=tuple(line for line in lines if line.action.meeting_id == one.id),
            carried=tuple(line for line in lines if line.is_carried_to(one)),
        )
        for one in held
    ]


def open_actions(provider_id: int) -> list[ActionLine]:
    """What is open now at a provider: what the next meeting carries forward."""
    return [line for line in _lines(provider_id) if line.closed is None]


def _lines(provider_id: int) -> list[ActionLine]:
    rows = db.session.execute(
        select(MeetingAction, MeetingActionClosed)
        .join(Meeting, Meeting.id == MeetingAction.meeting_id)
        .outerjoin(MeetingActionClosed, MeetingActionClosed.action_id == MeetingAction.id)
        .where(Meeting.provider_id == provider_id)
        .options(
            contains_eager(MeetingAction.meeting),
            joinedload(MeetingAction.owner),
            joinedload(MeetingActionClosed.by),
        )
        .order_by(MeetingAction.due_on, MeetingAction.id)
    )
    return [ActionLine(action, closed) for action, closed in rows]


def last_held(provider_id: int) -> date | None:
    """The day of a provider's last meeting; None when there has been none."""
    return db.session.scalar(select(func.max(Meeting.held_on)).where(Meeting.provider_id == provider_id))


def is_due(last: date | None, *, today: date) -> bool:
    """Whether a provider whose last meeting was on a day, or that has had none, should hold one."""
    return last is None or last < months_before(today, MONTHS_BETWEEN)


def get_meeting(ref: str, *, within: Reach) -> Meeting:
    """A meeting of a provider within an IQA's reach.

    Raises:
        NotFound: there is none.
    """
    meeting = db.session.scalar(
        select(Meeting).where(
            Meeting.ref == ref,
            true() if within.everywhere else Meeting.provider_id.in_(within.organisation_ids),
        )
    )
    if meeting is None:
        raise NotFound
    return meeting


def get_action(ref: str, *, within: Reach) -> MeetingAction:
    """An action of a meeting of a provider within an IQA's reach.

    Raises:
        NotFound: there is none.
    """
    action = db.session.scalar(
        select(MeetingAction)
        .join(Meeting, Meeting.id == MeetingAction.meeting_id)
        .where(MeetingAction.ref == ref, Meeting.provider_id.in_(within.organisation_ids))
    )
    if action is None:
        raise NotFound
    return action
