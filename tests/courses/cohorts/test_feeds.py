"""Sessions in a calendar program: what the feed says, read back by a library, and who may read it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import icalendar
import pytest
import sqlalchemy as sa

from courses.attendance import session_changes
from courses.attendance.session_changes import Meeting
from courses.cohorts import feed_queries, feed_service, feeds, queries, service
from courses.cohorts.feeds import FeedSession
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import CalendarFeed, Cohort
from courses.places import withdrawals
from lms.core import clock
from lms.core.clock import LONDON
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.client import JudgingClient, Page
from tests.factories.cohorts import free_day, make_cohort, make_enrolment, session_of
from tests.factories.people import as_actor, make_organisation, make_user

SADE = "Ṣadé Adéyẹmí"


@pytest.fixture
def joy() -> User:
    """A provider administrator."""
    return make_user(
        Role.PROVIDER_ADMINISTRATOR, make_organisation(name="Leeds Family Learning"), name="Joy Mensah"
    )


def cohort_for(user: User, **wishes: object) -> Cohort:
    return make_cohort(db.session.get_one(Organisation, as_actor(user).hats[0].organisation_id), **wishes)


def secret_for(user: User) -> str:
    secret = feed_queries.secret_of(feed_service.make(by=as_actor(user)))
    db.session.commit()
    return secret


def events(page: Page) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(page.response.get_data())
    return list(calendar.walk("VEVENT"))


def read(client: JudgingClient, user: User) -> list[icalendar.Event]:
    return events(client.see("cohorts.feed", secret=secret_for(user)))


def instants(event: icalendar.Event) -> tuple[datetime, datetime]:
    return event.decoded("dtstart"), event.decoded("dtend")


# ---- what it says


def test_a_feed_is_read_back_with_every_session(client: JudgingClient, joy: User) -> None:
    bronwen = make_user(Role.FACILITATOR, cohort_for(joy).provider, name="Bronwen Pryce")
    cohort = cohort_for(joy, name="Harehills Tuesdays", facilitators=(bronwen,))
    ann = make_enrolment(cohort, name="Ann")
    make_enrolment(cohort, name=SADE)
    page = client.see("cohorts.feed", secret=secret_for(ann.user))
    assert page.response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    raw = page.response.get_data()
    assert b"\r\n" in raw
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    found = events(page)
    lines = queries.list_sessions(cohort.id)
    assert [instants(event) for event in found] == [(line.starts_at, line.ends_at) for line in lines]
    assert [str(event["uid"]) for event in found] == [f"session-{line.ref}@goingforward" for line in lines]
    first = found[0]
    assert str(first["summary"]) == "Families Going Forward, session 1 of 10"
    assert str(first["location"]) == "Compton Centre"
    assert "With Bronwen Pryce." in first["description"]
    assert {str(event["status"]) for event in found} == {"CONFIRMED"}
    assert {event["sequence"] for event in found} == {0}


def test_no_other_learner_is_named(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    ann = make_enrolment(cohort, name="Ann")
    other = make_enrolment(cohort, name=SADE)
    text = client.see("cohorts.feed", secret=secret_for(ann.user)).response.get_data(as_text=True)
    unfolded = text.replace("\r\n ", "")
    assert SADE not in unfolded
    assert other.user.email not in unfolded
    assert "Ann" not in unfolded
    assert "ATTENDEE" not in unfolded


@pytest.mark.parametrize(
    ("first_day", "hours"),
    [(date(2027, 3, 9), [9, 9, 9, 8, 8]), (date(2027, 10, 12), [8, 8, 8, 9, 9])],
    ids=["March", "October"],
)
def test_times_are_utc_and_the_wall_keeps_its_time_across_the_clocks(
    client: JudgingClient, joy: User, first_day: date, hours: list[int]
) -> None:
    ann = make_enrolment(cohort_for(joy, first_day=first_day))
    page = client.see("cohorts.feed", secret=secret_for(ann.user))
    found = events(page)
    assert [instants(event)[0].hour for event in found[:5]] == hours
    assert {instants(event)[0].astimezone(LONDON).time() for event in found} == {time(9, 30)}
    assert {event.decoded("dtend") - event.decoded("dtstart") for event in found} == {timedelta(hours=3)}
    text = page.response.get_data(as_text=True)
    assert text.count("DTSTART:") == text.count("DTEND:") == 10
    assert "TZID" not in text
    starts = [line for line in text.splitlines() if line.startswith("DTSTART")]
    assert all(line.endswith("Z") for line in starts)


def test_a_move_keeps_the_uid_and_raises_the_sequence_and_a_cancellation_stays_in(
    client: JudgingClient, joy: User
) -> None:
    cohort, by = cohort_for(joy), as_actor(joy)
    ann = make_enrolment(cohort)
    before = read(client, ann.user)
    moved, off = session_of(cohort, 10), session_of(cohort, 9)
    session_changes.move(
        moved,
        Meeting(free_day(cohort, cohort.ends_on), time(18), "", "https://meet.example.org/a,b;c"),
        seen=0,
        by=by,
    )
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        session_changes.cancel(off, why="The hall, upstairs; is flooded.", seen=0, by=by)
    after = read(client, ann.user)
    assert [str(event["uid"]) for event in after] == [str(event["uid"]) for event in before]
    assert [event["sequence"] for event in after] == [0] * 8 + [1, 1]
    assert instants(after[9]) == (moved.starts_at, moved.ends_at)
    assert str(after[9]["location"]) == str(after[9]["conference"]) == "https://meet.example.org/a,b;c"
    assert [str(event["status"]) for event in after] == ["CONFIRMED"] * 8 + ["CANCELLED", "CONFIRMED"]
    assert str(after[8]["summary"]).startswith("Cancelled: ")
    assert "This session is cancelled. The hall, upstairs; is flooded." in after[8]["description"]
    assert after[8].decoded("last-modified") > before[8].decoded("last-modified")
    session_changes.hold_after_all(off, Meeting(free_day(cohort, cohort.ends_on), time(9)), seen=1, by=by)
    sequences = {str(event["uid"]): event["sequence"] for event in read(client, ann.user)}
    assert sequences[f"session-{off.ref}@goingforward"] == 2


def test_names_in_every_script_are_folded_and_come_back_whole() -> None:
    name = "திறன் " * 40
    session = FeedSession(
        ref="r", number=1, of=1, course=name, cohort="C\nDTSTART:19700101", starts_at=clock.now(),
        ends_at=clock.now() + timedelta(hours=1), venue="", link="", sequence=0, changed_at=clock.now(),
        is_cancelled=False, cancelled_why="",
    )  # fmt: skip
    raw = feeds.write("X", [session], home="https://x.example/")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    event = next(iter(icalendar.Calendar.from_ical(raw).walk("VEVENT")))
    assert str(event["summary"]) == f"{name}, session 1 of 1"
    assert raw.count(b"\r\nDTSTART") == 1


def test_an_empty_calendar_is_a_calendar_too(client: JudgingClient) -> None:
    assert read(client, make_user(Role.PRACTITIONER)) == []


# ---- who may read it


def test_a_stranger_with_a_wrong_address_finds_nothing(client: JudgingClient, joy: User) -> None:
    ann = make_enrolment(cohort_for(joy))
    secret = secret_for(ann.user)
    feed = db.session.scalars(sa.select(CalendarFeed)).one()
    for wrong in (secret[:-1] + ("A" if secret[-1] != "A" else "B"), feed.ref, "x", "é" * 44):
        client.see("cohorts.feed", secret=wrong, status=404)
    assert secret not in {
        str(value) for value in db.session.execute(sa.select(*CalendarFeed.__table__.c)).one()
    }


def test_renewing_and_stopping_close_the_old_address(client: JudgingClient, joy: User) -> None:
    ann = make_enrolment(cohort_for(joy))
    client.sign_in(ann.user)
    assert "Make my address" in client.see("cohorts.my_calendar").text
    client.send("cohorts.make_calendar")
    first = client.see("cohorts.my_calendar")
    address = next(box.get("value", "") for box in first.all("input") if box.get("id") == "all")
    assert f"webcal:{address.split(':', 1)[1]}" in first.links()
    secret = address.rsplit("/", 1)[1].removesuffix(".ics")
    client.send("cohorts.make_calendar")
    assert address in [box.get("value") for box in client.see("cohorts.my_calendar").all("input")]
    client.sign_out()
    client.see("cohorts.feed", secret=secret)
    client.sign_in(ann.user)
    client.send("cohorts.renew_calendar")
    client.see("cohorts.feed", secret=secret, status=404)
    renewed = secret_for(ann.user)
    client.see("cohorts.feed", secret=renewed)
    client.send("cohorts.stop_calendar")
    client.see("cohorts.feed", secret=renewed, status=404)
    client.send("cohorts.stop_calendar", status=409)
    client.send("cohorts.renew_calendar", status=409)


def test_whoever_leaves_or_is_closed_reads_no_more(client: JudgingClient, joy: User) -> None:
    ann = make_enrolment(cohort_for(joy))
    cohort_ref, secret = ann.cohort.ref, secret_for(ann.user)
    assert len(events(client.see("cohorts.cohort_feed", secret=secret, cohort_ref=cohort_ref))) == 10
    withdrawals.withdraw(ann, reason=Leaving.OTHER, note="moved away", by=as_actor(joy))
    assert events(client.see("cohorts.feed", secret=secret)) == []
    client.see("cohorts.cohort_feed", secret=secret, cohort_ref=cohort_ref, status=404)
    ann.user.disabled_at = clock.now()
    client.see("cohorts.feed", secret=secret, status=404)


def test_staff_read_a_cohort_and_strangers_do_not(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy, name="Harehills Tuesdays")
    bronwen = make_user(Role.FACILITATOR, cohort.provider)
    service.add_facilitator(cohort, bronwen)
    for user in (joy, bronwen):
        page = client.see("cohorts.cohort_feed", secret=secret_for(user), cohort_ref=cohort.ref)
        assert len(events(page)) == 10
        assert b"NAME:Harehills Tuesdays" in page.response.get_data()
    assert len(read(client, bronwen)) == 10
    assert read(client, joy) == []
    other = make_user(Role.PROVIDER_ADMINISTRATOR)
    client.see("cohorts.cohort_feed", secret=secret_for(other), cohort_ref=cohort.ref, status=404)


def test_an_administrator_finds_a_cohorts_address_on_its_page(client: JudgingClient, joy: User) -> None:
    cohort = cohort_for(joy)
    client.sign_in(joy)
    here = client.address("cohorts.cohort_calendar", cohort_ref=cohort.ref)
    assert here in client.see("cohorts.sessions", cohort_ref=cohort.ref).links()
    page = client.see("cohorts.cohort_calendar", cohort_ref=cohort.ref)
    assert client.send("cohorts.make_calendar", data={"cohort": page.field("cohort")}).location == here
    page = client.see("cohorts.cohort_calendar", cohort_ref=cohort.ref)
    addresses = [box.get("value", "") for box in page.all("input") if box.get("type") == "text"]
    assert len(addresses) == 1
    assert addresses[0].endswith(f"/{cohort.ref}.ics")
    client.send("cohorts.make_calendar", data={"cohort": make_cohort().ref}, status=404)


def test_a_person_on_two_cohorts_may_take_one(client: JudgingClient, joy: User) -> None:
    one, two = cohort_for(joy, name="One"), cohort_for(joy, name="Two")
    ann = make_enrolment(one)
    make_enrolment(two, ann.user)
    client.sign_in(ann.user)
    client.send("cohorts.make_calendar")
    page = client.see("cohorts.my_calendar")
    assert "Or one cohort only" in page.text
    assert len([box for box in page.all("input") if box.get("type") == "text"]) == 3
    assert len(read(client, ann.user)) == 20


def test_a_feed_costs_the_same_queries_with_three_cohorts(client: JudgingClient, joy: User) -> None:
    ann = make_user(Role.PRACTITIONER)
    secret = secret_for(ann)

    def add() -> None:
        make_enrolment(cohort_for(joy), ann)
        db.session.commit()

    assert_flat(add, lambda: client.see("cohorts.feed", secret=secret))


def test_the_account_page_leads_to_the_calendar(client: JudgingClient, joy: User) -> None:
    client.sign_in(make_enrolment(cohort_for(joy)).user)
    assert client.address("cohorts.my_calendar") in client.see("people.account").links()
    client.sign_in(make_user(Role.COMMISSIONER))
    assert client.address("cohorts.my_calendar") not in client.see("people.account").links()
