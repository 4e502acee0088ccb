"""Cohorts for tests."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import count

from courses.cohorts import service
from courses.cohorts.bank_holidays import bank_holidays
from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.content import service as content
from courses.content.models import CourseVersion
from courses.content.schema import Aim, Completion, Course, Document, Module
from courses.places import service as places
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Organisation, Setting, User
from lms.people.roles import Role
from tests.factories.people import make_organisation, make_user

_numbers = count(1)
UNIT = "build-and-maintain-relationships"


def make_course_version(
    title: str = "Families Going Forward",
    *,
    modules: tuple[int, ...] = (180,) * 10,
    slug: str = "",
    unit: str | None = UNIT,
) -> CourseVersion:
    """A published course: an outline of taught modules with these minutes. Nine tenths of them complete it."""
    number = next(_numbers)
    outline = [
        Module(
            id=f"module-{place}",
            number=place,
            title=f"Module {place}",
            lead="What it is about.",
            minutes=minutes,
            material="to-come",
            aims=(Aim(text="do it"),),
        )
        for place, minutes in enumerate(modules, start=1)
    ]
    course = Course(
        slug=slug or f"course-{number}",
        title=title,
        subtitle=f"Number {number}.",
        unit=unit,
        taught_minutes=sum(modules),
        reading_minutes=300,
        reading_age=12,
        completion=Completion(taught_minutes=-(-sum(modules) * 9 // 10)),
        modules=tuple(outline),
    )
    return content.publish(Document(course=course, pages={}), by=None)


def weeks_ago(weeks: int) -> date:
    """A day that many weeks back, or a little earlier, on which a weekly cohort may begin."""
    day = clock.today() - timedelta(weeks=weeks)
    while day in bank_holidays(day.year):
        day -= timedelta(days=1)
    return day


def free_day(cohort: Cohort, after: date) -> date:
    """The next day on which a cohort has no session and that is no bank holiday."""
    taken = {
        starts_at.astimezone(clock.LONDON).date()
        for (starts_at,) in db.session.query(Session.starts_at).filter_by(cohort_id=cohort.id)
    }
    day = after + timedelta(days=1)
    while day in taken or day in bank_holidays(day.year):
        day += timedelta(days=1)
    return day


def make_cohort(
    provider: Organisation | None = None,
    *,
    name: str = "",
    pattern: Pattern = Pattern.WEEKLY,
    first_day: date | None = None,
    facilitators: tuple[User, ...] = (),
    version: CourseVersion | None = None,
) -> Cohort:
    """A cohort with its sessions; weekly, and begun four weeks ago, unless said."""
    return service.create_cohort(
        provider=provider or make_organisation(),
        course_version=version or make_course_version(),
        name=name or f"Cohort {next(_numbers)}",
        wishes=Wishes(pattern, first_day=first_day or weeks_ago(4), starts=time(9, 30)),
        region="yorkshire_humber",
        venue="Compton Centre",
        facilitators=facilitators,
        by=None,
    )


def make_enrolment(
    cohort: Cohort | None = None, user: User | None = None, *, name: str = "", setting: Setting | None = None
) -> Enrolment:
    """A practitioner with a place."""
    cohort = cohort or make_cohort()
    user = user or make_user(Role.PRACTITIONER, cohort.provider, name=name)
    return places.give(cohort, user=user, setting=setting, by=None)


def session_of(cohort: Cohort, number: int) -> Session:
    """A session of a cohort by its number."""
    found = db.session.query(Session).filter_by(cohort_id=cohort.id, number=number).one()
    assert isinstance(found, Session)
    return found
