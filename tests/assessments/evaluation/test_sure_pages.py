"""What the pages say of who was lost, how sure we are and what may be concluded: from the study, and of too few."""

import re

import numpy as np
import pytest

from assessments.evaluation import (
    change_statistics,
    clusters,
    cohort_figures,
    comparisons,
    disclosure,
    lost_figures,
    matched,
    paired_agreement,
    paired_figures,
    sections,
    sure_figures,
    tables,
    words,
)
from assessments.evaluation.change_statistics import Moves
from assessments.evaluation.codebook import Codebook, Kind, Variable
from assessments.evaluation.cohort_figures import Divided, SortedCohorts
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses, from_matrix
from assessments.evaluation.tables import Tables

POLICY = Policy()


def moves(steps: dict[int, int]) -> Moves:
    return Moves(np.array(list(steps), np.float64), np.array(list(steps.values())))


def test_the_study_says_that_those_who_were_lost_hardly_matter(study: Responses) -> None:
    found = lost_figures.dropout(study, POLICY)
    assert dict(found.counts) == {
        "Before and after": "about 500",
        "Before only": "about 45",
        "After only": "nobody",
    }
    assert found.finding.startswith("We see no clear difference")
    assert "by at most 0.2 points where it may be shown" in found.finding
    assert found.table is not None
    topics = {row[0] for row in found.table.rows}
    assert "From a Black or minority ethnic community" not in topics
    assert {"Full-time or part-time", "Some of the area is deprived"} <= topics


def test_a_lopsided_loss_is_named(study: Responses) -> None:
    codes = study.codes.copy()
    part_time = study.column("hours") == 2
    for name in study.names:
        if study.codebook.variables[name].kind in (Kind.POST, Kind.SUPPORT):
            codes[part_time, study.names.index(name)] = 0
    codes[:20, study.names.index("hours")] = 2
    found = lost_figures.dropout(from_matrix(study.codebook, codes), POLICY)
    assert found.finding.startswith("It may matter")
    assert "“Full-time or part-time”" in found.finding


@pytest.mark.parametrize("people", [0, 1, 22, 60])
def test_too_few_who_were_lost_are_not_compared(study: Responses, people: int) -> None:
    found = lost_figures.dropout(from_matrix(study.codebook, study.codes[:people]), POLICY)
    assert found.table is None
    assert not re.search(r"\d", found.finding)


def test_what_is_compared_is_fit_to_show_among_those_lost_and_those_kept(study: Responses) -> None:
    found = lost_figures.dropout(study, POLICY)
    exact = matched.count_lost(study)
    fit = {
        name
        for name, counts in exact.items()
        if name != "bme"
        and all(half.sum() >= 23 and not any(0 < n < 5 for n in half.tolist()) for half in counts)
    }
    assert found.table is not None
    assert len(found.table.rows) == len(fit - {"disability"})


def test_floor_and_ceiling_are_shown_as_far_as_the_single_answers_are(
    study: Responses, study_tables: Tables
) -> None:
    protected = disclosure.protect(study_tables, POLICY, items=[])
    before, after, support = sure_figures.scales(protected, sure_figures.reliabilities(study, POLICY))
    assert [scale.title for scale in (before, after, support)] == list(sure_figures.TITLES.values())
    rows = {row[0]: row for row in before.table.rows}
    assert rows["What my role is"][1:5] == (0, 38, "not asked", 2)
    assert rows["Linking with other practitioners"][1] == 1
    assert {row[1] for row in after.table.rows} <= {0, words.NOT_SHOWN}
    assert "These statements ask about different things" in support.reliability
    assert "On 13 of 14 statements" in before.room


def test_floor_and_ceiling_stand_where_reliability_has_not_come_out(
    study: Responses, study_tables: Tables
) -> None:
    protected = disclosure.protect(study_tables, POLICY, items=[])
    told = sections.sure(protected, {Kind.PRE: sure_figures.reliability(study, Kind.PRE, POLICY)}).show[
        "scales"
    ]
    assert ["alpha" in scale.reliability for scale in told] == [True, False, False]
    assert {row[5] for row in told[1].table.rows} == {words.NOT_SHOWN}
    assert isinstance(told[1].table.rows[0][2], int)


def test_a_pair_of_different_statements_is_no_change(study_tables: Tables) -> None:
    protected = disclosure.protect(study_tables, POLICY, items=[])
    found = paired_figures.tested(protected, "pre_challenge")
    assert found.meaning == paired_figures.TRANSITION
    assert "82% of those who disagreed before agree after" in found.finding
    assert "McNemar" in found.in_full
    assert paired_figures.tested(protected, "pre_relationships").finding == paired_figures.HIDDEN


