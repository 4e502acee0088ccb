"""Strength of association and its limits, against a series of our own and SciPy's contingency tables."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from assessments.evaluation import association, statistics


def noncentral(x: float, df: int, noncentrality: float) -> float:
    """The noncentral chi-square distribution as a mixture of central ones."""
    half = noncentrality / 2
    terms = range(max(0, int(half) - 300), int(half) + 300)
    return math.fsum(
        math.exp(-half + (j * math.log(half) if j else 0) - math.lgamma(j + 1))
        * float(special.gammainc(df / 2 + j, x / 2))
        for j in terms
    )


@settings(max_examples=25)
@given(statistic=st.floats(0.01, 400), df=st.integers(1, 9), base=st.integers(30, 600))
def test_limits_of_cramers_v_are_where_the_statistic_would_be_rare(
    statistic: float, df: int, base: int
) -> None:
    low, high = association.cramers_v_limits(np.array([statistic]), np.array([df]), np.array([base]))
    for limit, probability in ((low[0], 0.975), (high[0], 0.025)):
        if limit == 0:
            assert stats.chi2.cdf(statistic, df) <= probability + 1e-12
        elif limit < 1:
            assert noncentral(statistic, df, base * limit**2) == pytest.approx(probability, abs=1e-9)
    assert 0 <= low[0] <= high[0] <= 1


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), groups=st.integers(1, 5), most=st.integers(1, 60))
def test_a_table_is_tested_by_the_rule_and_does_not_mind_its_order(seed: int, groups: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.integers(0, most + 1, groups)
    agree = rng.integers(0, base + 1)
    found = association.associate(agree, base)
    kept = base > 0
    if kept.sum() < 2 or agree.sum() in (0, base.sum()):
        assert found == association.NOTHING or not found.method
        return
    table = np.stack([agree, base - agree])[:, kept]
    pearson = stats.chi2_contingency(table, correction=False)
    assert found.cramers_v.value == pytest.approx(
        stats.contingency.association(table, method="cramer", correction=False), abs=1e-9
    )
    assert (found.seed is None) == (found.method != statistics.MONTE_CARLO)
    if found.method == statistics.PEARSON:
        assert pearson.expected_freq.min() >= statistics.SMALLEST_EXPECTED
        assert found.p == pytest.approx(pearson.pvalue, rel=1e-9)
    elif found.method == statistics.FISHER:
        assert found.p == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)
    else:
        assert (found.seed, found.replicates) == (statistics.SEED, statistics.REPLICATES)
    if found.method != statistics.MONTE_CARLO:
        turned = association.associate((base - agree)[::-1], base[::-1])
        assert turned.p == pytest.approx(found.p, rel=1e-9)
