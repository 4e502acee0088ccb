"""Fold register marks into hours: how much a practitioner has had, and how much is still in reach. Pure.

Marks are only ever appended. The mark that counts for a session is the one recorded last; how long someone was there
is stored with the mark, so nothing here knows how long "part of it" is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

PERCENT = 100


class Mark(StrEnum):
    """What a register says of one person in one session."""

    CAME = "came"
    PART = "part"
    MADE_UP = "made-up"
    MISSED = "missed"

    @property
    def words(self) -> str:
        """The mark as people say it, in a sentence about one session."""
        return _WORDS[self]


_WORDS = {
    Mark.CAME: "came",
    Mark.PART: "came for part",
    Mark.MADE_UP: "made up elsewhere",
    Mark.MISSED: "missed",
}


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
        needed: what a certificate of attendance asks for.
        next_open: minutes of the next session without a mark, 0 when there is none.
        missed_last: whether the last marked session was missed and not made up.
        marks: the mark that counts, or None, in the order of the sessions.
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


def minutes_needed(taught: int, *, percent: int) -> int:
    """Return the taught minutes a certificate asks for: `percent` of `taught`, rounded up to whole minutes.

    With 1,800 minutes and 90 per cent that is 1,620: 27 hours of 30.
    """
    return -(-taught * percent // PERCENT)


def minutes_of(mark: Mark, *, session_minutes: int, part_minutes: int | None = None) -> int:
    """Return what a mark is worth.

    Args:
        mark: what is recorded.
        session_minutes: the taught minutes of the session.
        part_minutes: for "part of it", how long the person was there; half the session when it was not noted.

    Raises:
        ValueError: the part is not shorter than the session, or not longer than nothing.
    """
    if mark is Mark.MISSED:
        return 0
    if mark is not Mark.PART:
        return session_minutes
    minutes = session_minutes // 2 if part_minutes is None else part_minutes
    if not 0 < minutes < session_minutes:
        raise ValueError(f"part of a session of {session_minutes} minutes cannot be {minutes} minutes")
    return minutes


def latest(marks: Iterable[Recorded]) -> dict[int, Recorded]:
    """Return, for each session key, the mark recorded last, in whatever order the marks come."""
    counts: dict[int, Recorded] = {}
    for mark in marks:
        held = counts.get(mark.session)
        if held is None or mark.order > held.order:
            counts[mark.session] = mark
    return counts


def fold(slots: Sequence[Slot], marks: Iterable[Recorded], *, percent: int) -> Hours:
    """Fold one practitioner's marks over the sessions of the cohort.

    Args:
        slots: every session of the cohort, in order.
        marks: marks in any order; those for sessions not among `slots` do not count.
        percent: the share of taught hours a certificate asks for.

    Returns:
        The practitioner's standing.
    """
    return _standing(
        slots, latest(marks), minutes_needed(sum(slot.minutes for slot in slots), percent=percent)
    )


def _standing(slots: Sequence[Slot], counts: Mapping[int, Recorded], needed: int) -> Hours:
    attended = made_up = lost = still_open = next_open = cancelled = 0
    missed_last = False
    shown: list[Mark | None] = []
    for slot in slots:
        held = counts.get(slot.key)
        shown.append(held.mark if held else None)
        if held is None and slot.is_cancelled:
            cancelled += slot.minutes
            continue
        if held is None:
            still_open += slot.minutes
            next_open = next_open or slot.minutes
            continue
        worth = min(held.minutes, slot.minutes)
        lost += slot.minutes - worth
        missed_last = held.mark is Mark.MISSED
        if held.mark is Mark.MADE_UP:
            made_up += worth
        else:
            attended += worth
    return Hours(attended, made_up, lost, still_open, needed, next_open, missed_last, tuple(shown), cancelled)
