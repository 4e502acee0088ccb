"""The finished block and the live weekly cohort: created, filled from a spreadsheet, registers taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from flask import current_app
from sqlalchemy import select

from courses.attendance import registers
from courses.attendance.hours import Mark
from courses.cohorts import service as cohorts
from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.models import Cohort, Enrolment, Programme, Session
from courses.content.models import CourseVersion
from courses.places import imports
from lms.core.extensions import db
from lms.people import queries as people
from lms.people.models import Organisation, User
from lms.people.roles import Role
from lms.site.demo.characters import COMMISSIONER, FINISHED, HOUSES, LIVE, PROVIDER, Learner
from lms.site.demo.days import BLOCK_STARTS, WEEKLY_STARTS, Days
from lms.site.demo.editions import COURSE
from lms.site.demo.stage import Moment, Stage, at

BLOCK, TUESDAYS = "block", "tuesdays"
PLACES = "places"
MARKS = {
    "c": registers.Entry(Mark.CAME),
    "o": registers.Entry(Mark.ONLINE),
    "l": registers.Entry(Mark.LATE, 90),
    "e": registers.Entry(Mark.LEFT_EARLY, 90),
    "p": registers.Entry(Mark.PART),
    "a": registers.Entry(Mark.APOLOGIES),
    "m": registers.Entry(Mark.MISSED),
    "u": registers.Entry(Mark.MISSED),
}
"""Letters of a learner's marks. One made up elsewhere is missed first, and corrected some days later."""

MADE_UP_WHERE = "Came to the Thursday cohort in Seacroft"

ADMINISTRATOR, FACILITATOR = Role.PROVIDER_ADMINISTRATOR.value, Role.FACILITATOR.value


def moments(days: Days) -> Iterator[Moment]:
    """Both cohorts, from the places that pay for them to the registers of the sessions held."""
    opened = days.finished[0] - timedelta(days=45)
    yield Moment(at(opened, "09:00"), "places for this year", partial(_places, opened))
    yield Moment(at(opened, "10:00"), "Beeston block", partial(_block, days))
    yield Moment(at(opened, "11:00"), "its learners", partial(_enrol, BLOCK, FINISHED))
    for number, day in enumerate(days.finished, start=1):
        yield Moment(at(day, "16:20"), f"register {number}", partial(_register, BLOCK, number, FINISHED))
    planned = days.live_first - timedelta(days=30)
    yield Moment(at(planned, "10:00"), "Harehills Tuesdays", partial(_tuesdays, days))
    yield Moment(at(planned, "11:30"), "its learners", partial(_enrol, TUESDAYS, LIVE))
    held = [day for day in days.live if day < days.today]
    for number, day in enumerate(held, start=1):
        yield Moment(at(day, "12:40"), f"register {number}", partial(_register, TUESDAYS, number, LIVE))
    for learner in LIVE:
        for number, letter in enumerate(learner.marks, start=1):
            if letter == "u":
                yield Moment(
                    at(held[number - 1] + timedelta(days=2), "16:00"),
                    f"{learner.name} made up session {number}",
                    partial(correct, TUESDAYS, number, learner.key, (Mark.MADE_UP, MADE_UP_WHERE)),
                )


def _places(opened: date, stage: Stage) -> None:
    name = f"Families Going Forward {opened.year}"
    commissioner = stage.get(Organisation, COMMISSIONER)
    made = cohorts.create_programme(
        commissioner=commissioner, name=name, by=stage.actor(Role.COMMISSIONER.value)
    )
    stage.keep(PLACES, made)


def _block(days: Days, stage: Stage) -> None:
    first = days.finished[0]
    made = cohorts.create_cohort(
        provider=stage.get(Organisation, PROVIDER),
        course_version=stage.get(CourseVersion, COURSE),
        name=f"Beeston block, {first:%B %Y}",
        wishes=Wishes(Pattern.BLOCK, first, BLOCK_STARTS),
        region="yorkshire_humber",
        venue="Beeston Community Rooms, Leeds",
        programme=stage.get(Programme, PLACES),
        facilitators=[stage.get(User, FACILITATOR)],
        by=stage.actor(ADMINISTRATOR),
    )
    stage.keep(BLOCK, made)


def _tuesdays(days: Days, stage: Stage) -> None:
    made = cohorts.create_cohort(
        provider=stage.get(Organisation, PROVIDER),
        course_version=stage.get(CourseVersion, COURSE),
        name=f"Harehills Tuesdays, {_season(days.live_first)} {days.live_first.year}",
        wishes=Wishes(Pattern.WEEKLY, days.live_first, WEEKLY_STARTS, days.live_without),
        region="yorkshire_humber",
        venue="Harehills Family Rooms, Leeds",
        capacity=16,
        programme=stage.get(Programme, PLACES),
        facilitators=[stage.get(User, FACILITATOR)],
        by=stage.actor(ADMINISTRATOR),
    )
    stage.keep(TUESDAYS, made)


def _season(day: date) -> str:
    return ("winter", "spring", "summer", "autumn")[day.month % 12 // 3]


def _enrol(name: str, learners: Sequence[Learner], stage: Stage) -> None:
    """Enrol everybody from one spreadsheet, offered and confirmed as on the page."""
    by = stage.actor(ADMINISTRATOR)
    cohort = stage.get(Cohort, name)
    offered = imports.offer_import(cohort, _spreadsheet(learners), filename=f"{name}.csv", by=by)
    plan, _ = imports.plan(cohort, imports.learners_of(offered))
    lasts = current_app.config["INVITATION_LASTS"]
    imports.confirm_import(offered, expected=plan.fingerprint, lasts=lasts, by=by)
    for learner in learners:
        user = people.find_user(learner.email)
        if user is None:
            raise LookupError(learner.email)
        stage.keep(learner.key, user)
        enrolment = db.session.scalars(
            select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.user_id == user.id)
        ).one()
        stage.keep(learner.key, enrolment)


def _spreadsheet(learners: Sequence[Learner]) -> bytes:
    houses = {house.key: house.name for house in HOUSES}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["Name", "Email", "Setting", "Employer", "Seeks accreditation", "Shares progress with employer"]
    )
    for learner in learners:
        house = houses[learner.house]
        ticks = ["yes" if tick else "no" for tick in (learner.accredited, learner.shares)]
        writer.writerow([learner.name, learner.email, house, house, *ticks])
    return text.getvalue().encode("utf-8-sig")


def _session(stage: Stage, cohort: str, number: int) -> Session:
    return db.session.scalars(
        select(Session).where(Session.cohort_id == stage.get(Cohort, cohort).id, Session.number == number)
    ).one()


def _register(cohort: str, number: int, learners: Sequence[Learner], stage: Stage) -> None:
    session = _session(stage, cohort, number)
    entries = {
        stage.get(Enrolment, learner.key).ref: MARKS[learner.marks[number - 1]] for learner in learners
    }
    registers.take_register(session, entries, by=stage.actor(FACILITATOR))


def correct(cohort: str, number: int, key: str, change: tuple[Mark, str], stage: Stage) -> None:
    """Put one mark of a register right, with the reason; the first stays on record."""
    mark, reason = change
    session = _session(stage, cohort, number)
    registers.correct_mark(
        session, stage.get(Enrolment, key), mark=mark, reason=reason, by=stage.actor(FACILITATOR)
    )
