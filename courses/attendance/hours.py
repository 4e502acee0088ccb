"""Fold register marks into hours: how much a practitioner has had, and how much is still in reach. Pure.

Marks are only ever appended. The mark that counts for a session is the one recorded last; what it is worth is stored
with it, in taught minutes, so nothing here has to know again how late somebody was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """What a register says of one person in one session."""

    CAME = "came"
    ONLINE = "online"
    LATE = "late"
    LEFT_EARLY = "left-early"
    PART = "part"
    MADE_UP = "made-up"
    APOLOGIES = "apologies"
    MISSED = "missed"
    TAKEN_BACK = "taken-back"

    @property
    def words(self) -> str:
        """The mark as people say it, in a sentence about one session."""
        return _WORDS[self]

    @property
    def is_absence(self) -> bool:
        """Whether the person was not there, with word or without."""
        return self in {Mark.APOLOGIES, Mark.MISSED}

    @property
    def is_partial(self) -> bool:
        """Whether the person was there for less than the whole session, so that minutes are written with it."""
        return self in {Mark.LATE, Mark.LEFT_EARLY, Mark.PART}


_WORDS = {
    Mark.CAME: "came",
    Mark.ONLINE: "came online",
    Mark.LATE: "came late",
    Mark.LEFT_EARLY: "left early",
    Mark.PART: "came for part",
    Mark.MADE_UP: "made up elsewhere",
    Mark.APOLOGIES: "sent apologies",
    Mark.MISSED: "missed",
    Mark.TAKEN_BACK: "mark taken back",
}


def described(mark: Mark, *, minutes: int, session_minutes: int) -> str:
    """Return a mark with its minutes: "came 20 minutes late", "came for 90 of 180 minutes"."""
    lacking = session_minutes - minutes
    match mark:
        case Mark.LATE:
            return f"came {_minutes(lacking)} late"
        case Mark.LEFT_EARLY:
            return f"left {_minutes(lacking)} early"
        case Mark.PART:
            return f"came for {minutes} of {session_minutes} minutes"
        case Mark.MADE_UP if lacking > 0:
            return f"made up {minutes} of {session_minutes} minutes elsewhere"
        case _:
            return mark.words


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


@dataclass(frozen=True, slots=True)
class Slot:
    """One session of a cohort: its key, its number from 1, its taught minutes, and whether it is cancelled."""

    key: int
    number: int
    minutes: int
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """One mark as recorded.

    Attributes:
        session: the key of the session.
        mark: what was recorded.
        minutes: taught minutes it is worth, 0 to the session's.
        order: rises with each mark recorded; the highest for a session counts.
    """

    session: int
    mark: Mark
    minutes: int
    order: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Where one practitioner stands. All figures are taught minutes.

    Attributes:
        attended: had with the own cohort, whole or in part.
        made_up: had elsewhere in place of a session missed.
        lost: minutes of marked sessions that were not had.
        open: minutes of sessions that have no mark yet.
        needed: the fewest that complete the course; a certificate of attendance asks for them.
        next_open: minutes of the next session without a mark, 0 when there is none.
        missed_last: whether the last marked session was missed and not made up.
        marks: the mark that counts, or None, in the order of the sessions.
        worths: the minutes that count of each session, in the same order.
        cancelled: minutes of sessions that are cancelled: still part of the course, no longer to be had here.
    """

    attended: int
    made_up: int
    lost: int
    open: int
    needed: int
    next_open: int
    missed_last: bool
    marks: tuple[Mark | None, ...]
    worths: tuple[int, ...]
    cancelled: int = 0

    @property
    def had(self) -> int:
        """Return the minutes that count towards a certificate."""
        return self.attended + self.made_up

    @property
    def taught(self) -> int:
        """Return the taught minutes of the whole cohort."""
        return self.had + self.lost + self.open + self.cancelled

    @property
    def reachable(self) -> int:
        """Return the minutes the practitioner has if every session without a mark is attended whole."""
        return self.had + self.open

    @property
    def can_reach(self) -> bool:
        """Tell whether the certificate's hours are had or still within reach here."""
        return self.reachable >= self.needed

    @property
    def has_enough(self) -> bool:
        """Tell whether the certificate's hours are already had."""
        return self.had >= self.needed

    @property
    def hangs_on_next(self) -> bool:
        """Tell whether the last session was missed and missing the next would put the certificate out of reach."""
        return self.can_reach and self.missed_last and self.reachable - self.next_open < self.needed

    @property
    def to_ring(self) -> bool:
        """Tell whether somebody should ring this practitioner: out of reach, or one more miss away from it."""
        return not self.can_reach or self.hangs_on_next


class NotPart(ValueError):
    """The minutes written with a mark cannot be; the message says what can."""


def minutes_of(mark: Mark, *, session_minutes: int, minutes: int | None = None) -> int:
    """Return what a mark is worth in taught minutes.

    Args:
        mark: what is recorded.
        session_minutes: the taught minutes of the session.
        minutes: as written with the mark: how late somebody came, how early they left, or how long they were there for
            "part of it" (half the session when it was not noted).

    Raises:
        NotPart: the minutes are missing, or what they leave is nothing or the whole session.
    """
    if mark.is_absence or mark is Mark.TAKEN_BACK:
        return 0
    if not mark.is_partial:
        return session_minutes
    written = session_minutes // 2 if minutes is None and mark is Mark.PART else minutes
    if written is None or not 0 < written < session_minutes:
        what = {Mark.LATE: "late is", Mark.LEFT_EARLY: "early is", Mark.PART: "part of a session is"}[mark]
        raise NotPart(f"{what} 1 to {session_minutes - 1} minutes")
    return written if mark is Mark.PART else session_minutes - written


def latest(marks: Iterable[Recorded]) -> dict[int, Recorded]:
    """Return, for each session key, the mark recorded last, in whatever order the marks come."""
    counts: dict[int, Recorded] = {}
    for mark in marks:
        held = counts.get(mark.session)
        if held is None or mark.order > held.order:
            counts[mark.session] = mark
    return counts


def fold(slots: Sequence[Slot], marks: Iterable[Recorded], *, needed: int) -> Hours:
    """Fold one practitioner's marks over the sessions of the cohort.

    Args:
        slots: every session of the cohort, in order.
        marks: marks in any order; those for sessions not among `slots` do not count.
        needed: the fewest taught minutes that complete the course.

    Returns:
        The practitioner's standing.
    """
    counts = {session: mark for session, mark in latest(marks).items() if mark.mark is not Mark.TAKEN_BACK}
    return _standing(slots, counts, needed)


def _standing(slots: Sequence[Slot], counts: Mapping[int, Recorded], needed: int) -> Hours:
    attended = made_up = lost = still_open = next_open = cancelled = 0
    missed_last = False
    shown: list[Mark | None] = []
    worths: list[int] = []
    for slot in slots:
        held = counts.get(slot.key)
        shown.append(held.mark if held else None)
        if held is None and slot.is_cancelled:
            worths.append(0)
            cancelled += slot.minutes
            continue
        if held is None:
            worths.append(0)
            still_open += slot.minutes
            next_open = next_open or slot.minutes
            continue
        worth = min(held.minutes, slot.minutes)
        worths.append(worth)
        lost += slot.minutes - worth
        missed_last = held.mark.is_absence
        if held.mark is Mark.MADE_UP:
            made_up += worth
        else:
            attended += worth
    return Hours(
        attended,
        made_up,
        lost,
        still_open,
        needed,
        next_open,
        missed_last,
        tuple(shown),
        tuple(worths),
        cancelled,
    )
