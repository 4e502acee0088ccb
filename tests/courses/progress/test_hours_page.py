"""A practitioner's hours, checking in and apologies as pages; completion as a facilitator sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from courses.attendance import apologies, check_in, register_queries, registers
from courses.attendance.hours import Mark
from courses.attendance.models import Apology, AttendanceMark
from courses.progress import service as progress
from lms.core import clock
from lms.core.extensions import db
from lms.people.roles import Role
from tests import databases
from tests.budget import assert_flat, queries
from tests.client import JudgingClient
from tests.factories import learning
from tests.factories.cohorts import make_cohort, make_enrolment, session_of, weeks_ago
from tests.factories.learning import Learner, facilitator_of, make_learner
from tests.factories.people import as_actor, make_user


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    """Check-in is on the day of a session, which a window about midnight is not."""
    with time_machine.travel(clock.now().replace(hour=12, minute=0)):
        yield


@pytest.fixture
def learner(client: JudgingClient) -> Learner:
    """Somebody with three sessions behind them and seven to come, signed in."""
    made = make_learner(learning.make_cohort(first=clock.now() - timedelta(days=15)))
    client.sign_in(made.user)
    return made


def test_my_hours_say_what_was_recorded_and_what_was_not(client: JudgingClient, learner: Learner) -> None:
    by = as_actor(facilitator_of(learner.cohort))
    first = session_of(learner.cohort, 1)
    entry = registers.Entry
    registers.take_register(first, {learner.enrolment.ref: entry(Mark.MISSED)}, by=by)
    registers.take_register(
        first, {learner.enrolment.ref: entry(Mark.LATE, 30)}, by=by, reason="bus was late"
    )
    reading = learner.learning.document.course.modules[0].steps[0]
    progress.complete(learner.enrolment.id, reading.id, by=as_actor(learner.user))
    text = client.see("progress.hours").text
    assert "2.5 of 30 hours taught; 27 complete the course" in text
    assert "of 5 hours of reading declared" in text
    assert "Session 1: came 30 minutes late" in text
    assert "Changed by Bronwen Pryce" in text
    assert "bus was late" in text
    assert "Session 2: not recorded. Ask Bronwen Pryce to mark you" in text
    assert "Session 4: to come" in text
    assert "To complete the course you need nine more sessions." in text
    assert client.address("progress.hours") in client.see("progress.course").links()


def test_my_hours_warn_while_they_can_be_reached_and_say_so_when_they_cannot(
    client: JudgingClient, learner: Learner
) -> None:
    learning.mark(learner, 0)
    assert "There is nothing to spare" in client.see("progress.hours").text
    learning.mark(learner, 0, 0)
    text = client.see("progress.hours").text
    assert "Your hours need a plan" in text
    assert "that cannot be reached in this cohort any more" in text
    assert "0113 496 0000 to talk about joining another cohort." in text


def test_my_hours_cost_the_same_queries_whatever_was_marked(client: JudgingClient, learner: Learner) -> None:
    def add() -> None:
        learning.mark(learner, 180, 60, 0)
        apologies.send(session_of(learner.cohort, 9), words="", by=as_actor(learner.user))
        db.session.commit()

    assert_flat(add, lambda: client.see("progress.hours"))
    with queries() as seen:
        client.see("progress.hours")
    assert len(seen) <= 14


def test_who_is_on_no_course_has_no_hours(client: JudgingClient) -> None:
    client.sign_in(make_user())
    client.see("progress.hours", status=404)


# ---- apologies


def test_apologies_come_to_the_register_chosen_beforehand(client: JudgingClient, learner: Learner) -> None:
    session = session_of(learner.cohort, 4)
    client.see("attendance.apology", session_ref=session.ref)
    client.send("attendance.send_apology", session_ref=session.ref, data={"words": "A family funeral"})
    text = client.see("progress.hours").text
    assert "are with your facilitator." in text
    assert "Apologies sent: change" in text
    facilitator = facilitator_of(learner.cohort)
    client.sign_in(facilitator)
    assert (
        "Sent apologies: “A family funeral”" in client.see("cohorts.register", session_ref=session.ref).text
    )
    session = session_of(learner.cohort, 4)
    session.starts_at, session.ends_at = (
        at - timedelta(days=8) for at in (session.starts_at, session.ends_at)
    )
    page = client.see("cohorts.register", session_ref=session.ref, rest="came")
    chosen = [box.get("value") for box in page.all("input") if "checked" in box.attrib]
    assert chosen == ["apologies"]
    assert db.session.query(AttendanceMark).count() == 0
    client.sign_in(learner.user)
    page = client.send("attendance.send_apology", session_ref=session.ref, data={"words": ""}, status=422)
    assert "has started" in page.text


def test_apologies_are_taken_back(client: JudgingClient, learner: Learner) -> None:
    ref = session_of(learner.cohort, 5).ref
    client.send("attendance.send_apology", session_ref=ref, data={"words": ""})
    assert "I can come after all" in client.see("attendance.apology", session_ref=ref).text
    client.send("attendance.take_back_apology", session_ref=ref)
    assert "You are expected on" in client.see("progress.hours").text
    assert db.session.query(Apology).one().taken_back_at is not None
    client.send("attendance.send_apology", session_ref=ref, data={"words": "x" * 201}, status=422)


def test_a_strangers_session_takes_no_apologies(client: JudgingClient, learner: Learner) -> None:
    ref = session_of(make_learner().cohort, 5).ref
    client.see("attendance.apology", session_ref=ref, status=404)
    client.send("attendance.send_apology", session_ref=ref, data={"words": ""}, status=404)


# ---- checking in


@pytest.fixture
def code(learner: Learner) -> str:
    """The code of a window that is open now for session 3, which began a moment ago."""
    session = session_of(learner.cohort, 3)
    begins = clock.now()
    session.starts_at, session.ends_at = begins, begins + timedelta(minutes=195)
    window = check_in.open_window(
        session,
        opens_at=begins - timedelta(minutes=1),
        closes_at=begins + timedelta(minutes=20),
        by=as_actor(facilitator_of(learner.cohort)),
    )
    return window.code


def test_a_code_from_the_screen_is_recorded(client: JudgingClient, learner: Learner, code: str) -> None:
    page = client.see("attendance.check_in", code=code.lower())
    assert page.field("code") == code
    client.send("attendance.record_check_in", data={"code": code})
    text = client.see("progress.hours").text
    assert "Recorded: you came to session 3 of Harehills, spring." in text
    assert "Session 3: came" in text
    client.send("attendance.record_check_in", data={"code": code}, audited=False)
    assert "You were recorded already for session 3" in client.see("progress.hours").text
    assert db.session.query(AttendanceMark).count() == 1


def test_not_recorded_is_said_plainly(client: JudgingClient, learner: Learner, code: str) -> None:
    wrong = "".join(reversed(code)) if code != code[::-1] else "AAAAAA"
    page = client.send("attendance.record_check_in", data={"code": wrong}, status=422)
    assert [heading.text for heading in page.all("h1")] == ["Not recorded"]
    assert "This is not the code of a session of yours today." in page.text
    assert page.field("code") == wrong
    assert db.session.query(AttendanceMark).count() == 0


@pytest.fixture
def limited(app: Flask, tmp_path: Path, learner: Learner) -> Iterator[JudgingClient]:
    """The learner's browser of an application whose rate limits are in force."""
    with databases.limited(app, tmp_path) as made:
        made.test_client_class = JudgingClient
        browser = made.test_client()
        assert isinstance(browser, JudgingClient)
        browser.sign_in(learner.user)
        yield browser


