"""The figures of a whole and of its parts, as they are compared with each other. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.disclosure import Protected
from assessments.evaluation.newcomers import Telling
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Integers
from assessments.evaluation.tables import MOTIVATION, SINGLE, Tables


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


@dataclass(frozen=True, eq=False)
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


def telling_of(new: Sums, old: Sums, before: Protected, policy: Policy) -> Telling:
    """Which numbers would tell a small number of newcomers, beside the figures before.

    Args:
        new: The newcomers.
        old: The others, as far as their answers still stand.
        before: What was shown before they came.
        policy: The thresholds.
    """
    tables = before.tables
    special = np.array([variable in policy.special for variable, _ in tables.frequencies.keys])
    special_group = np.zeros(tables.groups.agree.shape[1], bool)
    for grouping in tables.groups.groupings:
        special_group[grouping.span] = grouping.name in policy.special
    rows = [cells.sum(axis=1) for cells in new.cells]
    nobody = np.zeros(1, bool)
    agree = _is_small(new.agree, special_group, policy)
    agree |= _is_small(new.group_base - new.agree, special_group, policy)
    group_base = _is_small(new.group_base, special_group, policy)
    was_small = before.group_base & _is_small(old.group_base, special_group, policy)
    still = _still_hidden(new, was_small, before, policy)
    return Telling(
        (_is_small(new.count, special, policy) | _is_small(new.base, special, policy)) & ~before.count
        | _bounded_by_groups(new.count + old.count, before, policy),
        before.base & ~before.count & (new.people - new.base < policy.smallest_count),
        tuple(
            _is_small(cells, nobody, policy) & ~hidden | hidden & ~hidden.all()
            for cells, hidden in zip(new.cells, before.cells, strict=True)
        ),
        tuple(
            _is_small(row, nobody, policy) & ~hidden | hidden & ~hidden.all()
            for row, hidden in zip(rows, before.row_bases, strict=True)
        ),
        agree & ~before.agree | still & before.agree,
        group_base & ~before.group_base | still & before.group_base,
    )


def _bounded_by_groups(now: Integers, before: Protected, policy: Policy) -> NDArray[np.bool_]:
    """Sizes of groups, hidden before, that next to how many of the group had answered some item leave room for a few newcomers.

    Args:
        now: The counts of the frequency tables as they are now.
        before: What was shown before.
        policy: The thresholds.
    """
    tables = before.tables
    places = {key: row for row, key in enumerate(tables.frequencies.keys)}
    answered = np.where(before.group_base, 0, tables.groups.base).max(axis=0, initial=0)
    found = np.zeros(len(places), bool)
    for grouping in tables.groups.groupings:
        least = policy.threshold(special=grouping.name in policy.special)
        for name, (group, most) in product(
            (grouping.name, grouping.name + SINGLE),
            zip(grouping.groups, answered[grouping.span].tolist(), strict=True),
        ):
            row = places.get((name, group))
            if row is not None and most and before.count[row]:
                found[row] = now[row] - most < least
    return found


def besides(new: Protected, before: Protected) -> Telling:
    """What is hidden of the newcomers by themselves, and was shown before they came.

    Args:
        new: The newcomers' own figures.
        before: What was shown before they came.
    """
    return Telling(
        new.count & ~before.count,
        new.base & ~before.base,
        tuple(mine & ~theirs for mine, theirs in zip(new.cells, before.cells, strict=True)),
        tuple(mine & ~theirs for mine, theirs in zip(new.row_bases, before.row_bases, strict=True)),
        new.agree & ~before.agree,
        new.group_base & ~before.group_base,
    )


def _still_hidden(
    new: Sums, was_small: NDArray[np.bool_], before: Protected, policy: Policy
) -> NDArray[np.bool_]:
    """Groups whose hidden numbers of before the newcomers would give away; shape (items, groups).

    Some were hidden, and next to none of the newcomers are in no group; or the size of some was hidden as small, and next to
    none of the newcomers left the question out, so that how many they are in each group is known.
    """
    tables = before.tables
    places = {variable: row for row, (variable, _) in enumerate(tables.frequencies.keys)}
    motives = places.get(MOTIVATION + SINGLE, places.get(MOTIVATION, 0))
    base = new.base[[places.get(item, motives) for item in tables.groups.items]]
    still = np.zeros(before.agree.shape, bool)
    for grouping in tables.groups.groupings:
        span = grouping.span
        hidden = np.concatenate([before.agree[:, span], before.group_base[:, span]], axis=1)
        elsewhere = base - new.group_base[:, span].sum(axis=1)
        is_partly = hidden.any(axis=1) & ~hidden.all(axis=1)
        given = is_partly & (elsewhere < policy.smallest_count)
        given |= was_small[:, span].any(axis=1) & (new.people - base < policy.smallest_count)
        still[:, span] = given[:, None]
    return still


def _is_small(counts: Integers, special: NDArray[np.bool_], policy: Policy) -> NDArray[np.bool_]:
    least = np.where(special, policy.smallest_special, policy.smallest_count)
    return np.asarray((counts >= np.where(special, 0, 1)) & (counts < least))


def rests(whole: Figures, shown: Sequence[Figures], was_shown: Callable[[Protected], bool]) -> list[Sums]:
    """Who is left when parts are taken from the whole, first of everybody, then by who was counted before.

    Of those who are new, whoever is in a part that is new itself or showed the table before is taken. A part that shows it
    for the first time may be what was left before: then its people of before are judged, and who is left without them.

    Args:
        whole: The figures of everybody.
        shown: The parts that show a table.
        was_shown: Whether given earlier figures showed it.
    """
    left = [_less(whole.now, [part.now for part in shown])]
    if whole.before is None:
        return left
    first = [part for part in shown if part.before is not None and not was_shown(part.before)]
    left.append(_less(whole.new, [part.new for part in shown if part not in first]))
    if first:
        old = _less(whole.now, [whole.new])
        others = [_less(part.now, [part.new]) for part in shown if part not in first]
        rest = _less(old, [*others, *(_less(part.now, [part.new]) for part in first)])
        left += [_less(old, [*others, rest]), rest]
    return left


def _less(sums: Sums, others: Sequence[Sums]) -> Sums:
    return reduce(Sums.__sub__, others, sums)
