"""A cohort's page in words and figures: who stands where, whom to ring, how the group does. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, TypeVar

from courses.attendance.hours import Hours
from courses.cohorts.calendar import in_words
from courses.cohorts.leaving import Leaving, counted_words
from lms.core.clock import LONDON

CARDS = 2
STILL_RINGING = timedelta(weeks=4)
"""How long after the last session hours can be made up elsewhere, so that it is worth ringing."""
_NEXT_WEEK = 6
_NUMBERS = ("Nobody", "One person", "Two people")


class Person(Protocol):
    """What a roll needs to know of somebody in a cohort."""

    @property
    def name(self) -> str:
        """The person's name."""

    @property
    def ref(self) -> str:
        """The enrolment's reference."""


class Meeting(Protocol):
    """What a roll needs to know of a session."""

    @property
    def minutes(self) -> int:
        """The taught minutes."""

    @property
    def number(self) -> int:
        """The session's number from 1."""

    @property
    def starts_at(self) -> datetime:
        """When it starts, UTC."""

    @property
    def is_cancelled(self) -> bool:
        """Whether it is called off."""


AMeeting = TypeVar("AMeeting", bound=Meeting)


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody to ring, and why.

    Attributes:
        ref: the enrolment's reference.
        name: whom to ring.
        why: one or two sentences that go on from the name.
    """

    ref: str
    name: str
    why: str


def hours_text(minutes: float) -> str:
    """Write minutes as hours with at most one decimal: 21, 19.5."""
    value = (Decimal(str(minutes)) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value.normalize():f}" if value else "0"


def to_ring(people: Sequence[tuple[Person, Hours]], meetings: Sequence[Meeting]) -> list[Ring]:
    """Return whom to ring, those who can still be kept on course first.

    Args:
        people: each active person with the hours so far, in the order of the page.
        meetings: the sessions of the cohort in order.
    """
    rings = [(hours.can_reach, person, hours) for person, hours in people if hours.to_ring]
    rings.sort(key=lambda ring: not ring[0])
    return [Ring(person.ref, person.name, _why(hours, meetings)) for _, person, hours in rings]


def _why(hours: Hours, meetings: Sequence[Meeting]) -> str:
    needed = hours_text(hours.needed)
    if hours.can_reach:
        missed = [
            meeting for meeting, mark in zip(meetings, hours.marks, strict=True) if mark and mark.is_absence
        ]
        return f"missed {missed[-1].starts_at.astimezone(LONDON):%A}. One more miss puts {needed} hours out of reach."
    elsewhere = _short_of(hours, len(meetings))
    if not hours.open:
        return f"has {hours_text(hours.had)} hours. Talk about making up {elsewhere} with another cohort."
    return f"can reach {hours_text(hours.reachable)} hours at most. Talk about joining another cohort for {elsewhere}."


def _short_of(hours: Hours, sessions: int) -> str:
    """How many sessions elsewhere bring somebody to the certificate: "one session", "3 sessions"."""
    session = hours.taught // sessions
    short = -(-(hours.needed - hours.reachable) // session)
    return "one session" if short == 1 else f"{short} sessions"


def possible(name: str, hours: Hours, sessions: int) -> str:
    """Say what a person can still reach, in one or two sentences."""
    needed = hours_text(hours.needed)
    if hours.has_enough:
        return f"{name} has the {needed} hours that a certificate of attendance asks for."
    if not hours.can_reach:
        elsewhere = _short_of(hours, sessions)
        verb = "brings" if elsewhere == "one session" else "bring"
        return (
            f"{name} can reach {hours_text(hours.reachable)} hours here. "
            f"{elsewhere[0].upper()}{elsewhere[1:]} with another cohort {verb} it to {needed}."
        )
    spare = hours.reachable - hours.needed
    more = "There is nothing to spare" if not spare else f"There are {hours_text(spare)} hours to spare"
    return (
        f"{name} can reach {hours_text(hours.reachable)} hours here. {more}: a certificate asks for {needed}."
    )


def _held_on(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(LONDON).date()


def codes(hours: Hours, meetings: Sequence[Meeting]) -> tuple[str | None, ...]:
    """Return one code a session for a row of marks: the mark that counts, "cancelled", or None for one to come."""
    return tuple(
        "cancelled" if mark is None and meeting.is_cancelled else mark
        for meeting, mark in zip(meetings, hours.marks, strict=True)
    )


def is_time_to_ring(meetings: Sequence[Meeting], today: date) -> bool:
    """Tell whether hours of this cohort can still change: it has begun, and ended four weeks ago at most."""
    return bool(meetings) and _held_on(meetings[0]) <= today <= _held_on(meetings[-1]) + STILL_RINGING


def lead(meetings: Sequence[Meeting], facilitators: Sequence[str], today: date) -> str:
    """Return the line under a cohort's name: how long, when, with whom, what is next."""
    meetings = [meeting for meeting in meetings if not meeting.is_cancelled]
    if not meetings:
        return "No sessions."
    first, last = _held_on(meetings[0]), _held_on(meetings[-1])
    since = (
        f"{first.day} {first:%B}"
        if first.year == last.year == today.year
        else f"{first.day} {first:%B} {first.year}"
    )
    until = f"{last.day} {last:%B}" if last.year == today.year else f"{last.day} {last:%B} {last.year}"
    words = [f"{_sessions(meetings)}, {since} to {until}."]
    if facilitators:
        who = "Facilitator" if len(facilitators) == 1 else "Facilitators"
        words.append(f"{who} {' and '.join(facilitators)}.")
    coming = next((meeting for meeting in meetings if _held_on(meeting) >= today), None)
    if coming is not None:
        words.append(f"Session {coming.number} is {_when(_held_on(coming), today)}.")
    return " ".join(words)


