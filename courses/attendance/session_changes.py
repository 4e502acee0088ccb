"""What can be done with a session that is laid out: move it, cancel it, hold it after all. Those who come are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select

from courses.attendance import hours_warnings, register_queries
from courses.cohorts import followers, notices, turns
from courses.cohorts.calendar import CannotLayOut, PlannedSession, planned, refuse_holiday, refuse_night
from courses.cohorts.models import Session
from courses.cohorts.notices import Change
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.clock import LONDON
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.text import clock_time, day

STALE = "Somebody changed this session while you had it open. Look at it again, then decide."
_ASIDE = 10_000
"""Added to numbers while they change places, so that none is held twice at any instant."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where a session is to be: a day and a time in London, a building, a link, or both."""

    on: date
    starts: time
    venue: str = ""
    link: str = ""


def move(session: Session, to: Meeting, *, seen: int, by: Actor) -> int:
    """Give a session that is to come another day, time or place. It stays as long as it was.

    Args:
        session: which one.
        to: when and where it is to be.
        seen: the sequence number of the session on the page the person saw.
        by: who moves it.

    Returns:
        How many people are told.

    Raises:
        Refused: its register is taken, it has begun, it is cancelled, the new time cannot be, or nothing differs.
        Conflict: somebody else changed it since.
    """
    _take_turn(session, seen)
    if session.cancelled_at is not None:
        raise Refused(f"Session {session.number} is cancelled. Hold it after all, on whichever day.")
    _refuse_begun(session, "moved")
    before = _described(session)
    _place(session, to)
    changes = _changes(before, _described(session))
    if not changes:
        raise Refused("Nothing is different. Change the day, the time or the place.", field="on")
    old = session.number
    _settle(session)
    told = notices.tell_moved(session, changes, was=old)
    _record(Act.SESSION_MOVED, session, by, was=before["When"], told=told)
    return told


def cancel(session: Session, *, why: str, seen: int, by: Actor) -> int:
    """Call a session off. Its hours can no longer be had here unless it is held after all.

    Returns:
        How many people are told.

    Raises:
        Refused: its register is taken, or it has begun.
        Conflict: it is cancelled already, or somebody else changed it since.
    """
    _take_turn(session, seen)
    if session.cancelled_at is not None:
        raise Conflict(f"Session {session.number} is cancelled already.")
    _refuse_begun(session, "cancelled")
    session.cancelled_at = clock.now()
    session.cancelled_why = why.strip()
    _settle(session)
    told = notices.tell_cancelled(session)
    hours_warnings.review_cohort_later(session.cohort_id)
    _record(Act.SESSION_CANCELLED, session, by, was=_described(session)["When"], told=told)
    return told


def hold_after_all(session: Session, at: Meeting, *, seen: int, by: Actor) -> int:
    """Undo a cancellation: on the old day when that is still to come, or on another that replaces it.

    Returns:
        How many people are told.

    Raises:
        Refused: the time cannot be.
        Conflict: it is not cancelled, or somebody else changed it since.
    """
    _take_turn(session, seen)
    if session.cancelled_at is None:
        raise Conflict(f"Session {session.number} is not cancelled.")
    before = _described(session)
    _place(session, at)
    session.cancelled_at, session.cancelled_why = None, ""
    old = session.number
    _settle(session)
    told = notices.tell_on_again(session, _changes(before, _described(session)), was=old)
    hours_warnings.review_cohort_later(session.cohort_id)
    _record(Act.SESSION_HELD_AFTER_ALL, session, by, was=before["When"], told=told)
    return told


def _take_turn(session: Session, seen: int) -> None:
    """Wait until nobody else changes this cohort's sessions, then see that this one is as it was shown."""
    turns.take_turn(session.cohort)
    db.session.refresh(session)
    if session.sequence != seen:
        raise Conflict(STALE)


def _refuse_begun(session: Session, done: str) -> None:
    if register_queries.has_marks(session.id):
        raise Refused(f"The register of session {session.number} is taken, so it cannot be {done}.")
    if session.starts_at <= clock.now():
        raise Refused(f"Session {session.number} has begun. Only a session that is to come can be {done}.")


def _place(session: Session, to: Meeting) -> None:
    """Put a session onto a time and into a place.

    Raises:
        Refused: the time is past, at night, on a bank holiday, or another session's.
    """
    asked = _planned(session, to)
    if asked.starts_at <= clock.now():
        raise Refused("That time is past. Choose a time to come.", field="on")
    other = db.session.scalar(
        select(Session)
        .where(
            Session.cohort_id == session.cohort_id,
            Session.id != session.id,
            Session.cancelled_at.is_(None),
            Session.starts_at < asked.ends_at,
            Session.ends_at > asked.starts_at,
        )
        .limit(1)
    )
    if other is not None:
        at = f"{clock_time(other.starts_at)} to {clock_time(other.ends_at)}"
        raise Refused(
            f"Session {other.number} is on {day(other.starts_at)}, {at}. Choose another time.", field="on"
        )
    session.starts_at, session.ends_at = asked.starts_at, asked.ends_at
    session.venue, session.link = to.venue.strip(), to.link.strip()


def _planned(session: Session, to: Meeting) -> PlannedSession:
    whole = int((session.ends_at - session.starts_at) / timedelta(minutes=1))
    try:
        refuse_holiday(to.on, "Choose another day.")
        refuse_night(to.starts, whole)
    except CannotLayOut as reason:
        raise Refused(str(reason), field="on") from reason
    return planned(session.number, to.on, to.starts, session.minutes, pause=whole - session.minutes)


def _described(session: Session) -> dict[str, str]:
    """When and where a session is, in words."""
    at = f"{clock_time(session.starts_at)} to {clock_time(session.ends_at)}"
    return {
        "When": f"{day(session.starts_at)} {session.starts_at.astimezone(LONDON).year}, {at}",
        "Where": session.venue or ("" if session.link else session.cohort.venue),
        "Online": session.link,
    }


def _changes(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    return [Change(what, before[what], now) for what, now in after.items() if now != before[what]]


def _settle(session: Session) -> None:
    """After a change: the numbers follow the days, the cohort's first and last day follow the sessions."""
    _touch(session)
    db.session.flush()
    ordered = db.session.scalars(
        select(Session).where(Session.cohort_id == session.cohort_id).order_by(Session.starts_at, Session.id)
    ).all()
    displaced = [(number, each) for number, each in enumerate(ordered, start=1) if each.number != number]
    for number, each in displaced:
        each.number = _ASIDE + number
    db.session.flush()
    for number, each in displaced:
        each.number = number
        if each is not session:
            _touch(each)
    held = [each.starts_at.astimezone(LONDON).date() for each in ordered if each.cancelled_at is None]
    if held:
        session.cohort.starts_on, session.cohort.ends_on = held[0], held[-1]
    db.session.flush()
    followers.tell(session.cohort_id)


def _touch(session: Session) -> None:
    session.sequence += 1
    session.changed_at = clock.now()


def _record(act: Act, session: Session, by: Actor, *, was: str, told: int) -> None:
    audit.record(
        act,
        by=by,
        on=session,
        organisation_id=session.cohort.provider_id,
        number=session.number,
        was=was,
        now=_described(session)["When"],
        told=told,
    )
