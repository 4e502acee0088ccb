"""Moving a session, cancelling it, holding it after all: the rules, who is told, and what hours become of it."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from courses.attendance import hours_queries, registers, session_changes
from courses.attendance.hours import Mark
from courses.attendance.registers import Entry
from courses.attendance.session_changes import Meeting
from courses.cohorts import queries, service
from courses.cohorts.bank_holidays import bank_holidays
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Session
from courses.places import withdrawals
from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.clock import LONDON
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.models import Organisation, User
from lms.people.person import Person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient
from tests.factories.cohorts import free_day, make_cohort, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_user

HALF_PAST_NINE = time(9, 30)


def cohort_for(user: User, **wishes: object) -> Cohort:
    return make_cohort(db.session.get_one(Organisation, as_actor(user).hats[0].organisation_id), **wishes)


def day_of(session: Session) -> date:
    return session.starts_at.astimezone(LONDON).date()


def messages() -> list[Message]:
    about = Message.template.startswith("courses/mail/session")
    return list(db.session.scalars(sa.select(Message).where(about).order_by(Message.id)))


def acts() -> list[str]:
    db.session.commit()
    return list(db.session.scalars(sa.select(AuditRecord.act).order_by(AuditRecord.sequence)))


def test_a_session_moves_keeps_its_length_and_those_who_come_are_told(by: Person, joy: User) -> None:
    bronwen = make_user(Role.FACILITATOR, cohort_for(joy).provider, name="Bronwen Pryce")
    cohort = cohort_for(joy, facilitators=(bronwen,))
    ann, gone = make_enrolment(cohort, name="Ann"), make_enrolment(cohort, name="Gone")
    withdrawals.withdraw(gone, reason=Leaving.OTHER, note="moved away", by=by)
    session = session_of(cohort, 8)
    to = free_day(cohort, day_of(session))
    told = session_changes.move(
        session, Meeting(to, time(13), "Seacroft Hub", "https://meet.example.org/a"), seen=0, by=by
    )
    assert told == 2
    assert (day_of(session), session.ends_at - session.starts_at) == (to, timedelta(hours=3))
    assert (session.number, session.sequence, session.venue) == (8, 1, "Seacroft Hub")
    letters = messages()
    assert {letter.to for letter in letters} == {ann.user.email, bronwen.email}
    assert letters[0].subject == f"{cohort.name}: session 8 has moved to {to:%A} {to.day} {to:%B}"
    for words in (
        "1pm to 4pm",
        "Seacroft Hub",
        "https://meet.example.org/a",
        "When before:",
        "Compton Centre",
    ):
        assert words in letters[0].text
        assert words in letters[0].html
    entry = "cohorts:session:moved"
    assert entry in acts()
    facts = db.session.scalar(sa.select(AuditRecord.facts).where(AuditRecord.act == entry))
    assert facts is not None
    assert facts["told"] == 2


def test_only_the_place_changes_and_the_subject_says_so(by: Person, joy: User) -> None:
    cohort = cohort_for(joy)
    make_enrolment(cohort)
    session = session_of(cohort, 9)
    session_changes.move(session, Meeting(day_of(session), HALF_PAST_NINE, "Seacroft Hub"), seen=0, by=by)
    assert messages()[0].subject.endswith("session 9 meets in another place")


def test_numbers_follow_the_days_and_stay_unique(by: Person, joy: User) -> None:
    cohort = cohort_for(joy)
    eighth, ninth, last = (session_of(cohort, number) for number in (8, 9, 10))
    session_changes.move(
        eighth, Meeting(free_day(cohort, day_of(last)), HALF_PAST_NINE, eighth.venue), seen=0, by=by
    )
    assert [each.number for each in (ninth, last, eighth)] == [8, 9, 10]
    assert [each.sequence for each in (ninth, last, eighth)] == [1, 1, 1]
    lines = queries.list_sessions(cohort.id)
    assert [line.number for line in lines] == list(range(1, 11))
    assert [line.starts_at for line in lines] == sorted(line.starts_at for line in lines)
    assert cohort.ends_on == day_of(eighth)


def test_the_time_on_the_wall_is_what_was_asked_whatever_the_clocks_do(by: Person, joy: User) -> None:
    cohort = cohort_for(joy, first_day=date(2027, 3, 2))
    session = session_of(cohort, 4)
    before = session.starts_at
    assert before.hour == 9
    session_changes.move(session, Meeting(date(2027, 3, 31), HALF_PAST_NINE, ""), seen=0, by=by)
    assert session.starts_at.hour == 8
    assert session.starts_at.astimezone(LONDON).time() == HALF_PAST_NINE


def past(cohort: Cohort) -> dict[str, object]:
    return {"on": clock.today() - timedelta(days=1), "starts": HALF_PAST_NINE}


def taken(cohort: Cohort) -> dict[str, object]:
    return {"on": day_of(session_of(cohort, 7)), "starts": time(10)}


def holiday(cohort: Cohort) -> dict[str, object]:
    year = clock.today().year + 1
    return {"on": min(bank_holidays(year)), "starts": HALF_PAST_NINE}


def night(cohort: Cohort) -> dict[str, object]:
    return {"on": free_day(cohort, cohort.ends_on), "starts": time(20)}


def same(cohort: Cohort) -> dict[str, object]:
    return {"on": day_of(session_of(cohort, 8)), "starts": HALF_PAST_NINE, "venue": "Compton Centre"}


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (past, "That time is past."),
        (taken, "Session 7 is on"),
        (holiday, "is a bank holiday"),
        (night, "7am or later"),
        (same, "Nothing is different."),
    ],
)
def test_a_time_that_cannot_be_is_refused_on_its_field(by: Person, joy: User, wish, words: str) -> None:
    cohort = cohort_for(joy)
    with pytest.raises(Refused, match=words) as caught:
        session_changes.move(session_of(cohort, 8), Meeting(**wish(cohort)), seen=0, by=by)
    assert caught.value.field == "on"
    assert messages() == []


def test_what_has_begun_or_has_a_register_stays(by: Person, joy: User) -> None:
    cohort = cohort_for(joy)
    ann = make_enrolment(cohort)
    first, second = session_of(cohort, 1), session_of(cohort, 2)
    registers.take_register(first, {ann.ref: Entry(Mark.CAME)}, by=by)
    to = Meeting(free_day(cohort, cohort.ends_on), HALF_PAST_NINE)
    with pytest.raises(Refused, match="The register of session 1 is taken, so it cannot be moved"):
        session_changes.move(first, to, seen=0, by=by)
    with pytest.raises(Refused, match="The register of session 1 is taken, so it cannot be cancelled"):
        session_changes.cancel(first, why="", seen=0, by=by)
    with pytest.raises(Refused, match="Session 2 has begun"):
        session_changes.move(second, to, seen=0, by=by)
    with pytest.raises(Refused, match="Session 2 has begun"):
        session_changes.cancel(second, why="", seen=0, by=by)


def test_two_people_do_not_overwrite_each_other(by: Person, joy: User) -> None:
    cohort = cohort_for(joy)
    session = session_of(cohort, 8)
    session_changes.move(session, Meeting(day_of(session), time(11)), seen=0, by=by)
    for verb in (
        lambda: session_changes.move(session, Meeting(day_of(session), time(12)), seen=0, by=by),
        lambda: session_changes.cancel(session, why="", seen=0, by=by),
    ):
        with pytest.raises(Conflict, match="Somebody changed this session"):
            verb()


def test_a_cancelled_session_is_no_longer_open_hours_and_the_certificate_asks_for_as_many(
    by: Person, joy: User
) -> None:
    cohort = cohort_for(joy)
    ann = make_enrolment(cohort)
    before = hours_queries.hours_of(ann)
    session = session_of(cohort, 8)
    assert session_changes.cancel(session, why="The hall is flooded.", seen=0, by=by) == 1
    hours = hours_queries.hours_of(ann)
    assert (before.open, hours.open, hours.cancelled) == (1_800, 1_620, 180)
    assert (hours.taught, hours.needed, hours.reachable) == (1_800, 1_620, 1_620)
    assert hours.can_reach
    letter = messages()[0]
    assert letter.subject.startswith(f"{cohort.name}: session 8 on ")
    assert letter.subject.endswith("is cancelled")
    assert "The hall is flooded." in letter.text
    assert "The hall is flooded." in letter.html
    with pytest.raises(Conflict, match="cancelled already"):
        session_changes.cancel(session, why="", seen=1, by=by)
    with pytest.raises(Refused, match="Hold it after all, on whichever day"):
        session_changes.move(session, Meeting(day_of(session), time(11)), seen=1, by=by)
    with pytest.raises(Refused, match="is cancelled, so it has no register"):
        registers.take_register(session, {ann.ref: Entry(Mark.CAME)}, by=by)


def test_a_cancellation_is_undone_or_replaced_by_another_day(by: Person, joy: User) -> None:
    cohort = cohort_for(joy)
    ann = make_enrolment(cohort)
    session = session_of(cohort, 10)
    old = day_of(session)
    with pytest.raises(Conflict, match="is not cancelled"):
        session_changes.hold_after_all(session, Meeting(old, HALF_PAST_NINE), seen=0, by=by)
    session_changes.cancel(session, why="", seen=0, by=by)
    assert cohort.ends_on < old
    session_changes.hold_after_all(session, Meeting(old, HALF_PAST_NINE, "Compton Centre"), seen=1, by=by)
    assert (session.cancelled_at, session.sequence, cohort.ends_on) == (None, 2, old)
    session_changes.cancel(session, why="", seen=2, by=by)
    to = free_day(cohort, old)
    session_changes.hold_after_all(session, Meeting(to, HALF_PAST_NINE, "Compton Centre"), seen=3, by=by)
    assert (day_of(session), cohort.ends_on) == (to, to)
    assert hours_queries.hours_of(ann).open == 1_800
    assert messages()[-1].subject.endswith(f"session 10 is held after all, on {to:%A} {to.day} {to:%B}")
    kinds = [act for act in acts() if act.startswith("cohorts:session:")]
    assert kinds == ["cohorts:session:cancelled", "cohorts:session:held-after-all"] * 2


def test_the_database_itself_refuses_a_link_that_is_not_encrypted(joy: User) -> None:
    session_of(cohort_for(joy), 8).link = "http://meet.example.org/a"
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


# ---- the pages


def test_the_sessions_are_listed_with_what_to_do(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    by = as_actor(joy)
    ann = make_enrolment(cohort)
    registers.take_register(session_of(cohort, 1), {ann.ref: Entry(Mark.CAME)}, by=by)
    off = session_of(cohort, 8)
    session_changes.cancel(off, why="The hall is flooded.", seen=0, by=by)
    online = session_of(cohort, 9)
    session_changes.move(
        online, Meeting(day_of(online), time(18), "", "https://meet.example.org/a"), seen=0, by=by
    )
    page = client.see("cohorts.sessions", cohort_ref=cohort.ref)
    for words in (
        "Cancelled: The hall is flooded.",
        "Take the register of session 2",
        "See the register of session 1",
    ):
        assert words in page.text
    assert "https://meet.example.org/a" in page.links()
    shown = client.see("cohorts.show", cohort_ref=cohort.ref)
    assert client.address("cohorts.register", session_ref=off.ref) not in shown.links()
    assert "cancelled" in shown.text
    assert "9 sessions of 3 hours" in shown.text
    assert "This session is cancelled." in client.see("cohorts.register", session_ref=off.ref).text
    assert "Session 8: cancelled" in client.see("cohorts.person", enrolment_ref=ann.ref).text


def test_the_list_of_sessions_costs_the_same_queries_with_three_people(
    client: JudgingClient, joy: User
) -> None:
    cohort = cohort_for(joy)

    def add() -> None:
        make_enrolment(cohort)
        db.session.commit()

    assert_flat(add, lambda: client.see("cohorts.sessions", cohort_ref=cohort.ref))


def test_a_session_is_moved_cancelled_and_held_on_its_page(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    make_enrolment(cohort)
    session = session_of(cohort, 8)
    page = client.see("cohorts.session", session_ref=session.ref)
    form = {name: page.field(name) for name in ("seen", "on", "starts", "venue", "link")}
    assert form["starts"] == "09:30"
    bad = client.send(
        "cohorts.move_session", session_ref=session.ref, data=form | {"link": "http://x.example"}, status=422
    )
    assert "beginning with https://" in bad.text
    assert (
        "Nothing is different."
        in client.send("cohorts.move_session", session_ref=session.ref, data=form, status=422).text
    )
    done = client.send("cohorts.move_session", session_ref=session.ref, data=form | {"starts": "13:00"})
    assert done.location == client.address("cohorts.sessions", cohort_ref=cohort.ref)
    assert "We write to 1 person now." in client.see("cohorts.sessions", cohort_ref=cohort.ref).text
    client.send("cohorts.cancel_session", session_ref=session.ref, data={"seen": "0", "why": ""}, status=409)
    client.send(
        "cohorts.cancel_session", session_ref=session.ref, data={"seen": "1", "why": "x" * 201}, status=422
    )
    client.send("cohorts.cancel_session", session_ref=session.ref, data={"seen": "1", "why": "No heating."})
    assert "Hold it after all" in client.see("cohorts.session", session_ref=session.ref).text
    client.send(
        "cohorts.hold_session", session_ref=session.ref, data=form | {"seen": "2", "on": ""}, status=422
    )
    client.send("cohorts.hold_session", session_ref=session.ref, data=form | {"seen": "2"})
    db.session.refresh(session)
    assert (session.cancelled_at, session.sequence) == (None, 3)


def test_a_session_that_has_begun_says_why_it_stays(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    text = client.see("cohorts.session", session_ref=session_of(cohort, 1).ref).text
    assert "This session stays as it is. It has begun." in text


def test_facilitators_look_and_do_not_move_and_strangers_find_nothing(
    client: JudgingClient, joy: User
) -> None:
    cohort = cohort_for(joy)
    bronwen = make_user(Role.FACILITATOR, cohort.provider)
    service.add_facilitator(cohort, bronwen)
    session = session_of(cohort, 8)
    client.sign_in(bronwen)
    assert "Move or cancel" not in client.see("cohorts.sessions", cohort_ref=cohort.ref).text
    client.see("cohorts.session", session_ref=session.ref, status=403)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("cohorts.sessions", cohort_ref=cohort.ref, status=404)
    client.send("cohorts.cancel_session", session_ref=session.ref, data={"seen": "0"}, status=404)


def test_a_practitioner_sees_where_to_join(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy, first_day=weeks_ago(-1))
    ann = make_enrolment(cohort)
    session = session_of(cohort, 1)
    session_changes.move(
        session,
        Meeting(day_of(session), HALF_PAST_NINE, "", "https://meet.example.org/a"),
        seen=0,
        by=as_actor(joy),
    )
    client.sign_in(ann.user)
    page = client.see("progress.home")
    assert "https://meet.example.org/a" in page.links()
    assert "Compton Centre" not in page.text


def test_a_cancelled_session_is_not_what_is_next(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy, first_day=weeks_ago(-1))
    ann = make_enrolment(cohort)
    session_changes.cancel(session_of(cohort, 1), why="", seen=0, by=as_actor(joy))
    client.sign_in(ann.user)
    text = client.see("progress.home").text
    assert "Come to session 2" in text or "before session 2" in text
    assert "Session 1 on" in text
    assert "is cancelled. We write to you when it gets another day." in text
