"""Reading where somebody may move to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import enrolled
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.extensions import db
from lms.core.text import day_year


@dataclass(frozen=True, slots=True)
class Target:
    """A cohort that somebody may move to; `free` is None when it has no limit of places."""

    ref: str
    name: str
    starts_on: date
    ends_on: date
    free: int | None

    @property
    def words(self) -> str:
        """Such as: Beeston block, 4 May 2026 to 8 May 2026, 3 places free."""
        left = "" if self.free is None else f", {self.free or 'no'} place{'' if self.free == 1 else 's'} free"
        return f"{self.name}, {day_year(self.starts_on)} to {day_year(self.ends_on)}{left}"


def list_targets(enrolment: Enrolment) -> list[Target]:
    """The other cohorts of the provider that are taught the same course and not over, the soonest to start first."""
    slug = select(CourseVersion.slug).where(CourseVersion.id == enrolment.cohort.course_version_id)
    statement = (
        select(
            Cohort.ref, Cohort.name, Cohort.starts_on, Cohort.ends_on, Cohort.capacity, enrolled().label("taken")
        )
        .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
        .where(
            Cohort.provider_id == enrolment.cohort.provider_id,
            Cohort.id != enrolment.cohort_id,
            Cohort.ends_on >= clock.today(),
            CourseVersion.slug == slug.scalar_subquery(),
        )
        .order_by(Cohort.starts_on, Cohort.name, Cohort.id)
    )  # fmt: skip
    return [
        Target(ref, name, starts_on, ends_on, None if capacity is None else max(capacity - taken, 0))
        for ref, name, starts_on, ends_on, capacity, taken in db.session.execute(statement)
    ]
