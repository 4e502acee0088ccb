"""Registers on a real database: corrections with their reason, guests, apologies, checking in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from courses.attendance import (
    apologies,
    catch_ups,
    check_in,
    hours_queries,
    makeups,
    register_queries,
    registers,
)
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.attendance.registers import Entry
from courses.cohorts.calendar import Pattern
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.places import withdrawals
from lms.core import clock
from lms.core.access import Actor, Reach
from lms.core.errors import Conflict, NotFound, Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.factories.cohorts import make_cohort, make_course_version, make_enrolment, session_of, weeks_ago
from tests.factories.people import as_actor, make_organisation, make_user

pytestmark = pytest.mark.usefixtures("app")


def facilitator(cohort: Cohort, name: str = "Bronwen Pryce") -> Actor:
    return as_actor(make_user(Role.FACILITATOR, cohort.provider, name=name))


def take(session: Session, mark: Mark, *who: Enrolment, reason: str = "", minutes: int | None = None) -> None:
    registers.take_register(
        session,
        {one.ref: Entry(mark, minutes) for one in who},
        by=facilitator(session.cohort),
        reason=reason,
    )


def stands(enrolment: Enrolment, number: int) -> tuple[Mark | None, int]:
    hours = hours_queries.hours_of(enrolment)
    return hours.marks[number - 1], hours.worths[number - 1]


# ---- corrections


def test_a_changed_mark_needs_a_reason_and_keeps_who_when_and_why() -> None:
    ann = make_enrolment(name="Ann")
    first = session_of(ann.cohort, 1)
    take(first, Mark.MISSED, ann)
    with pytest.raises(Refused, match=r"Ann already had a mark: missed\. Write in a few words why") as caught:
        take(first, Mark.LATE, ann, minutes=20, reason="  ")
    assert caught.value.field == "reason"
    take(first, Mark.LATE, ann, minutes=20, reason="signed the sheet")
    newest, oldest = register_queries.list_marks_of(ann)
    assert (newest.words, newest.by, newest.reason) == (
        "came 20 minutes late",
        "Bronwen Pryce",
        "signed the sheet",
    )
    assert (oldest.words, oldest.reason) == ("missed", "")
    assert stands(ann, 1) == (Mark.LATE, 160)


def test_a_first_mark_needs_no_reason_and_a_mark_can_be_taken_back() -> None:
    ann = make_enrolment()
    first = session_of(ann.cohort, 1)
    take(first, Mark.CAME, ann)
    take(first, Mark.TAKEN_BACK, ann, reason="wrong session")
    assert stands(ann, 1) == (None, 0)
    assert hours_queries.hours_of(ann).open == 1_800
    take(first, Mark.TAKEN_BACK, ann)
    take(first, Mark.MISSED, ann)
    assert stands(ann, 1) == (Mark.MISSED, 0)


# ---- made up with another cohort


@pytest.fixture
def two() -> tuple[Enrolment, Cohort]:
    """Somebody of a weekly cohort, and another weekly cohort of the same provider and course."""
    provider, version = make_organisation(), make_course_version()
    mine = make_cohort(provider, name="Tuesdays", version=version)
    other = make_cohort(provider, name="Thursdays", version=version, first_day=weeks_ago(3))
    return make_enrolment(mine, name="Ṣadé Adéyẹmí"), other


def test_a_guest_stands_in_both_registers_and_is_counted_once(two: tuple[Enrolment, Cohort]) -> None:
    sade, other = two
    take(session_of(sade.cohort, 2), Mark.MISSED, sade)
    there = session_of(other, 2)
    registers.add_guest(there, sade, by=facilitator(other, "Huw"))
    assert stands(sade, 2) == (Mark.MADE_UP, 180)
    assert hours_queries.hours_of(sade).had == 180
    (guest,) = register_queries.list_register(there)
    assert (guest.name, guest.home, guest.mark) == ("Ṣadé Adéyẹmí", "Tuesdays", Mark.CAME)
    (own,) = register_queries.list_register(session_of(sade.cohort, 2))
    assert own.elsewhere.words.startswith("session 2 of Thursdays, ")
    assert own.by == "Huw"
    assert len(register_queries.list_register(session_of(other, 1))) == 0


def test_marked_twice_it_still_counts_once(two: tuple[Enrolment, Cohort]) -> None:
    sade, other = two
    third = make_cohort(other.provider, name="Fridays", version=other.course_version)
    for cohort in (other, third):
        registers.add_guest(session_of(cohort, 1), sade, by=facilitator(cohort))
    assert hours_queries.hours_of(sade).had == 180
    take(session_of(sade.cohort, 1), Mark.CAME, sade, reason="came here too")
    assert stands(sade, 1) == (Mark.CAME, 180)
    assert hours_queries.hours_of(sade).had == 180


def test_an_own_absence_does_not_take_away_what_was_made_up_before(two: tuple[Enrolment, Cohort]) -> None:
    sade, other = two
    registers.add_guest(session_of(other, 1), sade, by=facilitator(other))
    take(session_of(sade.cohort, 1), Mark.MISSED, sade, reason="was not here")
    assert stands(sade, 1) == (Mark.MADE_UP, 180)
    assert [line.mark for line in register_queries.list_marks_of(sade)] == [
        Mark.MADE_UP,
        Mark.MISSED,
        Mark.MADE_UP,
        Mark.CAME,
    ]


def test_a_guests_mark_that_is_corrected_is_corrected_at_home(two: tuple[Enrolment, Cohort]) -> None:
    sade, other = two
    take(session_of(sade.cohort, 1), Mark.MISSED, sade)
    there = session_of(other, 1)
    registers.add_guest(there, sade, by=facilitator(other))
    take(there, Mark.LATE, sade, minutes=30, reason="came at ten")
    assert stands(sade, 1) == (Mark.MADE_UP, 150)
    take(there, Mark.TAKEN_BACK, sade, reason="another Ṣadé")
    assert stands(sade, 1) == (Mark.MISSED, 0)
    assert register_queries.list_register(there) == []


def test_made_up_beforehand_and_taken_back_leaves_the_session_open(two: tuple[Enrolment, Cohort]) -> None:
    _, other = two
    ahead = make_enrolment(make_cohort(other.provider, version=other.course_version, first_day=weeks_ago(-2)))
    there = session_of(other, 1)
    registers.add_guest(there, ahead, by=facilitator(other))
    assert stands(ahead, 1) == (Mark.MADE_UP, 180)
    take(there, Mark.MISSED, ahead, reason="did not come")
    assert stands(ahead, 1) == (None, 0)


def test_weekly_sessions_make_up_a_day_of_a_block() -> None:
    provider, version = make_organisation(), make_course_version()
    block = make_cohort(provider, pattern=Pattern.BLOCK, version=version, first_day=_weekday_back(10))
    weekly = make_cohort(provider, version=version)
    cy = make_enrolment(block)
    take(session_of(block, 2), Mark.LEFT_EARLY, cy, minutes=180)
    registers.add_guest(session_of(weekly, 3), cy, by=facilitator(weekly))
    assert stands(cy, 2) == (Mark.LEFT_EARLY, 180), "the morning again"
    registers.add_guest(session_of(weekly, 4), cy, by=facilitator(weekly))
    assert stands(cy, 2) == (Mark.MADE_UP, 360)
    assert hours_queries.hours_of(cy).had == 360


def _weekday_back(days: int):
    day = weeks_ago(2) - timedelta(days=days)
    return day - timedelta(days=day.weekday())


def test_who_may_be_a_guest(two: tuple[Enrolment, Cohort]) -> None:
    sade, other = two
    here = make_enrolment(other, name="Sade Local")
    elsewhere = make_enrolment(
        make_cohort(make_organisation(), version=other.course_version), name="Sade Far"
    )
    another_course = make_enrolment(make_cohort(other.provider), name="Sade Other")
    gone = make_enrolment(sade.cohort, name="Sade Gone")
    withdrawals.withdraw(gone, reason=Leaving.OTHER, note="moved away", by=facilitator(other))
    there = session_of(other, 1)
    assert [line.name for line in makeups.find_guests(there, "SADE ade")] == ["Ṣadé Adéyẹmí"]
    assert makeups.find_guests(there, "s") == []
    assert makeups.get_possible_guest(there, sade.ref) is sade
    for one in (here, elsewhere, another_course, gone):
        with pytest.raises(NotFound):
            makeups.get_possible_guest(there, one.ref)
    registers.add_guest(there, sade, by=facilitator(other))
    with pytest.raises(Conflict, match="is already in this register"):
        registers.add_guest(there, sade, by=facilitator(other))
    with pytest.raises(Refused, match="Its register opens on that day"):
        registers.add_guest(session_of(other, 10), sade, by=facilitator(other))


def test_catch_ups_are_the_sessions_ahead_that_make_up_what_was_missed(two: tuple[Enrolment, Cohort]) -> None:
    sade, _ = two
    cohort = sade.cohort
    assert catch_ups.find_catch_ups(sade, hours_queries.hours_of(sade)) == []
    take(session_of(cohort, 2), Mark.MISSED, sade)
    take(session_of(cohort, 3), Mark.LATE, sade, minutes=60)
    later = make_cohort(cohort.provider, name="Later", version=cohort.course_version, first_day=weeks_ago(-1))
    make_cohort(make_organisation(), version=cohort.course_version, first_day=weeks_ago(-1))
    found = catch_ups.find_catch_ups(sade, hours_queries.hours_of(sade))
    assert [(each.cohort, each.number, each.minutes) for each in found if each.cohort == "Later"] == [
        ("Later", 2, 180),
        ("Later", 3, 60),
    ]
    assert found[0].on <= found[-1].on
    assert later.starts_on < found[-1].on


# ---- apologies


def test_apologies_are_sent_before_a_session_and_can_be_taken_back() -> None:
    ann = make_enrolment()
    ahead, past = session_of(ann.cohort, 9), session_of(ann.cohort, 1)
    me = as_actor(ann.user)
    apologies.send(ahead, words=" A court date ", by=me)
    apologies.send(ahead, words="A court date in Leeds", by=me)
    (line,) = register_queries.list_register(ahead)
    assert (line.apology, line.mark) == ("A court date in Leeds", None)
    apologies.take_back(ahead, by=me)
    assert register_queries.list_register(ahead)[0].apology is None
    with pytest.raises(NotFound):
        apologies.take_back(ahead, by=me)
    with pytest.raises(Refused, match="Session 1 has started"):
        apologies.send(past, words="", by=me)


def test_only_own_sessions_take_apologies() -> None:
    ann, other = make_enrolment(), make_enrolment()
    reach = Reach(person_id=ann.user_id)
    assert apologies.get_own_session(session_of(ann.cohort, 9).ref, within=reach)
    with pytest.raises(NotFound):
        apologies.get_own_session(session_of(other.cohort, 9).ref, within=reach)


# ---- checking in


@pytest.fixture
def today() -> tuple[Enrolment, Session]:
    """Somebody whose first session is today at half past nine."""
    ann = make_enrolment(make_cohort(first_day=weeks_ago(0)), name="Ann")
    return ann, session_of(ann.cohort, 1)


def during(session: Session, minutes: int) -> datetime:
    return session.starts_at + timedelta(minutes=minutes)


def opened(session: Session) -> str:
    with clock.set_to(during(session, -60)):
        opens, closes = check_in.usual_window(session)
        return check_in.open_window(
            session, opens_at=opens, closes_at=closes, by=facilitator(session.cohort)
        ).code


def test_the_right_code_in_its_window_is_recorded_once(today: tuple[Enrolment, Session]) -> None:
    ann, session = today
    code = opened(session)
    assert len(code) == 6
    assert set(code) <= set(check_in.LETTERS)
    with clock.set_to(during(session, -10)):
        came = check_in.check_in(f" {code[:3]} {code[3:].lower()}", by=as_actor(ann.user))
        assert (came.is_new, came.mark) == (True, Mark.CAME)
        assert not check_in.check_in(code, by=as_actor(ann.user)).is_new
    assert stands(ann, 1) == (Mark.CAME, 180)
    (line,) = register_queries.list_register(session)
    assert line.is_own


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-16, r"Not recorded\. Check-in opens at 9\.15am\. Send the code again then\."),
        (20, r"Not recorded\. Check-in closed at 9\.50am\. Ask your facilitator"),
        (13 * 60, r"Not recorded\. This is not the code of a session of yours today\."),
    ],
)
def test_outside_the_window_it_is_not_recorded_and_says_so(
    today: tuple[Enrolment, Session], minutes: int, words: str
) -> None:
    ann, session = today
    code = opened(session)
    with clock.set_to(during(session, minutes)), pytest.raises(Refused, match=words):
        check_in.check_in(code, by=as_actor(ann.user))
    assert stands(ann, 1) == (None, 0)


def test_a_wrong_code_and_somebody_elses_code_are_not_recorded(today: tuple[Enrolment, Session]) -> None:
    ann, session = today
    stranger = make_enrolment(make_cohort(first_day=weeks_ago(0)))
    theirs = opened(session_of(stranger.cohort, 1))
    code = opened(session)
    wrong = code[:-1] + next(letter for letter in check_in.LETTERS if letter != code[-1])
    with clock.set_to(during(session, 0)):
        for tried in (wrong, theirs, "", "🙂"):
            with pytest.raises(Refused, match=r"^Not recorded\."):
                check_in.check_in(tried, by=as_actor(ann.user))
    assert db.session.query(AttendanceMark).count() == 0


def test_checking_in_never_overwrites_a_facilitators_mark(today: tuple[Enrolment, Session]) -> None:
    ann, session = today
    code = opened(session)
    with clock.set_to(during(session, 5)):
        take(session, Mark.MISSED, ann)
        with pytest.raises(Refused, match=r"Not recorded\. Bronwen Pryce has already marked you: missed\."):
            check_in.check_in(code, by=as_actor(ann.user))
        take(session, Mark.LATE, ann, minutes=4, reason="here now")
        assert check_in.check_in(code, by=as_actor(ann.user)).mark is Mark.LATE
    assert stands(ann, 1) == (Mark.LATE, 176)


def test_a_closed_window_records_nothing_and_a_new_code_replaces_the_old(
    today: tuple[Enrolment, Session],
) -> None:
    ann, session = today
    first = opened(session)
    by = facilitator(session.cohort)
    with clock.set_to(during(session, 2)):
        check_in.close_window(session, by=by)
        with pytest.raises(Refused, match=r"Check-in closed at 9\.32am"):
            check_in.check_in(first, by=as_actor(ann.user))
        with pytest.raises(Refused, match="closed already"):
            check_in.close_window(session, by=by)
        again = check_in.open_window(
            session, opens_at=during(session, 0), closes_at=during(session, 60), by=by
        ).code
        with pytest.raises(Refused, match="is not the code"):
            check_in.check_in(first, by=as_actor(ann.user))
        assert check_in.check_in(again, by=as_actor(ann.user)).is_new


@pytest.mark.parametrize(
    ("opens", "closes", "words", "field"),
    [
        (10, 5, "closes before it opens", "closes"),
        (-60, -40, "is past", "closes"),
        (-15, 60 * 24, "on the day of the session", "opens"),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    today: tuple[Enrolment, Session], opens: int, closes: int, words: str, field: str
) -> None:
    _, session = today
    with clock.set_to(during(session, -30)), pytest.raises(Refused, match=words) as caught:
        check_in.open_window(
            session,
            opens_at=during(session, opens),
            closes_at=during(session, closes),
            by=facilitator(session.cohort),
        )
    assert caught.value.field == field


def test_people_who_check_in_do_not_make_the_facilitator_start_again(
    today: tuple[Enrolment, Session],
) -> None:
    ann, session = today
    bo = make_enrolment(ann.cohort, name="Bo")
    code = opened(session)
    with clock.set_to(during(session, 1)):
        seen = register_queries.last_mark_id(session.id)
        check_in.check_in(code, by=as_actor(ann.user))
        registers.take_register(
            session, {bo.ref: Entry(Mark.CAME)}, by=facilitator(session.cohort), seen=seen
        )
    assert (stands(ann, 1)[0], stands(bo, 1)[0]) == (Mark.CAME, Mark.CAME)
