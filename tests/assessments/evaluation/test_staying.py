"""Who stayed, who left and why: counted from places of groups that are over, small numbers hidden, for who may read results."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from assessments.evaluation import staying
from assessments.evaluation.policy import Policy
from assessments.evaluation.staying import Ends
from courses.attendance import registers
from courses.attendance.hours import Mark
from courses.attendance.registers import Entry
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Programme, Session
from courses.places import withdrawals
from courses.progress.completed import list_completed
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment, weeks_ago
from tests.factories.people import as_actor, make_organisation, make_user

POSTPONED, ROLE, STOPPED, OTHER = Leaving.POSTPONED, Leaving.LEFT_ROLE, Leaving.DISCONTINUED, Leaving.OTHER


def told(ends: Ends) -> dict[str, list[int | None]]:
    questions = staying.protected(ends, Policy())
    return {each.title: [answer.people for answer in each.answers] for each in questions}


def test_people_are_rounded_and_every_end_is_told_where_none_is_small() -> None:
    ends = Ends(20, completed=203, incomplete=19, left={ROLE: 12, POSTPONED: 14}, running=3)
    page = staying.page(ends, Policy())
    assert page.lead.startswith("About 250 people had a place, and 82% completed the course (likely between")
    assert told(ends) == {"How it ended": [205, 20, 25], "Why people left": [10, 15, 0, 0]}
    assert page.show["running"].startswith("A few people")


@pytest.mark.parametrize(
    ("left", "why"),
    [
        ({ROLE: 20, POSTPONED: 3, STOPPED: 6, OTHER: 9}, [20, None, None, 10]),  # what is left over hides it
        ({ROLE: 12, POSTPONED: 10}, [None] * 4),  # 22 are no base
        ({ROLE: 2, POSTPONED: 1}, [None] * 4),
    ],
)
def test_a_small_reason_and_what_it_could_be_worked_out_from_is_hidden(
    left: dict[Leaving, int], why: list[int | None]
) -> None:
    assert told(Ends(20, completed=200, incomplete=30, left=left, running=0))["Why people left"] == why


def test_where_few_left_or_few_did_not_complete_nothing_gives_it_away() -> None:
    ends = Ends(9, completed=90, incomplete=4, left={ROLE: 25}, running=0)
    assert told(ends) == {"How it ended": [90, None, None], "Why people left": [None] * 4}
    few = Ends(1, completed=12, incomplete=0, left={}, running=0)
    assert told(few)["How it ended"] == [None, None, None]
    page = staying.page(few, Policy())
    assert page.tables == ()
    assert page.lead == "About 10 people had a place. That is too few to show how it ended."


class House:
    """A provider under a programme; with cohorts of ten."""

    def __init__(self) -> None:
        self.commissioner = make_organisation(OrganisationKind.COMMISSIONER)
        self.provider = make_organisation(name="Leeds Family Learning")
        self.version = make_course_version(modules=(180, 180))
        self.programme = Programme(commissioner_id=self.commissioner.id, name="Families Going Forward 2026")
        db.session.add(self.programme)
        db.session.flush()

    def add(self, *, is_over: bool = True) -> Cohort:
        """Four who came to everything, three who missed it, three who left."""
        cohort = make_cohort(self.provider, version=self.version, first_day=weeks_ago(30 if is_over else 0))
        cohort.programme_id = self.programme.id
        people = [make_enrolment(cohort) for _ in range(10)]
        by = as_actor(make_user(Role.FACILITATOR, self.provider))
        if is_over:
            marks = [Mark.CAME] * 4 + [Mark.MISSED] * 3
            entries = {each.ref: Entry(mark) for each, mark in zip(people[:7], marks, strict=True)}
            for session in db.session.scalars(sa.select(Session).where(Session.cohort_id == cohort.id)).all():
                registers.take_register(session, entries, by=by)
        for person in people[7:]:
            withdrawals.withdraw(person, reason=ROLE, by=by)
        return cohort


@pytest.fixture
def house(app: Flask) -> House:
    app.config.update(SMALLEST_COUNT=1, PERCENTAGE_BASE=1, THRESHOLDS_REASON="A test")
    return House()


def test_places_of_groups_that_are_over_are_counted_by_the_rules_of_their_course(
    house: House, client: JudgingClient
) -> None:
    cohorts = [house.add(), house.add(), house.add(is_over=False)]
    assert len(list_completed([cohort.id for cohort in cohorts])) == 8
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    page = client.see("staying.programme", programme_ref=house.programme.ref).text
    assert "About 20 people had a place, and 40% completed the course" in page
    assert "in 2 groups that are over" in page
    assert "About 5 people are in groups that are not over" in page
    assert "Left the role100% about 5 people" in page


def test_only_those_who_may_read_results_read_it(house: House, client: JudgingClient) -> None:
    cohort = house.add()
    own = {"provider_ref": house.provider.ref}
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.provider))
    assert "/staying/" in "".join(client.see("evaluation.index").links())
    assert "Leeds Family Learning" in client.see("staying.provider", **own).text
    assert (
        client.address("cohorts.people", cohort_ref=cohort.ref)
        in client.see("staying.cohort", cohort_ref=cohort.ref).links()
    )
    client.see("staying.programme", programme_ref=house.programme.ref, status=403)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, make_organisation()))
    client.see("staying.provider", **own, status=404)
    client.sign_in(make_user(Role.FACILITATOR, db.session.get_one(Organisation, house.provider.id)))
    client.see("staying.cohort", cohort_ref=cohort.ref, status=403)


def test_it_costs_the_same_queries_for_one_cohort_as_for_three(house: House, client: JudgingClient) -> None:
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    assert_flat(house.add, lambda: client.see("staying.programme", programme_ref=house.programme.ref))
