"""Two coders' agreement, against statsmodels and against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from assessments import agreement
from assessments.agreement import Counts


def random_tables(number: int) -> list[Counts]:
    chance = np.random.default_rng(1960)
    return [Counts(*map(int, chance.integers(0, chance.choice([3, 12, 400]), 4))) for _ in range(number)]


def exact_kappa(counts: Counts) -> Fraction:
    n = counts.answers
    same = Fraction(counts.both + counts.neither, n)
    yes = Fraction(counts.both + counts.first, n) * Fraction(counts.both + counts.second, n)
    no = Fraction(counts.second + counts.neither, n) * Fraction(counts.first + counts.neither, n)
    return (same - yes - no) / (1 - yes - no)


def test_kappa_and_its_range_agree_with_statsmodels_and_with_fractions():
    compared = 0
    for counts in random_tables(600):
        ours = agreement.agreement(counts)
        if ours.kappa is None:
            continue
        assert ours.kappa == pytest.approx(float(exact_kappa(counts)), abs=1e-12)
        table = np.array([[counts.both, counts.first], [counts.second, counts.neither]])
        if ours.low is None:  # statsmodels takes the root of nothing, or of a hair less
            continue
        theirs = cohens_kappa(table)
        assert ours.kappa == pytest.approx(theirs.kappa, abs=1e-9)
        assert ours.same == pytest.approx((counts.both + counts.neither) / counts.answers)
        assert ours.low == pytest.approx(theirs.kappa_low, abs=1e-9)
        assert ours.high == pytest.approx(theirs.kappa_upp, abs=1e-9)
        compared += 1
    assert compared > 400


def test_a_table_worked_by_hand():
    # 20 and 15 alike of 50: 0.7; by chance 30 of 50 and 25 of 50 yes, so 0.3 + 0.2 = 0.5; 0.2 of 0.5
    ours = agreement.agreement(Counts(20, 10, 5, 15))
    assert (ours.answers, ours.same) == (50, 0.7)
    assert ours.kappa == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        (Counts(0, 0, 0, 0), agreement.NOTHING_CODED),
        (Counts(0, 1, 0, 0), agreement.ONE_ANSWER),
        (Counts(9, 0, 0, 0), agreement.NO_VARIATION),
        (Counts(0, 0, 0, 9), agreement.NO_VARIATION),
    ],
)
def test_where_kappa_would_mean_nothing_it_is_not_given_and_says_why(counts, why):
    ours = agreement.agreement(counts)
    assert (ours.kappa, ours.low, ours.why_not) == (None, None, why)
    assert (ours.same is None) == (counts.answers == 0)


def test_without_a_difference_there_is_a_kappa_and_no_range():
    assert agreement.agreement(Counts(4, 0, 0, 6)).kappa == 1
    assert agreement.agreement(Counts(4, 0, 0, 6)).low is None
    assert agreement.agreement(Counts(0, 5, 5, 0)).kappa == -1
    assert agreement.agreement(Counts(0, 5, 5, 0)).low is None
    one_never_saw_it = agreement.agreement(Counts(0, 0, 3, 5))
    assert (one_never_saw_it.kappa, one_never_saw_it.why_not) == (0, agreement.ONE_SIDED)


def test_over_all_themes_observed_and_chance_are_each_averaged():
    themes = [counts for counts in random_tables(50) if counts.answers][:8]
    fractions = [
        (
            Fraction(each.both + each.neither, each.answers),
            Fraction((each.both + each.first) * (each.both + each.second), each.answers**2)
            + Fraction((each.second + each.neither) * (each.first + each.neither), each.answers**2),
        )
        for each in themes
    ]
    same, chance = (sum(side) / len(themes) for side in zip(*fractions, strict=True))
    ours = agreement.overall(themes)
    assert ours.same == pytest.approx(float(same), abs=1e-12)
    assert ours.kappa == pytest.approx(float((same - chance) / (1 - chance)), abs=1e-9)
    assert ours.low is None
    assert agreement.overall(themes[:1]).kappa == pytest.approx(agreement.agreement(themes[0]).kappa)


def test_over_no_themes_no_answers_or_no_variation_nothing_is_given():
    assert agreement.overall([]).why_not == agreement.NO_THEMES
    assert agreement.overall([Counts(0, 0, 0, 0)]).why_not == agreement.NOTHING_CODED
    assert agreement.overall([Counts(1, 0, 0, 0)]).why_not == agreement.ONE_ANSWER
    assert agreement.overall([Counts(3, 0, 0, 0), Counts(0, 0, 0, 3)]).why_not == agreement.NO_VARIATION


def test_who_is_first_makes_no_difference():
    for counts in random_tables(60):
        turned = Counts(counts.both, counts.second, counts.first, counts.neither)
        ours, other = agreement.agreement(counts), agreement.agreement(turned)
        assert ours.why_not == other.why_not
        if ours.kappa is not None:
            assert ours.kappa == pytest.approx(other.kappa, abs=1e-12)


def test_counting_pairs():
    assert agreement.count([True, True, False, False], [True, False, True, False]) == Counts(1, 1, 1, 1)
    with pytest.raises(ValueError, match="shorter"):
        agreement.count([True], [])
