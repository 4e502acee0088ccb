"""Reliability and spread of sets of statements, against exact fractions and NumPy."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assessments.evaluation import item_analysis
from assessments.evaluation.codebook import Codebook, Kind
from assessments.evaluation.responses import Responses, from_matrix

SHAPES = st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.integers(1, 6))


def random_scores(seed: int, people: int, items: int) -> item_analysis.Scores:
    rng = np.random.default_rng(seed)
    leaning = rng.integers(-1, 2, (people, 1))
    scores = np.clip(rng.integers(1, 5, (people, items)) + leaning, 1, 4)
    scores[rng.random(scores.shape) < 0.08] = 0
    scores[rng.random(scores.shape) < 0.04] = -1
    return np.asfortranarray(scores, np.int8)


def variance(values: list[int]) -> Fraction:
    mean = Fraction(sum(values), len(values))
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def alpha_in_fractions(rows: list[list[int]]) -> Fraction | None:
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    items = len(rows[0])
    whole = variance([sum(row) for row in rows])
    if not whole:
        return None
    parts = sum((variance(list(column)) for column in zip(*rows, strict=True)), Fraction(0))
    return Fraction(items, items - 1) * (1 - parts / whole)


@settings(max_examples=60)
@given(shape=SHAPES)
def test_alpha_is_exact_and_so_is_alpha_without_each(shape: tuple[int, int, int]) -> None:
    scores = random_scores(*shape)
    found = item_analysis.analyse([str(i) for i in range(shape[2])], scores)
    rows = [row for row in scores.tolist() if min(row) > 0]
    assert found.complete == len(rows)
    expected = alpha_in_fractions(rows) if rows else None
    if expected is None:
        assert not found.alpha.is_known
    else:
        assert found.alpha.value == pytest.approx(float(expected), abs=1e-9)
    for out, without in enumerate(found.alpha_without.tolist()):
        shorter = [row[:out] + row[out + 1 :] for row in rows]
        expected = alpha_in_fractions(shorter) if shorter and shorter[0] else None
        assert (
            math.isnan(without) if expected is None else without == pytest.approx(float(expected), abs=1e-9)
        )


@settings(max_examples=40)
@given(shape=SHAPES)
def test_correlations_and_shares_follow_their_definitions(shape: tuple[int, int, int]) -> None:
    scores = random_scores(*shape)
    found = item_analysis.analyse([str(i) for i in range(shape[2])], scores)
    kept = scores[(scores > 0).all(axis=1)].astype(float)
    for item, column in enumerate(scores.T.tolist()):
        answered = [score for score in column if score != 0]
        for value, count, base in (
            (found.floor[item], answered.count(1), len(answered)),
            (found.ceiling[item], answered.count(4), len(answered)),
            (found.off_scale[item], answered.count(-1), len(answered)),
            (found.missing[item], column.count(0), len(column)),
        ):
            assert math.isnan(value) if not base else value == pytest.approx(100 * count / base, abs=1e-9)
        own, rest = kept[:, item], np.delete(kept, item, axis=1).sum(axis=1)
        if len(kept) < 2 or np.ptp(own) == 0 or np.ptp(rest) == 0:
            assert math.isnan(found.item_rest[item])
        else:
            assert found.item_rest[item] == pytest.approx(np.corrcoef(own, rest)[0, 1], abs=1e-9)


def test_order_of_people_and_statements_changes_nothing_and_repeating_people_changes_no_share() -> None:
    scores = random_scores(3, 35, 5)
    found = item_analysis.analyse("abcde", scores)
    turned = item_analysis.analyse("edcba", scores[::-1, ::-1])
    assert turned.alpha.value == pytest.approx(found.alpha.value, abs=1e-12)
    assert turned.item_rest[::-1] == pytest.approx(found.item_rest, abs=1e-12)
    twice = item_analysis.analyse("abcde", np.vstack([scores, scores]))
    assert twice.ceiling == pytest.approx(found.ceiling)
    assert twice.item_rest == pytest.approx(found.item_rest)


def test_statements_that_repeat_each_other_are_wholly_reliable() -> None:
    column = random_scores(4, 40, 1)
    found = item_analysis.analyse("abc", np.hstack([column, column, column]))
    assert found.alpha.value == pytest.approx(1)
    assert (found.alpha.low, found.alpha.high) == pytest.approx((1, 1))


@pytest.mark.parametrize(("value", "people", "items"), [(0.8, 50, 6), (-0.2, 9, 2), (0.4, 2, 14)])
def test_feldt_limits_equal_those_from_the_f_distribution(value: float, people: int, items: int) -> None:
    found = item_analysis.feldt(value, people, items)
    f = stats.f(people - 1, (people - 1) * (items - 1))
    assert found.low == pytest.approx(1 - (1 - value) * f.ppf(0.975), rel=1e-9)
    assert found.high == pytest.approx(1 - (1 - value) * f.ppf(0.025), rel=1e-9)
    assert found.low < value < found.high


def test_scores_keep_no_answer_and_no_impact_apart(codebook: Codebook) -> None:
    post = codebook.of_kind(Kind.POST)[:1]
    codes = np.zeros((6, len(codebook.coded)), np.uint8)
    place = [variable.name for variable in codebook.coded].index(post[0].name)
    codes[:, place] = [0, 1, 2, 3, 4, 5]
    assert item_analysis.scores_of(from_matrix(codebook, codes), post)[:, 0].tolist() == [0, 4, 3, 2, 1, -1]


def test_large_matrices_are_taken_in_blocks(
    study: Responses, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = item_analysis.scores_of(study, codebook.of_kind(Kind.PRE))
    whole = item_analysis.covariances(scores)
    monkeypatch.setattr(item_analysis, "BLOCK", 100)
    in_blocks = item_analysis.covariances(scores)
    assert in_blocks[0] == whole[0]
    assert (in_blocks[1] == whole[1]).all()


def test_a_statement_has_no_correlation_with_others_that_cancel_each_other_out() -> None:
    for seed in range(200):
        scores = random_scores(seed, 7, 2)
        scores = scores[(scores > 0).all(axis=1)]
        mirrored = np.column_stack([scores[:, 0], scores[:, 1], 5 - scores[:, 1]])
        assert math.isnan(item_analysis.analyse("abc", mirrored).item_rest[0])
