"""Comparing providers, regions and patterns of delivery when people were taught together in cohorts. Pure.

People of one cohort share a room, a facilitator and a place, so their answers are more alike than those of strangers
and fewer people than it seems stand behind a difference. Here a cohort is a random effect: its share of agreement is
one observation, weighted by what it adds, and groups are compared with the spread of cohorts within them.

Chosen before cluster-robust errors (a generalised estimating equation with the bias-reduced sandwich), which call
chance a difference about 9 times in 100 instead of 5 with some four to sixteen cohorts a group, as in the 2010-11
study, and fail where every cohort of a group agrees; and before a logistic mixed model, which compares the people of a
typical cohort and not the percentages that the pages show, and which statsmodels fits by approximation only.

Nothing is ranked: the result is one test of whether the groups differ at all. It is refused, in words, when there are
too few cohorts for it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from assessments.evaluation.estimates import UNKNOWN, Estimate
from assessments.evaluation.statistics import CONFIDENCE, Floats, Integers

LEAST_COHORTS = 4
"""How many cohorts a group needs to be compared (A. Donner, N. Klar, Cluster Randomization Trials, 2000)."""
LEAST_GROUPS = 2
TOO_FEW_COHORTS = f"Too few cohorts to compare: at least {LEAST_GROUPS} groups of {LEAST_COHORTS} cohorts or more are needed."
ALL_ALIKE = "All cohorts of a group answered alike, so there is nothing to measure chance by."


@dataclass(frozen=True)
class Clustered:
    """Whether groups of cohorts differ.

    Attributes:
        compared: Which groups were compared, shape (groups,).
        shares: Per cent of each group, cohorts weighted by what they add, with an interval that allows for cohorts.
        f: The test statistic, with `df` degrees of freedom.
        df: Of numerator and denominator.
        p: The p-value, nan when refused.
        refusal: Why nothing can be said, in words; empty when something can.
    """

    compared: tuple[bool, ...]
    shares: tuple[Estimate, ...]
    f: float
    df: tuple[int, int]
    p: float
    refusal: str


def compare_groups(agree: Integers, base: Integers, group: Integers) -> Clustered:
    """Test whether the share that agrees differs between groups of cohorts.

    Source: A. Donner and A. Donald, Statistics in Medicine 6 (1987): analysis of variance of cohort shares, each
    weighted by n / (1 + (n - 1) x intraclass correlation); R. J. Hayes and L. H. Moulton, Cluster Randomised Trials
    (2009), that it keeps its level with few cohorts of unequal size. F has (groups - 1, cohorts - groups) degrees of
    freedom. The correlation is that of `intraclass` within groups, from 0 to 1.

    Args:
        agree: How many of each cohort agree, shape (cohorts,).
        base: Of how many, same shape; cohorts of nobody are left out.
        group: The place of each cohort's group, 0 and up; groups of fewer than `LEAST_COHORTS` are left out.
    """
    size = int(group.max(initial=-1)) + 1
    cohorts = np.bincount(group[base > 0], minlength=size)
    compared = cohorts >= LEAST_COHORTS
    kept = (base > 0) & compared[group]
    agree, base, group = agree[kept], base[kept], group[kept]
    unknown = (UNKNOWN,) * size
    flags = tuple(compared.tolist())
    df = (int(compared.sum()) - 1, int(len(base) - compared.sum()))
    if compared.sum() < LEAST_GROUPS:
        return Clustered(flags, unknown, np.nan, (0, 0), np.nan, TOO_FEW_COHORTS)
    weight = _weights(base, intraclass(agree, base, group).value)
    share = agree / base
    whole = np.bincount(group, weights=weight, minlength=size)
    mean = np.bincount(group, weights=weight * share, minlength=size) / np.where(compared, whole, np.nan)
    spread = float((weight * (share - mean[group]) ** 2).sum()) / df[1]
    if spread == 0:
        return Clustered(flags, unknown, np.nan, df, np.nan, ALL_ALIKE)
    middle = np.nansum(whole * mean) / whole.sum()
    f = float(np.nansum(whole * (mean - middle) ** 2)) / df[0] / spread
    reach = float(special.stdtrit(df[1], (1 + CONFIDENCE) / 2)) * np.sqrt(
        spread / np.where(compared, whole, np.nan)
    )
    limits = (mean, np.maximum(mean - reach, 0.0), np.minimum(mean + reach, 1.0))
    shares = tuple(Estimate(*each) for each in (100 * np.stack(limits, axis=1)).tolist())
    return Clustered(flags, shares, f, df, float(special.fdtrc(*df, f)), "")


def _weights(base: Integers, correlation: float) -> Floats:
    """What a cohort adds: its people, fewer the more alike they are."""
    alike = float(np.clip(np.nan_to_num(correlation), 0.0, 1.0))
    return np.asarray(base / (1 + (base - 1) * alike), np.float64)


def intraclass(agree: Integers, base: Integers, group: Integers | None = None) -> Estimate:
    """How alike people of one cohort are: the intraclass correlation of a yes/no answer.

    0 says that they are no more alike than people of different cohorts, 1 that all of a cohort answer the same; chance
    may bring it below 0. With groups, cohorts are compared within their group.

    Source: the analysis-of-variance estimator, A. Donner and N. Klar, Cluster Randomization Trials (2000); limits from
    the F distribution, S. R. Searle, Linear Models (1971), with the mean size of J. D. Thomas and R. A. Hultquist,
    Annals of Statistics 6 (1978), as found fit for yes/no answers by O. C. Ukoumunne, Statistics in Medicine 21 (2002).

    Args:
        agree: How many of each cohort agree, shape (cohorts,).
        base: Of how many, same shape; cohorts of nobody are left out.
        group: The place of each cohort's group; all in one when left out.
    """
    some = base > 0
    agree, base = agree[some], base[some]
    group = np.zeros(len(base), np.int64) if group is None else np.unique(group[some], return_inverse=True)[1]
    size = int(group.max(initial=-1)) + 1
    people = int(base.sum())
    df = len(base) - size, people - len(base)
    if min(df) < 1:
        return UNKNOWN
    of_group = np.bincount(group, weights=base, minlength=size)
    mean = np.bincount(group, weights=agree, minlength=size) / of_group
    share = agree / base
    between = float((base * (share - mean[group]) ** 2).sum()) / df[0]
    within = float((base * share * (1 - share)).sum()) / df[1]
    usual = (people - float((base.astype(np.float64) ** 2 / of_group[group]).sum())) / df[0]
    if between + within == 0:
        return UNKNOWN
    if within == 0:
        return Estimate(1.0, np.nan, np.nan)
    ratio = between / within
    tail = (1 - CONFIDENCE) / 2
    value, low, high = (
        (f - 1) / (f + usual - 1)
        for f in (ratio, ratio / special.fdtri(*df, 1 - tail), ratio / special.fdtri(*df, tail))
    )
    return Estimate(float(value), float(low), float(high))
