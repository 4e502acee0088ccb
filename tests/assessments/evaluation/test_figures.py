"""What pages are given: whole per cents, people to the nearest five, and sentences that follow from them."""

import numpy as np
import pytest

from assessments.evaluation import (
    change_figures,
    comparisons,
    disclosure,
    figures,
    group_figures,
    sections,
    tables,
)
from assessments.evaluation.codebook import Kind
from assessments.evaluation.cohort_figures import Divided
from assessments.evaluation.comparisons import SortedCohorts
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses, from_matrix
from assessments.evaluation.tables import Tables

POLICY = Policy()


@pytest.fixture(scope="module")
def protected(study_tables: Tables) -> disclosure.Protected:
    return disclosure.protect(study_tables, items=["post_challenge", "pre_role_clear"])


def test_people_are_rounded_to_the_nearest_five_halves_up() -> None:
    assert [figures.people(n) for n in (0, 2, 3, 7, 8, 23, 482)] == [0, 0, 5, 5, 10, 25, 480]


def test_bars_of_the_study(protected: disclosure.Protected) -> None:
    statements = {each.topic: each for each in figures.pair_statements(protected)}
    before, after = statements["Challenging practice that does not help"].bars
    assert before.parts == (0, 22, 61, 17)
    assert (before.agree.percent, before.agree.low, before.agree.high) == (78, 74, 81)
    assert (after.apart, after.apart_words, after.agree.percent) == (10, "no impact", 87)
    joined = statements["Reflecting on my own work"].after
    assert (joined.apart, joined.apart_words) == (3, "no impact, or disagree")
    assert joined.said == "After: agree 41, strongly agree 56, no impact, or disagree 3 per cent"


def test_who_moved_joins_what_is_small(protected: disclosure.Protected) -> None:
    moved = change_figures.change(protected, "pre_challenge")
    assert [row.people for row in moved.rows] == [100, 290, 80]
    assert [[cell.percent for cell in row.cells] for row in moved.rows] == [
        [18, 55, 27],
        [11, 47, 42],
        [15, 32, 53],
    ]
    assert moved.finding == (
        "Of about 100 people who disagreed before, 82% agreed after the course (likely between 74% and 89%)."
    )
    few = change_figures.change(protected, "pre_role_clear")
    assert few.rows[0].cells is None
    assert "Too few people disagreed before" in few.finding
    with pytest.raises(KeyError):
        change_figures.change(protected, "pre_link")


def test_groups_are_tested_only_as_far_as_they_are_shown(protected: disclosure.Protected) -> None:
    compared = {each.title: each for each in group_figures.compare(protected, "post_challenge")}
    assert compared["Most of the area is affluent"].shown == ()
    assert compared["Most of the area is affluent"].verdict == ""
    region = compared["Region"]
    assert 0 < len(region.shown) < 9
    clear = [title for title, each in compared.items() if each.is_clear]
    assert group_figures.finding(tuple(compared.values())).count("chance would explain") == bool(clear)


def test_a_small_cohort_has_no_figure_on_any_page(study: Responses) -> None:
    few = from_matrix(study.codebook, study.codes[:14])
    protected = disclosure.protect(tables.build(few), POLICY)
    people = sections.answered(few, POLICY)
    pages = [
        sections.results(protected, people),
        sections.people(protected, people, few, POLICY),
        sections.change(protected, None),
        sections.support(protected),
        comparisons.groups(protected, None),
        sections.sure(protected, few, POLICY),
        comparisons.providers(
            protected,
            {"A": protected, "B": None},
            SortedCohorts(few, np.array([0, 1] * 7), [Divided("By provider", np.array([0, 1]))]),
            policy=POLICY,
            about=None,
        ),
    ]
    for page in pages:
        for table in page.tables:
            cells = {cell for row in table.rows for cell in row[2:] if isinstance(cell, int)}
            assert not cells
        assert "%" not in page.lead


def test_support_and_single_statements_have_one_bar(protected: disclosure.Protected) -> None:
    support = figures.single_statements(protected, Kind.SUPPORT)
    assert [each.after.agree.percent for each in support] == [99, 96, 91, 92, 91, 91]
    assert all(each.after.apart is None for each in support)
