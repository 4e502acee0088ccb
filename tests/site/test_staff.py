"""A centre manager sees how far her staff are, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session as DatabaseSession

from assessments.portfolio import service as portfolio_service
from assessments.portfolio.evidence_fields import EvidenceFields
from assessments.portfolio.unit_files import read_units
from assessments.portfolio.unit_schema import EvidenceKind
from courses.attendance import registers
from courses.attendance.hours import Mark
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment
from courses.places import withdrawals
from courses.progress import service as progress
from lms.core import clock
from lms.people.models import Setting, User
from lms.people.roles import Role
from tests import budget
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_setting, make_user


@pytest.fixture
def setting() -> Setting:
    return make_setting(name="Rowan Tree Children’s Centre")


@pytest.fixture
def manager(setting: Setting) -> User:
    return make_user(Role.EMPLOYER, setting.organisation, name="Grace Mbatha")


def _place(setting: Setting, name: str, *, shares: bool = True, cohort: Cohort | None = None) -> Enrolment:
    enrolment = make_enrolment(cohort or make_cohort(name="Harehills Tuesdays"), name=name, setting=setting)
    enrolment.shares_progress = shares
    return enrolment


def _register(enrolment: Enrolment, *marks: Mark) -> None:
    by = as_actor(make_user(Role.FACILITATOR, enrolment.cohort.provider))
    for number, mark in enumerate(marks, start=1):
        session = session_of(enrolment.cohort, number)
        registers.take_register(session, {enrolment.ref: registers.Entry(mark)}, by=by)


def test_the_page_says_how_many_hours_and_criteria(
    client: JudgingClient, setting: Setting, manager: User
) -> None:
    enrolment = _place(setting, "Ṣadé Adéyẹmí")
    _register(enrolment, Mark.CAME, Mark.PART, Mark.CAME)
    for unit in read_units():
        portfolio_service.publish_unit(unit, by=None)
    portfolio_service.open_portfolio(enrolment, by=as_actor(enrolment.user))
    client.sign_in(manager)
    text = client.see("employer.staff").text
    assert "Rowan Tree Children’s Centre. One place, one cohort." in text
    assert "Ṣadé Adéyẹmí" in text
    assert "7.5 of 30 hours" in text
    assert "0 of 24 criteria" in text
    assert "On track" in text


def test_hours_out_of_reach_come_first_and_say_who_rings(
    client: JudgingClient, setting: Setting, manager: User
) -> None:
    _place(setting, "Agnes Able")
    short = _place(setting, "Zadie Zephyr", cohort=make_cohort(name="Mondays", first_day=weeks_ago(5)))
    _register(short, Mark.MISSED, Mark.CAME, Mark.MISSED)
    client.sign_in(manager)
    page = client.see("employer.staff")
    assert "Needs your help" in page.text
    assert "Can reach 24 hours here and needs 27." in page.text
    assert f"{short.cohort.provider.name} will ring you" in page.text
    names = [heading.text for heading in page.all("h2")]
    assert names.index("Zadie Zephyr") < names.index("Agnes Able")


def test_a_person_who_does_not_share_is_a_name_and_no_more(
    client: JudgingClient, setting: Setting, manager: User
) -> None:
    enrolment = _place(setting, "Đặng Thùy Linh", shares=False)
    _register(enrolment, Mark.CAME, Mark.CAME)
    client.sign_in(manager)
    page = client.see("employer.staff")
    assert "Đặng Thùy Linh" in page.text
    assert "Has not shared progress with you." in page.text
    assert "Harehills Tuesdays" not in page.body
    assert "of 30 hours" not in page.body


def test_another_employers_staff_are_not_there(client: JudgingClient, manager: User) -> None:
    _place(make_setting(), "Somebody Else")
    client.sign_in(manager)
    page = client.see("employer.staff")
    assert "Somebody Else" not in page.body
    assert "Nobody from your settings has a place on a course yet." in page.text


def test_a_person_without_a_setting_is_nobodys_staff(client: JudgingClient, manager: User) -> None:
    make_enrolment(name="Nobody's").shares_progress = True
    client.sign_in(manager)
    assert "Nobody's" not in client.see("employer.staff").text


def test_what_was_written_never_reaches_the_page(
    client: JudgingClient, setting: Setting, manager: User
) -> None:
    enrolment = _place(setting, "Ṣadé Adéyẹmí")
    me = as_actor(enrolment.user)
    progress.keep_entry(enrolment.id, "canary of the journal", by=me)
    for unit in read_units():
        portfolio_service.publish_unit(unit, by=None)
    fields = EvidenceFields(
        title="canary of a title",
        kind=EvidenceKind.REFLECTIVE_ACCOUNT,
        happened_on=clock.today() - timedelta(days=2),
        family_code="B",
        note="canary of a note",
        criteria=frozenset({"1.1"}),
        own_work=True,
        names_covered=True,
    )
    portfolio = portfolio_service.open_portfolio(enrolment, by=me)
    portfolio_service.add_evidence(portfolio, fields, text="canary of the evidence", by=me)
    client.sign_in(manager)
    assert "canary" not in client.see("employer.staff").body


def test_a_person_who_left_is_said_to_have_left_and_not_why(
    client: JudgingClient, setting: Setting, manager: User
) -> None:
    enrolment = _place(setting, "Keisha Campbell")
    withdrawals.withdraw(
        enrolment,
        reason=Leaving.OTHER,
        note="a reason of her own",
        by=as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, enrolment.cohort.provider)),
    )
    client.sign_in(manager)
    page = client.see("employer.staff")
    assert "Left the course" in page.text
    assert "a reason of her own" not in page.body


def test_the_page_costs_the_same_for_one_as_for_many(
    client: JudgingClient, session: DatabaseSession, setting: Setting, manager: User
) -> None:
    client.sign_in(manager)
    cohort = make_cohort()

    def add_one() -> None:
        _register(_place(setting, "", cohort=cohort), Mark.CAME)
        session.commit()

    budget.assert_flat(add_one, lambda: client.see("employer.staff"))
