"""Agreement of a panel: kappa as others work it out, its range as leaving one out says it, and why there is none."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from assessments import panel_agreement as panel
from assessments.panel_agreement import panel_agreement, same_share


def _panel(people, things, seed, agree=0.8):
    rng = random.Random(seed)
    truth = [rng.random() < 0.7 for _ in range(things)]
    return {
        str(person): [one if rng.random() < agree else not one for one in truth] for person in range(people)
    }


@pytest.mark.parametrize(("people", "things", "seed"), [(3, 24, 1), (5, 24, 2), (4, 7, 3), (9, 40, 4)])
def test_fleiss_kappa_is_what_statsmodels_says(people, things, seed):
    said = _panel(people, things, seed)
    table, _ = aggregate_raters(np.array(list(said.values())).T.astype(int))
    found = panel_agreement(said)
    assert found.kappa == pytest.approx(fleiss_kappa(table))
    assert found.low < found.kappa < found.high


def test_the_range_of_fleiss_kappa_agrees_with_leaving_one_out():
    """The jackknife is another road to the same spread; on 200 things the two come close."""
    said = _panel(4, 200, 5)
    found = panel_agreement(said)
    without = [
        panel_agreement({who: one[:at] + one[at + 1 :] for who, one in said.items()}).kappa
        for at in range(200)
    ]
    mean = sum(without) / 200
    jackknife = math.sqrt(199 / 200 * sum((one - mean) ** 2 for one in without))
    assert (found.high - found.low) / 2 == pytest.approx(1.972 * jackknife, rel=0.03)


def test_two_people_are_compared_by_cohens_kappa():
    said = _panel(2, 24, 6)
    first, second = said.values()
    table = [
        [sum(a == x and b == y for a, b in zip(first, second, strict=True)) for y in (0, 1)] for x in (0, 1)
    ]
    found, theirs = panel_agreement(said), cohens_kappa(table)
    assert found.kappa == pytest.approx(theirs.kappa)
    assert (found.low, found.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp))


@pytest.mark.parametrize(
    ("said", "same", "kappa", "why"),
    [
        ({}, None, None, panel.TOO_FEW),
        ({"a": [True, False]}, None, None, panel.TOO_FEW),
        ({"a": [], "b": []}, None, None, panel.NOTHING),
        ({key: [True, True] for key in "abc"}, 1, None, panel.ALL_THE_SAME),
        ({key: [True, True] for key in "ab"}, 1, None, panel.ALL_THE_SAME),
        ({key: [True, False] for key in "abc"}, 1, 1, panel.ALWAYS_AGREED),
        ({"a": [True], "b": [True], "c": [False]}, 1 / 3, None, panel.ONE_THING),
    ],
)
def test_where_there_is_no_kappa_or_no_range_it_says_why(said, same, kappa, why):
    found = panel_agreement(said)
    assert (found.same, found.kappa, found.low, found.why_not) == (same, kappa, None, why)


def test_of_one_thing_the_share_of_pairs_that_agree_is_given():
    assert same_share([True, True, False]) == pytest.approx(1 / 3)
    assert same_share([True, True]) == 1
    assert same_share([True]) is None


def test_who_judged_other_things_is_not_compared():
    with pytest.raises(ValueError, match="the same things"):
        panel_agreement({"a": [True], "b": [True, False]})
