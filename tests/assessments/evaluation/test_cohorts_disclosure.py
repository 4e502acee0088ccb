"""What is said of how cohorts differ leaves open what few of any of them said."""

import numpy as np
import pytest

from assessments.evaluation import cohort_figures
from assessments.evaluation.cohort_figures import Divided
from assessments.evaluation.policy import Policy
from tests.assessments.evaluation.cohorts_attack import possible

BASE = np.array([14, 11, 18, 16, 12, 20, 13, 15])
REST = np.array([1, 4, 0, 2, 0, 0, 0, 0])
DIVIDED = (
    Divided("By provider", np.array([0, 0, 0, 0, 1, 1, 1, 1])),
    Divided("By region where taught", np.array([0, 1, 0, 1, 0, 1, 0, 1])),
)


def least_left() -> int:
    """How many numbers the small count has that is narrowed most."""
    left = possible(BASE - REST, BASE, DIVIDED, Policy())
    return min(len(numbers) for numbers, rest in zip(left, REST, strict=True) if 1 <= rest < 5)


def test_words_about_few_cohorts_leave_every_small_count_three_numbers() -> None:
    assert least_left() >= 3


def test_figures_about_few_cohorts_would_tell_small_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_figures, "MANY_COHORTS", 8)
    monkeypatch.setattr(cohort_figures, "MANY_WAYS", 1)
    assert least_left() < 3


def test_figures_are_told_of_many_cohorts_with_many_ways_only() -> None:
    said = [
        cohort_figures.compare_cohorts(
            np.tile(BASE - REST - more, times),
            np.tile(BASE, times),
            [Divided("", np.tile(DIVIDED[0].group, times))],
            Policy(),
        )
        for times, more in ((2, 2), (3, 0), (3, 2))
    ]
    assert ["F " in each.verdicts[0].said for each in said] == [False, False, True]
    assert ["intraclass" in each.alike for each in said] == [False, False, True]
