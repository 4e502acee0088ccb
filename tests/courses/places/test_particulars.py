"""Where somebody works, whether they want the unit, and whether their employer may look: changed after they enrolled."""

from __future__ import annotations

import pytest

from courses.cohorts.models import Cohort, Enrolment
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import as_actor, make_setting, make_user


@pytest.fixture
def cohort(joy: User) -> Cohort:
    return make_cohort(db.session.get_one(Organisation, as_actor(joy).hats[0].organisation_id))


@pytest.fixture
def ann(cohort: Cohort) -> Enrolment:
    return make_enrolment(cohort, name="Ann Oak", setting=make_setting(name="Rowan Tree"))


def test_a_practitioner_lets_her_manager_look_and_takes_it_back(
    client: JudgingClient, ann: Enrolment
) -> None:
    assert ann.setting is not None
    manager = make_user(Role.EMPLOYER, ann.setting.organisation)
    client.sign_in(ann.user)
    assert "the managers of Rowan Tree see your hours" in client.see("attendance.my_place").text
    for said, seen in (({"shares_progress": "y"}, True), ({}, False)):
        client.sign_in(ann.user)
        client.send("attendance.keep_my_place", data={"seeks_accreditation": "y", **said})
        client.sign_in(manager)
        assert ("0 of 30 hours" in client.see("employer.staff").text) is seen


def test_a_practitioner_decides_about_the_unit_herself(client: JudgingClient, ann: Enrolment) -> None:
    client.sign_in(ann.user)
    client.send("attendance.keep_my_place", data={})
    assert not db.session.get_one(Enrolment, ann.id).seeks_accreditation
    client.send("attendance.keep_my_place", data={"seeks_accreditation": "y"})
    assert db.session.get_one(Enrolment, ann.id).seeks_accreditation


def test_without_a_workplace_nobody_can_be_let_look(client: JudgingClient, cohort: Cohort) -> None:
    ann = make_enrolment(cohort)
    client.sign_in(ann.user)
    assert "We do not know where you work" in client.see("attendance.my_place").text
    client.send("attendance.keep_my_place", data={"shares_progress": "y"})
    assert not db.session.get_one(Enrolment, ann.id).shares_progress


def test_an_agreement_ends_with_the_employer_it_was_given_to(
    client: JudgingClient, cohort: Cohort, ann: Enrolment
) -> None:
    ann.shares_progress = True
    other = make_setting(name="Elder Road")
    make_enrolment(cohort, setting=other)
    page = client.see("cohorts.somebodys_particulars", enrolment_ref=ann.ref)
    assert page.field("shares_progress") is not None
    moved = {"setting": other.ref, "seeks_accreditation": "y", "shares_progress": "y"}
    client.send("cohorts.keep_particulars", enrolment_ref=ann.ref, data=moved)
    page = client.see("cohorts.person", enrolment_ref=ann.ref)
    assert "sees nothing until Ann Oak agrees to it anew" in page.text
    assert "Elder Road" in page.text
    assert "The employer does not see progress." in page.text
    client.send("cohorts.keep_particulars", enrolment_ref=ann.ref, data=moved)
    assert "The employer may see progress." in client.see("cohorts.person", enrolment_ref=ann.ref).text


def test_only_places_that_the_provider_knows_can_be_chosen(client: JudgingClient, ann: Enrolment) -> None:
    stranger = make_setting(name="Far Away")
    client.send("cohorts.keep_particulars", enrolment_ref=ann.ref, data={"setting": stranger.ref}, status=422)


def test_another_provider_and_a_facilitator_change_nothing(client: JudgingClient, cohort: Cohort) -> None:
    teacher = make_user(Role.FACILITATOR, cohort.provider)
    ann = make_enrolment(make_cohort(cohort.provider, facilitators=(teacher,)))
    client.sign_in(teacher)
    client.send("cohorts.keep_particulars", enrolment_ref=ann.ref, data={}, status=403)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.send("cohorts.keep_particulars", enrolment_ref=ann.ref, data={}, status=404)
