"""Waves are laid out by a cohort's calendar, follow it, open on their day, write to people and remind them."""

from __future__ import annotations

import email
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from assessments.questionnaires import library, service
from assessments.questionnaires.asking import laying_out, reminders
from assessments.questionnaires.calendar import Days
from assessments.questionnaires.models import InstrumentVersion, Reminder, Wave
from assessments.questionnaires.schema import WaveKind
from courses.attendance import session_changes
from courses.attendance.session_changes import Meeting
from courses.cohorts import service as cohort_service
from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.models import Session
from courses.places import service as places
from lms.core import clock, jobs
from lms.core.audit import Act, AuditRecord
from lms.core.clock import LONDON
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.core.model import Base
from lms.people.models import Membership
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import answer, enrol, make_cohort
from tests.factories.cohorts import make_course_version
from tests.factories.people import as_actor, make_user

WEEK = timedelta(days=7)
FIRST = date(2027, 2, 2)


def at(day: date, hour: int = 8):
    return clock.set_to(datetime.combine(day, time(hour), tzinfo=LONDON))


def run_jobs():
    db.session.commit()
    jobs.run_all_due()


def waves_of(cohort) -> dict[WaveKind, Wave]:
    db.session.expire_all()
    return {wave.kind: wave for wave in laying_out.list_waves(cohort.id)}


def days_of(wave: Wave) -> Days:
    return Days(wave.opens_on, wave.closes_on)


def letters(app) -> list[email.message.EmailMessage]:
    folder = Path(app.config["MAIL_FOLDER"])
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in folder.glob("*.eml")
    ]
    return [each for each in found if "/answer/" in each.get_body(("plain",)).get_content()]


@pytest.fixture
def joy(app):
    return make_user(Role.PROVIDER_ADMINISTRATOR)


@pytest.fixture
def weekly(joy):
    """A weekly cohort that was laid out two months before its first session, by the pages' own service."""
    provider = db.session.scalar(sa.select(Membership).where(Membership.user_id == joy.id)).organisation
    service.publish_instruments(by=None)
    with at(FIRST - timedelta(days=60)):
        made = cohort_service.create_cohort(
            provider=provider, course_version=make_course_version(), name="Harehills", region="london",
            wishes=Wishes(Pattern.WEEKLY, first_day=FIRST, starts=time(10)), by=as_actor(joy),
        )  # fmt: skip
        db.session.commit()
    with at(FIRST - timedelta(days=60), 9):
        run_jobs()
    return made


def test_a_cohort_that_is_laid_out_gets_its_waves(weekly):
    waves = waves_of(weekly)
    last = weekly.ends_on
    assert days_of(waves[WaveKind.PRE]) == (FIRST - 2 * WEEK, FIRST + timedelta(days=6))
    assert days_of(waves[WaveKind.POST]) == (last, last + 4 * WEEK)


def test_waves_move_with_the_sessions_unless_closed_or_set_by_hand(weekly, joy):
    def move(number, days):
        session = db.session.scalars(
            sa.select(Session).where(Session.cohort_id == weekly.id).order_by(Session.number)
        ).all()[number]
        on = session.starts_at.astimezone(LONDON).date() + timedelta(days=days)
        session_changes.move(session, Meeting(on, time(10)), seen=session.sequence, by=as_actor(joy))

    before = waves_of(weekly)[WaveKind.POST].closes_on
    with at(FIRST - timedelta(days=50)):
        move(-1, 1)
    with at(FIRST - timedelta(days=50), 9):
        run_jobs()
        waves = waves_of(weekly)
        assert waves[WaveKind.POST].closes_on == before + timedelta(days=1)
        by_hand = Days(weekly.ends_on + WEEK, weekly.ends_on + 2 * WEEK)
        laying_out.move(waves[WaveKind.POST], by_hand, by=as_actor(joy))
    with at(FIRST + 3 * WEEK):
        move(-1, 1)
    with at(FIRST + 3 * WEEK, 9):
        run_jobs()
        waves = waves_of(weekly)
        assert days_of(waves[WaveKind.POST]) == by_hand
        assert days_of(waves[WaveKind.PRE]) == (FIRST - 2 * WEEK, FIRST + timedelta(days=6))


