"""The statistics of the evaluation, each over whole arrays at once.

Pure: numbers in, numbers out. Distributions come from SciPy; what is written here is only the arithmetic between
counts and a distribution, so that thousands of tables take one call. An undefined figure is `nan`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CONFIDENCE = 0.95
SMALLEST_EXPECTED = 5.0
PEARSON, FISHER, MONTE_CARLO = "pearson", "fisher", "monte_carlo"
TIE = 1 + 1e-7
"""Two tables count as equally probable within this factor, as in R's `fisher.test`."""
REPLICATES = 9_999
SEED = 2011
"""Where random numbers begin, so that the same answers always give the same figures."""


def percent(count: Integers, base: Integers) -> Floats:
    """100 x count / base, shape of the arguments; nan where the base is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(base > 0, 100.0 * count / base, np.nan)


def wilson(count: Integers, base: Integers, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Wilson's score interval of a proportion, in per cent.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927);
    as recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001).

    Args:
        count: How many have the property, any shape.
        base: Of how many, same shape.
        confidence: Two-sided coverage.

    Returns:
        Lower and upper limits, same shape, 0 to 100; nan where the base is 0.
    """
    z = float(special.ndtri((1 + confidence) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.where(base > 0, base, np.nan).astype(np.float64)
        share = count / n
        middle = share + z * z / (2 * n)
        half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        low = np.where(count == 0, 0.0 * n, (middle - half) / scale)
        high = np.where(count == base, 1.0 + 0.0 * n, (middle + half) / scale)
    return 100 * np.clip(low, 0, 1), 100 * np.clip(high, 0, 1)


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's chi-square of many tables of two outcomes by several groups; every array has one value a table."""

    rows: Integers
    base: Integers
    statistic: Floats
    df: Integers
    p: Floats
    min_expected: Floats
    cramers_v: Floats

    @property
    def defined(self) -> NDArray[np.bool_]:
        """Which tables have two groups with members and both outcomes."""
        return ~np.isnan(self.statistic)


def chi_square(agree: Integers, base: Integers) -> ChiSquare:
    """Pearson's chi-square without continuity correction, for many tables at once.

    Source: K. Pearson, Philosophical Magazine 50 (1900); Cramér's V from H. Cramér, Mathematical Methods of
    Statistics (1946): sqrt(chi-square / (base x min(rows - 1, columns - 1))), where the second minimum is 1 for two
    outcomes. The 2011 study's tests can only be reproduced without Yates's correction.

    Args:
        agree: Shape (tables, groups): how many of a group have the outcome.
        base: Shape (tables, groups): how many the group has. Groups with none are left out of their table.

    Returns:
        Arrays of shape (tables,); nan where fewer than two groups have members or only one outcome occurs.
    """
    members = base > 0
    rows = members.sum(axis=1)
    total = base.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = agree.sum(axis=1) / total
        expected = base * share[:, None]
        spread = expected * (1 - share[:, None])
        parts = np.where(members, (agree - expected) ** 2 / spread, 0.0)
        smallest = np.where(members, base, np.iinfo(np.int64).max).min(axis=1) * np.minimum(share, 1 - share)
    defined = (rows > 1) & (share > 0) & (share < 1)
    statistic = np.where(defined, parts.sum(axis=1), np.nan)
    df = rows - 1
    return ChiSquare(
        rows=rows,
        base=total,
        statistic=statistic,
        df=df,
        p=np.where(defined, special.chdtrc(np.maximum(df, 1), statistic), np.nan),
        min_expected=np.where(defined, smallest, np.nan),
        cramers_v=np.where(defined, np.sqrt(statistic / np.maximum(total, 1)), np.nan),
    )


def fisher_exact(agree: Integers, base: Integers) -> Floats:
    """Fisher's exact test, two-sided, for many 2 x 2 tables at once.

    The p-value is the probability of all tables with the same margins that are no more probable than the one seen.
    Source: R. A. Fisher, Statistical Methods for Research Workers (1934); the two-sided rule and its tolerance for
    ties are those of R's `fisher.test` and of `scipy.stats.fisher_exact`, whose results this equals. Both tails
    are summed outwards from their largest term until what is left is below double precision.

    Args:
        agree: Shape (tables, 2).
        base: Shape (tables, 2), both groups with members.

    Returns:
        p-values, shape (tables,).
    """
    if not len(agree):
        return np.empty(0)
    first, second = base[:, 0], base[:, 1]
    chosen = agree.sum(axis=1)
    lowest, highest = np.maximum(0, chosen - second), np.minimum(first, chosen)
    logs = special.gammaln(np.arange(int(base.sum(axis=1).max()) + 2, dtype=np.float64) + 1)

    def log_probability(k: Integers, at: Integers | slice) -> Floats:
        f, s, c = first[at], second[at], chosen[at]
        ways: Floats = logs[f] - logs[k] - logs[f - k] + logs[s] - logs[c - k] - logs[s - (c - k)]
        whole: Floats = logs[f + s] - logs[c] - logs[f + s - c]
        return np.asarray(ways - whole)

    everything = slice(None)
    limit = log_probability(agree[:, 0], everything) + np.log(TIE)
    mode = np.clip(((chosen + 1) * (first + 1)) // (first + second + 2), lowest, highest)
    left = _last_below(log_probability, limit, lowest, mode, step=1)
    right = _last_below(log_probability, limit, highest, mode, step=-1)
    n = (first + second).astype(np.float64)
    deviation = np.sqrt(first / n * second * (chosen / n) * (n - chosen) / np.maximum(n - 1, 1))
    reach = (12 * deviation + 40).astype(np.int64)
    total = np.zeros(len(agree))
    for start, stop in (
        (np.maximum(lowest, left - reach), left),
        (right, np.minimum(highest, right + reach)),
    ):
        lengths = np.maximum(stop - start + 1, 0)
        table = np.repeat(np.arange(len(agree)), lengths)
        offset = np.arange(len(table)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        terms = np.exp(log_probability(start[table] + offset, table))
        total += np.bincount(table, weights=terms, minlength=len(agree))
    whole = left >= right
    return np.where(whole, 1.0, np.minimum(total, 1.0))


def _last_below(
    log_probability: Callable[[Integers, slice], Floats],
    limit: Floats,
    end: Integers,
    mode: Integers,
    *,
    step: int,
) -> Integers:
    """From `end` towards the mode, the last k whose probability is at most the limit; one before `end` if none."""
    low, high = end - step, mode.copy()
    while True:
        gap = (high - low) * step
        if (gap <= 1).all():
            break
        middle = np.where(gap > 1, low + (gap // 2) * step, high)
        under = log_probability(middle, slice(None)) <= limit
        move = gap > 1
        low = np.where(move & under, middle, low)
        high = np.where(move & ~under, middle, high)
    at_mode = log_probability(mode, slice(None)) <= limit
    return np.where(at_mode, mode, low)


def benjamini_hochberg(p: Floats) -> Floats:
    """p-values adjusted so that the expected share of false discoveries among those called real is kept.

    Source: Y. Benjamini and Y. Hochberg, JRSS B 57 (1995), by `scipy.stats.false_discovery_control`.

    Args:
        p: Any shape; nan where there was no test. The family is every value that is not nan.

    Returns:
        Same shape, nan where there was no test.
    """
    adjusted = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        adjusted[tested] = stats.false_discovery_control(p[tested], method="bh")
    return adjusted


def choose_method(rows: int, min_expected: float) -> str:
    """The test to rely on, which the smallest expected count decides.

    Pearson's chi-square where every expected count is at least 5 (the rule is usually credited to W. G. Cochran,
    Biometrics 10, 1954; this is its strict form); otherwise Fisher's exact test for two groups and a seeded Monte
    Carlo test for more. Empty when there is nothing to test.
    """
    if np.isnan(min_expected):
        return ""
    if min_expected >= SMALLEST_EXPECTED:
        return PEARSON
    return FISHER if rows == 2 else MONTE_CARLO  # noqa: PLR2004 -- two groups


def monte_carlo(agree: Integers, base: Integers, *, seed: int = SEED, replicates: int = REPLICATES) -> float:
    """p-value of Pearson's statistic over random tables with the same margins, for one table.

    Source: A. C. A. Hope, JRSS B 30 (1968): (1 + tables at least as extreme) / (1 + tables drawn); the tables come
    from `scipy.stats.random_table` (Patefield's algorithm AS 159). The same seed gives the same p-value.

    Args:
        agree: Shape (groups,).
        base: Shape (groups,); groups without members are left out.
        seed: Of the random numbers.
        replicates: How many tables to draw.

    Returns:
        The p-value; nan where the statistic is undefined.
    """
    some = base > 0
    agree, base = agree[some], base[some]
    observed = chi_square(agree[None], base[None])
    if not observed.defined[0]:
        return float("nan")
    drawn = stats.random_table(base, np.array([agree.sum(), (base - agree).sum()])).rvs(
        size=replicates, random_state=np.random.default_rng(seed)
    )
    simulated = chi_square(drawn[:, :, 0].astype(np.int64), np.broadcast_to(base, (replicates, len(base))))
    extreme = int((simulated.statistic >= observed.statistic[0] * (1 - 1e-12)).sum())
    return (1 + extreme) / (1 + replicates)