def test_the_same_statement_asked_again_is_change(codebook: Codebook) -> None:
    before, after = codebook.variables["pre_reflect"], codebook.variables["post_reflect"]
    again = Variable(after.name, before.label, after.kind, after.codes, after.code_labels)
    book = Codebook({before.name: before, again.name: again}, ((before.name, again.name),))
    answers = (
        [(3, 2)] * 30
        + [(2, 1)] * 25
        + [(2, 2)] * 60
        + [(1, 2)] * 10
        + [(1, 1)] * 40
        + [(3, 3)] * 12
        + [(2, 3)] * 6
    )
    responses = from_matrix(book, np.array(answers, np.uint8))
    found = paired_figures.tested(
        disclosure.protect(tables.build(responses), POLICY, items=[]), "pre_reflect"
    )
    assert found.meaning == paired_figures.CHANGE
    assert "30% agree more than before and 9% less" in found.finding
    assert "signed-rank test, p under 0.001" in found.finding
    assert "McNemar" in found.in_full


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ({0: 10, 1: 8}, words.FEW_PEOPLE),
        ({-1: 3, 0: 40, 1: 30}, paired_figures.HIDDEN),
        ({0: 40, 1: 5}, paired_agreement.TOO_FEW_CHANGED),
        ({-1: 10, 0: 40, 1: 30}, "38% agree more than before and 13% less"),
    ],
)
def test_change_is_told_only_of_enough_people(steps: dict[int, int], said: str) -> None:
    assert said in paired_figures.repeated(change_statistics.change(moves(steps), replicates=50), POLICY)


def test_cohorts_are_compared_without_ranks_and_refused_when_few() -> None:
    rng = np.random.default_rng(4)
    base = rng.integers(8, 16, 12)
    agree = rng.binomial(base, np.where(np.arange(12) % 2, 0.95, 0.5))
    divided = [Divided("By provider", np.arange(12) % 2), Divided("By pattern", np.arange(12) // 4 // 2)]
    found = cohort_figures.compare_cohorts(agree, base, divided, POLICY)
    assert found.verdicts[0].said.startswith("Cohorts differ by more than chance")
    assert "Compared: 2 groups, 12 cohorts" in found.verdicts[0].said
    assert found.verdicts[1].said.startswith("No clear difference")
    assert "more alike" in found.alike
    few = cohort_figures.compare_cohorts(
        agree[:3], base[:3], [Divided("By provider", np.array([0, 1, 0]))], POLICY
    )
    assert few.verdicts[0].said == few.alike == clusters.TOO_FEW_COHORTS


def odd_cohorts(codebook: Codebook) -> dict[str, Responses]:
    """Nobody, one person, nobody who answers, everybody alike, and everybody lost or alike within one group only."""
    rng = np.random.default_rng(8)
    full = np.column_stack([rng.integers(1, len(each.codes) + 1, 70) for each in codebook.coded])
    lost = full.copy()
    lost[:, [each.kind in (Kind.POST, Kind.SUPPORT) for each in codebook.coded]] = 0
    lopsided = full.copy()
    lopsided[:35] = full[0]
    shapes = {
        "nobody": full[:0],
        "one": full[:1],
        "two": full[:2],
        "silent": np.zeros_like(full),
        "alike": np.ones_like(full),
        "lost": lost,
        "lopsided": lopsided,
    }
    return {name: from_matrix(codebook, codes.astype(np.uint8)) for name, codes in shapes.items()}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", ["nobody", "one", "two", "silent", "alike", "lost", "lopsided"])
def test_cohorts_of_every_shape_have_pages(codebook: Codebook, shape: str) -> None:
    responses = odd_cohorts(codebook)[shape]
    counted = tables.build(responses)
    protected = disclosure.protect(counted, POLICY, items=[])
    ordered = SortedCohorts(
        responses, np.arange(len(responses)) % 9, [Divided("By provider", np.arange(9) % 2)]
    )
    pages = [
        sections.people(
            protected, sections.answered(responses, POLICY), lost_figures.dropout(responses, POLICY)
        ),
        sections.sure(protected, sure_figures.reliabilities(responses, POLICY)),
        *(sections.change(protected, pre) for pre, _ in codebook.pairs),
        comparisons.providers(
            protected,
            {"A": protected, "B": None},
            {
                each.name: cohort_figures.about(ordered, each.name, POLICY)
                for each in codebook.of_kind(Kind.POST)
            },
            about=None,
        ),
    ]
    for page in pages:
        assert page.lead
        assert "nan" not in str(page.tables) + str(page.show.get("tested")) + str(page.show.get("cohorts"))
