"""Which groups to hide in the tables by group. Pure.

For one item and one grouping, the groups' agreeing and other people add up, with those whose group is not known, to
the item's own frequency table; the groups' bases add up, with those who left the item out, to the frequency table of
the grouping. The network of each table holds all of them.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.codebook import Kind
from assessments.evaluation.frequency_disclosure import FrequencyTable
from assessments.evaluation.network import Edge, Network
from assessments.evaluation.newcomers import Telling
from assessments.evaluation.policy import Policy
from assessments.evaluation.tables import AGREE, MOTIVATION, MOTIVATION_ITEM, SINGLE, Grouping, Tables

Flags = NDArray[np.bool_]
BASE_COST = 100_000.0
"""Hiding a group's size costs more than hiding any number of its answers."""


def protect(
    tables: Tables,
    frequencies: Mapping[str, FrequencyTable],
    sealed: frozenset[str],
    policy: Policy,
    *,
    items: Collection[str] | None = None,
    clear_only: bool = False,
    telling: Telling,
) -> tuple[Flags, Flags]:
    """Hide groups' figures and, where they are small or would give others away, their bases.

    Args:
        tables: The exact tables.
        frequencies: All frequency tables, protected.
        sealed: Groupings of which nothing may be shown.
        policy: The thresholds.
        items: Look at these only and hide all others; all when left out.
        clear_only: Hide all groups where any must be hidden, rather than seek the fewest that will do, which is quicker.
        telling: What is hidden like a small number.

    Returns:
        What is hidden of `agree` (with the percentage) and of `base`, shape (items, groups).
    """
    groups = tables.groups
    agree, base = np.ones(groups.agree.shape, bool), np.ones(groups.agree.shape, bool)
    motives = [place for place, item in enumerate(groups.items) if item.startswith(MOTIVATION_ITEM)]
    sets = [[place] for place in range(len(groups.items)) if place not in motives] + (
        [motives] if motives else []
    )
    wanted = [
        places for places in sets if items is None or any(groups.items[place] in items for place in places)
    ]
    ticks = {code for variable in tables.codebook.of_kind(Kind.MULTIPLE) for code in variable.codes}
    for grouping in groups.groupings:
        if grouping.name not in sealed:
            for places in wanted:
                table = _Table(
                    tables,
                    grouping,
                    places,
                    frequencies,
                    policy,
                    telling=telling,
                    shared=grouping.name in ticks,
                )
                table.protect(agree, base, clear_only=clear_only)
    return agree, base


