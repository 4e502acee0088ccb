"""Whether cohorts differ by who teaches them, where and in which pattern: finished sentences for a page. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import clusters, words
from assessments.evaluation.clusters import Clustered
from assessments.evaluation.codebook import Kind
from assessments.evaluation.estimates import Estimate
from assessments.evaluation.group_figures import CLEAR
from assessments.evaluation.pieces import Counted, enough
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.statistics import Integers, benjamini_hochberg
from assessments.evaluation.tables import AGREEING

MANY_COHORTS = 24
"""From so many cohorts on, the figures behind a verdict are told. Of fewer, whoever knows how many of each provider agreed could
try every way in which those who did not may be shared out among its cohorts, and keep the one way that gives these figures."""
MANY_WAYS = 1e12
"""In how many ways those who do not agree must be able to be shared out among the cohorts of their providers, besides. Of twelve
cohorts with some hundred thousand ways, three F and a correlation left one way only; figures tell apart some 10^8."""
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


@dataclass(frozen=True)
class SortedCohorts:
    """Everyone's answers by cohort, and the cohorts sorted in several ways.

    Attributes:
        responses: Everyone's answers.
        cohorts: For each respondent, the place of the cohort in the groups of `divided`.
        divided: The ways in which cohorts are sorted, by provider first.
    """

    responses: Responses
    cohorts: Integers
    divided: Sequence[Divided]


def tables_of(cohorts: Mapping[int, Responses], policy: Policy) -> tuple[Counted, ...]:
    """Who agrees with each statement after the course and who does not, by cohort."""
    codebook = next((each.codebook for each in cohorts.values()), None)
    return tuple(
        Counted(
            variable.name,
            {cohort_id: np.array(_agreeing(each, variable.name)) for cohort_id, each in cohorts.items()},
            enough(policy),
        )
        for variable in (() if codebook is None else codebook.of_kind(Kind.POST, Kind.SUPPORT))
    )


def _agreeing(responses: Responses, item: str) -> tuple[int, int]:
    given = responses.column(item)
    agree = int(((given > 0) & (given <= len(AGREEING))).sum())
    return agree, int((given > 0).sum()) - agree


def about(answers: SortedCohorts, item: str, policy: Policy) -> Cohorts:
    """Compare cohorts by one statement."""
    given, width = answers.responses.column(item), len(answers.divided[0].group)
    agree, base = (
        np.bincount(answers.cohorts[rows], minlength=width)
        for rows in ((given > 0) & (given <= len(AGREEING)), given > 0)
    )
    return compare_cohorts(agree, base, answers.divided, policy)


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
    is_many = int((base > 0).sum()) >= MANY_COHORTS and _ways(agree, base, divided[0].group) >= MANY_WAYS
    verdicts = tuple(
        Verdict(
            each.title,
            _said(result, float(p), is_many=is_many),
            None if result.refusal else float(p) < CLEAR,
        )
        for each, result, p in zip(divided, found, adjusted, strict=True)
    )
    is_enough = (base > 0).sum() >= 2 * clusters.LEAST_COHORTS and base.sum() >= policy.percent_base
    return Cohorts(
        verdicts,
        _alike(clusters.intraclass(agree, base), is_many=is_many) if is_enough else clusters.TOO_FEW_COHORTS,
    )


def _ways(agree: Integers, base: Integers, provider: Integers) -> float:
    """In how many ways those of each provider who do not agree can be shared out among its cohorts."""
    ways = 1.0
    for each in np.unique(provider).tolist():
        own = np.ones(1)
        for most in base[provider == each].tolist():
            own = np.convolve(own, np.ones(most + 1))
        ways *= float(own[int((base - agree)[provider == each].sum())])
    return ways


def _shown(agree: Integers, base: Integers, group: Integers, policy: Policy) -> NDArray[np.bool_]:
    """Which groups have a figure that may be shown beside the others'."""
    size = int(group.max(initial=-1)) + 1
    agreeing, asked = (
        np.bincount(group, weights=each, minlength=size).astype(np.int64) for each in (agree, base)
    )
    rest, small = asked - agreeing, policy.smallest_count
    hidden = asked < policy.percent_base
    hidden |= ((agreeing > 0) & (agreeing < small)) | ((rest > 0) & (rest < small))
    while hidden.any() and not hidden.all():
        left = asked[hidden].sum(), agreeing[hidden].sum(), rest[hidden].sum()
        if hidden.sum() > 1 and left[0] >= policy.percent_base and min(left[1:]) >= small:
            break
        hidden[np.argmin(np.where(hidden, np.iinfo(np.int64).max, asked))] = True
    return np.asarray(~hidden)


def _said(found: Clustered, adjusted: float, *, is_many: bool) -> str:
    if found.refusal:
        return found.refusal
    figures = (
        f" (F {found.f:.1f} on {found.df[0]} and {found.df[1]}, p {words.p_value(found.p)}; adjusted, {words.p_value(adjusted)})"
        if is_many
        else ""
    )
    compared = f"{sum(found.compared)} groups, {sum(found.df) + 1} cohorts"
    if adjusted < CLEAR:
        return f"Cohorts differ by more than chance would explain{figures}. Compared: {compared}."
    if found.p < CLEAR:
        return (
            f"Worth watching{figures}, but with several comparisons it may be chance. Compared: {compared}."
        )
    return f"No clear difference{figures}. Compared: {compared}."


def _alike(correlation: Estimate, *, is_many: bool) -> str:
    if not correlation.is_known:
        return "Everybody answered alike, so nothing can be said of cohorts."
    if not correlation.has_interval:
        return "All people of a cohort answered the same."
    limits = f"likely {words.decimal(correlation.low)} to {words.decimal(correlation.high)}"
    figure = f" (intraclass correlation {words.decimal(correlation.value)}, {limits})" if is_many else ""
    if correlation.low > 0:
        return f"People of the same cohort answered more alike than people of different ones{figure}."
    if math.isclose(correlation.value, 0, abs_tol=0.05):
        return f"People of the same cohort were hardly more alike than people of different ones{figure}."
    return f"We cannot tell whether people of the same cohort were more alike{figure}."
