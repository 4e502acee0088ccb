"""Whether groups differ, for every item and way of grouping at once. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import statistics
from assessments.evaluation.statistics import ChiSquare, Floats, Integers


@dataclass(frozen=True)
class Tests:
    """Whether groups differ: arrays of shape (items, groupings); nan where there is nothing to test."""

    rows: Integers
    base: Integers
    chi_square: Floats
    df: Integers
    p: Floats
    min_expected: Floats
    fisher_p: Floats
    cramers_v: Floats
    method: NDArray[np.str_]


def test_groups(agree: Integers, base: Integers, spans: Sequence[slice]) -> Tests:
    """Chi-square for every item and grouping, Fisher's test where exactly two groups have members.

    Args:
        agree: How many of each group agree, shape (items, groups of all groupings).
        base: Of how many.
        spans: The columns of each grouping.
    """
    shape = (len(agree), len(spans))
    widths = [span.stop - span.start for span in spans]
    order = sorted(range(len(widths)), key=widths.__getitem__)
    alike = [list(places) for _, places in groupby(order, key=widths.__getitem__)]
    tested = [_test_alike(agree, base, [spans[place] for place in places]) for places in alike]

    def in_order(values: Sequence[NDArray[np.generic]]) -> NDArray[np.generic]:
        if not values:
            return np.empty(shape)
        return np.concatenate([each.reshape(shape[0], -1) for each in values], axis=1)[:, np.argsort(order)]

    rows = in_order([result.rows for result, _ in tested]).astype(np.int64)
    min_expected = in_order([result.min_expected for result, _ in tested]).astype(np.float64)
    return Tests(
        rows=rows,
        base=in_order([result.base for result, _ in tested]).astype(np.int64),
        chi_square=in_order([result.statistic for result, _ in tested]).astype(np.float64),
        df=in_order([result.df for result, _ in tested]).astype(np.int64),
        p=in_order([result.p for result, _ in tested]).astype(np.float64),
        min_expected=min_expected,
        fisher_p=in_order([fisher_p for _, fisher_p in tested]).astype(np.float64),
        cramers_v=in_order([result.cramers_v for result, _ in tested]).astype(np.float64),
        method=_methods(rows, min_expected),
    )


def _test_alike(agree: Integers, base: Integers, spans: Sequence[slice]) -> tuple[ChiSquare, Floats]:
    """All items by groupings with the same number of groups: chi-square, and Fisher's p where two have members."""
    columns = np.array([range(span.start, span.stop) for span in spans])
    agree, base = (counts[:, columns].reshape(-1, columns.shape[1]) for counts in (agree, base))
    result = statistics.chi_square(agree, base)
    p = np.full(len(base), np.nan)
    two = (result.rows == 2) & result.defined  # noqa: PLR2004 -- groups
    members = base[two] > 0
    p[two] = statistics.fisher_exact(agree[two][members].reshape(-1, 2), base[two][members].reshape(-1, 2))
    return result, p


def _methods(rows: Integers, min_expected: Floats) -> NDArray[np.str_]:
    """`statistics.choose_method` for a whole array."""
    small = np.where(rows == 2, statistics.FISHER, statistics.MONTE_CARLO)  # noqa: PLR2004 -- two groups
    with np.errstate(invalid="ignore"):
        method = np.where(min_expected >= statistics.SMALLEST_EXPECTED, statistics.PEARSON, small)
    return np.where(np.isnan(min_expected), "", method)
