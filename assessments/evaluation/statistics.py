"""The statistics of the evaluation, each over whole arrays at once.

Pure: numbers in, numbers out. Distributions come from SciPy; what is written here is only the arithmetic between
counts and a distribution, so that thousands of tables take one call. An undefined figure is `nan`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

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
LOOKED_UP = 8_192
"""Below so many respondents, the logarithms of all factorials are worked out once."""
TERMS, MOST_TERMS = 32, 256
"""Terms of a tail that are summed at a time, at first and at most."""
NOTHING = 1e-19
"""A term of a tail so small against its sum is the last that is added."""
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
        p=_chi_square_p(statistic, df),
        min_expected=np.where(defined, smallest, np.nan),
        cramers_v=np.where(defined, np.sqrt(statistic / np.maximum(total, 1)), np.nan),
    )


def _chi_square_p(statistic: Floats, df: Integers) -> Floats:
    """The upper tail of the chi-square distribution; of one degree of freedom, by the normal one it is a square of."""
    p: Floats = special.erfc(np.sqrt(statistic / 2))
    several = df > 1
    p[several] = special.chdtrc(df[several], statistic[several])
    return p


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
    # what is the lower tail for the first group is the upper tail for the second: only upper tails are looked at
    margins = _Margins.of(
        np.concatenate([base[:, 0], base[:, 1]]),
        np.concatenate([base[:, 1], base[:, 0]]),
        np.tile(agree.sum(axis=1), 2),
    )
    limit = margins.log_probability(np.concatenate([agree[:, 0], agree[:, 1]])) + np.log(TIE)
    mode = margins.mode
    start = margins.first_below(limit, mode)
    tails = margins.upper_tail(start).reshape(2, -1).sum(axis=0)
    every = (margins.log_probability(mode) <= limit)[: len(agree)]
    return np.where(every, 1.0, np.minimum(tails, 1.0))


@dataclass(frozen=True)
class _Margins:
    """The hypergeometric distributions of the first cell of 2 x 2 tables: one value a table in every array."""

    first: Integers
    second: Integers
    chosen: Integers
    log_factorial: Callable[[Integers], Floats]
    log_ways: Floats

    @classmethod
    def of(cls, first: Integers, second: Integers, chosen: Integers) -> "_Margins":
        largest = int((first + second).max())
        if largest < LOOKED_UP:
            log_factorial = special.gammaln(np.arange(1.0, largest + 2)).__getitem__
        else:
            log_factorial = _log_factorial
        total = first + second
        log_ways = (
            log_factorial(first)
            + log_factorial(second)
            - (log_factorial(total) - log_factorial(chosen) - log_factorial(total - chosen))
        )
        return cls(first, second, chosen, log_factorial, log_ways)

    @property
    def highest(self) -> Integers:
        """The largest value that the cell can have."""
        return np.minimum(self.first, self.chosen)

    @property
    def mode(self) -> Integers:
        """The most probable value of the cell."""
        probable = (self.chosen + 1) * (self.first + 1) // (self.first + self.second + 2)
        return np.clip(probable, np.maximum(0, self.chosen - self.second), self.highest)

    def log_probability(self, k: Integers) -> Floats:
        """Of the cell being k, which is a value that it can have."""
        log_factorial, rest = self.log_factorial, self.chosen - k
        within = log_factorial(k) + log_factorial(self.first - k)
        return self.log_ways - within - log_factorial(rest) - log_factorial(self.second - rest)

    def first_below(self, limit: Floats, mode: Integers) -> Integers:
        """From the mode upwards, the first k whose log probability is at most the limit; above `highest` if none is."""
        above, below = mode - 1, self.highest + 1
        while (gap := below - above).max() > 1:
            middle = np.where(gap > 1, above + gap // 2, above)
            under = self.log_probability(np.clip(middle, mode, self.highest)) <= limit
            below = np.where((gap > 1) & under, middle, below)
            above = np.where((gap > 1) & ~under, middle, above)
        return below

    def upper_tail(self, start: Integers) -> Floats:
        """The probability of the cell being `start` or more; 0 where that is above `highest`.

        Each term is the one before it times a ratio of the margins, which is exact where logarithms are not.
        """
        going = np.flatnonzero(start <= self.highest)
        total: Floats = np.zeros(len(start))
        total[going] = 1.0
        last: Floats = np.ones(len(going))
        k, width = start[going].astype(np.float64), TERMS
        while len(going):
            first, second, chosen = (each[going] for each in (self.first, self.second, self.chosen))
            ahead = k + np.arange(width)[:, None]
            terms = (first - ahead) * (chosen - ahead) / ((ahead + 1) * (second - chosen + ahead + 1))
            terms[0] *= last
            for before, term in pairwise(terms):
                np.multiply(before, term, out=term)
            total[going] += terms.sum(axis=0)
            last = terms[-1]
            unfinished = last > NOTHING * total[going]
            going, last, k = going[unfinished], last[unfinished], k[unfinished] + width
            width = min(2 * width, MOST_TERMS)
        probability: Floats = total * np.exp(self.log_probability(np.minimum(start, self.highest)))
        return probability


def _log_factorial(k: Integers) -> Floats:
    return np.asarray(special.gammaln(k + 1.0))


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
