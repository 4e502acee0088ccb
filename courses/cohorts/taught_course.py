"""The course that a cohort is taught: its document, its minutes, and whether it has a unit."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from courses.cohorts.models import Cohort
from courses.content.models import CourseVersion
from courses.content.queries import get_document
from courses.content.schema import Course
from lms.core.reading import read_rows


def module_minutes(version: CourseVersion) -> tuple[int, ...]:
    """The minutes of each taught module of a course, in order: what its sessions are laid out from."""
    course = get_document(version.content_hash).course
    return tuple(module.minutes for module in course.modules if module.is_taught)


_CONTENT_HASH = (
    select(CourseVersion.content_hash)
    .join(Cohort, Cohort.course_version_id == CourseVersion.id)
    .where(Cohort.id == bindparam("cohort"))
)


def content_hash_of(cohort_id: int) -> str:
    """The hash of the course as a cohort is taught it: what its document and its completion are found by."""
    return read_rows(_CONTENT_HASH, cohort=cohort_id)[0][0]


def course_of(cohort_id: int) -> Course:
    """The course as a cohort is taught it."""
    return get_document(content_hash_of(cohort_id)).course


def unit_slug_of(cohort: Cohort) -> str | None:
    """Slug of the unit that a cohort's course is assessed against; None where the course has none."""
    return course_of(cohort.id).unit


def has_unit(cohort: Cohort) -> bool:
    """Whether the people of a cohort can work towards a unit: not every course has one."""
    return unit_slug_of(cohort) is not None


_CONTENT_HASH_BY_REF = (
    select(CourseVersion.content_hash)
    .join(Cohort, Cohort.course_version_id == CourseVersion.id)
    .where(Cohort.ref == bindparam("ref"))
)


def is_assessed(cohort_ref: str) -> bool:
    """For templates: whether the people of a cohort, named by its reference, can work towards a unit."""
    return get_document(read_rows(_CONTENT_HASH_BY_REF, ref=cohort_ref)[0][0]).course.unit is not None