def test_a_wave_takes_the_newest_version_on_the_day_it_opens(weekly):
    wave = waves_of(weekly)[WaveKind.PRE]
    old = wave.instrument_version
    instrument = next(each for each in library.shipped() if each.slug == old.slug)
    newer = instrument.model_copy(update={"number": old.number + 1})
    db.session.add(
        InstrumentVersion(
            slug=newer.slug,
            number=newer.number,
            title="Newer",
            content_hash="x",
            document=library.to_document(newer),
        )
    )
    with at(wave.opens_on - timedelta(days=1)):
        run_jobs()
        assert waves_of(weekly)[WaveKind.PRE].instrument_version.number == old.number
    with at(wave.opens_on):
        run_jobs()
    assert waves_of(weekly)[WaveKind.PRE].instrument_version.number == newer.number


def test_each_is_written_to_once_when_it_opens_and_whoever_comes_later_too(app, weekly):
    first, second = enrol(weekly, "Ann Early"), enrol(weekly, "Bo Early")
    wave = waves_of(weekly)[WaveKind.PRE]
    with at(wave.opens_on - timedelta(days=1)):
        run_jobs()
    assert not letters(app)
    with at(wave.opens_on):
        run_jobs()
        run_jobs()
    assert {each["To"] for each in letters(app)} == {first.user.email, second.user.email}
    with at(wave.opens_on + timedelta(days=1)):
        late = make_user(Role.PRACTITIONER, weekly.provider)
        places.give(weekly, user=late, by=None)
        db.session.commit()
    with at(wave.opens_on + timedelta(days=1), 9):
        run_jobs()
    assert len(letters(app)) == 3
    assert {each["To"] for each in letters(app)} == {first.user.email, second.user.email, late.email}


def test_only_those_who_have_not_answered_are_reminded_and_at_most_so_often(app, weekly, joy):
    people = [enrol(weekly) for _ in range(3)]
    wave = waves_of(weekly)[WaveKind.PRE]
    with at(wave.opens_on):
        run_jobs()
    answer(people[0], {"length": "lt1"}, finish=True)
    answer(people[1], {"length": "lt1"})  # begun, not finished
    for day in (wave.opens_on + timedelta(days=number) for number in range(1, 21)):
        with at(day):
            run_jobs()
            run_jobs()
    told = [each["To"] for each in letters(app) if each["Subject"].startswith("A reminder")]
    assert sorted(told) == sorted([people[1].user.email, people[2].user.email] * 2)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 2
    wave = waves_of(weekly)[WaveKind.PRE]
    with at(wave.closes_on):
        assert reminders.send_now(wave, by=as_actor(joy)) == 2
        with pytest.raises(Conflict, match="today"):
            reminders.send_now(wave, by=as_actor(joy))
    laying_out.move(wave, Days(wave.opens_on, wave.closes_on + WEEK), by=as_actor(joy))
    with at(wave.closes_on), pytest.raises(Refused, match="often enough"):
        reminders.send_now(wave, by=as_actor(joy))


def test_a_worker_that_was_down_on_the_day_reminds_when_it_is_back_and_once(app, weekly):
    enrol(weekly)
    wave = waves_of(weekly)[WaveKind.PRE]
    with at(wave.opens_on):
        run_jobs()
    with at(wave.opens_on + timedelta(days=6)):
        run_jobs()
        run_jobs()
    assert len([each for each in letters(app) if each["Subject"].startswith("A reminder")]) == 1


def test_nothing_that_is_kept_says_who_was_reminded_or_what_opens_their_link(app, weekly):
    """Once letters are sent, a copy of the database has neither a token nor a list of who had not answered by when."""
    people = [enrol(weekly) for _ in range(2)]
    wave = waves_of(weekly)[WaveKind.PRE]
    with at(wave.opens_on):
        run_jobs()
    answer(people[0], {}, finish=True)
    with at(wave.opens_on + timedelta(days=3)):
        run_jobs()
    tokens = {
        re.search(r"/answer/(\S+)", each.get_body(("plain",)).get_content())[1] for each in letters(app)
    }
    assert len(tokens) == 2, "a reminder brings the link of the first letter"
    assert not db.session.scalars(sa.select(Message).where(Message.template.contains("questionnaire"))).all()
    rows = [str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(sa.select(table))]
    assert not [token for token in tokens if any(token in row for row in rows)]
    (entry,) = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.act == Act.WAVE_REMINDED.value))
    assert entry.facts == {}
    assert entry.subject_kind == "wave"


