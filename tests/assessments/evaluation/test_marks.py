"""Marks before and after, against statsmodels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from assessments.evaluation import marks
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Floats


def given_marks(seed: int, people: int, missing: float) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    before = rng.integers(1, 10, people).astype(float)
    after = np.clip(before + rng.integers(-1, 4, people), 1, 10)
    before[rng.random(people) < missing] = np.nan
    after[rng.random(people) < missing] = np.nan
    return before, after


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), people=st.integers(0, 40), missing=st.sampled_from([0.0, 0.3, 1.0]))
def test_means_and_their_difference_equal_statsmodels(seed: int, people: int, missing: float) -> None:
    before, after = given_marks(seed, people, missing)
    found = marks.compare_marks(before, after, Policy())
    kept = ~np.isnan(before + after)
    if kept.sum() < Policy().mean_base:
        assert found is None
        return
    assert found is not None
    first, second = DescrStatsW(before[kept]), DescrStatsW(after[kept])
    apart = DescrStatsW((after - before)[kept])
    assert found.people == kept.sum() == found.change.people
    assert (found.before.mean, found.after.mean) == pytest.approx((first.mean, second.mean), rel=1e-9)
    assert found.before.deviation**2 == pytest.approx(first.var_ddof(1), rel=1e-9)
    assert found.difference.value == pytest.approx(second.mean - first.mean, abs=1e-9)
    if apart.std > 0:
        assert (found.difference.low, found.difference.high) == pytest.approx(apart.tconfint_mean(), rel=1e-9)
        assert found.t_p == pytest.approx(apart.ttest_mean()[1], rel=1e-9)


def test_everyone_moving_alike_leaves_nothing_to_measure_chance_by() -> None:
    before = np.arange(1.0, 10)
    found = marks.compare_marks(before, before + 1, Policy())
    assert found is not None
    assert found.difference.value == 1
    assert not found.difference.has_interval
    assert math.isnan(found.t_p)
    assert found.change.signed_rank.p == pytest.approx(2 / 2**9)


def test_a_group_of_seven_gets_no_mean() -> None:
    before, after = given_marks(1, 7, 0)
    assert marks.compare_marks(before, after, Policy()) is None
