"""Who is taught which version of a course."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import clock
from lms.core.access import Reach
from lms.core.extensions import db


@dataclass(frozen=True, slots=True)
class Taught:
    """How much a version is taught.

    Attributes:
        cohorts: cohorts of it, over or not.
        running: those whose last session is today or to come.
        people: people with a place in those.
    """

    cohorts: int = 0
    running: int = 0
    people: int = 0


def taught_by_version(*, within: Reach) -> dict[int, Taught]:
    """How much each version is taught within reach, by its number in the database. One query."""
    is_running = Cohort.ends_on >= clock.today()
    places = (
        select(Enrolment.cohort_id, func.count().label("people"))
        .where(Enrolment.status == EnrolmentStatus.ACTIVE)
        .group_by(Enrolment.cohort_id)
        .subquery()
    )
    statement = (
        select(
            Cohort.course_version_id,
            func.count(Cohort.id),
            func.count(Cohort.id).filter(is_running),
            func.coalesce(func.sum(places.c.people).filter(is_running), 0),
        )
        .outerjoin(places, places.c.cohort_id == Cohort.id)
        .group_by(Cohort.course_version_id)
    )
    if not within.everywhere:
        statement = statement.where(Cohort.provider_id.in_(within.organisation_ids))
    return {
        version: Taught(cohorts, running, int(people))
        for version, cohorts, running, people in db.session.execute(statement)
    }