def _sessions(meetings: Sequence[Meeting]) -> str:
    """How many sessions and how long: "10 sessions of 3 hours", "3 sessions with 10 hours in all"."""
    count = f"{len(meetings)} session{'' if len(meetings) == 1 else 's'}"
    lengths = {meeting.minutes for meeting in meetings}
    if len(lengths) == 1:
        return f"{count} of {in_words(lengths.pop())}"
    return f"{count} with {in_words(sum(meeting.minutes for meeting in meetings))} in all"


def _when(held_on: date, today: date) -> str:
    if held_on == today:
        return "today"
    if held_on == today + timedelta(days=1):
        return "tomorrow"
    if held_on <= today + timedelta(days=_NEXT_WEEK):
        return f"on {held_on:%A}"
    return f"on {held_on:%A} {held_on.day} {held_on:%B}"


def register_due(
    meetings: Sequence[AMeeting], standings: Sequence[Hours], today: date
) -> tuple[AMeeting, str] | None:
    """Return the register to open next, with the words for its button; None when there is nobody to mark.

    The first session that has been held and lacks a mark comes before those still to be held.
    """
    if not standings:
        return None
    for place, meeting in enumerate(meetings):
        if meeting.is_cancelled:
            continue
        if _held_on(meeting) > today:
            return meeting, f"Get the register for session {meeting.number}"
        if any(hours.marks[place] is None for hours in standings):
            return meeting, f"Take the register for session {meeting.number}"
    return None


def ring_heading(count: int) -> str:
    """Return the heading over the cards: "Two people to ring this week"."""
    said = _NUMBERS[count] if count < len(_NUMBERS) else f"{count} people"
    return f"{said} to ring this week"


def figures(
    standings: Sequence[Hours], *, left: Sequence[Leaving], seek: int | None
) -> list[tuple[str, str | None, str, str | None]]:
    """Return the strip of figures: (number, unit, label, hint).

    Args:
        standings: the hours of each active person.
        left: the reasons of those who have left.
        seek: how many of the active people want the unit; None for a course without one.
    """
    count = len(standings)
    gone = f"{len(left)} left: {counted_words(left)}" if left else None
    strip: list[tuple[str, str | None, str, str | None]] = [(str(count), None, "enrolled", gone)]
    if standings:
        average = sum(hours.had for hours in standings) / count
        so_far = max(hours.had + hours.lost for hours in standings)
        reach = sum(hours.can_reach for hours in standings)
        strip += [
            (hours_text(average), None, "hours each, on average", f"{hours_text(so_far)} possible so far"),
            (
                str(reach),
                f"of {count}",
                f"can still reach {hours_text(standings[0].needed)} hours",
                "what a certificate asks for",
            ),
        ]
        if seek is not None:
            strip.append(
                (str(seek), f"of {count}", "want the unit as well", "the others come for the course")
            )
    return strip
