"""Checking in: a short code on the facilitator's screen, open for a while around the start of a session.

It never changes a mark. What could not be recorded is refused in words that begin with NOT_RECORDED, so that nobody
goes home thinking that they were counted.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark, CheckInWindow
from courses.attendance.register_queries import RegisterLine, list_register
from courses.attendance.registers import refuse_when_cancelled
from courses.cohorts.models import Enrolment, EnrolmentStatus, Session
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.clock import LONDON
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.reading import read_rows
from lms.core.text import clock_time, day

LETTERS = "2345679ACDEFGHJKMNPQRTVWXY"
"""No letter that looks or sounds like another: no 0, O, 1, I, L, 5 beside S, 8 beside B, U beside V, Z beside 2."""
CODE_LENGTH = 6
BEFORE = timedelta(minutes=15)
AFTER = timedelta(minutes=20)
STILL_TOLD = timedelta(hours=12)
"""How long after a window somebody with its code is told that it has closed."""
NOT_RECORDED = "Not recorded."


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Where somebody stands after checking in.

    Attributes:
        session: the session.
        mark: the mark that counts.
        is_new: whether it was made just now.
    """

    session: Session
    mark: Mark
    is_new: bool


def usual_window(session: Session) -> tuple[datetime, datetime]:
    """When checking in opens and closes unless the facilitator says otherwise."""
    return session.starts_at - BEFORE, session.starts_at + AFTER


def find_window(session: Session) -> CheckInWindow | None:
    """The last window of a session, open, to come or closed; None when it was never opened."""
    return db.session.scalar(
        select(CheckInWindow)
        .where(CheckInWindow.session_id == session.id)
        .order_by(CheckInWindow.id.desc())
        .limit(1)
    )


_WHEN = (
    select(CheckInWindow.opens_at, CheckInWindow.closes_at)
    .where(CheckInWindow.session_id == bindparam("session"))
    .order_by(CheckInWindow.id.desc())
    .limit(1)
)


def find_open_until(session_id: int) -> datetime | None:
    """When the window of a session closes that is open now; None while none is."""
    now = clock.now()
    return next(
        (closes for opens, closes in read_rows(_WHEN, session=session_id) if opens <= now < closes), None
    )


def is_open(window: CheckInWindow | None, now: datetime) -> bool:
    """Whether people can check in now."""
    return window is not None and window.opens_at <= now < window.closes_at


def open_window(session: Session, *, opens_at: datetime, closes_at: datetime, by: Actor) -> CheckInWindow:
    """Let the people of a session check in, by a new code.

    Raises:
        Refused: the session is cancelled, or it would close before it opens or before now, or not on the session's day.
    """
    refuse_when_cancelled(session)
    if closes_at <= opens_at:
        raise Refused("It closes before it opens. Choose a later time.", field="closes")
    if closes_at <= clock.now():
        raise Refused(
            f"{clock_time(closes_at)} is past. Choose a later time, or mark people in the register.",
            field="closes",
        )
    days = {at.astimezone(LONDON).date() for at in (opens_at, closes_at, session.starts_at)}
    if len(days) > 1:
        raise Refused(f"Check-in is on the day of the session, {day(session.starts_at)}.", field="opens")
    window = _renewed(session)
    window.code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    window.opens_at, window.closes_at, window.by_id = opens_at, closes_at, by.id
    db.session.add(window)
    db.session.flush()
    _record(session, by, "opened")
    return window


def _renewed(session: Session) -> CheckInWindow:
    """The window to fill in: a new one, for an earlier one that has opened is ended now and stays with its code."""
    now, earlier = clock.now(), find_window(session)
    if earlier is None:
        return CheckInWindow(session_id=session.id)
    if earlier.opens_at >= now:
        return earlier
    earlier.closes_at = min(earlier.closes_at, now)
    return CheckInWindow(session_id=session.id)


