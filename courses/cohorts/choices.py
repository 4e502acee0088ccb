"""What a new cohort can be made from: providers, courses, programmes, facilitators, and a cohort it is like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from sqlalchemy import func, or_, select

from courses.cohorts.models import Cohort, CohortFacilitator, Programme, Session
from courses.cohorts.reach import holds
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind, User
from lms.people.roles import Role


def list_providers(*, within: Reach) -> list[Organisation]:
    """The providers for which a person may create cohorts."""
    statement = select(Organisation).where(Organisation.kind == OrganisationKind.PROVIDER)
    if not within.everywhere:
        statement = statement.where(Organisation.id.in_(within.organisation_ids))
    return list(db.session.scalars(statement.order_by(Organisation.name, Organisation.id)))


def list_possible_facilitators(providers: Sequence[Organisation]) -> list[User]:
    """The people who hold the facilitator's role with any of the providers today."""
    statement = (
        select(User)
        .where(
            or_(*(holds(Role.FACILITATOR, User.id, provider.id) for provider in providers)),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(statement)) if providers else []


def list_courses(*, also: int | None = None) -> list[tuple[str, str]]:
    """The latest version of each published course: (reference, title).

    Args:
        also: the number of a version to offer too, though a newer one is there.
    """
    latest = (
        select(CourseVersion.slug, func.max(CourseVersion.number).label("number"))
        .group_by(CourseVersion.slug)
        .subquery()
    )
    is_latest = CourseVersion.number == latest.c.number
    statement = (
        select(CourseVersion.ref, CourseVersion.title, CourseVersion.number, is_latest)
        .join(latest, latest.c.slug == CourseVersion.slug)
        .where(or_(is_latest, CourseVersion.id == also))
        .order_by(CourseVersion.title, CourseVersion.slug, CourseVersion.number.desc())
    )
    return [
        (ref, title if newest else f"{title}, as it was taught before (version {number})")
        for ref, title, number, newest in db.session.execute(statement)
    ]


def find_usual_course(providers: Sequence[Organisation]) -> str | None:
    """The reference of the latest version of the course that these providers laid out a cohort of last, if any."""
    taught = (
        select(CourseVersion.slug)
        .join(Cohort, Cohort.course_version_id == CourseVersion.id)
        .where(Cohort.provider_id.in_([provider.id for provider in providers]))
        .order_by(Cohort.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    latest = select(CourseVersion.ref).where(CourseVersion.slug == taught)
    return db.session.scalar(latest.order_by(CourseVersion.number.desc()).limit(1))


def list_programmes() -> list[tuple[str, str]]:
    """Every programme: (reference, name)."""
    statement = select(Programme.ref, Programme.name).order_by(Programme.name, Programme.id)
    return [(ref, name) for ref, name in db.session.execute(statement)]


def find_course(ref: str) -> CourseVersion | None:
    """A published version of a course by its reference, or None."""
    return db.session.scalar(select(CourseVersion).where(CourseVersion.ref == ref))


def find_programme(ref: str) -> Programme | None:
    """A programme by its reference, or None."""
    return db.session.scalar(select(Programme).where(Programme.ref == ref))


def facilitator_refs(cohort_id: int) -> list[str]:
    """The references of a cohort's facilitators."""
    statement = (
        select(User.ref)
        .join(CohortFacilitator, CohortFacilitator.user_id == User.id)
        .where(CohortFacilitator.cohort_id == cohort_id)
    )
    return list(db.session.scalars(statement))


def first_start(cohort_id: int) -> time | None:
    """The time of day in London at which a cohort's first session starts."""
    first = select(Session.starts_at).where(Session.cohort_id == cohort_id).order_by(Session.number).limit(1)
    at = db.session.scalar(first)
    return at.astimezone(clock.LONDON).time() if at else None
