"""Marks out of ten that the same people gave before and after, as focus groups do. Pure.

Means say too much about each when few gave a mark: below the policy's `mean_base` there is none (see `Policy`).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from assessments.evaluation import change_statistics
from assessments.evaluation.change_statistics import Change
from assessments.evaluation.estimates import UNKNOWN, Estimate
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import CONFIDENCE, Floats

TOO_ALIKE = "not shown"
"""In place of how far marks lie apart, and of tests, where that would tell how many gave which mark."""


@dataclass(frozen=True)
class Mean:
    """Mean and standard deviation (divisor n - 1) of the marks of those who gave both."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Marks:
    """Marks before and after by the same people.

    Attributes:
        people: How many gave both marks.
        before, after: What they gave.
        difference: Mean of after less before, with the interval of the paired t test.
        t_p: The paired t test's p-value; nan when everyone moved equally far.
        change: The same by ranks.
    """

    people: int
    before: Mean
    after: Mean
    difference: Estimate
    t_p: float
    change: Change

    @property
    def without_spread(self) -> "Marks":
        """The means alone, where marks may not be told to lie so near each other."""
        nan = float("nan")
        return replace(
            self,
            before=replace(self.before, deviation=nan),
            after=replace(self.after, deviation=nan),
            difference=Estimate(self.difference.value, nan, nan),
            t_p=nan,
            change=replace(self.change, refusal=TOO_ALIKE),
        )


def compare_marks(before: Floats, after: Floats, policy: Policy) -> Marks | None:
    """Compare two marks of each person.

    Args:
        before: Shape (people,); nan where no mark was given.
        after: Likewise, the same people in the same order.
        policy: The thresholds.

    Returns:
        None when fewer people gave both marks than a mean needs.
    """
    both = ~(np.isnan(before) | np.isnan(after))
    first, second = before[both], after[both]
    if len(first) < max(policy.mean_base, 1):
        return None
    difference, p = mean_difference(second - first)
    change = change_statistics.change(change_statistics.moves_of_marks(first, second))
    return Marks(len(first), _mean(first), _mean(second), difference, p, change)


def _mean(marks: Floats) -> Mean:
    deviation = float(np.std(marks, ddof=1)) if len(marks) > 1 else float("nan")
    return Mean(float(np.mean(marks)), deviation)


def mean_difference(differences: Floats, confidence: float = CONFIDENCE) -> tuple[Estimate, float]:
    """Mean of paired differences with the interval and p-value of Student's t.

    Source: Student, Biometrika 6 (1908), by `scipy.stats.ttest_1samp`. Marks are whole numbers, so with few people
    the interval is approximate; the signed-rank test stands beside it.

    Args:
        differences: One a person, none missing.
        confidence: Two-sided coverage.

    Returns:
        The mean with its limits, and p; no limits and no p when all differences are equal.
    """
    if not len(differences):
        return UNKNOWN, float("nan")
    mean = float(np.mean(differences))
    if np.ptp(differences) == 0:
        return Estimate(mean, np.nan, np.nan), float("nan")
    found = stats.ttest_1samp(differences, 0.0)
    low, high = found.confidence_interval(confidence)
    return Estimate(mean, float(low), float(high)), float(found.pvalue)
