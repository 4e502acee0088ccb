"""Whether two answers go together, how sure that is and how strongly they do: one table of two rows. Pure."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from assessments.evaluation import statistics
from assessments.evaluation.estimates import UNKNOWN, Estimate
from assessments.evaluation.statistics import CONFIDENCE, Floats, Integers


@dataclass(frozen=True)
class Association:
    """A test of one table of two outcomes by several groups.

    Attributes:
        method: The test relied on, one of `statistics`'s names; empty when there is nothing to test.
        p: Its p-value, nan when there is nothing to test.
        cramers_v: Strength from 0 to 1.
        seed, replicates: Of a Monte Carlo test, None for the others.
    """

    method: str
    p: float
    cramers_v: Estimate
    seed: int | None = None
    replicates: int | None = None


NOTHING = Association("", float("nan"), UNKNOWN)


def associate(agree: Integers, base: Integers) -> Association:
    """Test one table by the method that its smallest expected count decides (`statistics.choose_method`).

    Args:
        agree: How many of each group have the outcome, shape (groups,).
        base: How many each group has, same shape; groups without members are left out.
    """
    result = statistics.chi_square(agree[None], base[None])
    if not result.defined[0]:
        return NOTHING
    method = statistics.choose_method(int(result.rows[0]), float(result.min_expected[0]))
    low, high = cramers_v_limits(result.statistic, result.df, result.base)
    strength = Estimate(float(result.cramers_v[0]), float(low[0]), float(high[0]))
    if method == statistics.MONTE_CARLO:
        p = statistics.monte_carlo(agree, base)
        return Association(method, p, strength, statistics.SEED, statistics.REPLICATES)
    if method == statistics.FISHER:
        members = base > 0
        return Association(
            method, float(statistics.fisher_exact(agree[members][None], base[members][None])[0]), strength
        )
    return Association(method, float(result.p[0]), strength)


def cramers_v_limits(
    statistic: Floats, df: Integers, base: Integers, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Limits of Cramér's V of tables with two outcomes, by inverting the noncentral chi-square distribution.

    The limits are those noncentralities under which a chi-square as large, or as small, as the one seen would be
    rare, divided by the number of people. The V of a sample is on average larger than the true one, so that it may
    lie above the upper limit where groups differ less than chance would have them.

    Source: J. H. Steiger, Psychological Methods 9 (2004); M. Smithson, Confidence Intervals (2003), without his
    addition of the degrees of freedom.

    Args:
        statistic: Pearson's chi-square, any shape; nan where there is none.
        df: Its degrees of freedom, same shape.
        base: How many people, same shape.
        confidence: Two-sided coverage.

    Returns:
        Lower and upper limits, 0 to 1, same shape; nan where there is no statistic.
    """
    tail = (1 - confidence) / 2
    limits = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for probability in (1 - tail, tail):
            is_possible = special.chdtr(df, statistic) > probability
            noncentrality = np.where(is_possible, special.chndtrinc(statistic, df, probability), 0.0)
            limits.append(np.minimum(np.sqrt(noncentrality / base), 1.0))
    known = ~np.isnan(statistic)
    return np.where(known, limits[0], np.nan), np.where(known, limits[1], np.nan)
