"""The cohort that comes next: invited to, asked for, postponed; and what two people of the live one need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from flask import current_app

from courses.attendance import adjustments
from courses.attendance.needs import Need
from courses.cohorts import service as cohorts
from courses.cohorts.bank_holidays import bank_holidays
from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment, Programme
from courses.content.models import CourseVersion
from courses.places import invitations, requests, withdrawals
from courses.places import service as places
from lms.people import service as people
from lms.people.models import Organisation, User
from lms.people.roles import Role
from lms.site.demo.characters import PROVIDER
from lms.site.demo.days import WEEKLY_STARTS, Days
from lms.site.demo.editions import COURSE
from lms.site.demo.stage import Moment, Stage, at
from lms.site.demo.teaching import PLACES

NEXT = "next"
ADMINISTRATOR = Role.PROVIDER_ADMINISTRATOR.value
POSTPONED = "Siân Beynon"
THURSDAY = 3
AHEAD = timedelta(weeks=7)


def moments(days: Days) -> Iterator[Moment]:
    """From the cohort to its first requests."""
    yield Moment(at(days.ago(12), "10:00"), "Seacroft Thursdays", partial(_cohort, days))
    yield Moment(at(days.ago(11), "09:10"), "a place given", _place)
    yield Moment(at(days.ago(9), "15:00"), "an invitation", _invite)
    yield Moment(at(days.ago(8), "09:00"), "requests are welcome", _open)
    yield Moment(
        at(days.ago(6), "12:20"), "a request", partial(_ask, "Yusuf Demir", "yusuf", "Family support worker")
    )
    yield Moment(
        at(days.ago(3), "16:45"), "a request", partial(_ask, "Carys Moss", "carys", "Volunteer co-ordinator")
    )
    yield Moment(at(days.ago(2), "11:00"), "somebody postpones", _postpone)
    yield Moment(
        at(days.ago(20), "18:30"), "what Keisha needs", partial(_need, "keisha", [Need.LARGE_PRINT], "")
    )
    yield Moment(
        at(days.ago(20), "19:00"),
        "what Tevita needs",
        partial(_need, "tevita", [Need.EXTRA_TIME], "A seat near the front"),
    )


def _first_thursday(today: date) -> date:
    day = today + AHEAD
    while day.weekday() != THURSDAY or day in bank_holidays(day.year):
        day += timedelta(days=1)
    return day


def _cohort(days: Days, stage: Stage) -> None:
    first = _first_thursday(days.today)
    made = cohorts.create_cohort(
        provider=stage.get(Organisation, PROVIDER),
        course_version=stage.get(CourseVersion, COURSE),
        name=f"Seacroft Thursdays {first.year}",
        wishes=Wishes(Pattern.WEEKLY, first, WEEKLY_STARTS),
        region="yorkshire_humber",
        venue="Seacroft Parish Hall, Leeds",
        capacity=14,
        programme=stage.get(Programme, PLACES),
        facilitators=[stage.get(User, Role.FACILITATOR.value)],
        by=stage.actor(ADMINISTRATOR),
    )
    stage.keep(NEXT, made)


def _place(stage: Stage) -> None:
    by = stage.actor(ADMINISTRATOR)
    user = people.create_user(name=POSTPONED, email="sian@seacroft.example", by=by)
    stage.keep(POSTPONED, places.give(stage.get(Cohort, NEXT), user=user, by=by))


def _postpone(stage: Stage) -> None:
    withdrawals.withdraw(
        stage.get(Enrolment, POSTPONED),
        reason=Leaving.POSTPONED,
        note="starts with the next cohort",
        by=stage.actor(ADMINISTRATOR),
    )


def _invite(stage: Stage) -> None:
    invitations.invite(
        stage.get(Cohort, NEXT),
        name="Marek Zieliński",
        email="marek@seacroft.example",
        by=stage.actor(ADMINISTRATOR),
        lasts=current_app.config["INVITATION_LASTS"],
    )


def _open(stage: Stage) -> None:
    requests.set_open(stage.get(Cohort, NEXT), is_open=True, by=stage.actor(ADMINISTRATOR))


def _ask(name: str, address: str, job: str, stage: Stage) -> None:
    requests.ask(
        stage.get(Cohort, NEXT),
        name=name,
        email=f"{address}@seacroft.example",
        employer="Seacroft Family Hub",
        job=job,
        seeks_accreditation=True,
        by=None,
    )


def _need(learner: str, needs: list[Need], words: str, stage: Stage) -> None:
    enrolment = stage.get(Enrolment, learner)
    adjustments.agree(enrolment, needs=needs, words=words, by=stage.actor(learner))
