"""Laying out a cohort on a page: of any course, in any pattern, and like one that is there."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from courses.cohorts import queries
from courses.cohorts.models import Cohort, Enrolment, Session
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment, weeks_ago
from tests.factories.people import as_actor, make_user

AMBASSADORS = (120,) * 5


def provider_of(user: User) -> Organisation:
    return db.session.get_one(Organisation, as_actor(user).hats[0].organisation_id)


def made() -> Cohort:
    return db.session.scalars(sa.select(Cohort).order_by(Cohort.id.desc()).limit(1)).one()


def test_a_second_course_is_laid_out_weekly_with_its_own_hours(client: JudgingClient, joy: User) -> None:
    make_course_version()
    version = make_course_version("Community Ambassadors", modules=AMBASSADORS)
    days = {"course": version.ref, "pattern": "weekly", "first_day": "2027-03-09", "starts": "18:00"}
    page = client.see("cohorts.new", **days)
    assert "Weekly: 5 sessions of 2 hours" in page.text
    assert "5 sessions, 10 taught hours" in page.text
    assert "6pm to 8pm" in page.text
    form = days | {"name": "Seacroft", "region": "yorkshire_humber", "provider": provider_of(joy).ref}
    client.send("cohorts.create", data=form | {"programme": "", "capacity": "12"})
    cohort = made()
    assert cohort.course_version.title == "Community Ambassadors"
    assert [line.minutes for line in queries.list_sessions(cohort.id)] == [120] * 5
    assert cohort.capacity == 12
    assert "5 sessions of 2 hours" in client.see("cohorts.show", cohort_ref=cohort.ref).text


def test_the_course_that_was_taught_last_is_chosen_to_begin_with(client: JudgingClient, joy: User) -> None:
    make_course_version("A first course in the alphabet", modules=AMBASSADORS)
    assert "Weekly: 5 sessions of 2 hours" in client.see("cohorts.new").text
    version = make_course_version("Zest", modules=(60,) * 3, slug="zest")
    make_cohort(provider_of(joy), version=version)
    make_cohort(version=make_course_version("Of another provider"))
    make_course_version("Zest, put right", modules=(60,) * 4, slug="zest")
    assert "Weekly: 4 sessions of 1 hour" in client.see("cohorts.new").text


def test_days_are_listed_and_must_add_up(client: JudgingClient, joy: User) -> None:
    version = make_course_version("Community Ambassadors", modules=AMBASSADORS)
    days = {"course": version.ref, "pattern": "custom", "listed": "13/02/2027 09:30 to 16:30 break 60"}
    page = client.see("cohorts.new", status=422, **days)
    short = "These sessions teach 6 hours; the course has 10 hours. They are 4 hours short. Add 4 hours."
    assert page.text.count(short) == 2
    days["listed"] += "\r\n20/02/2027 10:00 to 14:00"
    page = client.see("cohorts.new", **days)
    assert "2 sessions, 10 taught hours" in page.text
    form = days | {
        "name": "Two Saturdays",
        "region": "london",
        "provider": provider_of(joy).ref,
        "programme": "",
        "link": "https://meet.example.org/seacroft",
    }
    client.send("cohorts.create", data=form)
    cohort = made()
    assert (cohort.pattern.value, f"{cohort.starts_on}", f"{cohort.ends_on}") == (
        "custom",
        "2027-02-13",
        "2027-02-20",
    )
    assert set(db.session.scalars(sa.select(Session.link))) == {"https://meet.example.org/seacroft"}


def test_a_line_that_cannot_be_read_is_named_on_its_field(client: JudgingClient, joy: User) -> None:
    version = make_course_version("Community Ambassadors", modules=AMBASSADORS)
    page = client.see("cohorts.new", status=422, course=version.ref, pattern="custom", listed="Tuesday")
    assert "Line 1, “Tuesday”, is not a session." in page.text
    assert "Choose the first day" not in page.text


@pytest.mark.parametrize(
    "link", ["http://meet.example.org", "javascript:alert(1)", "meet.example.org", "https://x y"]
)
def test_a_link_is_an_https_address(client: JudgingClient, joy: User, link: str) -> None:
    version = make_course_version()
    form = {
        "course": version.ref,
        "pattern": "weekly",
        "first_day": "2027-03-09",
        "starts": "09:30",
        "link": link,
    }
    form |= {"name": "X", "region": "london", "provider": provider_of(joy).ref, "programme": ""}
    page = client.send("cohorts.create", data=form, status=422)
    assert "Write the whole address, beginning with https://" in page.text
    assert db.session.scalar(sa.select(sa.func.count(Cohort.id))) == 0


def test_a_clone_takes_over_everything_but_days_and_people(client: JudgingClient, joy: User) -> None:
    provider = provider_of(joy)
    bronwen = make_user(Role.FACILITATOR, provider, name="Bronwen Pryce")
    old = make_course_version(slug="families")
    source = make_cohort(
        provider, name="Harehills Tuesdays", facilitators=(bronwen,), version=old, first_day=weeks_ago(20)
    )
    source.capacity, source.link = 14, "https://meet.example.org/h"
    make_enrolment(source)
    new = make_course_version(slug="families")
    assert (old.number, new.number) == (1, 2)
    page = client.see("cohorts.clone", cohort_ref=source.ref)
    assert "as it was taught before (version 1)" in page.text
    assert page.field("starts") == "09:30"
    days = {"course": new.ref, "pattern": "weekly", "first_day": "2027-09-07", "starts": "09:30"}
    page = client.see("cohorts.clone", cohort_ref=source.ref, **days)
    values = {name: page.field(name) for name in ("name", "venue", "link", "capacity", "course", "provider")}
    assert values == {
        "name": "Harehills Tuesdays",
        "venue": "Compton Centre",
        "link": "https://meet.example.org/h",
        "capacity": "14",
        "course": new.ref,
        "provider": provider.ref,
    }
    ticked = [
        box.get("value")
        for box in page.all("input")
        if box.get("name") == "facilitators" and "checked" in box.attrib
    ]
    assert ticked == [bronwen.ref]
    form = days | values | {"name": "Harehills, autumn", "region": source.region, "facilitators": bronwen.ref}
    client.send("cohorts.create_clone", data=form | {"programme": ""}, cohort_ref=source.ref)
    cohort = made()
    assert (cohort.course_version_id, cohort.capacity, cohort.venue) == (new.id, 14, "Compton Centre")
    assert queries.list_facilitators(cohort.id) == ["Bronwen Pryce"]
    assert db.session.scalar(sa.select(sa.func.count()).where(Enrolment.cohort_id == cohort.id)) == 0


def test_another_providers_cohort_is_not_there_to_be_cloned(client: JudgingClient, joy: User) -> None:
    client.see("cohorts.clone", cohort_ref=make_cohort().ref, status=404)