def close_window(session: Session, *, by: Actor) -> None:
    """End checking in now.

    Raises:
        Refused: it is not open, nor to come.
    """
    window = find_window(session)
    now = clock.now()
    if window is None or window.closes_at <= now:
        raise Refused("Check-in is closed already.")
    window.opens_at = min(window.opens_at, now - timedelta(seconds=1))
    window.closes_at = now
    _record(session, by, "closed")


def _record(session: Session, by: Actor, state: str) -> None:
    organisation_id = session.cohort.provider_id
    audit.record(Act.CHECK_IN_CHANGED, by=by, on=session, organisation_id=organisation_id, state=state)


def check_in(code: str, *, by: Actor) -> CheckedIn:
    """Record that somebody came to the session of theirs whose code this is.

    A mark that is there already, whoever made it, stays.

    Args:
        code: as typed, in any case, with or without spaces.
        by: who checks in.

    Raises:
        Refused: it was not recorded, and why; the message says what to do.
    """
    found = find_by_code(code, by=by, closed_since=clock.now() - STILL_TOLD)
    if found is None or found[0] is not find_window(found[0].session):
        raise Refused(
            f"{NOT_RECORDED} This is not the code of a session of yours today. "
            "Look at the screen again, letter by letter, or ask your facilitator to mark you.",
            field="code",
        )
    window, enrolment = found
    if window.session.cancelled_at is not None:
        raise Refused(f"{NOT_RECORDED} Session {window.session.number} is cancelled.", field="code")
    now = clock.now()
    if now < window.opens_at:
        raise Refused(
            f"{NOT_RECORDED} Check-in opens at {clock_time(window.opens_at)}. Send the code again then.",
            field="code",
        )
    line = next(line for line in list_register(window.session) if line.enrolment_id == enrolment.id)
    if line.mark is not None:
        return _as_it_stands(window.session, line, line.mark)
    if now >= window.closes_at:
        raise Refused(
            f"{NOT_RECORDED} Check-in closed at {clock_time(window.closes_at)}. "
            "Ask your facilitator to mark you in the register.",
            field="code",
        )
    session = window.session
    db.session.add(
        AttendanceMark(
            session_id=session.id,
            enrolment_id=enrolment.id,
            mark=Mark.CAME,
            minutes=session.minutes,
            by_id=by.id,
        )
    )
    db.session.flush()
    audit.record(Act.CHECKED_IN, by=by, on=session, organisation_id=session.cohort.provider_id)
    return CheckedIn(session, Mark.CAME, is_new=True)


def tidy_code(code: str) -> str:
    """A code as we keep it: capitals, nothing between them."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _as_it_stands(session: Session, line: RegisterLine, mark: Mark) -> CheckedIn:
    """What somebody with a mark is told; an absence is theirs to talk about, not to change.

    Raises:
        Refused: they were marked absent.
    """
    if mark.is_absence:
        raise Refused(
            f"{NOT_RECORDED} {line.by} has already marked you: {mark.words}. If you are here, tell {line.by}.",
            field="code",
        )
    return CheckedIn(session, mark, is_new=False)


def find_by_code(code: str, *, by: Actor, closed_since: datetime) -> tuple[CheckInWindow, Enrolment] | None:
    """The window with this code among the person's own sessions, earlier ones too, and the place they hold.

    Args:
        code: as typed.
        by: who typed it.
        closed_since: windows that had closed by then are passed over.
    """
    statement = (
        select(CheckInWindow, Enrolment)
        .join(Session, Session.id == CheckInWindow.session_id)
        .join(Enrolment, Enrolment.cohort_id == Session.cohort_id)
        .where(
            CheckInWindow.code == tidy_code(code),
            CheckInWindow.closes_at > closed_since,
            Enrolment.user_id == by.id,
            Enrolment.status == EnrolmentStatus.ACTIVE,
        )
        .options(joinedload(CheckInWindow.session).joinedload(Session.cohort))
        .limit(1)
    )
    row = db.session.execute(statement).first()
    return (row[0], row[1]) if row else None
