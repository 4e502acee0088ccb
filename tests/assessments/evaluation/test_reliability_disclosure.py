"""Correlations of statements tell no small count: asked of an attacker who solves for the covariances behind them."""

import numpy as np
import pytest

from assessments.evaluation import item_analysis, sure_figures
from assessments.evaluation.codebook import Kind
from assessments.evaluation.disclosure import protect
from assessments.evaluation.policy import Policy
from assessments.evaluation.reliability_disclosure import may_tell_correlations
from assessments.evaluation.responses import Responses
from assessments.evaluation.tables import build
from tests.assessments.evaluation.reliability_attack import narrowed
from tests.assessments.evaluation.test_disclosure import some


def scores_of(responses: Responses, kind: Kind) -> item_analysis.Scores:
    return item_analysis.scores_of(responses, responses.codebook.of_kind(kind))


def test_of_sixty_people_the_correlations_would_tell_who_disagreed_strongly(study: Responses) -> None:
    scores = scores_of(some(study, 60, seed=7, complete=True), Kind.SUPPORT)
    assert (scores[:, 4] == 1).sum() == 1
    assert (4, (1, 2), [1]) in narrowed(scores)
    assert not may_tell_correlations(scores, Policy())


@pytest.mark.parametrize("people", [150, 300])
def test_where_correlations_are_told_they_leave_every_small_count_three_numbers(
    study: Responses, people: int
) -> None:
    scores = scores_of(some(study, people, seed=4, complete=True), Kind.SUPPORT)
    assert may_tell_correlations(scores, Policy())
    assert narrowed(scores) == []


def test_without_correlations_alpha_is_told_and_the_table_says_so(study: Responses) -> None:
    responses = some(study, 60, seed=7, complete=True)
    told = sure_figures.reliabilities(responses, Policy())
    assert told[Kind.SUPPORT].item_rest == ()
    scale = sure_figures.scales(protect(build(responses), items=[]), told)[-1]
    assert "Cronbach’s alpha is" in scale.reliability
    assert {row[-1] for row in scale.table.rows} == {"not shown"}


def test_of_the_study_every_correlation_is_told(study: Responses) -> None:
    told = sure_figures.reliabilities(study, Policy())
    assert all(np.isfinite(each.item_rest).all() and each.item_rest for each in told.values())
