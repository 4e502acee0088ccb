"""Each statistic against another implementation than the one used."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from assessments.evaluation import statistics, tables
from assessments.evaluation.codebook import Codebook
from assessments.evaluation.responses import Responses, from_matrix
from assessments.evaluation.tables import Tables

COUNTS = np.array([0, 0, 1, 3, 22, 23, 410, 547])
BASES = np.array([0, 5, 1, 14, 23, 23, 483, 547])


def close(ours: object, theirs: object) -> bool:
    return np.allclose(ours, theirs, rtol=1e-9, atol=1e-12, equal_nan=True)


def test_wilson_interval_equals_statsmodels() -> None:
    low, high = statistics.wilson(COUNTS, BASES)
    assert np.isnan([low[0], high[0]]).all()
    expected = [proportion_confint(c, n, method="wilson") for c, n in zip(COUNTS[1:], BASES[1:], strict=True)]
    assert close(low[1:], [100 * each[0] for each in expected])
    assert close(high[1:], [100 * each[1] for each in expected])


@pytest.mark.parametrize("size", [1, 20, 550, 40_000])
def test_fisher_equals_scipy(size: int) -> None:
    rng = np.random.default_rng(size)
    base = rng.integers(1, size + 1, (60, 2))
    agree = rng.integers(0, base + 1)
    expected = [
        stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue
        for (a, b), (n, m) in zip(agree, base, strict=True)
    ]
    assert np.allclose(
        statistics.fisher_exact(agree, base), expected, rtol=1e-7 if size > 1000 else 1e-9, atol=1e-290
    )


def test_benjamini_hochberg_equals_statsmodels_and_skips_what_was_not_tested() -> None:
    p = np.random.default_rng(3).random(200) ** 2
    p[::7] = np.nan
    adjusted = statistics.benjamini_hochberg(p)
    assert np.isnan(adjusted[::7]).all()
    tested = ~np.isnan(p)
    assert close(adjusted[tested], multipletests(p[tested], method="fdr_bh")[1])


def test_monte_carlo_comes_near_the_exact_test_and_repeats_itself() -> None:
    agree, base = np.array([3, 9]), np.array([12, 11])
    observed = stats.chi2_contingency([agree, base - agree], correction=False).statistic
    exact = sum(
        stats.hypergeom.pmf(k, 23, 12, 12)
        for k in range(1, 13)
        if stats.chi2_contingency([[k, 12 - k], [12 - k, k - 1]], correction=False).statistic
        >= observed - 1e-9
    )
    p = statistics.monte_carlo(agree, base)
    assert abs(p - exact) < 0.01
    assert p == statistics.monte_carlo(agree, base)
    assert np.isnan(statistics.monte_carlo(np.array([5, 4]), np.array([5, 4])))


def test_the_method_follows_the_smallest_expected_count() -> None:
    assert statistics.choose_method(2, 5.0) == "pearson"
    assert statistics.choose_method(9, 5.0) == "pearson"
    assert statistics.choose_method(2, 4.99) == "fisher"
    assert statistics.choose_method(3, 4.99) == "monte_carlo"
    assert statistics.choose_method(1, float("nan")) == ""


def by_pandas(responses: Responses) -> pd.DataFrame:
    """The same answers as text, for an implementation that knows nothing of ours."""
    frame = {}
    for name in responses.names:
        variable = responses.codebook.variables[name]
        values = responses.column(name)
        if variable.kind == "profile, multiple":
            for bit, code in enumerate(variable.codes):
                frame[code] = [None if v == 0 else "yes" if v >> bit & 1 else "no" for v in values.tolist()]
        else:
            frame[name] = [None if v == 0 else variable.codes[v - 1] for v in values.tolist()]
    return pd.DataFrame(frame, dtype=object)


def check_against_pandas(counted: Tables, frame: pd.DataFrame, *, every: int = 1) -> None:
    groups, tests = counted.groups, counted.tests
    for i, item in list(enumerate(groups.items))[::every]:
        if item.startswith("mot_"):
            outcome = (frame["motivation"] == item[4:]).where(
                frame["motivation"].notna() & (frame["motivation"] != "multiple")
            )
        else:
            outcome = frame[item].isin(["SA", "A"]).where(frame[item].notna())
        for g, grouping in enumerate(groups.groupings):
            member = frame[grouping.name].where(frame[grouping.name].isin(grouping.groups))
            crossed = pd.crosstab(member, outcome)
            bases = crossed.sum(axis=1)
            assert tests.rows[i, g] == len(crossed)
            assert tests.base[i, g] == bases.sum()
            for k, name in enumerate(grouping.groups, start=grouping.start):
                assert groups.base[i, k] == bases.get(name, 0)
                assert groups.agree[i, k] == (crossed[True].get(name, 0) if True in crossed else 0)
            if min(crossed.shape) < 2:
                assert np.isnan(tests.chi_square[i, g])
                continue
            expected = stats.chi2_contingency(crossed, correction=False)
            assert close(tests.chi_square[i, g], expected.statistic)
            assert close(tests.p[i, g], expected.pvalue)
            assert tests.df[i, g] == expected.dof
            assert close(tests.min_expected[i, g], expected.expected_freq.min())
            assert close(
                tests.cramers_v[i, g],
                stats.contingency.association(crossed, method="cramer", correction=False),
            )
            if crossed.shape == (2, 2):
                assert np.isclose(tests.fisher_p[i, g], stats.fisher_exact(crossed).pvalue, rtol=1e-9)
            else:
                assert np.isnan(tests.fisher_p[i, g])


@pytest.mark.slow
def test_every_group_and_test_of_the_study_equals_pandas_and_scipy(
    study: Responses, study_tables: Tables
) -> None:
    check_against_pandas(study_tables, by_pandas(study))


@pytest.mark.parametrize("people", [0, 1, 2, 14, 90])
def test_small_and_lopsided_cohorts_equal_pandas_and_scipy(
    codebook: Codebook, study: Responses, people: int
) -> None:
    rng = np.random.default_rng(people)
    codes = study.codes[rng.integers(0, len(study), people)].copy()
    names = list(study.names)
    codes[:, names.index("hours")] = 0
    codes[:, names.index("region")] = 3
    codes[:, names.index("pre_role_clear")] = 1
    responses = from_matrix(codebook, codes)
    check_against_pandas(tables.build(responses), by_pandas(responses), every=8)


def test_frequencies_and_transitions_equal_pandas(study: Responses, study_tables: Tables) -> None:
    frame = by_pandas(study)
    for (variable, code), count, base in zip(
        study_tables.frequencies.keys,
        study_tables.frequencies.count,
        study_tables.frequencies.base,
        strict=True,
    ):
        source = frame[variable.removesuffix("_single")]
        source = source[source.notna()]
        if variable.endswith("_single"):
            source = source[source != "multiple"]
        codes = {"agree": ["SA", "A"], "disagree": ["D", "SD"]}.get(code, [code])
        assert (int(source.isin(codes).sum()), len(source)) == (count, base)
    for (pre, post), (before, after), counts in zip(
        study_tables.transitions.pairs,
        study_tables.transitions.ratings,
        study_tables.transitions.counts,
        strict=True,
    ):
        crossed = pd.crosstab(frame[pre], frame[post]).reindex(index=before, columns=after, fill_value=0)
        assert (crossed.to_numpy() == counts).all()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), people=st.integers(0, 60))
def test_sums_hold_whatever_the_answers(codebook: Codebook, seed: int, people: int) -> None:
    rng = np.random.default_rng(seed)
    codes = np.column_stack([rng.integers(0, len(variable.codes) + 1, people) for variable in codebook.coded])
    counted = tables.build(from_matrix(codebook, codes.astype(np.uint8)))
    shuffled = tables.build(from_matrix(codebook, rng.permutation(codes).astype(np.uint8)))
    assert (counted.groups.agree == shuffled.groups.agree).all()
    assert (counted.groups.agree <= counted.groups.base).all()
    found = dict(zip(counted.frequencies.keys, counted.frequencies.count, strict=True))
    for variable in codebook.statements:
        codes_of = [found[variable.name, code] for code in variable.codes]
        assert sum(codes_of) <= people
        assert found[variable.name, "agree"] == codes_of[0] + codes_of[1]
    p = counted.tests.p[~np.isnan(counted.tests.p)]
    assert ((p >= 0) & (p <= 1)).all()