def test_guessing_codes_comes_to_an_end(limited: JudgingClient, code: str) -> None:
    for _ in range(10):
        limited.send("attendance.record_check_in", data={"code": "AAAAAA"}, status=422)
    page = limited.send("attendance.record_check_in", data={"code": code}, status=429)
    assert "Not recorded. You have tried many codes." in page.text
    assert db.session.query(AttendanceMark).count() == 0


def test_signed_out_phones_keep_the_code(client: JudgingClient) -> None:
    address = client.address("attendance.check_in", code="ACDEFG")
    response = client.get(address)
    assert response.status_code == 302
    assert "code%3DACDEFG" in response.headers["Location"]


# ---- completion, for those who teach


def test_a_facilitator_sees_who_completes_the_course(client: JudgingClient, learner: Learner) -> None:
    learning.mark(learner, 0, 0)
    other = make_learner(learner.cohort, name="Bo Ek")
    learning.mark(other, *(180,) * 9)
    client.sign_in(facilitator_of(learner.cohort))
    text = client.see("progress.completion", cohort_ref=learner.cohort.ref).text
    assert "27 of 30 taught hours complete the course" in text
    assert "1 of 2have completed the course" in text
    assert "Out of reach here24 hours at most" in text

    def add() -> None:
        learning.mark(make_learner(learner.cohort), 180)
        db.session.commit()

    assert_flat(add, lambda: client.see("progress.completion", cohort_ref=learner.cohort.ref))


def test_completion_is_for_those_who_may_open_the_cohort(client: JudgingClient, learner: Learner) -> None:
    client.see("progress.completion", cohort_ref=learner.cohort.ref, status=403)
    client.sign_in(make_user(Role.FACILITATOR, learner.cohort.provider))
    client.see("progress.completion", cohort_ref=learner.cohort.ref, status=404)


def test_what_was_made_up_is_told_to_the_learner(client: JudgingClient) -> None:
    cohort = make_cohort(name="Tuesdays")
    other = make_cohort(
        cohort.provider, name="Thursdays", version=cohort.course_version, first_day=weeks_ago(2)
    )
    sade = make_enrolment(cohort)
    registers.add_guest(session_of(other, 1), sade, by=as_actor(make_user(Role.FACILITATOR, cohort.provider)))
    client.sign_in(sade.user)
    text = client.see("progress.hours").text
    assert "Session 1: made up elsewhere" in text
    assert "At session 1 of Thursdays" in text
    assert len(register_queries.list_register(session_of(cohort, 1))) == 1
