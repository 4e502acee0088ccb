"""Who stayed, who left and why: counted from places of groups that are over, in batches, for who may read results."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from assessments.evaluation import commands, staying
from assessments.evaluation.models import PlacesRelease, PlacesTold
from assessments.evaluation.staying import REASONS, Batch, Stayed
from assessments.evaluation.staying_releasing import release_places
from assessments.evaluation.thresholds import policy_in_force
from courses.attendance import registers
from courses.attendance.hours import Mark
from courses.attendance.registers import Entry
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Programme, Session
from courses.places import withdrawals
from courses.progress.completed import list_completed
from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment, weeks_ago
from tests.factories.people import as_actor, make_organisation, make_user
from tests.together import at_once

ROLE = Leaving.LEFT_ROLE


def batch(*cohorts: int, **counts: int) -> Batch:
    return Batch(frozenset(cohorts), counts)


def left(*cohorts: int, **counts: int) -> Batch:
    return Batch(frozenset(cohorts), {reason: counts.get(reason.replace("-", "_"), 0) for reason in REASONS})


def test_a_page_tells_the_sum_of_its_batches_rounded() -> None:
    ends = [
        batch(1, completed=103, incomplete=9, left=12),
        batch(2, 3, completed=100, incomplete=10, left=14),
    ]
    page = staying.page(
        Stayed(ends, [left(1, 2, 3, left_role=12, postponed=14)], running=1, waiting=2, placeless=1)
    )
    assert page.lead.startswith("About 250 people had a place, and 82% completed the course (likely between")
    told = {each.title: [answer.people for answer in each.answers] for each in page.show["questions"]}
    assert told == {"How it ended": [205, 20, 25], "Why people left": [10, 15, 0, 0]}
    assert {each.note for each in page.show["questions"]} == {"in 3 groups"}
    assert (
        page.show["aside"]
        == "1 group is not over yet. 2 groups are over and not counted here. Of 1 group that is over no places are kept."
    )


def test_reasons_that_have_not_come_out_are_left_out_and_a_page_without_figures_says_when() -> None:
    some = staying.page(
        Stayed([batch(1, completed=40, incomplete=0, left=5)], [], running=0, waiting=0, placeless=0)
    )
    assert [each.title for each in some.show["questions"]] == ["How it ended"]
    none = staying.page(Stayed([], [], running=0, waiting=1, placeless=0))
    assert none.tables == ()
    assert none.lead.startswith("Nothing has come out yet. Figures come out 4 weeks after groups end")


class House:
    """A provider under a programme, with cohorts of ten unless said."""

    def __init__(self) -> None:
        self.commissioner = make_organisation(OrganisationKind.COMMISSIONER)
        self.provider = make_organisation(name="Leeds Family Learning")
        self.version = make_course_version(modules=(180, 180))
        self.programme = Programme(commissioner_id=self.commissioner.id, name="Families Going Forward 2026")
        db.session.add(self.programme)
        db.session.flush()

    def release(self) -> list[PlacesRelease]:
        """As the daily command does."""
        return release_places(policy_in_force(), on=clock.today())

    def add(self, *, is_over: bool = True, came: int = 4, missed: int = 3, left: int = 3) -> Cohort:
        """So many who came to everything, who missed it, and who left."""
        cohort = make_cohort(self.provider, version=self.version, first_day=weeks_ago(30 if is_over else 0))
        cohort.programme_id = self.programme.id
        people = [make_enrolment(cohort) for _ in range(came + missed + left)]
        by = as_actor(make_user(Role.FACILITATOR, self.provider))
        if is_over:
            marks = [Mark.CAME] * came + [Mark.MISSED] * missed
            stayed = people[: came + missed]
            entries = {each.ref: Entry(mark) for each, mark in zip(stayed, marks, strict=True)}
            for session in db.session.scalars(sa.select(Session).where(Session.cohort_id == cohort.id)).all():
                registers.take_register(session, entries, by=by)
        for person in people[came + missed :]:
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
    house.release()
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    page = client.see("staying.programme", programme_ref=house.programme.ref).text
    assert "About 20 people had a place, and 40% completed the course" in page
    assert "Of about 20 people, in 2 groups." in page
    assert "1 group is not over yet." in page
    assert "Left the role 100% about 5 people" in page


def test_where_answers_came_from_files_it_says_that_no_place_is_kept(
    house: House, client: JudgingClient
) -> None:
    house.add(came=0, missed=0, left=0)
    house.release()
    client.sign_in(make_user(Role.COMMISSIONER, house.commissioner))
    page = client.see("staying.programme", programme_ref=house.programme.ref).text
    assert "Nobody’s place is kept here for the groups that are over" in page
    assert "Figures come out" not in page


def test_what_came_out_moves_with_nobody(house: House, client: JudgingClient) -> None:
    cohort = house.add()
    house.release()
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.provider))
    before = client.see("staying.provider", provider_ref=house.provider.ref).text
    by = as_actor(make_user(Role.FACILITATOR, house.provider))
    gone = db.session.scalars(
        sa.select(Enrolment).where(
            Enrolment.cohort_id == cohort.id, Enrolment.status == EnrolmentStatus.WITHDRAWN
        )
    ).all()
    withdrawals.bring_back(gone[0], by=by)
    assert house.release() == []
    assert client.see("staying.provider", provider_ref=house.provider.ref).text == before


def test_reasons_stay_back_where_somebody_came_back_since_it_was_told_how_many_left(house: House) -> None:
    cohort = house.add()
    assert [each.told for each in house.release()] == [PlacesTold.ENDS, PlacesTold.REASONS]
    other = house.add()
    places = {**dict.fromkeys(("completed", "incomplete"), 5), "left": 2}
    db.session.add(
        PlacesRelease(
            told=PlacesTold.ENDS,
            provider_id=cohort.provider_id,
            programme_id=cohort.programme_id,
            made_on=clock.today(),
            first_cohort_id=other.id,
            cohort_ids=[other.id],
            counts=places,
        )
    )
    assert house.release() == []


def test_two_runs_at_once_tell_a_cohort_once(app: Flask, house: House) -> None:
    house.add()
    run = commands.release_figures.callback
    assert run is not None
    assert at_once(app, run, run) == ["", ""]
    told = db.session.scalars(sa.select(PlacesRelease.told).order_by(PlacesRelease.id)).all()
    assert told == [PlacesTold.ENDS, PlacesTold.REASONS]


def test_the_database_refuses_to_tell_a_cohort_twice_and_the_run_leaves_nothing_behind(
    app: Flask, house: House
) -> None:
    fresh, other = house.add(), house.add()
    told = {
        "told": PlacesTold.REASONS,
        "provider_id": fresh.provider_id,
        "made_on": clock.today(),
        "counts": {},
    }
    db.session.add(PlacesRelease(**told, first_cohort_id=fresh.id, cohort_ids=[other.id]))
    db.session.commit()
    audited = db.session.scalar(sa.select(sa.func.count()).select_from(AuditRecord))
    result = app.test_cli_runner().invoke(args=["evaluation", "release"])
    assert isinstance(result.exception, IntegrityError)
    db.session.rollback()
    assert db.session.scalars(sa.select(PlacesRelease.told)).all() == [PlacesTold.REASONS]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditRecord)) == audited


def test_a_group_that_is_too_small_is_shown_with_the_next_and_only_so(
    app: Flask, client: JudgingClient
) -> None:
    house = House()
    first = house.add(came=12, missed=2, left=3)
    assert house.release() == []
    second = house.add(came=12, missed=4, left=3)
    assert [each.cohort_ids for each in house.release()] == [[first.id, second.id]]
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, house.provider))
    pages = [
        client.see("staying.provider", provider_ref=house.provider.ref),
        *(client.see("staying.cohort", cohort_ref=each.ref) for each in (first, second)),
    ]
    for page in pages:
        assert "Of about 35 people, in 2 groups." in page.text
        assert "Left the role" not in page.text


def test_a_group_waits_until_its_hours_can_no_longer_be_made_up(house: House) -> None:
    cohort = house.add()
    assert release_places(policy_in_force(), on=cohort.ends_on + staying.SETTLES) == []
    assert release_places(policy_in_force(), on=cohort.ends_on + staying.SETTLES + timedelta(days=1))


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

    def add() -> None:
        house.add()
        house.release()

    assert_flat(add, lambda: client.see("staying.programme", programme_ref=house.programme.ref))
