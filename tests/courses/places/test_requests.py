"""Asking for a place: by a link, answered alike whoever asks; approved or declined by the provider alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from courses.cohorts import queries
from courses.cohorts.models import Cohort
from courses.places import queries as place_queries
from courses.places import requests
from courses.places import service as places
from courses.places.models import PlaceRequest, RequestState
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people import queries as people
from lms.people.models import Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests import databases
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment, weeks_ago
from tests.factories.people import make_setting, make_user

LASTS = timedelta(days=14)
FORM = {
    "name": "Ann Oak",
    "email": "Ann@Leeds.example",
    "employer": "Rowan Tree",
    "job": "Outreach worker",
    "seeks_accreditation": "y",
}


@pytest.fixture
def cohort(joy: User, by: Person) -> Cohort:
    """A cohort that takes requests."""
    provider = db.session.get_one(Organisation, by.hats[0].organisation_id)
    made = make_cohort(provider, name="Harehills Tuesdays")
    requests.set_open(made, is_open=True, by=by)
    return made


def ask(cohort: Cohort, email: str = "ann@leeds.example", **asked: str) -> PlaceRequest:
    words = {"name": "Ann Oak", "employer": "Rowan Tree", "job": "Outreach worker"} | asked
    requests.ask(cohort, email=email, seeks_accreditation=True, by=None, **words)
    return db.session.scalars(sa.select(PlaceRequest).where(PlaceRequest.email == email)).one()


def on(cohort: Cohort) -> list[tuple[str, str, str]]:
    return [(line.name, line.email, line.setting) for line in queries.list_people(cohort.id)]


def mailed(to: str) -> list[str]:
    sent = sa.select(Message.template).where(Message.to == to).order_by(Message.id)
    return list(db.session.scalars(sent))


# ---- asking


def test_a_stranger_asks_and_the_provider_sees_it(client: JudgingClient, joy: User, cohort: Cohort) -> None:
    client.sign_out()
    page = client.see("cohorts.ask", cohort_ref=cohort.ref)
    assert "Harehills Tuesdays, Leeds Family Learning." in page.text
    page = client.send("cohorts.send_request", cohort_ref=cohort.ref, data=FORM)
    assert "They decide, and write to you" in client.see("cohorts.request_sent", cohort_ref=cohort.ref).text
    assert people.find_user("ann@leeds.example") is None, "asking makes no account"
    assert mailed("ann@leeds.example") == [], "and mails nobody"
    client.sign_in(joy)
    assert "1 asks for a place" in client.see("cohorts.index").text
    assert "1 person asks for a place" in client.see("cohorts.show", cohort_ref=cohort.ref).text
    page = client.see("cohorts.list_requests", cohort_ref=cohort.ref)
    assert "Ann Oak, Outreach worker at Rowan Tree" in page.text
    assert "ann@leeds.example" in page.text


def test_the_answer_is_the_same_for_known_and_unknown_for_those_with_a_place_and_those_declined(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    has_place = make_enrolment(cohort).user.email
    known = make_user().email
    declined = "no@leeds.example"
    requests.decline(ask(cohort, declined), why="It is for outreach workers.", by=by)
    client.sign_out()
    answers = set()
    for email in ("new@leeds.example", "new@leeds.example", known, has_place, declined):
        page = client.send("cohorts.send_request", cohort_ref=cohort.ref, data=FORM | {"email": email})
        answers.add((page.status, page.location, page.body))
    assert len(answers) == 1


def test_asking_again_keeps_one_request_with_the_last_words(cohort: Cohort, by: Person) -> None:
    ask(cohort, name="Anne Oak")
    request = ask(cohort)
    assert request.name == "Ann Oak"
    requests.decline(request, why="The course is full of people from Leeds.", by=by)
    assert ask(cohort).state is RequestState.OPEN
    assert request.why == ""
    requests.approve(request, by=by, lasts=LASTS)
    assert ask(cohort, name="Somebody Else").name == "Ann Oak"
    assert request.state is RequestState.APPROVED


def test_administrators_are_written_to_once_a_request(cohort: Cohort, joy: User, by: Person) -> None:
    make_user(Role.FACILITATOR, cohort.provider)
    make_user(Role.PROVIDER_ADMINISTRATOR)
    request = ask(cohort)
    ask(cohort, name="Anne Oak")
    told = sa.select(Message.to).where(Message.template == "courses/mail/asked")
    assert db.session.scalars(told).all() == [joy.email]
    requests.decline(request, why="It is full.", by=by)
    ask(cohort)
    assert db.session.scalars(told).all() == [joy.email, joy.email], "and again when it is asked anew"


def test_somebody_who_is_signed_in_asks_under_their_own_address(
    client: JudgingClient, cohort: Cohort
) -> None:
    user = make_user(Role.PRACTITIONER, cohort.provider, name="Bo Ek")
    client.sign_in(user)
    home = client.see("progress.home")
    assert "Harehills Tuesdays" in home.text
    page = client.see("cohorts.ask", cohort_ref=cohort.ref)
    assert page.field("name") == "Bo Ek"
    assert f"We answer to {user.email}." in page.text
    client.send("cohorts.send_request", cohort_ref=cohort.ref, data=FORM | {"email": "another@leeds.example"})
    assert db.session.scalars(sa.select(PlaceRequest.email)).all() == [user.email]


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("name", "Write your name."),
        ("email", "Write an email address"),
        ("employer", "Write who you work for."),
        ("job", "Write your role there."),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client: JudgingClient, cohort: Cohort, field: str, says: str
) -> None:
    client.sign_out()
    page = client.send("cohorts.send_request", cohort_ref=cohort.ref, data=FORM | {field: ""}, status=422)
    assert says in page.text
    kept = next(name for name in ("name", "job") if name != field)
    assert page.field(kept) == FORM[kept]
    assert db.session.scalars(sa.select(PlaceRequest)).all() == []


def test_a_cohort_that_is_closed_or_over_takes_no_requests(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    client.send("cohorts.close_to_requests", cohort_ref=cohort.ref)
    assert "Nobody may ask yet" in client.see("cohorts.list_requests", cohort_ref=cohort.ref).text
    over = make_cohort(cohort.provider, first_day=weeks_ago(60))
    with pytest.raises(Refused, match="is over"):
        requests.set_open(over, is_open=True, by=by)
    with pytest.raises(Refused, match="no longer takes requests"):
        ask(cohort)
    client.sign_out()
    client.see("cohorts.ask", cohort_ref=cohort.ref, status=404)
    client.send("cohorts.send_request", cohort_ref=cohort.ref, data=FORM, status=404)
    client.see("cohorts.ask", cohort_ref=make_cohort().ref, status=404)


def test_one_person_asks_only_so_often(app: Flask, tmp_path: Path, cohort: Cohort) -> None:
    with databases.limited(app, tmp_path) as made:
        made.test_client_class = JudgingClient
        browser = made.test_client()
        assert isinstance(browser, JudgingClient)
        for _ in range(5):
            browser.send("cohorts.send_request", cohort_ref=cohort.ref, data=FORM)
        browser.send("cohorts.send_request", cohort_ref=cohort.ref, data=FORM, status=429)
        other = FORM | {"email": "bo@leeds.example"}
        browser.send("cohorts.send_request", cohort_ref=cohort.ref, data=other)


# ---- deciding


def test_approving_enrols_and_invites(client: JudgingClient, cohort: Cohort) -> None:
    rowan = make_setting(name="Rowan Tree")
    make_enrolment(cohort, setting=rowan)
    request = ask(cohort)
    page = client.see("cohorts.place_request", place_request_ref=request.ref)
    assert "We have not checked who they are." in page.text
    chosen = [option.get("value") for option in page.all("option") if option.get("selected") is not None]
    assert chosen == [rowan.ref], "what they wrote is found among the settings we know"
    client.send("cohorts.approve_request", place_request_ref=request.ref, data={"setting": rowan.ref})
    assert ("Ann Oak", "ann@leeds.example", "Rowan Tree") in on(cohort)
    assert mailed("ann@leeds.example") == ["people/mail/invitation"]
    client.send("cohorts.approve_request", place_request_ref=request.ref, data={}, status=409)
    client.send("cohorts.decline_request", place_request_ref=request.ref, data={"why": "no"}, status=409)
    assert (
        "This request is approved." in client.see("cohorts.place_request", place_request_ref=request.ref).text
    )


def test_approving_somebody_known_tells_them_and_keeps_their_name(cohort: Cohort, by: Person) -> None:
    known = make_user(Role.PRACTITIONER, name="Bo Ek", password="seven stones and a coral point")
    requests.approve(ask(cohort, known.email, name="B. Ek"), by=by, lasts=LASTS)
    assert on(cohort) == [("Bo Ek", known.email, "")]
    assert mailed(known.email) == ["courses/mail/enrolled"]


def test_when_every_place_is_taken_they_go_onto_the_list(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    make_enrolment(cohort)
    places.set_capacity(cohort, 1, by=by)
    request = ask(cohort)
    assert (
        "Put them on the waiting list"
        in client.see("cohorts.place_request", place_request_ref=request.ref).text
    )
    client.send("cohorts.approve_request", place_request_ref=request.ref, data={"setting": ""})
    assert [line.name for line in place_queries.list_waiting(cohort.id)] == ["Ann Oak"]
    assert mailed("ann@leeds.example") == ["courses/mail/waiting"]


def test_declining_mails_the_reason(client: JudgingClient, cohort: Cohort) -> None:
    request = ask(cohort)
    page = client.send(
        "cohorts.decline_request", place_request_ref=request.ref, data={"why": " "}, status=422
    )
    assert "it is mailed to the person who asked" in page.text
    why = "It is for people who visit families at home."
    client.send("cohorts.decline_request", place_request_ref=request.ref, data={"why": why})
    message = db.session.scalars(sa.select(Message).where(Message.to == request.email)).one()
    assert why in message.text
    assert on(cohort) == []
    assert people.find_user(request.email) is None
    assert "declined by Joy Mensah" in client.see("cohorts.list_requests", cohort_ref=cohort.ref).text


def test_somebody_with_a_place_is_shown_to_have_one_and_cannot_get_another(
    client: JudgingClient, cohort: Cohort, by: Person
) -> None:
    request = ask(cohort, make_enrolment(cohort, name="Ann Oak").user.email)
    assert (
        "Has or had a place here already" in client.see("cohorts.list_requests", cohort_ref=cohort.ref).text
    )
    page = client.send("cohorts.approve_request", place_request_ref=request.ref, data={}, status=409)
    assert "Ann Oak already has a place" in page.text
    with pytest.raises(Conflict):
        requests.approve(request, by=by, lasts=LASTS)


def test_every_step_is_in_the_trail_and_a_stranger_is_nobody_in_it(cohort: Cohort, by: Person) -> None:
    requests.decline(ask(cohort), why="No place.", by=by)
    db.session.commit()
    trail = [
        (record.facts, record.actor_id)
        for record in db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.sequence))
        if record.act == "cohorts:place-request:changed"
    ]
    assert trail == [({"state": "asked"}, None), ({"state": "declined"}, by.id)]


def test_another_provider_and_a_facilitator_decide_nothing(client: JudgingClient, cohort: Cohort) -> None:
    request = ask(cohort)
    teacher = make_user(Role.FACILITATOR, cohort.provider)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("cohorts.list_requests", cohort_ref=cohort.ref, status=404)
    client.send("cohorts.close_to_requests", cohort_ref=cohort.ref, status=404)
    client.see("cohorts.place_request", place_request_ref=request.ref, status=404)
    client.send("cohorts.approve_request", place_request_ref=request.ref, status=404)
    client.send("cohorts.decline_request", place_request_ref=request.ref, status=404)
    client.sign_in(teacher)
    client.see("cohorts.list_requests", cohort_ref=cohort.ref, status=403)
    client.see("cohorts.place_request", place_request_ref=request.ref, status=403)
    assert request.state is RequestState.OPEN


def test_a_long_list_costs_the_same_queries(client: JudgingClient, cohort: Cohort) -> None:
    names = iter("abcdef")

    def one_more() -> None:
        ask(cohort, f"{next(names)}@leeds.example")
        db.session.commit()

    assert_flat(one_more, lambda: client.see("cohorts.list_requests", cohort_ref=cohort.ref))
