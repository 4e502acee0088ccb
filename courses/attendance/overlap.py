"""How much of a session somebody has had when they were at several: each minute of the course counts once. Pure.

Sessions lie end to end along the minutes of the course, in their order. So the second day of a block, minutes 360 to
720, is made up by the third and fourth of ten weekly sessions, and one of those counts for half of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from courses.attendance.hours import Mark


@dataclass(frozen=True, slots=True)
class Presence:
    """Minutes of the course for which somebody was there: from `begins` to `ends`, or for a `share` of them."""

    begins: int
    ends: int
    share: Fraction = Fraction(1)


def presence(mark: Mark, *, begins: int, session_minutes: int, minutes: int) -> Presence:
    """Return which minutes of the course a mark stands for.

    Args:
        mark: what was recorded.
        begins: the minute of the course at which the session begins.
        session_minutes: the taught minutes of the session.
        minutes: what the mark is worth.
    """
    ends = begins + session_minutes
    if mark is Mark.LATE:
        return Presence(ends - minutes, ends)
    if mark is Mark.LEFT_EARLY:
        return Presence(begins, begins + minutes)
    return Presence(begins, ends, Fraction(min(minutes, session_minutes), session_minutes))


def covered(presences: Iterable[Presence], *, begins: int, ends: int) -> int:
    """Return the whole minutes from `begins` to `ends` that were had; where several were there, the most counts."""
    there = [each for each in presences if each.begins < ends and begins < each.ends]
    cuts = sorted(
        {begins, ends, *(cut for each in there for cut in (each.begins, each.ends) if begins < cut < ends)}
    )
    had = Fraction(0)
    for start, end in pairwise(cuts):
        shares = [each.share for each in there if each.begins <= start and end <= each.ends]
        had += max(shares, default=Fraction(0)) * (end - start)
    return int(had)
