"""Which cells of one table of answers before by answers after to hide. Pure.

The table hangs together with two frequency tables: everyone who gave a rating before is either in the table or left
the question after unanswered, and likewise the other way round. The network holds these people too, as cells that are
never shown.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.frequency_disclosure import FrequencyTable
from assessments.evaluation.network import Edge, Network, Node
from assessments.evaluation.newcomers import Telling
from assessments.evaluation.policy import Policy
from assessments.evaluation.tables import AGREE, AGREEING, DISAGREE, DISAGREEING, Tables

Flags = NDArray[np.bool_]
ROW_COST = 100_000.0
"""Hiding a row's base costs all its percentages: any number of cells go first."""


def protect(
    tables: Tables, index: int, frequencies: Mapping[str, FrequencyTable], policy: Policy, telling: Telling
) -> tuple[Flags, Flags]:
    """Hide cells and row bases of one pair.

    A row of fewer than 23 shows only its base, a row of fewer than 5 nothing. Where fewer than 23
    answered both, nothing is shown. That nobody is in a cell is hidden only where it costs nothing more.

    Args:
        tables: The exact tables.
        index: Which pair.
        frequencies: Both statements' own tables, protected.
        policy: The thresholds.
        telling: What is hidden like a small number.

    Returns:
        What is hidden: cells, shape (before, after), and row bases, shape (before,).
    """
    transitions = tables.transitions
    counts = transitions.counts[index]
    bases = counts.sum(axis=1)
    nobody_before, nobody_after = (
        np.array(
            [not frequencies[name].counts[code] and code not in frequencies[name].hidden for code in codes]
        )
        for name, codes in zip(transitions.pairs[index], transitions.ratings[index], strict=True)
    )
    if not bases.sum():
        return np.zeros(counts.shape, bool), np.zeros(bases.shape, bool)
    if bases.sum() < policy.percent_base:
        return ~(nobody_before[:, None] | nobody_after[None, :]), ~nobody_before
    cells = (counts > 0) & (counts < policy.smallest_count) | (bases < policy.percent_base)[:, None]
    cells = (cells | telling.cells[index]) & ~nobody_before[:, None]
    rows = ((bases < policy.smallest_count) | telling.row_bases[index]) & ~nobody_before
    _by_network(tables, index, frequencies, policy, (cells, rows))
    return cells, rows


def _by_network(
    tables: Tables,
    index: int,
    frequencies: Mapping[str, FrequencyTable],
    policy: Policy,
    kept_back: tuple[Flags, Flags],
) -> None:
    """Hide what else is needed, in place; show again the empty cells that everyone can work out anyway."""
    cells, rows = kept_back
    while True:
        cells |= rows[:, None]
        network, places = _network(tables, index, frequencies, policy, kept_back)
        before = (cells.sum(), rows.sum())
        network.protect()
        if network.narrowed():
            cells[:], rows[:] = True, True
            return
        for (kind, r, s), number in places.items():
            if network.edges[number].hidden:
                if kind == "cell":
                    cells[r, s] = True
                else:
                    rows[r] = True
        if before == (cells.sum(), rows.sum()):
            break
    for (kind, r, s), number in places.items():
        if not network.edges[number].value and not network.is_safe(number):
            if kind == "cell":
                cells[r, s] = False
            else:
                rows[r] = False


def _network(
    tables: Tables,
    index: int,
    frequencies: Mapping[str, FrequencyTable],
    policy: Policy,
    kept_back: tuple[Flags, Flags],
) -> tuple[Network, dict[tuple[str, int, int], int]]:
    transitions = tables.transitions
    pre, post = (frequencies[name] for name in transitions.pairs[index])
    before, after = transitions.ratings[index]
    counts = transitions.counts[index]
    cells, rows = kept_back
    network, places = Network(most=policy.smallest_count - 1), {}
    for r, rating in enumerate(before):
        base = int(counts[r].sum())
        for s in range(len(after)):
            value = int(counts[r, s])
            places["cell", r, s] = network.add(
                Edge((("row", r), ("after", s)), value, bool(cells[r, s]), cost=value, guarded=value > 0)
            )
        places["row", r, 0] = network.add(
            Edge((("before", r), ("row", r)), base, bool(rows[r]), cost=base + ROW_COST, guarded=base > 0)
        )
        only = int(transitions.before_only[index][r])
        network.add(Edge((("before", r), "not after"), only, hidden=True, guarded=False))
        hidden = rating in pre.hidden
        network.add(Edge((_sum("pre", rating), ("before", r)), pre.counts[rating], hidden, fixed=not hidden))
    for s, rating in enumerate(after):
        network.add(
            Edge(
                ("not before", ("after", s)),
                int(transitions.after_only[index][s]),
                hidden=True,
                guarded=False,
            )
        )
        hidden = rating in post.hidden
        network.add(Edge((("after", s), _sum("post", rating)), post.counts[rating], hidden, fixed=not hidden))
    for half in (AGREE, DISAGREE):
        for table, ends in (
            (pre, (("pre", "all"), ("pre", half))),
            (post, (("post", half), ("post", "all"))),
        ):
            hidden = half in table.hidden
            network.add(Edge(ends, table.counts[half], hidden, fixed=not hidden))
    both = int(counts.sum())
    neither = tables.respondents - pre.base - post.base + both
    network.add(Edge(("not before", "not after"), neither, hidden=True, guarded=False))
    return network, places


def _sum(which: str, rating: str) -> Node:
    """The sum that a rating belongs to: its half, or the whole."""
    return (which, AGREE if rating in AGREEING else DISAGREE if rating in DISAGREEING else "all")
