"""Marks of focus groups: where means and deviations are told, before and now and their differences leave open who gave which mark."""

from itertools import combinations

import numpy as np

from assessments.evaluation import mark_disclosure, waves
from assessments.evaluation.mark_disclosure import SPREAD
from assessments.evaluation.pieces import Counted
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses, from_matrix
from assessments.evaluation.statistics import Integers
from assessments.questionnaires.schema import WaveKind
from tests.assessments.evaluation.marks_attack import narrowed

BOOK = waves.codebook_of((WaveKind.FOCUS_GROUP,))
BEFORE, NOW = BOOK.pairs[0]


def answers(marks: Integers) -> Responses:
    codes = np.zeros((len(marks), len(BOOK.coded)), np.uint8)
    names = [variable.name for variable in BOOK.coded]
    codes[:, [names.index(BEFORE), names.index(NOW)]] = marks
    return from_matrix(BOOK, codes)


def spread_of(groups: list[Integers]) -> Counted:
    cohorts = {number: answers(marks) for number, marks in enumerate(groups)}
    tables = mark_disclosure.tables_of(cohorts, Policy())
    return next(table for table in tables if table.name == BEFORE + SPREAD)


def is_told(marks: Integers) -> bool:
    table = spread_of([marks])
    return table.is_fit(table.of([0]))


def group(seed: int) -> Integers:
    """Marks as a focus group gives them: most a few higher than before."""
    rng = np.random.default_rng(seed)
    people = int(rng.integers(23, 45))
    before = rng.normal(rng.uniform(3, 6), rng.uniform(0.9, 1.8), people)
    now = before + rng.normal(rng.uniform(0, 4), rng.uniform(0.9, 1.8), people)
    return np.clip(np.column_stack([before, now]).round(), 1, 10).astype(np.int64)


def test_of_marks_close_together_deviations_would_tell_who_gave_the_rarest() -> None:
    """Twenty-four of twenty-seven gave a three, so that one ten at the most goes with the deviation, though it is over one."""
    marks = np.full((27, 2), 3)
    marks[:3] = [[4, 2], [9, 8], [10, 9]]
    marks[3:5, 1] = 8
    assert marks.std(axis=0).min() > 1
    assert ("before", 10, [0, 1]) in narrowed(marks)
    assert not is_told(marks)


def test_where_deviations_are_told_every_small_number_can_be_three() -> None:
    marks = group(2)
    assert is_told(marks)
    assert narrowed(marks) == []


def test_what_is_told_of_two_groups_is_told_of_both_together() -> None:
    """The variance is of all people: with one fewer, two groups whose marks differ just enough would together differ too little."""
    edge = np.repeat(np.array([[5, 6], [5, 4], [5, 5]]), [11, 11, 1], axis=0)
    edge[:, 0] += np.tile([4, -4, 0], 8)[:23]
    edge[:, 1] += edge[:, 0] - 5
    told = [marks for marks in [edge, *map(group, range(40))] if is_told(marks)]
    assert len(told) > 20
    table = spread_of(told)
    assert all(table.is_fit(table.of([*pair])) for pair in combinations(range(len(told)), 2))
    assert all(is_told(np.concatenate([marks, marks])) for marks in told)
