"""Changes of places that meet at one instant: each is done whole, or refused in words; nobody is lost or counted twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Transfer
from courses.content.models import CourseVersion
from courses.places import service as places
from courses.places import transfers, withdrawals
from lms.core.extensions import db
from lms.people import queries as people
from lms.people.models import Organisation, User
from lms.people.person import Person
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment
from tests.together import at_once


@pytest.fixture
def version(joy: User) -> CourseVersion:
    return make_course_version()


@pytest.fixture
def cohorts(by: Person, version: CourseVersion) -> list[Cohort]:
    """Four of one provider and course."""
    provider = db.session.get_one(Organisation, by.hats[0].organisation_id)
    return [make_cohort(provider, version=version) for _ in range(4)]


def moving(enrolment: Enrolment, to: Cohort, by: Person) -> Callable[[], object]:
    enrolment_id, cohort_id = enrolment.id, to.id
    return lambda: transfers.transfer(
        db.session.get_one(Enrolment, enrolment_id),
        db.session.get_one(Cohort, cohort_id),
        by=people.get_person(by.id),
    )


def cohort_of(*enrolments: Enrolment) -> list[int]:
    return [enrolment.cohort_id for enrolment in enrolments]


def test_two_who_change_places_pass_each_other(app: Flask, by: Person, cohorts: list[Cohort]) -> None:
    here, there, *_ = cohorts
    ann, ben = make_enrolment(here), make_enrolment(there)
    assert at_once(app, moving(ann, there, by), moving(ben, here, by)) == ["", ""]
    assert cohort_of(ann, ben) == [there.id, here.id]


def test_those_who_move_up_by_it_pass_each_other_too(app: Flask, by: Person, cohorts: list[Cohort]) -> None:
    """A place that falls free in one cohort goes to somebody of another, whose own falls free by it; and the other way round."""
    first, second, third, fourth = cohorts
    ann, eve = make_enrolment(first), make_enrolment(first)
    cara, dora = make_enrolment(third), make_enrolment(third)
    for cohort in (first, third):
        places.set_capacity(cohort, 2, by=by)
    transfers.wait_for(cara, first, by=by)
    transfers.wait_for(eve, third, by=by)
    assert at_once(app, moving(ann, second, by), moving(dora, fourth, by)) == ["", ""]
    assert cohort_of(ann, cara, dora, eve) == [second.id, first.id, fourth.id, third.id]


def test_one_person_moved_by_two_people_ends_in_one_place_and_the_record_says_how(
    app: Flask, by: Person, cohorts: list[Cohort]
) -> None:
    here, there, elsewhere, _ = cohorts
    ann = make_enrolment(here)
    at_once(app, moving(ann, there, by), moving(ann, elsewhere, by))
    moves = db.session.execute(
        sa.select(Transfer.from_cohort_id, Transfer.to_cohort_id).order_by(Transfer.id)
    ).all()
    path = [here.id, *(to for _, to in moves)]
    assert [each.from_cohort_id for each in moves] == path[:-1]
    assert ann.cohort_id == path[-1]


def test_the_last_place_goes_to_one_of_two(app: Flask, by: Person, cohorts: list[Cohort]) -> None:
    here, there, full, _ = cohorts
    places.set_capacity(full, 1, by=by)
    ann, ben = make_enrolment(here), make_enrolment(there)
    said = at_once(app, moving(ann, full, by), moving(ben, full, by))
    assert sorted(bool(each) for each in said) == [False, True]
    assert cohort_of(ann, ben).count(full.id) == 1


def test_who_is_moved_and_leaves_at_once_is_in_one_cohort_and_frees_one_place(
    app: Flask, by: Person, cohorts: list[Cohort]
) -> None:
    here, there, *_ = cohorts
    ann = make_enrolment(here)
    places.set_capacity(here, 1, by=by)
    waits = make_enrolment(there)
    transfers.wait_for(waits, here, by=by)
    ann_id = ann.id

    def leave() -> None:
        withdrawals.withdraw(
            db.session.get_one(Enrolment, ann_id), reason=Leaving.OTHER, by=people.get_person(by.id)
        )

    at_once(app, moving(ann, there, by), leave)
    assert waits.cohort_id == here.id
    assert waits.status is EnrolmentStatus.ACTIVE
    if ann.cohort_id == here.id:
        assert ann.status is EnrolmentStatus.WITHDRAWN
