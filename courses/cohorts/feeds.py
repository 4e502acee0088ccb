"""Sessions as an iCalendar feed (RFC 5545, RFC 7986), as calendar programs subscribe to it. Pure.

Times are in UTC, so no program needs a rule for our clocks. An event keeps its UID for good; each change raises its
SEQUENCE, and a cancelled one stays with STATUS:CANCELLED, so that programs strike it out instead of wondering. The
library folds lines and ends them as the standard asks. Nothing here is about who else comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vDuration

PRODUCT = "-//Going Forward//Sessions//EN"
ASK_AGAIN = timedelta(hours=4)
"""How often we ask programs to look again."""


@dataclass(frozen=True, slots=True)
class FeedSession:
    """A session as a calendar shows it.

    Attributes:
        ref: its reference: part of the event's UID, for good.
        number: from 1, in the order of days.
        of: how many sessions the cohort has.
        sequence: rises with each change.
        changed_at: when it last changed.
        facilitators: who teaches it; nobody else is named.
    """

    ref: str
    number: int
    of: int
    course: str
    cohort: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    link: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool
    cancelled_why: str
    facilitators: tuple[str, ...] = ()


def write(name: str, sessions: Sequence[FeedSession], *, home: str) -> bytes:
    """Write a calendar.

    Args:
        name: what programs call it.
        sessions: in any order.
        home: the address of the product, where everything else is.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    for session in sorted(sessions, key=lambda each: (each.starts_at, each.ref)):
        calendar.add_component(_event(session, home))
    written: bytes = calendar.to_ical()
    return written


def _event(session: FeedSession, home: str) -> Event:
    event = Event()
    event.add("uid", f"session-{session.ref}@goingforward")
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", _summary(session))
    event.add("description", "\n".join(_lines(session)))
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if session.is_cancelled else "OPAQUE")
    event.add("url", home)
    where = session.venue or session.link
    if where:
        event.add("location", where)
    if session.link:
        event.add(
            "conference",
            session.link,
            parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join online"},
        )
    return event


def _summary(session: FeedSession) -> str:
    words = f"{session.course}, session {session.number} of {session.of}"
    return f"Cancelled: {words}" if session.is_cancelled else words


def _lines(session: FeedSession) -> list[str]:
    lines = [f"{session.cohort}."]
    if session.is_cancelled:
        lines.append(f"This session is cancelled. {session.cancelled_why}".strip())
    if session.facilitators:
        lines.append(f"With {' and '.join(session.facilitators)}.")
    if session.link:
        lines.append(f"Join online: {session.link}")
    return lines
