"""What a part may show (a cohort of a provider, a provider of a programme) beside its whole. Pure.

Whoever has the figures of the whole and of some parts has, by subtraction, those of the rest. So the rest is judged as if
it were published: it needs people enough and no small count. And what is hidden in the whole or in a part could be had
back from the others unless the rest, of which nothing is shown, has people in the same cells to account for it.

Each table is judged by itself. Parts are taken out, the smallest first, until the rest is enough:

- frequency tables (with those derived from them) keep what is hidden in them by `disclosure`, or join their rare answers in
  all parts alike (`pooling`), whichever shows more parts;
- tables of movement and by group are shown by a part only where nothing of them needs hiding, in it or in the whole.

The same is asked of the people who are new since the figures before: those new in the whole, less those new in the parts
that are shown and were shown then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import pooling
from assessments.evaluation.codebook import Kind
from assessments.evaluation.disclosure import DERIVED, Protected, emptied
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Integers
from assessments.evaluation.sums import Figures, Sums, rests
from assessments.evaluation.tables import SINGLE, Tables

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class _Place:
    """One table, or several that are sums of one another: where it is, and what the rest needs in it.

    Attributes:
        flags: Everything hidden in it, of given figures.
        is_enough: Whether the rest is enough, given what is hidden anywhere.
        without: Given figures without the table.
        must_be_clear: Whether a part shows it only when nothing in it is hidden.
    """

    flags: Callable[[Protected], Flags]
    is_enough: Callable[[Sums, Flags], bool]
    without: Callable[[Protected], Protected]
    must_be_clear: bool


def shown_by(whole: Figures, parts: Mapping[int, Figures], policy: Policy) -> dict[int, Protected]:
    """What each part may show: what it shows for itself, less the tables that would give something away.

    Args:
        whole: The figures of everybody.
        parts: The figures of parts, no two with people in common; people of the whole may be in none.
        policy: The thresholds.
    """
    found = {part: figures.protected for part, figures in parts.items()}
    tables = whole.protected.tables
    for rows, special in _families(tables, policy):
        place = _frequency_place(np.array(rows), policy, special=special)
        shown = _shown(whole, parts, place)
        joined = pooling.joined(whole, parts, rows, policy, special=special)
        if joined is not None and len(joined.parts) > len(shown):
            shown = joined.parts
            for part in shown:
                found[part] = joined.without(found[part])
        for part in parts.keys() - shown:
            found[part] = place.without(found[part])
    for place in _tables_of_two(tables, policy):
        shown = _shown(whole, parts, place)
        for part in parts.keys() - shown:
            found[part] = place.without(found[part])
    return {part: emptied(protected) for part, protected in found.items()}


def _shown(whole: Figures, parts: Mapping[int, Figures], place: _Place) -> set[int]:
    """The parts that may show one table: none that the whole does not show."""
    if place.flags(whole.protected).all():
        return set()
    shown = sorted(parts, key=lambda part: (parts[part].now.people, part), reverse=True)
    shown = [part for part in shown if not place.flags(parts[part].protected).all()]
    if place.must_be_clear:
        if _hidden_in([whole], place).any():
            return set()
        shown = [part for part in shown if not _hidden_in([parts[part]], place).any()]
    shown = [
        part
        for part in shown
        if not parts[part].is_piece or place.is_enough(parts[part].now, _hidden_in([parts[part]], place))
    ]
    while shown and not _is_rest_enough(whole, [parts[part] for part in shown], place):
        shown.pop()
    return set(shown)


def _is_rest_enough(whole: Figures, shown: Sequence[Figures], place: _Place) -> bool:
    hidden = _hidden_in([whole, *shown], place)
    again = [part for part in shown if part.before is not None and not place.flags(part.before).all()]
    left, *new = rests(whole, shown, again)
    is_stirred = whole.stirred or any(part.stirred for part in shown)
    return place.is_enough(left, hidden) and all(place.is_enough(each, hidden | is_stirred) for each in new)


def _hidden_in(figures: Sequence[Figures], place: _Place) -> Flags:
    """What is hidden of a table in any of some figures, now or before."""
    views = [each.protected for each in figures]
    views += [
        each.before for each in figures if each.before is not None and not place.flags(each.before).all()
    ]
    return np.asarray(np.any([place.flags(each) for each in views], axis=0))


def _tables_of_two(tables: Tables, policy: Policy) -> list[_Place]:
    pairs = [_pair_place(index, policy) for index in range(len(tables.transitions.pairs))]
    groups = [
        _group_place(item, grouping.span, policy, special=grouping.name in policy.special)
        for grouping in tables.groups.groupings
        for item in range(len(tables.groups.items))
    ]
    return [*pairs, *groups]


def _families(tables: Tables, policy: Policy) -> list[tuple[list[int], bool]]:
    """The rows of frequency tables that are sums of one another, together, and whether they are about special categories."""
    head = {derived: source for source, others in DERIVED.items() for derived in others}
    head |= {code: each.name for each in tables.codebook.of_kind(Kind.MULTIPLE) for code in each.codes}
    rows: dict[str, list[int]] = {}
    for row, (variable, _) in enumerate(tables.frequencies.keys):
        name = variable.removesuffix(SINGLE)
        rows.setdefault(head.get(name, name), []).append(row)
    return [(places, name in policy.special) for name, places in rows.items()]


def _is_safe(counts: Integers, hidden: Flags, policy: Policy, *, special: bool = False) -> bool:
    """Whether no count is small; and where something is hidden elsewhere, or none tells on everyone, there are some."""
    enough = counts >= policy.threshold(special=special)
    nobody = (counts == 0) & ~hidden if not special else np.zeros(counts.shape, bool)
    return bool((enough | nobody).all())


def _is_base_safe(base: Integers, policy: Policy) -> bool:
    return bool(((base == 0) | (base >= policy.percent_base)).all())


def _frequency_place(rows: NDArray[np.intp], policy: Policy, *, special: bool) -> _Place:
    size = len(rows)

    def flags(protected: Protected) -> Flags:
        return np.concatenate([protected.count[rows], protected.base[rows]])

    def is_enough(rest: Sums, hidden: Flags) -> bool:
        if rest.people == 0:
            return not hidden.any()
        counts, base = rest.count[rows], rest.base[rows]
        left_out = np.where(hidden[size:], rest.people - base, policy.percent_base)
        return (
            rest.people >= policy.percent_base
            and _is_base_safe(base, policy)
            and _is_safe(counts, hidden[:size], policy, special=special)
            and bool((left_out >= policy.threshold(special=special)).all())
        )

    def without(protected: Protected) -> Protected:
        count, base = protected.count.copy(), protected.base.copy()
        count[rows] = base[rows] = True
        return replace(protected, count=count, base=base)

    return _Place(flags, is_enough, without, must_be_clear=False)


def _pair_place(index: int, policy: Policy) -> _Place:
    def flags(protected: Protected) -> Flags:
        return np.column_stack([protected.cells[index], protected.row_bases[index]])

    def is_enough(rest: Sums, hidden: Flags) -> bool:
        if rest.people == 0:
            return not hidden.any()
        cells = rest.cells[index]
        return (
            rest.people >= policy.percent_base
            and _is_base_safe(cells.sum(axis=1), policy)
            and _is_safe(cells, hidden[:, :-1], policy)
        )

    def without(protected: Protected) -> Protected:
        cells, rows = list(protected.cells), list(protected.row_bases)
        cells[index], rows[index] = np.ones_like(cells[index]), np.ones_like(rows[index])
        return replace(protected, cells=tuple(cells), row_bases=tuple(rows))

    return _Place(flags, is_enough, without, must_be_clear=True)


def _group_place(item: int, span: slice, policy: Policy, *, special: bool) -> _Place:
    def flags(protected: Protected) -> Flags:
        return np.stack([protected.agree[item, span], protected.group_base[item, span]])

    def is_enough(rest: Sums, hidden: Flags) -> bool:
        if rest.people == 0:
            return not hidden.any()
        agree, base = rest.agree[item, span], rest.group_base[item, span]
        return (
            rest.people >= policy.percent_base
            and _is_base_safe(base, policy)
            and _is_safe(
                np.stack([agree, base - agree]), np.stack([hidden[0], hidden[0]]), policy, special=special
            )
        )

    def without(protected: Protected) -> Protected:
        agree, base, tests = protected.agree.copy(), protected.group_base.copy(), protected.tests.copy()
        agree[item, span] = base[item, span] = True
        place = next(at for at, each in enumerate(protected.tables.groups.groupings) if each.span == span)
        tests[item, place] = True
        return replace(protected, agree=agree, group_base=base, tests=tests)

    return _Place(flags, is_enough, without, must_be_clear=True)
