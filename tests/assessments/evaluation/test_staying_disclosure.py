"""Who stayed: no small number follows from any pages of any level and day, nor from what was told together."""

import numpy as np
import pytest

from assessments.evaluation import staying_batches
from assessments.evaluation.pieces import enough
from assessments.evaluation.policy import Policy
from assessments.evaluation.staying_batches import Waiting
from tests.assessments.evaluation.staying_attack import World, found_by_rule, found_by_sums

POLICY = Policy()
NONE: frozenset[int | None] = frozenset()


@pytest.mark.parametrize("seed", [7, 11])
def test_pages_of_all_levels_and_days_tell_no_small_number(seed: int) -> None:
    world = World(seed)
    assert world.batches
    assert found_by_sums(world, list(world.pages())) == []
    for batch in world.batches:
        assert list(found_by_rule(batch)) == []


def test_pages_protected_by_themselves_would_tell() -> None:
    assert any(found_by_sums(world, list(world.pages_by_themselves())) for world in map(World, (7, 11)))


def cohort(number: int, *counts: int, provider: int | None = 1, programme: int | None = 1) -> Waiting:
    return Waiting(number, (provider, programme), np.array(counts))


def formed(*waiting: Waiting, growing: frozenset[int | None] = NONE) -> list[list[int]]:
    return [[each.id for each in batch] for batch in staying_batches.form(waiting, growing, POLICY)]


def test_a_batch_is_not_told_where_its_last_cohort_would_tell_of_those_before() -> None:
    """Nine did not complete, and five at most were of the second cohort: so four of the first, since five would have been told."""
    first, second, third = cohort(1, 26, 4, 0), cohort(2, 0, 5, 0), cohort(3, 14, 0, 0)
    assert list(found_by_rule([first, second]))
    assert enough(POLICY)(first.counts + second.counts)
    assert formed(first, second) == []
    assert formed(first, second, third) == [[1, 2, 3]]


def test_a_cohort_is_not_joined_by_fewer_people_than_are_shown() -> None:
    assert formed(cohort(1, 17, 0, 5), cohort(2, 2, 0, 0)) == []


def test_what_providers_leave_over_is_told_when_the_programme_is_over_and_tells_on_none_of_them() -> None:
    """Five providers of whom each had somebody who left, and five left in all: one each."""
    few = [cohort(each, 29, 0, 1, provider=each) for each in range(1, 6)]
    assert list(found_by_rule(few))
    assert formed(*few) == []
    more = [*few, cohort(6, 10, 0, 4, provider=6)]
    assert formed(*more, growing=frozenset({1})) == []
    assert formed(*more) == [[1, 2, 3, 4, 5, 6]]


def test_cohorts_of_other_providers_and_programmes_are_not_joined_before() -> None:
    assert formed(cohort(1, 17, 0, 4), cohort(2, 17, 0, 4, provider=2), growing=frozenset({1})) == []
    assert formed(cohort(1, 17, 0, 4), cohort(2, 17, 0, 4, programme=None)) == []
