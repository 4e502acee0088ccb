"""Risk: every fact shows what it adds, an IQA's word stands until the facts overtake it, policies hold from their day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assessments.verification.quality_policy import shipped_on
from assessments.verification.risk import Counted, Developed, Facts, in_force, likely, months_before, rate
from assessments.verification.sampling import Risk

TODAY = date(2026, 6, 15)
POLICY = shipped_on(TODAY)
SETTLED = Facts(
    on=TODAY,
    in_role_since=date(2024, 1, 8),
    qualified_on=date(2024, 3, 1),
    portfolios=30,
    developed=Developed(600, date(2026, 2, 1)),
)


@pytest.mark.parametrize(
    ("changed", "fact", "risk"),
    [
        ({}, "", Risk.GREEN),
        ({"qualified_on": None, "in_training": True}, "Qualified", Risk.RED),
        ({"in_role_since": date(2026, 1, 8)}, "Time in the role", Risk.AMBER),
        ({"portfolios": 2}, "Portfolios", Risk.RED),
        ({"developed": Developed()}, "Professional development", Risk.GREEN),
        ({"developed": Developed(60, TODAY)}, "", Risk.GREEN),
        ({"disagreed": Counted(2, 40)}, "Disagreement", Risk.AMBER),
        ({"disagreed": Counted(1, 40)}, "", Risk.GREEN),
        ({"disagreed": Counted(6, 40)}, "Disagreement", Risk.RED),
        ({"disagreed": Counted(3, 19)}, "", Risk.GREEN),
        ({"late": Counted(2, 10)}, "Late feedback", Risk.GREEN),
        ({"late": Counted(3, 10)}, "Late feedback", Risk.AMBER),
        ({"late": Counted(4, 4)}, "", Risk.GREEN),
        ({"returned": 1}, "Returned", Risk.AMBER),
        ({"returned": 4}, "Returned", Risk.RED),
        ({"overdue": 1}, "Actions past their day", Risk.AMBER),
        ({"new_version": 2, "on_new_version": 1}, "New version of the unit", Risk.AMBER),
        ({"new_version": 2, "on_new_version": 3}, "", Risk.GREEN),
        ({"returned": 1, "overdue": 2}, "Returned", Risk.RED),
    ],
)
def test_each_fact_adds_its_points_and_says_so(changed, fact, risk):
    rating = rate(replace(SETTLED, **changed), POLICY)
    adding = [one.fact for one in rating.contributions if one.points]
    assert rating.risk is risk
    assert adding[:1] == ([fact] if fact else [])
    assert rating.points == sum(one.points for one in rating.contributions)


def test_too_small_a_base_says_so_and_a_large_one_gives_its_range():
    words = {one.fact: one.words for one in rate(replace(SETTLED, late=Counted(1, 3)), POLICY).contributions}
    assert words["Late feedback"] == "1 of 3 answers after the promised day: too few to say, under 5"
    words = {one.fact: one.words for one in rate(replace(SETTLED, late=Counted(1, 10)), POLICY).contributions}
    assert words["Late feedback"].endswith("likely between 2% and 40%")


def test_the_range_is_wilsons():
    """Agresti and Coull give 0 of 10 as 0 to 0.278; the middle is as statsmodels has it."""
    from statsmodels.stats.proportion import proportion_confint

    assert likely(Counted(0, 10)) == pytest.approx((0, 0.2775), abs=1e-4)
    for part, of in [(1, 10), (17, 40), (40, 40)]:
        assert likely(Counted(part, of)) == pytest.approx(proportion_confint(part, of, method="wilson"))


@pytest.mark.parametrize(
    ("now", "said", "then", "on", "holds"),
    [
        (Risk.GREEN, None, None, None, Risk.GREEN),
        (Risk.GREEN, Risk.RED, Risk.GREEN, TODAY, Risk.RED),
        (Risk.AMBER, Risk.GREEN, Risk.AMBER, TODAY, Risk.GREEN),
        (Risk.AMBER, Risk.GREEN, Risk.GREEN, TODAY, Risk.AMBER),
        (Risk.AMBER, Risk.RED, Risk.GREEN, TODAY, Risk.RED),
        (Risk.GREEN, Risk.AMBER, Risk.RED, TODAY, Risk.AMBER),
        (Risk.AMBER, Risk.GREEN, Risk.AMBER, date(2025, 12, 15), Risk.GREEN),
        (Risk.AMBER, Risk.GREEN, Risk.AMBER, date(2025, 12, 14), Risk.AMBER),
    ],
)
def test_what_was_said_holds_until_it_is_old_or_the_facts_ask_for_more(now, said, then, on, holds):
    found = in_force(now, said=said, suggested_then=then, said_on=on, today=TODAY, lasts_months=6)
    assert found is holds


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 6, 15), 6, date(2025, 12, 15)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 5), 12, date(2025, 1, 5)),
    ],
)
def test_months_are_counted_back(day, months, before):
    assert months_before(day, months) == before
