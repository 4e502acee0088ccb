"""Whether cohorts differ by who teaches them, where and in which pattern: finished sentences for a page. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import clusters, words
from assessments.evaluation.clusters import Clustered
from assessments.evaluation.estimates import Estimate
from assessments.evaluation.group_figures import CLEAR, compare_parts
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Integers, benjamini_hochberg

FAMILY = "the ways of grouping cohorts that are compared for one statement on one page"
"""What these p-values are adjusted over."""


@dataclass(frozen=True)
class Divided:
    """Cohorts sorted by something: what it is called, and the place of each cohort's group."""

    title: str
    group: Integers


@dataclass(frozen=True)
class Verdict:
    """What is said of one way of sorting cohorts, and whether they differ; None when that cannot be told."""

    title: str
    said: str
    is_clear: bool | None


@dataclass(frozen=True)
class Cohorts:
    """How cohorts compare: a verdict for each way of sorting them, and how alike people of one cohort are."""

    verdicts: tuple[Verdict, ...]
    alike: str


def compare_cohorts(agree: Integers, base: Integers, divided: Sequence[Divided], policy: Policy) -> Cohorts:
    """Compare cohorts by provider, region and pattern, never ranked.

    Groups whose figure may not be shown are left out, so that a test tells no more than the figures do.

    Args:
        agree: How many of each cohort agree, shape (cohorts,).
        base: Of how many.
        divided: The ways to sort the cohorts.
        policy: The thresholds.
    """
    found = []
    for each in divided:
        kept = _shown(agree, base, each.group, policy)[each.group]
        found.append(clusters.compare_groups(agree[kept], base[kept], each.group[kept]))
    adjusted = benjamini_hochberg(np.array([each.p for each in found]))
    verdicts = tuple(
        Verdict(each.title, _said(result, float(p)), None if result.refusal else float(p) < CLEAR)
        for each, result, p in zip(divided, found, adjusted, strict=True)
    )
    is_enough = (base > 0).sum() >= 2 * clusters.LEAST_COHORTS and base.sum() >= policy.percent_base
    return Cohorts(
        verdicts, _alike(clusters.intraclass(agree, base)) if is_enough else clusters.TOO_FEW_COHORTS
    )


def _shown(agree: Integers, base: Integers, group: Integers, policy: Policy) -> NDArray[np.bool_]:
    """Which groups have a figure that may be shown beside the others'."""
    size = int(group.max(initial=-1)) + 1
    agreeing, asked = (
        np.bincount(group, weights=each, minlength=size).astype(np.int64) for each in (agree, base)
    )
    shown = compare_parts([str(g) for g in range(size)], agreeing, asked, policy)
    return np.array([each.share is not None for each in shown], bool)


def _said(found: Clustered, adjusted: float) -> str:
    if found.refusal:
        return found.refusal
    seen = f"(F {found.f:.1f} on {found.df[0]} and {found.df[1]}, p {words.p_value(found.p)}; adjusted, {words.p_value(adjusted)})"
    compared = f"{sum(found.compared)} groups, {sum(found.df) + 1} cohorts"
    if adjusted < CLEAR:
        return f"Cohorts differ by more than chance would explain {seen}. Compared: {compared}."
    if found.p < CLEAR:
        return f"Worth watching {seen}, but with several comparisons it may be chance. Compared: {compared}."
    return f"No clear difference {seen}. Compared: {compared}."


def _alike(correlation: Estimate) -> str:
    if not correlation.is_known:
        return "Everybody answered alike, so nothing can be said of cohorts."
    if not correlation.has_interval:
        return "All people of a cohort answered the same."
    figure = f"{words.decimal(correlation.value)}, likely {words.decimal(correlation.low)} to {words.decimal(correlation.high)}"
    if correlation.low > 0:
        return f"People of the same cohort answered more alike than people of different ones (intraclass correlation {figure})."
    if math.isclose(correlation.value, 0, abs_tol=0.05):
        return f"People of the same cohort were hardly more alike than people of different ones (intraclass correlation {figure})."
    return (
        f"We cannot tell whether people of the same cohort were more alike (intraclass correlation {figure})."
    )
