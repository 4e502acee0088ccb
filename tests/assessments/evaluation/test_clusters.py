"""Comparing groups of cohorts, against statsmodels and exact fractions, and by whether chance is called a difference."""

import math
from fractions import Fraction

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assessments.evaluation import clusters
from assessments.evaluation.statistics import Integers

Cohorts = tuple[Integers, Integers, Integers]


def cohorts(seed: int, sizes: tuple[int, ...], alike: float = 0.05, share: float = 0.8) -> Cohorts:
    """Cohorts of 5 to 18 people who answer alike by chance; groups do not differ."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    base = rng.integers(5, 19, len(group))
    own = rng.beta(share * (1 / alike - 1), (1 - share) * (1 / alike - 1), len(group))
    return rng.binomial(base, own), base, group


def people(agree: Integers, base: Integers) -> list[list[int]]:
    return [[1] * a + [0] * (n - a) for a, n in zip(agree.tolist(), base.tolist(), strict=True)]


def intraclass_in_fractions(
    agree: Integers, base: Integers, group: Integers
) -> tuple[Fraction, Fraction, Fraction]:
    """Mean squares between and within cohorts, and the usual size, person by person."""
    answers, groups = people(agree, base), group.tolist()
    of_group = {
        g: [each for own, place in zip(answers, groups, strict=True) if place == g for each in own]
        for g in groups
    }
    mean = {g: Fraction(sum(each), len(each)) for g, each in of_group.items()}
    total = sum(len(own) for own in answers)
    between = sum(
        (
            len(own) * (Fraction(sum(own), len(own)) - mean[g]) ** 2
            for own, g in zip(answers, groups, strict=True)
        ),
        Fraction(0),
    )
    within = sum(((each - Fraction(sum(own), len(own))) ** 2 for own in answers for each in own), Fraction(0))
    df = len(answers) - len(of_group)
    usual = total - sum(
        (Fraction(len(own) ** 2, len(of_group[g])) for own, g in zip(answers, groups, strict=True)),
        Fraction(0),
    )
    return between / df, within / (total - len(answers)), usual / df


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), sizes=st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_intraclass_correlation_is_exact(seed: int, sizes: list[int]) -> None:
    agree, base, group = cohorts(seed, tuple(sizes))
    found = clusters.intraclass(agree, base, group)
    if len(base) == len(sizes):
        assert not found.is_known
        return
    between, within, usual = intraclass_in_fractions(agree, base, group)
    if not within:
        assert not found.has_interval
        return
    assert found.value == pytest.approx(
        float((between - within) / (between + (usual - 1) * within)), abs=1e-9
    )
    f = stats.f(len(base) - len(sizes), int(base.sum()) - len(base))
    for limit, tail in ((found.low, 0.975), (found.high, 0.025)):
        ratio = float(between / within) / f.ppf(tail)
        assert limit == pytest.approx((ratio - 1) / (ratio + float(usual) - 1), abs=1e-9)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), sizes=st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_comparison_equals_weighted_least_squares_of_statsmodels(seed: int, sizes: list[int]) -> None:
    agree, base, group = cohorts(seed, tuple(sizes))
    found = clusters.compare_groups(agree, base, group)
    assert found.compared == tuple(size >= clusters.LEAST_COHORTS for size in sizes)
    if sum(found.compared) < 2:
        assert found.refusal == clusters.TOO_FEW_COHORTS
        assert math.isnan(found.p)
        return
    kept = np.array(found.compared)[group]
    agree, base, group = agree[kept], base[kept], group[kept]
    between, within, usual = intraclass_in_fractions(agree, base, group)
    alike = min(1.0, max(0.0, float((between - within) / (between + (usual - 1) * within))))
    dummies = (group[:, None] == np.unique(group)).astype(float)
    fit = sm.WLS(agree / base, dummies, weights=base / (1 + (base - 1) * alike)).fit()
    contrasts = np.eye(dummies.shape[1])[1:] - np.eye(dummies.shape[1])[0]
    expected = fit.f_test(contrasts)
    assert found.p == pytest.approx(float(expected.pvalue), rel=1e-9)
    assert found.df == (int(expected.df_num), int(expected.df_denom))
    told = [each for each, is_in in zip(found.shares, found.compared, strict=True) if is_in]
    assert [each.value for each in told] == pytest.approx(100 * fit.params, rel=1e-9)
    limits = np.clip(100 * fit.conf_int(), 0, 100)
    assert [each.low for each in told] == pytest.approx(limits[:, 0], rel=1e-9)
    assert [each.high for each in told] == pytest.approx(limits[:, 1], rel=1e-9)


@pytest.mark.parametrize(("sizes", "alike"), [((4, 6, 9, 16), 0.05), ((4, 4), 0.1)])
def test_chance_is_called_a_difference_about_five_times_in_a_hundred(
    sizes: tuple[int, ...], alike: float
) -> None:
    p = np.array([clusters.compare_groups(*cohorts(seed, sizes, alike)).p for seed in range(700)])
    assert 0.03 < (p < 0.05).mean() < 0.072


def test_a_large_difference_is_found_and_order_of_cohorts_and_groups_changes_nothing() -> None:
    agree, base, group = cohorts(5, (8, 8, 8))
    agree = np.where(group == 2, base // 4, agree)
    found = clusters.compare_groups(agree, base, group)
    assert found.p < 1e-6
    turned = clusters.compare_groups(agree[::-1], base[::-1], 2 - group[::-1])
    assert turned.p == pytest.approx(found.p, rel=1e-9)
    assert [each.value for each in turned.shares[::-1]] == pytest.approx(
        [each.value for each in found.shares]
    )


NOBODY: list[int] = []


@pytest.mark.parametrize(
    ("agree", "base", "group", "refusal"),
    [
        (NOBODY, NOBODY, NOBODY, clusters.TOO_FEW_COHORTS),
        ([1], [1], [0], clusters.TOO_FEW_COHORTS),
        ([0] * 8, [0] * 8, [0, 1] * 4, clusters.TOO_FEW_COHORTS),
        ([9] * 8, [9] * 8, [0, 1] * 4, clusters.ALL_ALIKE),
        ([0, 9] * 4, [9] * 8, [0, 1] * 4, clusters.ALL_ALIKE),
    ],
)
def test_nothing_is_said_of_cohorts_that_cannot_be_compared(
    agree: list[int], base: list[int], group: list[int], refusal: str
) -> None:
    found = clusters.compare_groups(*(np.array(each, np.int64) for each in (agree, base, group)))
    assert found.refusal == refusal
    assert math.isnan(found.p)
    assert not any(each.is_known for each in found.shares)
