"""Hours that run out: who is written to, when, how often, and what the cohort's page says."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from courses.attendance import hours_warnings, registers
from courses.attendance.hours import Mark
from courses.attendance.models import HoursWarning
from courses.attendance.registers import Entry
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock, jobs
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import User
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, session_of, weeks_ago
from tests.factories.people import as_actor

pytestmark = pytest.mark.usefixtures("app")


def mark(sade: Enrolment, bronwen: User, number: int, chosen: Mark, reason: str = "") -> None:
    session = session_of(sade.cohort, number)
    registers.take_register(session, {sade.ref: Entry(chosen)}, by=as_actor(bronwen), reason=reason)


def another(cohort: Cohort) -> Cohort:
    """A cohort of the same course that begins next week, with room."""
    return make_cohort(
        cohort.provider, name="Beeston", version=cohort.course_version, first_day=weeks_ago(-1)
    )


def after_a_while() -> list[tuple[str, str]]:
    """Half an hour on, with everything run that is due: the letters about hours, to whom and about what."""
    db.session.commit()
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        jobs.run_all_due()
    found = (
        db.session.query(Message).filter(Message.template.like("courses/mail/hours%")).order_by(Message.id)
    )
    return [(letter.to, letter.subject) for letter in found]


def test_one_missed_session_worries_nobody(sade: Enrolment, bronwen: User) -> None:
    mark(sade, bronwen, 1, Mark.MISSED)
    assert after_a_while() == []


def test_a_second_one_is_told_once_to_the_practitioner_and_the_facilitator(
    sade: Enrolment, bronwen: User
) -> None:
    another(sade.cohort)
    mark(sade, bronwen, 1, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.MISSED)
    told = [
        (sade.user.email, "You need a catch-up to complete Harehills"),
        (bronwen.email, "Ṣadé Adéyẹmí needs a catch-up to complete Harehills"),
    ]
    assert after_a_while() == told
    mark(sade, bronwen, 3, Mark.CAME)
    assert after_a_while() == told
    letter = db.session.query(Message).filter_by(to=sade.user.email, template="courses/mail/hours").one()
    assert "With Harehills alone you can reach 24." in letter.text
    assert "(session 1 of Beeston)" in letter.text


def test_without_a_catch_up_the_hours_are_said_to_be_out_of_reach(sade: Enrolment, bronwen: User) -> None:
    mark(sade, bronwen, 1, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.MISSED)
    assert after_a_while() == [
        (sade.user.email, "Your hours of Harehills need another plan"),
        (bronwen.email, "Ṣadé Adéyẹmí can no longer reach the hours of Harehills"),
    ]


def test_a_slip_that_is_put_right_at_once_is_told_to_nobody(sade: Enrolment, bronwen: User) -> None:
    mark(sade, bronwen, 1, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.CAME, reason="the wrong line")
    assert after_a_while() == []


def test_what_no_longer_holds_is_told_too_and_can_come_again(sade: Enrolment, bronwen: User) -> None:
    mark(sade, bronwen, 1, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.MISSED)
    after_a_while()
    mark(sade, bronwen, 2, Mark.CAME, reason="signed the sheet")
    told = after_a_while()
    assert told[2:] == [
        (sade.user.email, "Your hours of Harehills are within reach again"),
        (bronwen.email, "Ṣadé Adéyẹmí can reach the hours of Harehills again"),
    ]
    assert db.session.query(HoursWarning).count() == 0
    mark(sade, bronwen, 3, Mark.MISSED)
    assert after_a_while()[4:] == told[:2]


def test_a_catch_up_that_passes_unused_leaves_nothing(sade: Enrolment, bronwen: User) -> None:
    later = another(sade.cohort)
    mark(sade, bronwen, 1, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.MISSED)
    after_a_while()
    after = max(session_of(later, number).ends_at for number in (1, 2))
    with time_machine.travel(after + timedelta(days=1), tick=False):
        jobs.run_all_due()
        jobs.run_all_due()
    assert after_a_while()[2:] == [
        (sade.user.email, "Your hours of Harehills need another plan"),
        (bronwen.email, "Ṣadé Adéyẹmí can no longer reach the hours of Harehills"),
    ]


def test_two_catch_ups_for_the_same_session_count_once(sade: Enrolment, bronwen: User) -> None:
    for number in (1, 2, 3):
        mark(sade, bronwen, number, Mark.MISSED)
    for _ in range(2):
        later = another(sade.cohort)
        for number in range(2, 11):
            session_of(later, number).cancelled_at = clock.now()
    told = after_a_while()
    assert told[0] == (sade.user.email, "Your hours of Harehills need another plan")


def test_reviewing_twice_writes_once(sade: Enrolment, bronwen: User) -> None:
    mark(sade, bronwen, 1, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.MISSED)
    for _ in range(2):
        hours_warnings.review({"cohort_id": sade.cohort_id})
    assert len(after_a_while()) == 2


def test_the_cohorts_page_says_whose_hours_want_watching_and_what_would_help(
    client: JudgingClient, sade: Enrolment, bronwen: User
) -> None:
    client.sign_in(bronwen)
    mark(sade, bronwen, 1, Mark.MISSED)
    mark(sade, bronwen, 2, Mark.CAME)
    text = client.see("cohorts.show", cohort_ref=sade.cohort.ref).text
    assert "Hours to watch" in text
    assert "Adéyẹmí has had 3 of the 27 hours needed, and has to come to every session still to come." in text
    another(sade.cohort)
    mark(sade, bronwen, 3, Mark.MISSED)
    text = client.see("cohorts.show", cohort_ref=sade.cohort.ref).text
    assert "One person to ring this week" in text
    assert "Adéyẹmí can reach 24 hours at most." in text
    assert "A catch-up brings the rest: " in text
    # said on the card, and not again below it; the table names her once more
    assert "Hours to watch" not in text
