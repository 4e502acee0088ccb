"""Figures that are shown whole or not at all: no sum or difference of what comes out, in any round, is about a few."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.evaluation.pieces import Counted, enough, may_come_out
from assessments.evaluation.policy import Policy

POLICY = Policy()


def table_of(counts: dict[int, tuple[int, int]]) -> Counted:
    return Counted("agree", {each: np.array(pair) for each, pair in counts.items()}, enough(POLICY))


def full(*cohorts: int) -> dict[int, int]:
    return dict.fromkeys(cohorts, 30)


def test_a_part_stays_back_when_the_rest_is_a_few() -> None:
    table = table_of({1: (20, 20), 2: (20, 20), 3: (22, 2)})
    assert may_come_out(table, full(1, 2, 3), [])
    assert may_come_out(table, full(1), [full(1, 2, 3)])
    assert not may_come_out(table, full(1, 2), [full(1, 2, 3)])
    assert not may_come_out(table, full(1, 3), [full(1, 2, 3), full(1)])


def test_the_next_figures_wait_until_the_newcomers_are_enough() -> None:
    table = table_of({1: (20, 20), 2: (9, 9), 3: (20, 9)})
    assert not may_come_out(table, full(1, 2), [full(1)])
    assert may_come_out(table, full(1, 2, 3), [full(1)])
    assert not may_come_out(table, full(3), [full(1), full(1, 2, 3)])


def test_whoever_withdrew_is_not_left_bare() -> None:
    """Beside the programme, a provider that is all newcomers would tell by how much the others have changed."""
    table = table_of({1: (20, 19), 2: (20, 20)})
    before, after = {1: 30}, {1: 29, 2: 30}
    assert may_come_out(table, after, [before])
    assert not may_come_out(table, {1: 29}, [before])
    assert not may_come_out(table, {2: 30}, [before, after])
    assert may_come_out(table, {2: 30}, [{1: 29}, {1: 29, 2: 30}])


@settings(max_examples=25, derandomize=True)
@given(data=st.data())
def test_no_combination_is_about_a_few_over_many_rounds(data: st.DataObject) -> None:
    """Against all that solving equations can do: whatever combination of the figures counts each person once or not at all."""
    cohorts = range(1, 7)
    counts = {
        each: (data.draw(st.sampled_from((0, 3, 9, 14, 30))), data.draw(st.sampled_from((0, 2, 12, 30))))
        for each in cohorts
    }
    table = table_of(counts)
    out: list[frozenset[int]] = []
    for _ in range(8):
        wanted = data.draw(st.frozensets(st.sampled_from(list(cohorts)), min_size=1))
        if may_come_out(table, full(*wanted), [full(*each) for each in out]):
            out.append(wanted)
    if not out:
        return
    published = np.array([[float(each in cohort_ids) for each in cohorts] for cohort_ids in out])
    known = np.linalg.matrix_rank(published)
    for chosen in range(1, 2 ** len(cohorts)):
        some = np.array([float(chosen >> place & 1) for place in range(len(cohorts))])
        if np.linalg.matrix_rank(np.vstack([published, some])) == known:
            told = table.of([each for each, is_in in zip(cohorts, some, strict=True) if is_in])
            assert table.is_fit(told), (out, some, told)


@pytest.mark.parametrize("special", [False, True])
def test_counts_that_are_fit_stay_fit_when_added(*, special: bool) -> None:
    is_fit = enough(POLICY, special=special)
    fit = [
        np.array([first, second])
        for first in range(0, 40, 3)
        for second in range(0, 40, 3)
        if is_fit(np.array([first, second]))
    ]
    assert all(is_fit(one + other) for one in fit for other in fit)
