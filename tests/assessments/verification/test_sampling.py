"""The draw: anybody can repeat it, it keeps its rates, and each pick says why."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.verification.sampling import DEFAULT_RATES, Candidate, Covered, Reason, Risk, draw


def population(count, assessor="a", **facts):
    return [Candidate(f"{assessor}-{number:03}", assessor, **facts) for number in range(count)]


def drawn(picks):
    return [pick.portfolio for pick in picks if pick.drawn]


@pytest.mark.parametrize(
    ("risk", "count", "expected"),
    [("red", 10, 10), ("amber", 10, 5), ("amber", 9, 5), ("green", 10, 2), ("green", 11, 3), ("green", 1, 1)],
)
def test_the_rate_of_the_assessors_risk_is_kept_rounded_up(risk, count, expected):
    picks = draw(population(count), seed="spring", risks={"a": Risk(risk)})
    assert len(drawn(picks)) == expected


def test_resubmissions_and_first_portfolios_are_always_drawn():
    people = [*population(20), Candidate("again", "a", resubmitted=True), Candidate("first", "a", first=True)]
    picks = {pick.portfolio: pick for pick in draw(people, seed="x", risks={"a": Risk.GREEN})}
    assert picks["again"].reason is Reason.RESUBMITTED
    assert picks["first"].reason is Reason.FIRST
    assert sum(pick.drawn for pick in picks.values()) == math.ceil(22 * 0.2)


def test_every_assessor_is_covered_even_at_a_rate_of_nought():
    people = [*population(5, "a"), *population(5, "b")]
    picks = draw(
        people, seed="x", risks={"a": Risk.GREEN, "b": Risk.RED}, rates={**DEFAULT_RATES, Risk.GREEN: 0}
    )
    of_a = [pick for pick in picks if pick.assessor == "a" and pick.drawn]
    assert [pick.reason for pick in of_a] == [Reason.COVER]


def test_the_floor_of_the_quarter_counts_what_was_sampled_before():
    people, rates = population(5), {**DEFAULT_RATES, Risk.GREEN: 0}
    asked = {"seed": "x", "risks": {"a": Risk.GREEN}, "rates": rates, "floor": 2}
    assert len(drawn(draw(people, **asked))) == 2
    assert len(drawn(draw(people, **asked, covered=Covered({"a": 1})))) == 1
    assert drawn(draw(people, **asked, covered=Covered({"a": 2}))) == []
    assert len(drawn(draw(population(1), **asked))) == 1


def test_where_the_floor_is_nought_the_year_still_covers_every_assessor():
    people, rates = population(5), {**DEFAULT_RATES, Risk.GREEN: 0}
    asked = {"seed": "x", "risks": {"a": Risk.GREEN}, "rates": rates, "floor": 0}
    assert [one.reason for one in draw(people, **asked) if one.drawn] == [Reason.COVER]
    assert drawn(draw(people, **asked, covered=Covered(seen=frozenset({"a"})))) == []
    assert drawn(draw(people, **asked, covered=Covered({"a": 1}))) == []


def test_what_was_questioned_is_always_drawn_and_says_so_first():
    people = [*population(9), Candidate("on", "a", disputed=True, resubmitted=True, first=True)]
    picks = {pick.portfolio: pick for pick in draw(people, seed="x", risks={"a": Risk.GREEN})}
    assert picks["on"].reason is Reason.DISPUTED


def test_every_kind_and_workplace_that_the_year_has_not_seen_is_drawn_once():
    people = [
        *population(8, kinds=frozenset({"questions"}), place="north"),
        *population(8, "b", kinds=frozenset({"questions"}), place="north"),
        Candidate("rare", "a", kinds=frozenset({"questions", "observation"}), place="north"),
        Candidate("far", "b", kinds=frozenset({"questions"}), place="south"),
    ]
    asked = {"seed": "2", "risks": dict.fromkeys("ab", Risk.GREEN), "rates": {**DEFAULT_RATES, Risk.GREEN: 0}}
    reasons = {pick.portfolio: pick.reason for pick in draw(people, **asked) if pick.drawn}
    assert (reasons.pop("rare"), reasons.pop("far")) == (Reason.KIND, Reason.PLACE)
    assert set(reasons.values()) == {Reason.COVER}
    seen = Covered({"a": 1, "b": 1}, frozenset({"questions", "observation"}), frozenset({"north", "south"}))
    assert drawn(draw(people, **asked, covered=seen)) == []


def test_what_was_returned_questioned_or_reversed_before_is_always_drawn():
    people = [*population(9), Candidate("back", "a", returned=True), Candidate("edge", "a", borderline=True)]
    picks = {pick.portfolio: pick for pick in draw(people, seed="x", risks={"a": Risk.GREEN})}
    assert (picks["back"].reason, picks["edge"].reason) == (Reason.RETURNED, Reason.BORDERLINE)


def test_the_draw_of_a_recorded_seed_is_the_same_for_ever():
    """These two were drawn when the rule was written; another answer means that old plans cannot be checked."""
    picks = draw(population(10), seed="2026-03-10 Leeds 1", risks={"a": Risk.GREEN})
    assert drawn(picks) == ["a-005", "a-009"]


def test_another_seed_draws_others():
    people = population(40)
    samples = {tuple(drawn(draw(people, seed=str(n), risks={"a": Risk.GREEN}))) for n in range(20)}
    assert len(samples) == 20


@pytest.mark.parametrize(
    ("candidates", "risks", "rates", "says"),
    [
        (
            [Candidate("p", "a"), Candidate("p", "a")],
            {"a": Risk.RED},
            DEFAULT_RATES,
            "p is in the population twice",
        ),
        ([Candidate("p", "a")], {}, DEFAULT_RATES, "no risk is given for assessor a"),
        ([Candidate("p", "a")], {"a": Risk.RED}, {Risk.RED: 120}, "0 to 100 per cent, not red 120"),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused(candidates, risks, rates, says):
    with pytest.raises(ValueError, match=says):
        draw(candidates, seed="x", risks=risks, rates=rates)


candidates = st.lists(
    st.builds(
        Candidate,
        st.text("pqrs0123456789", min_size=1, max_size=4),
        st.sampled_from("abc"),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
    unique_by=lambda candidate: candidate.portfolio,
)
risks = st.fixed_dictionaries({name: st.sampled_from(Risk) for name in "abc"})


@given(candidates, risks, st.text(max_size=10), st.randoms())
def test_the_order_of_the_rows_does_not_matter(people, ratings, seed, shuffle: random.Random):
    mixed = people.copy()
    shuffle.shuffle(mixed)
    assert draw(mixed, seed=seed, risks=ratings) == draw(people, seed=seed, risks=ratings)


@given(candidates, risks, st.text(max_size=10))
def test_one_assessors_portfolios_do_not_change_anothers_sample(people, ratings, seed):
    whole = draw(people, seed=seed, risks=ratings)
    alone = draw([c for c in people if c.assessor == "a"], seed=seed, risks=ratings)
    assert [pick for pick in whole if pick.assessor == "a"] == list(alone)


@given(candidates, risks, st.text(max_size=10))
def test_everybody_is_answered_once_and_every_rule_holds(people, ratings, seed):
    picks = draw(people, seed=seed, risks=ratings)
    assert sorted(pick.portfolio for pick in picks) == sorted(c.portfolio for c in people)
    sampled = set(drawn(picks))
    for assessor in {c.assessor for c in people}:
        own = [c for c in people if c.assessor == assessor]
        count = sum(c.portfolio in sampled for c in own)
        assert count >= 1
        assert count >= math.ceil(len(own) * DEFAULT_RATES[ratings[assessor]] / 100)
    assert all(c.portfolio in sampled for c in people if c.resubmitted or c.first)
    assert all((pick.reason is Reason.NOT_DRAWN) != pick.drawn for pick in picks)
