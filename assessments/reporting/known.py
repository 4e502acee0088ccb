"""What may be said: single figures of protected tables, found by the names that a reader would use. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import statistics
from assessments.evaluation.disclosure import Protected
from assessments.evaluation.figures import people, whole
from assessments.evaluation.statistics import FISHER, MONTE_CARLO
from assessments.evaluation.tables import AGREEING, Grouping
from assessments.reporting.document import HIDDEN, Cell, Key


@dataclass(frozen=True, slots=True)
class Number:
    """A count of a base with its percentage and likely range in per cent; None where it may not be shown.

    `percent` is also None where nobody answered. `key` names the row of the export with the same figures. Figures that
    are not `exact` are printed as pages print them: whole per cents, people to the nearest five.
    """

    key: Key
    count: int | None
    base: int | None
    percent: float | None
    low: float | None
    high: float | None
    exact: bool = True

    @property
    def said(self) -> str:
        """The percentage in a sentence."""
        return "" if self.percent is None else f"{whole(self.percent)}%"

    @property
    def range_said(self) -> str:
        """The likely range in a sentence."""
        if self.low is None or self.high is None:
            return ""
        return f"likely between {whole(self.low)}% and {whole(self.high)}%"

    @property
    def count_cell(self) -> Cell:
        """How many."""
        return self._people(self.count, "count")

    @property
    def base_cell(self) -> Cell:
        """Of how many."""
        return self._people(self.base, "base")

    @property
    def percent_cell(self) -> Cell:
        """The percentage; empty where nobody answered."""
        key = self._at("percent")
        if self.percent is not None:
            return Cell(percent_text(self.percent, exact=self.exact), (self._shown(self.percent),), key)
        return Cell("" if self.base == 0 else HIDDEN, key=key)

    @property
    def range_cell(self) -> Cell:
        """The likely range; hidden with its percentage."""
        key = self._at("range")
        if self.low is None or self.high is None:
            return Cell("" if self.base == 0 else HIDDEN, key=key)
        low, high = (percent_text(value, exact=self.exact) for value in (self.low, self.high))
        return Cell(f"{low} to {high}", (self._shown(self.low), self._shown(self.high)), key)

    def _people(self, count: int | None, column: str) -> Cell:
        if count is None:
            return Cell(HIDDEN, key=self._at(column))
        shown = count if self.exact else people(count)
        return Cell(people_text(count, exact=self.exact), (shown,), self._at(column))

    def _shown(self, value: float) -> float:
        """The number behind a cell is no finer than its text when reports must not be subtracted."""
        return value if self.exact else whole(value)

    def _at(self, column: str) -> Key:
        return (*self.key, column) if self.key else ()


def people_text(count: int, *, exact: bool) -> str:
    """A number of people as it is printed."""
    return f"{count if exact else people(count):,}"


def percent_text(value: float, *, exact: bool) -> str:
    """A percentage as it is printed."""
    return one_decimal(value) if exact else str(whole(value))


def one_decimal(value: float) -> str:
    """To one decimal, halves up: shares of counts that end in a half print as they did in the study."""
    return f"{int(value * 10 + 0.5 + 1e-9) / 10:.1f}"


@dataclass(frozen=True, slots=True)
class Test:
    """A test whether groups differ; None where it may not be shown or there is nothing to test."""

    key: Key
    p: float | None
    p_adjusted: float | None
    cramers_v: float | None
    method: str
    is_hidden: bool


class Known:
    """Single figures of protected tables."""

    def __init__(self, protected: Protected, *, exact: bool) -> None:
        self.protected = protected
        self.exact = exact
        self.tables = protected.tables
        self.codebook = protected.tables.codebook

    @cached_property
    def _rows(self) -> dict[tuple[str, str], int]:
        return {key: row for row, key in enumerate(self.tables.frequencies.keys)}

    @cached_property
    def counted(self) -> frozenset[str]:
        """The variables that are counted."""
        return frozenset(name for name, _ in self._rows)

    @cached_property
    def _frequency_percent(self) -> NDArray[np.bool_]:
        return self.protected.percent

    @cached_property
    def _group_percent(self) -> NDArray[np.bool_]:
        return self.protected.group_percent

    def frequency(self, variable: str, code: str) -> Number:
        """How many gave an answer.

        Raises:
            KeyError: There is no such variable or code.
        """
        row = self._rows[variable, code]
        table = self.tables.frequencies
        return self._number(
            ("frequencies", variable, code),
            int(table.count[row]),
            int(table.base[row]),
            bool(self.protected.count[row]),
            bool(self.protected.base[row]),
            bool(self._frequency_percent[row]),
        )

    def transition(self, pair: int, before: str, after: str) -> Number:
        """Of those who gave one answer before, how many gave another after."""
        table = self.tables.transitions
        rows, columns = table.ratings[pair]
        r, s = rows.index(before), columns.index(after)
        return self._number(
            ("transitions", *table.pairs[pair], before, after),
            int(table.counts[pair][r, s]),
            int(table.counts[pair][r].sum()),
            bool(self.protected.cells[pair][r, s]),
            bool(self.protected.row_bases[pair][r]),
            bool(self.protected.row_percent(pair)[r, s]),
        )

    def agreeing(self, pair: int, before: str) -> Number:
        """Of those who gave one answer before, how many agree or strongly agree after; hidden with either of the two."""
        parts = [self.transition(pair, before, code) for code in AGREEING]
        base, counts = parts[0].base, [part.count for part in parts if part.count is not None]
        hidden = base is None or len(counts) < len(parts) or any(p.percent is None for p in parts)
        return self._number((), sum(counts), base or 0, hidden, base is None, hidden)

    def groups(self, item: str, grouping: Grouping) -> Sequence[Number]:
        """How many of each group agree with an item."""
        table = self.tables.groups
        row = table.items.index(item)
        return [
            self._number(
                ("groups", item, grouping.name, group),
                int(table.agree[row, column]),
                int(table.base[row, column]),
                bool(self.protected.agree[row, column]),
                bool(self.protected.group_base[row, column]),
                bool(self._group_percent[row, column]),
            )
            for column, group in enumerate(grouping.groups, start=grouping.start)
        ]

    def test(self, item: str, grouping: Grouping) -> Test:
        """What the test of an item says that the report relies on for these groups."""
        tests, groups = self.tables.tests, self.tables.groups
        at = groups.items.index(item), groups.groupings.index(grouping)
        key = ("tests", item, grouping.name)
        if self.protected.tests[at] or np.isnan(tests.p[at]):
            return Test(key, None, None, None, "", bool(self.protected.tests[at]))
        method = str(tests.method[at])
        p = float(tests.p[at])
        if method == FISHER:
            p = float(tests.fisher_p[at])
        elif method == MONTE_CARLO:
            span = grouping.span
            p = statistics.monte_carlo(groups.agree[at[0], span], groups.base[at[0], span])
        return Test(key, p, float(self.protected.p_adjusted[at]), float(tests.cramers_v[at]), method, False)  # noqa: FBT003

    def _number(self, key: Key, count: int, base: int, *hidden: bool) -> Number:
        return make_number(key, count, base, *hidden, exact=self.exact)


def make_number(key: Key, count: int, base: int, *hidden: bool, exact: bool) -> Number:
    """A figure without what may not be shown of it.

    Args:
        key: Which row of the export has the same; empty when none has.
        count: How many.
        base: Of how many.
        hidden: Whether the count, the base and the percentage may not be shown.
        exact: Whether it is printed exactly or rounded as on pages.
    """
    count_hidden, base_hidden, percent_hidden = hidden
    shown = not percent_hidden and base > 0
    low, high = statistics.wilson(np.array([count]), np.array([base])) if shown else (None, None)
    return Number(
        key,
        None if count_hidden else count,
        None if base_hidden else base,
        100 * count / base if shown else None,
        None if low is None else float(low[0]),
        None if high is None else float(high[0]),
        exact,
    )