@pytest.mark.parametrize(
    ("days_ago", "change", "why"),
    [
        (1, lambda d: Days(d.opens_on, d.opens_on - WEEK), "before the first"),
        (1, lambda d: d, "Nothing is different"),
        (1, lambda d: Days(d.opens_on + WEEK, d.closes_on + WEEK), "has answered. The first day stays"),
        (1, lambda d: Days(d.opens_on, d.closes_on + 20 * WEEK), "compared person by person"),
        (100, lambda d: Days(d.opens_on, d.closes_on + WEEK), "The last day is past"),
    ],
)
def test_days_that_would_spoil_the_answers_are_refused_in_words(app, joy, days_ago, change, why):
    person = enrol(make_cohort(days_ago=days_ago))
    answer(person, {"length": "lt1"})
    wave = waves_of(person.cohort)[WaveKind.PRE]
    with pytest.raises(Refused, match=re.escape(why)):
        laying_out.move(wave, change(days_of(wave)), by=as_actor(joy))


def test_the_administrator_changes_days_and_reminds_and_sees_how_many(app, client):
    cohort = make_cohort(days_ago=1)
    people = [enrol(cohort, f"Practitioner Number{n}") for n in range(3)]
    wave = service.open_waves(cohort, by=None)[WaveKind.PRE]
    with at(clock.today() - timedelta(days=2)):
        laying_out.tend_wave(wave)
    answer(people[0], {}, finish=True)
    db.session.commit()
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider))
    page = client.see("questionnaires.cohort", cohort_ref=cohort.ref)
    assert "Remind the 2 who have not answered" in page.text
    client.send("questionnaires.remind", wave_ref=wave.ref)
    page = client.see("questionnaires.cohort", cohort_ref=cohort.ref)
    assert "A reminder goes to 2 people who have not answered." in page.text
    assert "reminder sent, the last on" in page.text
    assert "Remind the" not in page.text
    assert "Number" not in page.body
    client.send("questionnaires.remind", wave_ref=wave.ref, status=409)
    client.see("questionnaires.wave_days", wave_ref=wave.ref)
    last = clock.today() + timedelta(days=9)
    client.send(
        "questionnaires.move_wave", wave_ref=wave.ref,
        data={"opens_on": wave.opens_on.isoformat(), "closes_on": last.isoformat()},
    )  # fmt: skip
    assert "(set by hand)" in client.see("questionnaires.cohort", cohort_ref=cohort.ref).text
    page = client.send(
        "questionnaires.move_wave", wave_ref=wave.ref, status=422,
        data={"opens_on": last.isoformat(), "closes_on": last.isoformat()},
    )  # fmt: skip
    assert "Its first day stays" in page.text
    client.send("questionnaires.ask_on_request", cohort_ref=cohort.ref, kind="focus_group")
    assert "Say whom to ask" in client.see("questionnaires.cohort", cohort_ref=cohort.ref).text
    client.send("questionnaires.ask_on_request", cohort_ref=cohort.ref, kind="focus_group", status=404)
    ref = wave.ref
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("questionnaires.wave_days", wave_ref=ref, status=404)
    client.send("questionnaires.remind", wave_ref=ref, status=404)


def test_whoever_is_asked_on_request_before_the_opening_is_written_to_on_its_day(app, client):
    cohort = make_cohort(days_ago=-20)
    db.session.commit()
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider))
    service.open_waves(cohort, by=None)
    client.send("questionnaires.ask_on_request", cohort_ref=cohort.ref, kind="parent_start")
    wave = waves_of(cohort)[WaveKind.PARENT_START]
    page = client.send("questionnaires.ask_people", wave_ref=wave.ref, data={"people": "ann@example.org"})
    assert not [each for each in letters(app) if each["To"] == "ann@example.org"], page.text
    with at(wave.opens_on):
        run_jobs()
    assert [each["To"] for each in letters(app) if each["To"] == "ann@example.org"] == ["ann@example.org"]
