"""Check-ins without signal: what is believed, what the facilitator is asked, and what the learner is told until then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from courses.attendance import check_in, claims, hours_queries, register_queries, registers
from courses.attendance.check_in import CheckedIn
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark, CheckInClaim
from courses.attendance.registers import Entry
from courses.cohorts.models import Enrolment, Session
from lms.core import clock
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import User
from lms.people.person import Person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_user

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def weeks_taught() -> int:
    """Its first session is today at half past nine."""
    return 0


@pytest.fixture
def session(sade: Enrolment) -> Session:
    return session_of(sade.cohort, 1)


def after(session: Session, minutes: float) -> datetime:
    """So many minutes after a session has begun."""
    return session.starts_at + timedelta(minutes=minutes)


def opened(session: Session, by: Person, *, at: float = -60) -> str:
    with clock.set_to(after(session, at)):
        opens, closes = check_in.usual_window(session)
        return check_in.open_window(session, opens_at=opens, closes_at=closes, by=by).code


def sent(code: str, sade: Enrolment, *, typed: float, arrives: float) -> CheckedIn | CheckInClaim:
    """What comes of a code that was typed, and arrives, so many minutes after the beginning."""
    session = session_of(sade.cohort, 1)
    with clock.set_to(after(session, arrives)):
        return claims.send_kept(code, ago=timedelta(minutes=arrives - typed), by=as_actor(sade.user))


def marks() -> list[Mark]:
    return [mark.mark for mark in db.session.query(AttendanceMark).order_by(AttendanceMark.id)]


def waiting(session: Session) -> list[str]:
    return [
        line.name
        for line in claims.waiting_of(
            claims.read_waiting(session.id), register_queries.list_register(session)
        )
    ]


def test_what_arrives_while_the_window_is_open_is_an_ordinary_check_in(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    came = sent(opened(session, as_actor(bronwen)), sade, typed=4, arrives=6)
    assert isinstance(came, CheckedIn)
    assert came.is_new
    assert marks() == [Mark.CAME]


def test_what_arrives_later_waits_and_becomes_a_mark_only_when_accepted(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    claim = sent(opened(session, as_actor(bronwen)), sade, typed=4, arrives=215)
    assert isinstance(claim, CheckInClaim)
    assert marks() == []
    assert waiting(session) == ["Ṣadé Adéyẹmí"]
    assert [
        (line.number, line.count) for line in claims.by_session_of(claims.read_by_session(sade.cohort_id))
    ] == [(1, 1)]
    (letter,) = db.session.query(Message).filter_by(template="courses/mail/check_in_claimed")
    assert (letter.to, letter.subject) == (
        bronwen.email,
        "Ṣadé Adéyẹmí checked in to session 1 without signal: accept it or not",
    )
    assert claims.unanswered_of(sade.id) == {session.id: after(session, 4)}
    with clock.set_to(after(session, 230)):
        claims.accept(claim, by=as_actor(bronwen))
    assert hours_queries.hours_of(sade).had == session.minutes
    assert waiting(session) == []
    assert claims.unanswered_of(sade.id) == {}


def test_sent_twice_because_the_answer_was_lost_it_is_one_claim(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    code = opened(session, as_actor(bronwen))
    assert sent(code, sade, typed=4, arrives=215) is sent(code, sade, typed=4, arrives=217)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ((-30, 215), r"^Not recorded\. Check-in closed at 9\.50am"),
        ((20, 215), r"^Not recorded\. Check-in closed at 9\.50am"),
        ((4, 8 * 24 * 60), r"^Not recorded\. This is not the code"),
    ],
    ids=["typed before it opened", "typed after it closed", "more than a week late"],
)
def test_what_cannot_be_believed_is_refused(
    sade: Enrolment, session: Session, bronwen: User, minutes: tuple[float, float], words: str
) -> None:
    code = opened(session, as_actor(bronwen))
    with pytest.raises(Refused, match=words):
        sent(code, sade, typed=minutes[0], arrives=minutes[1])
    assert db.session.query(CheckInClaim).count() == 0


def test_a_wrong_code_and_somebody_elses_code_are_refused(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    stranger = make_enrolment(make_cohort(first_day=weeks_ago(0)))
    code = opened(session, as_actor(bronwen))
    wrong = code[:-1] + next(letter for letter in check_in.LETTERS if letter != code[-1])
    for tried, who in ((wrong, sade), (code, stranger)):
        with pytest.raises(Refused, match="is not the code of a session of yours"):
            sent(tried, who, typed=4, arrives=215)


def test_a_code_that_was_replaced_since_still_stands_for_the_time_it_was_shown(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    first = opened(session, as_actor(bronwen))
    second = opened(session, as_actor(bronwen), at=10)
    assert isinstance(sent(first, sade, typed=4, arrives=215), CheckInClaim)
    with pytest.raises(Refused):
        sent(first, sade, typed=12, arrives=215)
    assert isinstance(sent(second, sade, typed=12, arrives=215), CheckInClaim)


def test_somebody_marked_absent_before_it_arrived_can_be_put_right_in_one_press(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    by = as_actor(bronwen)
    code = opened(session, by)
    with clock.set_to(after(session, 180)):
        registers.take_register(session, {sade.ref: Entry(Mark.MISSED)}, by=by)
    claim = sent(code, sade, typed=4, arrives=215)
    assert waiting(session) == ["Ṣadé Adéyẹmí"]
    assert isinstance(claim, CheckInClaim)
    with clock.set_to(after(session, 230)):
        claims.accept(claim, by=by)
    (line,) = register_queries.list_register(session)
    assert (line.mark, line.reason) == (
        Mark.CAME,
        "checked in at 9.34am without signal, sent at 1.05pm",
    )


def test_a_mark_made_after_it_arrived_answers_it(sade: Enrolment, session: Session, bronwen: User) -> None:
    code = opened(session, as_actor(bronwen))
    sent(code, sade, typed=4, arrives=215)
    with clock.set_to(after(session, 230)):
        registers.take_register(session, {sade.ref: Entry(Mark.MISSED)}, by=as_actor(bronwen))
    assert waiting(session) == []
    assert claims.unanswered_of(sade.id) == {}


def test_what_is_not_accepted_is_said_to_who_sends_it_again(
    sade: Enrolment, session: Session, bronwen: User
) -> None:
    code = opened(session, as_actor(bronwen))
    claim = sent(code, sade, typed=4, arrives=215)
    assert isinstance(claim, CheckInClaim)
    with clock.set_to(after(session, 230)):
        claims.decline(claim, by=as_actor(bronwen))
    assert marks() == []
    with pytest.raises(Refused, match=r"^Not recorded\. Your facilitator has answered this check-in"):
        sent(code, sade, typed=4, arrives=240)


# ---- on the pages


def test_the_phone_hears_waiting_the_register_asks_and_my_hours_says_not_yet(
    client: JudgingClient, sade: Enrolment, session: Session, bronwen: User
) -> None:
    code = opened(session, as_actor(bronwen))
    with time_machine.travel(after(session, 215), tick=False):
        client.sign_in(sade.user)
        kept = {"code": code.lower(), "ago": str(211 * 60)}
        answer = client.send("attendance.send_kept", data=kept, status=200).json
        assert answer["state"] == "waiting"
        assert answer["message"].startswith(
            "Not recorded yet. Your check-in of 9.34am for session 1 of Harehills"
        )
        hours = client.see("progress.hours").text
        assert (
            "You checked in at 9.34am without signal. It does not count yet: Bronwen Pryce has not" in hours
        )
        client.sign_in(bronwen)
        page = client.see("cohorts.register", session_ref=session.ref)
        assert "Ṣadé Adéyẹmí says they checked in at 9.34am" in page.text
        assert "the phone sent it at 1.05pm. There is no mark yet." in page.text
        (ref,) = (claim.ref for claim in db.session.query(CheckInClaim))
        client.send("cohorts.accept_claim", claim_ref=ref)
        assert "Ṣadé Adéyẹmí: came." in client.see("cohorts.register", session_ref=session.ref).text
        client.send("cohorts.decline_claim", claim_ref=ref, audited=False)
        text = client.see("cohorts.register", session_ref=session.ref).text
        assert "Somebody has answered this check-in already." in text
        assert "says they checked in" not in text


def test_the_phone_hears_recorded_and_refused(
    client: JudgingClient, sade: Enrolment, session: Session, bronwen: User
) -> None:
    code = opened(session, as_actor(bronwen))
    with time_machine.travel(after(session, 4), tick=False):
        client.sign_in(sade.user)
        page = client.send("attendance.send_kept", data={"code": "ZZZZZZ", "ago": "0"}, status=422)
        assert page.json["message"].startswith("Not recorded.")
        page = client.send("attendance.send_kept", data={"code": code, "ago": "-5"}, status=200)
        assert page.json == {"state": "recorded", "message": "Recorded: you came to session 1 of Harehills."}


def test_a_neighbours_claim_is_not_found_and_a_learner_answers_none(
    client: JudgingClient, sade: Enrolment, session: Session, bronwen: User
) -> None:
    claim = sent(opened(session, as_actor(bronwen)), sade, typed=4, arrives=215)
    assert isinstance(claim, CheckInClaim)
    ref = claim.ref
    client.sign_in(make_user(Role.FACILITATOR))
    client.send("cohorts.accept_claim", claim_ref=ref, status=404)
    client.sign_in(sade.user)
    client.send("cohorts.accept_claim", claim_ref=ref, status=403)


def test_a_register_costs_the_same_queries_whoever_waits(
    client: JudgingClient, sade: Enrolment, session: Session, bronwen: User
) -> None:
    code = opened(session, as_actor(bronwen))
    client.sign_in(bronwen)

    def one_more() -> None:
        sent(code, make_enrolment(sade.cohort), typed=4, arrives=215)

    assert_flat(one_more, lambda: client.see("cohorts.register", session_ref=session.ref))


def test_the_page_a_phone_keeps_names_nobody_and_the_worker_keeps_only_that(
    client: JudgingClient, sade: Enrolment
) -> None:
    client.sign_out()
    page = client.see("attendance.no_signal")
    assert "There is no signal." in page.text
    assert "data-person" not in page.body
    assert "csrf" not in page.body
    script = client.see("attendance.worker")
    assert script.response.mimetype == "text/javascript"
    client.sign_in(sade.user)
    assert client.see("attendance.worker").body == script.body
    assert "/static/js/check-in.js" in script.body
    assert "/my-course" not in script.body
