"""A practitioner on the product's own course, with sessions and marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort, CohortFacilitator, Enrolment, Pattern, Session
from courses.content import loader, service
from courses.content.models import CourseVersion
from courses.content.schema import Document, Module
from courses.progress import queries
from courses.progress.queries import Learning
from lms.core import clock
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role
from tests.factories.people import make_organisation, make_user

_numbers = count(1)


@dataclass
class Learner:
    """A practitioner, their enrolment and their cohort."""

    user: User
    enrolment: Enrolment
    cohort: Cohort

    @property
    def learning(self) -> Learning:
        """What the player knows of them."""
        return queries.get_learning(within=Reach(person_id=self.user.id))


@cache
def course_document(*, to_come: tuple[str, ...] = ()) -> Document:
    """The product's first course, with the modules of these ids an outline whose material is to come.

    It never changes, and reading it takes a second: it is read once.
    """
    document = loader.load(loader.LIBRARY / "families-going-forward").document
    outline = {"material": "to-come", "activities": (), "handout": None}
    modules = tuple(
        Module(**{name: getattr(module, name) for name in Module.model_fields} | outline)
        if module.id in to_come
        else module
        for module in document.course.modules
    )
    return document.model_copy(update={"course": document.course.model_copy(update={"modules": modules})})


def publish_course(document: Document | None = None) -> CourseVersion:
    """A course, published: the product's first unless given."""
    return service.publish(document or course_document(), by=None)


def make_cohort(
    provider: Organisation | None = None,
    *,
    first: datetime | None = None,
    sessions: int = 10,
    document: Document | None = None,
) -> Cohort:
    """A weekly cohort whose first session is in a week unless said, with one facilitator.

    It is taught the product's first course unless a document is given.
    """
    provider = provider or make_organisation()
    first = first or clock.now() + timedelta(days=7)
    cohort = Cohort(
        provider_id=provider.id,
        course_version=publish_course(document),
        code=f"C{next(_numbers)}",
        name="Harehills, spring",
        pattern=Pattern.WEEKLY,
        region="yorkshire_humber",
        venue="St Aidan's Hall, Harehills",
        starts_on=first.date(),
        ends_on=(first + timedelta(weeks=max(sessions - 1, 0))).date(),
    )
    db.session.add(cohort)
    db.session.flush()
    for number in range(sessions):
        starts = first + timedelta(weeks=number)
        db.session.add(
            Session(
                cohort_id=cohort.id,
                number=number + 1,
                starts_at=starts,
                ends_at=starts + timedelta(minutes=195),
                minutes=180,
            )
        )
    facilitator = make_user(Role.FACILITATOR, provider, name="Bronwen Pryce")
    db.session.add(CohortFacilitator(cohort_id=cohort.id, user_id=facilitator.id))
    db.session.flush()
    return cohort


def make_learner(cohort: Cohort | None = None, *, name: str = "Ṣadé Adéyẹmí") -> Learner:
    """A practitioner enrolled in a cohort (a new one unless given)."""
    cohort = cohort or make_cohort()
    user = make_user(Role.PRACTITIONER, cohort.provider, name=name)
    enrolment = Enrolment(cohort_id=cohort.id, user_id=user.id)
    db.session.add(enrolment)
    db.session.flush()
    return Learner(user, enrolment, cohort)


def enrol(cohort: Cohort, user: User) -> Enrolment:
    """Somebody enrolled in one more cohort."""
    enrolment = Enrolment(cohort_id=cohort.id, user_id=user.id)
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def facilitator_of(cohort: Cohort) -> User:
    """Who teaches a cohort."""
    return db.session.query(CohortFacilitator).filter_by(cohort_id=cohort.id).one().user


def mark(learner: Learner, *minutes: int) -> None:
    """Register marks for the first sessions: 180 came, less part, 0 missed."""
    sessions = db.session.query(Session).filter_by(cohort_id=learner.cohort.id).order_by(Session.number)
    for session, had in zip(sessions, minutes, strict=False):
        kind = Mark.CAME if had == session.minutes else Mark.PART if had else Mark.MISSED
        db.session.add(
            AttendanceMark(
                session_id=session.id,
                enrolment_id=learner.enrolment.id,
                mark=kind,
                minutes=had,
                by_id=learner.user.id,
            )
        )
    db.session.flush()
