"""The figures of a whole and of its parts, as they are compared with each other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from assessments.evaluation.disclosure import Protected
from assessments.evaluation.statistics import Integers
from assessments.evaluation.tables import Tables


@dataclass(frozen=True)
class Sums:
    """The counts of `Tables` that add up over people."""

    people: int
    count: Integers
    base: Integers
    cells: tuple[Integers, ...]
    agree: Integers
    group_base: Integers

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(
            self.people - other.people,
            self.count - other.count,
            self.base - other.base,
            tuple(mine - theirs for mine, theirs in zip(self.cells, other.cells, strict=True)),
            self.agree - other.agree,
            self.group_base - other.group_base,
        )


def sums_of(tables: Tables) -> Sums:
    """The counts of exact tables."""
    return Sums(
        tables.respondents,
        tables.frequencies.count,
        tables.frequencies.base,
        tables.transitions.counts,
        tables.groups.agree,
        tables.groups.base,
    )


@dataclass(frozen=True)
class Figures:
    """The figures of a whole or of a part.

    Attributes:
        protected: What it may show for itself, now.
        now: Everybody it counts.
        new: Those whom its figures before did not count; everybody when there were none.
        before: What it showed before; None when nothing.
        stirred: Whether answers that the figures before counted have been withdrawn since, or others have come to them.
        is_piece: Whether it is shown only together with others of which the whole holds nothing, so that it must itself
            be fit to show.
    """

    protected: Protected
    now: Sums
    new: Sums
    before: Protected | None = None
    stirred: bool = False
    is_piece: bool = False


def rests(whole: Figures, shown: Sequence[Figures], again: Sequence[Figures]) -> list[Sums]:
    """Who is left when parts are taken from the whole: of everybody, and of those who are new since the figures before.

    Args:
        whole: The figures of everybody.
        shown: The parts that show a table.
        again: Those of them that showed it before.
    """
    left = [reduce(Sums.__sub__, (part.now for part in shown), whole.now)]
    if whole.before is not None:
        left.append(reduce(Sums.__sub__, (part.new for part in again), whole.new))
    return left
