"""The figures of a whole and of its parts, as they are compared with each other. Pure."""

from collections.abc import Callable, Sequence
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
        besides: People whom its figures count and the whole does not; None when there are none. Then both they and those
            in the whole must themselves be fit to show.
        is_fixed: Whether it stays as it came out before, whatever else is shown.
    """

    protected: Protected
    now: Sums
    new: Sums
    before: Protected | None = None
    stirred: bool = False
    besides: Sums | None = None
    is_fixed: bool = False


def rests(whole: Figures, shown: Sequence[Figures], was_shown: Callable[[Protected], bool]) -> list[Sums]:
    """Who is left when parts are taken from the whole: of everybody, and of those who are new since the figures before.

    From the new, a part is taken that is new itself or showed the table before; of another it cannot be told who is new.

    Args:
        whole: The figures of everybody.
        shown: The parts that show a table.
        was_shown: Whether given earlier figures showed it.
    """
    left = [reduce(Sums.__sub__, (part.now for part in shown), whole.now)]
    if whole.before is not None:
        told = [part.new for part in shown if part.before is None or was_shown(part.before)]
        left.append(reduce(Sums.__sub__, told, whole.new))
    return left
