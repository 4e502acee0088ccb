"""Change in the same people's answers, against enumeration in exact fractions, SciPy and statsmodels."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar

from assessments.evaluation import change_statistics, paired_agreement, statistics, tables
from assessments.evaluation.change_statistics import Comparison, Moves
from assessments.evaluation.codebook import POST_SCALE, PRE_SCALE, Codebook, Kind, Variable
from assessments.evaluation.responses import Responses

STEPS = st.lists(st.integers(-3, 3), max_size=60)


def moves(steps: list[int]) -> Moves:
    return change_statistics.moves_of_marks(np.zeros(len(steps)), np.array(steps, np.float64))


def mean_rank(sizes: list[int], size: int) -> Fraction:
    return Fraction(2 * sum(each < size for each in sizes) + sizes.count(size) + 1, 2)


def by_enumeration(steps: list[int]) -> tuple[Fraction, Fraction]:
    """The sum of ranks of moves up and the two-sided p, over every direction of every move."""
    sizes = [abs(step) for step in steps]
    ranks = [mean_rank(sizes, abs(step)) for step in steps if step]
    seen = sum((mean_rank(sizes, step) for step in steps if step > 0), Fraction(0))
    sums = [
        sum((rank for rank, up in zip(ranks, ups, strict=True) if up), Fraction(0))
        for ups in itertools.product((False, True), repeat=len(ranks))
    ]
    tails = (sum(each <= seen for each in sums), sum(each >= seen for each in sums))
    return seen, min(Fraction(1), Fraction(2 * min(tails), len(sums)))


@pytest.mark.parametrize(
    "steps",
    [
        [1],
        [-1, 0, 0],
        [0, 0, 1, 1, -2],
        [1, 1, 1, -1, 2, 3, 0],
        [3, -3, 1, -1],
        [2, 1, 1, 1, 0, -1, -1, 2, 1],
    ],
)
def test_small_signed_rank_tests_are_exact(steps: list[int]) -> None:
    found = change_statistics.signed_rank(moves(steps))
    plus, p = by_enumeration(steps)
    assert found.is_exact
    assert found.plus == plus
    assert found.p == pytest.approx(float(p), rel=1e-12)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), people=st.integers(60, 700), widest=st.integers(1, 9))
def test_large_signed_rank_tests_equal_scipy(seed: int, people: int, widest: int) -> None:
    steps = np.random.default_rng(seed).integers(-widest, widest + 2, people)
    if (steps != 0).sum() <= change_statistics.EXACT_UP_TO:
        return
    found = change_statistics.signed_rank(moves(steps.tolist()))
    expected = stats.wilcoxon(steps, zero_method="pratt", correction=False, method="asymptotic")
    assert min(found.plus, found.minus) == expected.statistic
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)


@settings(max_examples=40)
@given(up=st.integers(0, 70), down=st.integers(0, 70))
def test_sign_and_mcnemar_tests_are_exact(up: int, down: int) -> None:
    p = float(paired_agreement.sign_test(np.array(up), np.array(down)))
    if not up + down:
        assert math.isnan(p)
        return
    tail = sum(math.comb(up + down, k) for k in range(min(up, down) + 1))
    assert p == pytest.approx(float(min(Fraction(1), Fraction(2 * tail, 2 ** (up + down)))), rel=1e-9)
    assert p == pytest.approx(mcnemar([[3, up], [down, 5]], exact=True).pvalue, rel=1e-9)


def test_tango_interval_is_the_published_one() -> None:
    """Airway hyper-responsiveness before and after stem cell transplantation (Fagerland and others, 2014)."""
    found = paired_agreement.net_change(1, 7, 21)
    assert (round(found.low, 3), round(found.high, 3)) == (-0.517, -0.026)


@settings(max_examples=40)
@given(up=st.integers(1, 40), down=st.integers(1, 40), same=st.integers(1, 200))
def test_tango_limits_are_where_the_score_test_rejects(up: int, down: int, same: int) -> None:
    people = up + down + same
    found = paired_agreement.net_change(up, down, people)
    for limit, sign in ((found.low, 1), (found.high, -1)):
        least = max(0.0, -limit)

        def slope(q: float, limit: float = limit) -> float:
            return up / (q + limit) + down / q - 2 * same / (1 - 2 * q - limit)

        q = optimize.brentq(slope, least + 1e-14, (1 - limit) / 2 - 1e-14, xtol=1e-15)
        score = (up - down - people * limit) / math.sqrt(people * (2 * q + limit - limit * limit))
        assert score == pytest.approx(sign * stats.norm.ppf(0.975), rel=1e-7)
    mirrored = paired_agreement.net_change(down, up, people)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low), abs=1e-9)


@pytest.mark.parametrize(("up", "down", "people"), [(0, 0, 0), (0, 0, 9), (9, 0, 9), (0, 1, 1), (5, 5, 10)])
def test_net_change_of_extreme_cohorts_stays_in_its_range(up: int, down: int, people: int) -> None:
    found = paired_agreement.net_change(up, down, people)
    if not people:
        assert not found.is_known
        return
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.high - found.low > 0.1


@settings(max_examples=40)
@given(steps=STEPS)
def test_effects_follow_their_definitions_and_mirror(steps: list[int]) -> None:
    found = change_statistics.change(moves(steps), replicates=50)
    mirrored = change_statistics.change(moves([-step for step in steps]), replicates=50)
    assert found.up + found.down + found.same == found.people == len(steps)
    assert (found.up, found.down) == (mirrored.down, mirrored.up)
    if not steps:
        assert found.refusal == paired_agreement.TOO_FEW_MATCHED
        return
    halves = Fraction(sum((step > 0) * 2 + (step == 0) for step in steps), 2 * len(steps))
    assert found.improvement.value == pytest.approx(float(halves), abs=1e-12)
    assert found.improvement.low == pytest.approx(1 - mirrored.improvement.high, abs=1e-9)
    assert bool(found.refusal) == (sum(step != 0 for step in steps) < paired_agreement.LEAST_CHANGED)
    if any(steps):
        assert found.signed_rank.p == pytest.approx(mirrored.signed_rank.p, abs=1e-12)
        ranks = stats.rankdata(np.abs(steps))
        expected = sum(np.sign(steps) * ranks) / sum((np.array(steps) != 0) * ranks)
        assert found.rank_biserial.value == pytest.approx(expected, abs=1e-9)
        assert mirrored.rank_biserial.value == pytest.approx(-expected, abs=1e-9)


def test_bootstrap_equals_a_plain_loop_over_people_and_repeats_itself() -> None:
    steps = [1] * 30 + [0] * 40 + [-1] * 9 + [2] * 5 + [-2]
    asked = moves(steps)
    found = change_statistics.rank_biserial(asked, seed=7, replicates=200)
    assert found == change_statistics.rank_biserial(asked, seed=7, replicates=200)
    drawn = np.random.default_rng(7).multinomial(asked.people, asked.count / asked.people, size=200)
    values = []
    for counts in drawn:
        people = np.repeat(asked.steps, counts)
        ranks = stats.rankdata(np.abs(people))
        values.append((ranks * np.sign(people)).sum() / (ranks * (people != 0)).sum())
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), rel=1e-9)
    assert found.low < found.value < found.high


def test_no_interval_of_rank_biserial_when_all_moves_go_one_way() -> None:
    found = change_statistics.change(moves([1] * 9 + [0] * 20))
    assert found.rank_biserial.value == 1
    assert not found.rank_biserial.has_interval
    assert found.net.has_interval
    assert not found.refusal


def test_no_impact_is_left_out_of_the_scale_and_counts_as_not_agreeing() -> None:
    counts = np.zeros((4, 5), np.int64)
    counts[2, 0], counts[1, 4], counts[0, 1], counts[1, 1] = 7, 3, 2, 4
    asked = change_statistics.moves_of_counts(counts, PRE_SCALE, POST_SCALE)
    assert (asked.people, asked.left_out, asked.up, asked.down) == (13, 3, 7, 2)
    agreed = paired_agreement.agreement(counts)
    assert (agreed.both, agreed.gained, agreed.lost, agreed.neither) == (6, 7, 3, 0)
    assert agreed.difference.value == pytest.approx(4 / 16)


def test_only_the_same_statement_on_the_same_scale_is_tested_as_change(codebook: Codebook) -> None:
    kinds = {
        change_statistics.comparison_of(*map(codebook.variables.__getitem__, pair)) for pair in codebook.pairs
    }
    assert kinds == {Comparison.TRANSITION}
    before = codebook.variables["pre_reflect"]
    later = Variable("month_reflect", before.label, Kind.PRE, before.codes, before.code_labels)
    assert change_statistics.comparison_of(before, later) is Comparison.CHANGE


def test_everything_for_the_study_agrees_with_scipy(study: Responses) -> None:
    table = tables.build(study).transitions
    for pair, ratings, counts in zip(table.pairs, table.ratings, table.counts, strict=True):
        found = change_statistics.change(change_statistics.moves_of_counts(counts, *ratings), replicates=20)
        first, second = (study.column(name).astype(int) for name in pair)
        kept = (first > 0) & (second > 0) & (second < 5)
        steps = (first - second)[kept]
        assert found.people == len(steps)
        assert found.left_out == ((first > 0) & (second == 5)).sum()
        expected = stats.wilcoxon(steps, zero_method="pratt", correction=False, method="asymptotic")
        assert found.signed_rank.p == pytest.approx(expected.pvalue, rel=1e-9)


def test_random_numbers_begin_at_the_stated_seed() -> None:
    asked = moves([1, 1, 0, -1, 2, 1, 0, 0])
    assert change_statistics.rank_biserial(asked) == change_statistics.rank_biserial(
        asked, seed=statistics.SEED, replicates=statistics.REPLICATES
    )
