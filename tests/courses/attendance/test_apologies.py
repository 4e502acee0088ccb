"""Apologies reach those who teach: a letter each time something changes, and a count where they look."""

from __future__ import annotations

import pytest

from courses.attendance import apologies
from courses.cohorts.models import Enrolment, Session
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import User
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_enrolment, session_of
from tests.factories.people import as_actor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def weeks_taught() -> int:
    """It began last week, so that session 5 is to come."""
    return 1


@pytest.fixture
def session(sade: Enrolment) -> Session:
    return session_of(sade.cohort, 5)


def letters() -> list[tuple[str, str]]:
    found = db.session.query(Message).filter_by(template="courses/mail/apologies").order_by(Message.id)
    return [(letter.to, letter.subject.partition(" on ")[0]) for letter in found]


def test_facilitators_are_written_to_when_apologies_are_sent_and_taken_back(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    by = as_actor(sade.user)
    apologies.send(session, words="The school is shut.", by=by)
    apologies.send(session, words="The school is shut.", by=by)
    apologies.take_back(session, by=by)
    assert letters() == [
        (bronwen.email, "Ṣadé Adéyẹmí cannot come to session 5"),
        (bronwen.email, "Ṣadé Adéyẹmí can come after all to session 5"),
    ]


def test_what_was_written_stays_behind_sign_in(sade: Enrolment, session: Session) -> None:
    apologies.send(session, words="The school is shut.", by=as_actor(sade.user))
    (letter,) = db.session.query(Message).filter_by(template="courses/mail/apologies")
    assert "school" not in letter.text + letter.html
    assert f"/sessions/{session.ref}/register" in letter.text


def test_the_cohort_and_the_register_say_how_many_are_expected_away(
    client: JudgingClient, sade: Enrolment, session: Session, bronwen: User
) -> None:
    for one in (sade, make_enrolment(sade.cohort)):
        apologies.send(session, words="", by=as_actor(one.user))
    client.sign_in(bronwen)
    words = "2 people have sent apologies"
    assert f"{words} for session 5" in client.see("cohorts.show", cohort_ref=sade.cohort.ref).text
    assert f"{words}." in client.see("cohorts.register", session_ref=session.ref).text
    apologies.take_back(session, by=as_actor(sade.user))
    assert (
        "1 person has sent apologies for session 5"
        in client.see("cohorts.show", cohort_ref=sade.cohort.ref).text
    )


def test_the_cohorts_page_costs_the_same_queries_whatever_was_sent(
    client: JudgingClient, sade: Enrolment, session: Session, bronwen: User
) -> None:
    client.sign_in(bronwen)

    def one_more() -> None:
        apologies.send(session, words="", by=as_actor(make_enrolment(sade.cohort).user))
        db.session.commit()

    assert_flat(one_more, lambda: client.see("cohorts.show", cohort_ref=sade.cohort.ref))
