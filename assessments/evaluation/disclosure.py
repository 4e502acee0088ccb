"""What may be shown of the tables without giving away what one or few people said.

Pure. Everything that leaves the evaluation (page, chart, CSV file, command) is drawn from `Protected`, never from
`Tables`. The rules, with the thresholds of `Policy`:

1. A count of 1 to 4 is hidden; in tables by ethnicity or disability (special-category data) a count under 10,
   nobody included, since "none of them" also tells on everyone in the group.
2. Figures of a table, or of a group, only where at least 23 people answered: a percentage of fewer says too much
   about each. The number of people itself is shown from 5 (10).
3. Whoever is left over counts too: if all but three of a group agree, the three are hidden, so the group is.
4. What could be worked back from a total, from the other groups, from another table or from a test is hidden with it,
   as little as will do (see `network`). A test is shown only when all its groups are. A table derived from another
   is hidden when a difference of the two would give a hidden cell away.

Sources: the conventions of HESA (percentages on 22.5 or more, means on 8 or more), Ofqual (1 to 4 hidden) and ONS
(under 10 for sensitive data).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import group_disclosure, transition_disclosure
from assessments.evaluation.codebook import MULTIPLE, Kind
from assessments.evaluation.frequency_disclosure import FrequencyTable, protect_flat, protect_statement
from assessments.evaluation.group_tests import Tests
from assessments.evaluation.newcomers import Telling, nothing
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Floats, Integers, benjamini_hochberg
from assessments.evaluation.tables import GROUPS, SINGLE, Tables, Transitions

Flags = NDArray[np.bool_]

DERIVED: Mapping[str, tuple[str, ...]] = MappingProxyType({"qualification": ("nqf_level", "nqf_group")})
"""Variables that sort the answers to another question into coarser ones."""
UNPLACED = "not_classified"
"""The answer to such a question that the coarser ones leave out."""


@dataclass(frozen=True)
class Protected:
    """Tables with what is to be hidden in them; True is hidden. What is drawn or written takes this, never `Tables`.

    Attributes:
        tables: The exact figures where the flag beside them is False. What is hidden is not in here: a nought stands in
            its place, and the rows of a transition table still add up to their base where that is shown.
        policy: The rules applied, None when nothing was hidden.
        count, base: A flag for each row of `tables.frequencies`.
        cells, row_bases: For each pair, shape (before, after) and (before,).
        agree, group_base: Shape (items, groups).
        tests: Shape (items, groupings).
        p_adjusted: Benjamini-Hochberg over the tests that are shown, shape (items, groupings).
    """

    tables: Tables
    policy: Policy | None
    count: Flags
    base: Flags
    cells: tuple[Flags, ...]
    row_bases: tuple[Flags, ...]
    agree: Flags
    group_base: Flags
    tests: Flags
    p_adjusted: Floats = field(repr=False)

    @property
    def percent(self) -> Flags:
        """Which percentages of `tables.frequencies` are hidden; shape (rows,)."""
        return self.count | self.base | self._few(self.tables.frequencies.base)

    def row_percent(self, index: int) -> Flags:
        """Which row percentages of a pair are hidden; shape (before, after)."""
        few = self._few(self.tables.transitions.counts[index].sum(axis=1))
        return self.cells[index] | (self.row_bases[index] | few)[:, None]

    @property
    def group_percent(self) -> Flags:
        """Which percentages of groups are hidden; shape (items, groups). None and all tell on a special category."""
        groups = self.tables.groups
        hidden = self.agree | self.group_base | self._few(groups.base)
        for grouping in groups.groupings:
            if self.policy is not None and grouping.name in self.policy.special:
                agree, base = groups.agree[:, grouping.span], groups.base[:, grouping.span]
                hidden[:, grouping.span] |= (agree == 0) | (agree == base)
        return hidden

    def _few(self, base: Integers) -> Flags:
        """Whether people answered, but fewer than a percentage needs."""
        if self.policy is None:
            return np.zeros(base.shape, bool)
        return (base > 0) & (base < self.policy.percent_base)


def unprotected(tables: Tables) -> Protected:
    """The tables with nothing hidden, for a permitted analyst."""
    frequencies, groups = tables.frequencies, tables.groups
    return Protected(
        tables,
        None,
        np.zeros(len(frequencies.keys), bool),
        np.zeros(len(frequencies.keys), bool),
        tuple(np.zeros(table.shape, bool) for table in tables.transitions.counts),
        tuple(np.zeros(table.shape[0], bool) for table in tables.transitions.counts),
        np.zeros(groups.agree.shape, bool),
        np.zeros(groups.agree.shape, bool),
        np.zeros(tables.tests.p.shape, bool),
        benjamini_hochberg(tables.tests.p),
    )


def protect(
    tables: Tables,
    policy: Policy | None = None,
    *,
    items: Collection[str] | None = None,
    clear_only: bool = False,
    telling: Telling | None = None,
) -> Protected:
    """Hide what the policy says must be hidden, and what would give it away.

    Args:
        tables: The exact tables of one set of respondents.
        policy: The thresholds; the product's own when left out.
        items: Compare groups for these items only and hide all other groups, which is quicker; all when left out.
        clear_only: Compare groups only where none needs hiding, as a part may show them no other way (see `parts`).
        telling: What would tell a small number beside earlier figures, and is hidden like one.
    """
    policy = policy or Policy()
    telling = telling or nothing(tables)
    frequencies, sealed = protect_frequencies(tables, policy, telling)
    for row, (name, _) in enumerate(tables.frequencies.keys):
        frequencies[name].base_hidden |= bool(telling.base[row])
    agree, group_base = group_disclosure.protect(
        tables, frequencies, sealed, policy, items=items, clear_only=clear_only, telling=telling
    )
    pairs = [
        transition_disclosure.protect(tables, index, frequencies, policy, telling)
        for index in range(len(tables.transitions.pairs))
    ]
    hidden_tests = np.zeros(tables.tests.p.shape, bool)
    for place, grouping in enumerate(tables.groups.groupings):
        hidden_tests[:, place] = (agree | group_base)[:, grouping.span].any(axis=1)
    count, base = _flags(tables, frequencies)
    return emptied(
        Protected(
            tables,
            policy,
            count,
            base,
            tuple(cells for cells, _ in pairs),
            tuple(rows for _, rows in pairs),
            agree,
            group_base,
            hidden_tests,
            tables.tests.p,
        )
    )


def emptied(protected: Protected) -> Protected:
    """The same without the numbers that are hidden, so that no slip further on can show one."""
    exact = protected.tables
    frequencies, groups = exact.frequencies, exact.groups
    kept = replace(
        exact,
        frequencies=replace(
            frequencies,
            count=np.where(protected.count, 0, frequencies.count),
            base=np.where(protected.base, 0, frequencies.base),
        ),
        transitions=_emptied_transitions(exact.transitions, protected),
        groups=replace(
            groups,
            agree=np.where(protected.agree, 0, groups.agree),
            base=np.where(protected.group_base, 0, groups.base),
        ),
        tests=_emptied_tests(exact.tests, protected.tests),
    )
    return replace(protected, tables=kept, p_adjusted=benjamini_hochberg(kept.tests.p))


def _emptied_transitions(exact: Transitions, protected: Protected) -> Transitions:
    """Each row's hidden people together in its first hidden cell, which says no more than the row's base does."""
    counts = []
    for table, cells, rows in zip(exact.counts, protected.cells, protected.row_bases, strict=True):
        kept = np.where(cells | rows[:, None], 0, table)
        left = np.where(rows, 0, (table - kept).sum(axis=1))
        first = cells.argmax(axis=1)
        kept[np.arange(len(kept)), first] += left
        counts.append(kept)
    return replace(
        exact,
        counts=tuple(counts),
        before_only=tuple(np.zeros_like(each) for each in exact.before_only),
        after_only=tuple(np.zeros_like(each) for each in exact.after_only),
    )


def _emptied_tests(exact: Tests, hidden: Flags) -> Tests:
    return Tests(
        rows=np.where(hidden, 0, exact.rows),
        base=np.where(hidden, 0, exact.base),
        chi_square=np.where(hidden, np.nan, exact.chi_square),
        df=np.where(hidden, 0, exact.df),
        p=np.where(hidden, np.nan, exact.p),
        min_expected=np.where(hidden, np.nan, exact.min_expected),
        fisher_p=np.where(hidden, np.nan, exact.fisher_p),
        cramers_v=np.where(hidden, np.nan, exact.cramers_v),
        method=np.where(hidden, "", exact.method),
    )


def protect_frequencies(
    tables: Tables, policy: Policy, telling: Telling
) -> tuple[Mapping[str, FrequencyTable], frozenset[str]]:
    """Hide cells of the frequency tables.

    Returns:
        The tables by variable, and the groupings of which nothing may be shown because their own totals are hidden
        in a way that their groups would undo.
    """
    found = _tables_by_variable(tables, policy, telling)
    sealed: set[str] = set()
    statements = {variable.name for variable in tables.codebook.statements}
    for name, table in found.items():
        if name in statements:
            protect_statement(table, policy)
        elif name + SINGLE not in found:
            source = name.removesuffix(SINGLE)
            protect_flat(table, policy, keep_counts=source in GROUPS)
            if source != name:
                _copy_to_source(table, found[source], policy)
    for variable in tables.codebook.of_kind(Kind.MULTIPLE):
        for code in variable.codes:
            if found[code].anything_hidden:
                found[code].hide_counts()
                sealed.add(code)
    for source, derived in DERIVED.items():
        if source in found:
            _protect_derived(found[source], [found[name] for name in derived if name in found], policy)
    return found, frozenset(sealed)


def _tables_by_variable(tables: Tables, policy: Policy, telling: Telling) -> dict[str, FrequencyTable]:
    rows: dict[str, list[int]] = {}
    for row, (variable, _) in enumerate(tables.frequencies.keys):
        rows.setdefault(variable, []).append(row)
    return {
        variable: FrequencyTable(
            variable,
            {tables.frequencies.keys[row][1]: int(tables.frequencies.count[row]) for row in places},
            int(tables.frequencies.base[places[0]]),
            tables.respondents,
            special=variable in policy.special,
            telling=frozenset(tables.frequencies.keys[row][1] for row in places if telling.count[row]),
        )
        for variable, places in rows.items()
    }


def _copy_to_source(single: FrequencyTable, source: FrequencyTable, policy: Policy) -> None:
    """Hide in a question's own table what is hidden in the one without multiple answers, and their number if small."""
    source.hidden |= single.hidden
    source.base_hidden |= single.base_hidden
    if source.must_be_hidden(MULTIPLE, policy):
        source.hidden.add(MULTIPLE)
        source.base_hidden = True


def _protect_derived(source: FrequencyTable, derived: Sequence[FrequencyTable], policy: Policy) -> None:
    """Keep sums over the answers to a question from giving away a hidden answer to it.

    If only the answer that the coarser tables leave out is hidden, their bases would differ by it: the base of the
    question is hidden. If another is, only the coarsest table is shown, which has no hidden answer to lose.
    """
    finer = [source, *derived[:-1]]
    small = {code for code, count in source.counts.items() if policy.is_small(count, special=source.special)}
    if not source.hidden and not any(table.hidden for table in derived):
        return
    if small == {UNPLACED} and not any(table.hidden for table in derived):
        source.hidden = small
        source.base_hidden = True
        return
    for table in finer:
        table.hide_counts()
    source.base_hidden = True


def _flags(tables: Tables, frequencies: Mapping[str, FrequencyTable]) -> tuple[Flags, Flags]:
    keys = tables.frequencies.keys
    count = np.fromiter((code in frequencies[variable].hidden for variable, code in keys), bool, len(keys))
    base = np.fromiter((frequencies[variable].base_hidden for variable, _ in keys), bool, len(keys))
    return count, base