class _Table:
    """One grouping, and the answers that divide one base: a statement's agree and rest, or all motivations."""

    def __init__(
        self,
        tables: Tables,
        grouping: Grouping,
        places: list[int],
        frequencies: Mapping[str, FrequencyTable],
        policy: Policy,
        *,
        telling: Telling,
        shared: bool,
    ) -> None:
        groups = tables.groups
        item = groups.items[places[0]]
        self.policy, self.grouping, self.places, self.shared = policy, grouping, places, shared
        self.is_statement = not item.startswith(MOTIVATION_ITEM)
        self.special = grouping.name in policy.special
        self.bases = groups.base[places[0], grouping.span]
        self.counts = groups.agree[places, grouping.span]
        self.telling = telling.agree[places, grouping.span]
        self.bases_telling = telling.group_base[places[0], grouping.span]
        self.item = _item_table(item, frequencies)
        self.own = frequencies.get(grouping.name + SINGLE) or frequencies[grouping.name]
        codes = (
            [AGREE]
            if self.is_statement
            else [groups.items[place][len(MOTIVATION_ITEM) :] for place in places]
        )
        self.totals = np.array([self.item.counts[code] for code in codes])
        self.totals_hidden = np.array([code in self.item.hidden for code in codes])
        self.respondents = tables.respondents

    def protect(self, agree: Flags, base: Flags, *, clear_only: bool) -> None:
        """Write what is hidden into the two arrays of all items and groups, where all is hidden to begin with."""
        hidden, bases_hidden = self._for_their_size()
        if clear_only and (hidden.any() or bases_hidden.any()):
            return
        if (hidden.any() or bases_hidden.any()) and self.item.base >= self.policy.percent_base:
            while True:
                before = (hidden.sum(), bases_hidden.sum())
                given_up = self._by_network(hidden, bases_hidden)
                if given_up or before == (hidden.sum(), bases_hidden.sum()):
                    break
        place = np.ix_(self.places, range(self.grouping.start, self.grouping.span.stop))
        chosen_by_nobody = (self.totals == 0) & ~self.totals_hidden
        agree[place] = (hidden | bases_hidden[None, :]) & ~chosen_by_nobody[:, None]
        base[place] = bases_hidden[None, :]

    def _for_their_size(self) -> tuple[Flags, Flags]:
        least = 0 if self.special else 1
        threshold = self.policy.threshold(special=self.special)
        rest = self.bases[None, :] - self.counts
        hidden = (self.counts >= least) & (self.counts < threshold) | (rest >= least) & (rest < threshold)
        hidden |= self.bases[None, :] < self.policy.percent_base
        hidden |= self.totals_hidden[:, None]
        if self.item.base < self.policy.percent_base:
            sealed = np.array(
                [
                    not self._is_published(g) or bool(self.own.counts[group])
                    for g, group in enumerate(self.grouping.groups)
                ]
            )
            # the only group that anybody is in is as large as the base, which is shown
            alone = sealed & (sealed.sum() == 1) & (self.bases >= threshold)
            return np.broadcast_to(sealed, hidden.shape).copy(), sealed & ~alone
        if self.is_statement and self.totals[0] in (0, self.item.base):
            hidden[:] = False
        hidden |= self.telling
        bases_hidden = (self.bases >= least) & (self.bases < threshold) | self.bases_telling
        if self.special and bases_hidden.any():
            bases_hidden[:] = True
        if not self.special:
            hidden &= self.bases[None, :] > 0
        return hidden, bases_hidden

    def _is_published(self, g: int) -> bool:
        """Whether the size of a group is in the grouping's own frequency table."""
        return self.grouping.groups[g] not in self.own.hidden and not self.policy.is_small(
            int(self.bases[g]), special=self.special
        )

    @property
    def _all_answered(self) -> bool:
        """Whether everybody is known to have answered the item, so that a group's own table gives its base."""
        return not self.item.base_hidden and self.item.base == self.respondents

    def _by_network(self, hidden: Flags, bases_hidden: Flags) -> bool:
        """Hide what else is needed, in place; whether that was not enough, so that everything is hidden now."""
        least = 0 if self.special else 1
        network, cells = Network(least, self.policy.threshold(special=self.special) - 1), {}
        kept_back = hidden | bases_hidden[None, :]
        rest_hidden = np.asarray(kept_back.any(axis=0))
        for g, group in enumerate(self.grouping.groups):
            size = int(self.bases[g])
            everyone = self.own.counts[group]
            for row in range(len(self.places)):
                count = int(self.counts[row, g])
                edge = Edge((("item", row), ("group", g)), count, bool(kept_back[row, g]), cost=count)
                cells["cell", row, g] = network.add(edge)
            if self.is_statement:
                rest = size - int(self.counts[0, g])
                edge = Edge(("rest", ("group", g)), rest, bool(rest_hidden[g]), cost=rest)
                cells["cell", 0, -1 - g] = network.add(edge)
            edge = Edge((("group", g), ("asked", g)), size, bool(bases_hidden[g]), cost=size + BASE_COST)
            cells["base", 0, g] = network.add(edge)
            network.add(Edge(("left out", ("asked", g)), everyone - size, hidden=True, guarded=False))
            known = group not in self.own.hidden
            network.add(Edge((("asked", g), "all"), everyone, hidden=not known, fixed=known))
        self._add_the_others(network)
        known_anyway = set(network.protect())
        in_vain = any(
            kind == "base" and number in known_anyway and not bases_hidden[g]
            for (kind, _, g), number in cells.items()
        )
        if network.narrowed() or in_vain:
            for g, group in enumerate(self.grouping.groups):
                has_members = self.own.counts[group] > 0 or group in self.own.hidden
                is_known = self._is_published(g) and (
                    self._all_answered or (bases_hidden[g] and cells["base", 0, g] in known_anyway)
                )
                is_known = is_known and not self.bases_telling[g]
                hidden[:, g], bases_hidden[g] = has_members, has_members and not is_known
            return True
        for (kind, row, g), number in cells.items():
            column = g if g >= 0 else -1 - g
            if kind == "base" and number in known_anyway and self._is_published(g):
                bases_hidden[g] = bool(self.bases_telling[g])
            elif kind == "base" and network.edges[number].hidden:
                bases_hidden[g] = True
            elif network.edges[number].hidden and not (kept_back[row, column] and not hidden[row, column]):
                hidden[row, column] = True
        return False

    def _add_the_others(self, network: Network) -> None:
        """Those whose group is not known or not compared, and the item's own totals."""
        known = self.shared
        of_groups = sum(self.own.counts[group] for group in self.grouping.groups)
        for row, total in enumerate(self.totals.tolist()):
            elsewhere = total - int(self.counts[row].sum())
            network.add(
                Edge((("item", row), "elsewhere"), elsewhere, hidden=not known, fixed=known, guarded=False)
            )
            shown = not self.totals_hidden[row]
            network.add(Edge(("answered", ("item", row)), total, hidden=not shown, fixed=shown))
        size = self.item.base - int(self.bases.sum())
        if self.is_statement:
            rest = self.item.base - int(self.totals[0])
            elsewhere = size - (int(self.totals[0]) - int(self.counts[0].sum()))
            network.add(Edge(("rest", "elsewhere"), elsewhere, hidden=not known, fixed=known, guarded=False))
            shown = not self.totals_hidden[0]
            network.add(Edge(("answered", "rest"), rest, hidden=not shown, fixed=shown))
        network.add(
            Edge(("elsewhere", "asked elsewhere"), size, hidden=not known, fixed=known, guarded=False)
        )
        unknown = self.respondents - of_groups
        network.add(
            Edge(
                ("left out", "asked elsewhere"), unknown - size, hidden=not known, fixed=known, guarded=False
            )
        )
        counted = not self.own.base_hidden and not (self.own.hidden - set(self.grouping.groups))
        network.add(Edge(("asked elsewhere", "all"), unknown, hidden=not counted, fixed=counted))


def _item_table(item: str, frequencies: Mapping[str, FrequencyTable]) -> FrequencyTable:
    if not item.startswith(MOTIVATION_ITEM):
        return frequencies[item]
    return frequencies.get(MOTIVATION + SINGLE) or frequencies[MOTIVATION]
