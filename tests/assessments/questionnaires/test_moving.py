"""Answers of somebody who moves to another cohort: still theirs, not asked again, counted once."""

from __future__ import annotations

import pytest

from assessments.questionnaires import own_waves, queries, service
from assessments.questionnaires.asking import counts
from assessments.questionnaires.schema import WaveKind
from courses.cohorts.models import Cohort, Enrolment
from courses.places import transfers
from lms.core.access import Reach
from lms.core.errors import NotFound, Refused
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import answer, asked, enrol, make_cohort
from tests.factories.people import as_actor, make_user


@pytest.fixture
def to(cohort: Cohort) -> Cohort:
    """Where they move to; its questionnaires are open."""
    made = make_cohort(cohort.provider)
    service.open_waves(made, by=None)
    return made


def move(enrolment: Enrolment, to: Cohort) -> None:
    administrator = make_user(Role.PROVIDER_ADMINISTRATOR, to.provider)
    transfers.transfer(enrolment, to, by=as_actor(administrator))


def own(enrolment: Enrolment) -> list[tuple[WaveKind, str]]:
    reach = Reach(enrolment.user_id)
    return sorted((wave.kind, wave.cohort) for wave in own_waves.list_own_waves(within=reach))


def test_what_was_answered_stays_theirs_and_is_not_asked_again(
    cohort: Cohort, enrolment: Enrolment, to: Cohort
) -> None:
    answer(enrolment, {"length": "lt1"}, finish=True)
    before = asked(enrolment)
    move(enrolment, to)
    assert own(enrolment) == [(WaveKind.POST, to.name), (WaveKind.PRE, cohort.name)]
    mine = queries.get_own_wave(before.wave.ref, within=Reach(enrolment.user_id))
    assert queries.own_answers(mine) == {"length": "lt1"}
    person = as_actor(enrolment.user)
    service.save_answers(mine, {"length": "gt10"}, by=person)
    assert queries.own_answers(mine) == {"length": "gt10"}
    with pytest.raises(Refused, match="with your former cohort"):
        service.save_answers(asked(enrolment), {"length": "lt1"}, by=person)
    service.withdraw(mine, by=person)
    assert own(enrolment) == [(WaveKind.POST, to.name), (WaveKind.PRE, to.name)]


def test_what_was_not_answered_is_asked_in_the_new_cohort_alone(
    cohort: Cohort, enrolment: Enrolment, to: Cohort
) -> None:
    former = asked(enrolment)
    move(enrolment, to)
    assert own(enrolment) == [(WaveKind.POST, to.name), (WaveKind.PRE, to.name)]
    mine = queries.get_own_wave(former.wave.ref, within=Reach(enrolment.user_id))
    with pytest.raises(Refused, match="moved to another cohort"):
        service.save_answers(mine, {"length": "lt1"}, by=as_actor(enrolment.user))
    with pytest.raises(NotFound):
        queries.get_own_wave(former.wave.ref, within=Reach(enrol(to).user_id))


def test_both_cohorts_count_them_once(cohort: Cohort, enrolment: Enrolment, to: Cohort) -> None:
    stays, there = enrol(cohort), enrol(to)
    for one in (enrolment, stays, there):
        answer(one, {"length": "lt1"}, finish=True)
    move(enrolment, to)
    answer(enrolment, {"sup_team": "A"}, WaveKind.POST, finish=True)
    counted = {
        (each.id, wave.kind): (wave.asked, wave.answered, wave.imported)
        for each in (cohort, to)
        for wave in counts.list_wave_counts(each)
    }
    assert counted == {
        (cohort.id, WaveKind.PRE): (2, 2, 0),
        (cohort.id, WaveKind.POST): (1, 0, 0),
        (to.id, WaveKind.PRE): (1, 1, 0),
        (to.id, WaveKind.POST): (2, 1, 0),
    }


def test_results_of_both_cohorts_pair_their_answers_in_one_row(
    cohort: Cohort, enrolment: Enrolment, to: Cohort
) -> None:
    stays = enrol(cohort)
    for one in (enrolment, stays):
        answer(one, {"length": "lt1"}, finish=True)
    move(enrolment, to)
    answer(enrolment, {"sup_team": "A"}, WaveKind.POST, finish=True)
    both = [cohort.id, to.id]
    both_cohorts = queries.paired_answers(both)
    names, matrix, places = both_cohorts.variables, both_cohorts.codes, both_cohorts.cohort_ids
    paired = (matrix[:, names.index("length")] > 0) & (matrix[:, names.index("sup_team")] > 0)
    assert len(matrix) == len(places) == 2
    assert sorted(places.tolist()) == both
    assert places[paired].tolist() == [to.id]
