"""Reading what a person's calendar program may see: the sessions they come to, and those they teach."""

from __future__ import annotations

import hmac
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select

from courses.cohorts.feeds import FeedSession
from courses.cohorts.models import (
    CalendarFeed,
    Cohort,
    CohortFacilitator,
    Enrolment,
    EnrolmentStatus,
    Session,
)
from courses.cohorts.reach import holds
from courses.content.models import CourseVersion
from lms.core import clock, keys
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.model import REF_LENGTH
from lms.people.models import User
from lms.people.roles import Role

KEPT = timedelta(days=366)
"""How long a cohort that is over stays in a calendar."""


def find_feed(person_id: int) -> CalendarFeed | None:
    """The feed of a person, if they made one."""
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.user_id == person_id))


def secret_of(feed: CalendarFeed) -> str:
    """What stands in the feed's address: its reference, and a signature that only we can make."""
    return feed.ref + keys.calendar_signature(feed.ref)


def get_reader(secret: str) -> int:
    """The number of the person whose feed has this secret.

    Raises:
        NotFound: there is no such feed any more, or the account is closed.
    """
    ref, signature = secret[:REF_LENGTH], secret[REF_LENGTH:]
    if not hmac.compare_digest(signature.encode(), keys.calendar_signature(ref).encode()):
        raise NotFound
    reader = db.session.scalar(
        select(CalendarFeed.user_id)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.ref == ref, User.disabled_at.is_(None))
    )
    if reader is None:
        raise NotFound
    return reader


@dataclass(frozen=True, slots=True)
class FeedCohort:
    """A cohort whose sessions a person may have in their calendar."""

    id: int
    ref: str
    name: str


def list_cohorts(person_id: int) -> list[FeedCohort]:
    """The cohorts a person comes to or teaches, until a year after their end; the latest to start first."""
    statement = (
        select(Cohort.id, Cohort.ref, Cohort.name)
        .where(or_(_comes(person_id), _teaches(person_id)), Cohort.ends_on >= clock.today() - KEPT)
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )
    return [FeedCohort(*row) for row in db.session.execute(statement)]


def get_cohort(ref: str, *, person_id: int) -> FeedCohort:
    """A cohort that a person comes to, teaches, or administers.

    Raises:
        NotFound: it is none of these.
    """
    mine = or_(
        _comes(person_id),
        _teaches(person_id),
        holds(Role.PROVIDER_ADMINISTRATOR, person_id, Cohort.provider_id),
    )
    row = db.session.execute(
        select(Cohort.id, Cohort.ref, Cohort.name).where(Cohort.ref == ref, mine)
    ).first()
    if row is None:
        raise NotFound
    return FeedCohort(*row)


def _comes(person_id: int) -> ColumnElement[bool]:
    return exists().where(
        Enrolment.cohort_id == Cohort.id,
        Enrolment.user_id == person_id,
        Enrolment.status == EnrolmentStatus.ACTIVE,
    )


def _teaches(person_id: int) -> ColumnElement[bool]:
    named = exists().where(CohortFacilitator.cohort_id == Cohort.id, CohortFacilitator.user_id == person_id)
    return named & holds(Role.FACILITATOR, person_id, Cohort.provider_id)


def list_feed_sessions(cohort_ids: list[int]) -> list[FeedSession]:
    """The sessions of some cohorts, cancelled ones too. Two queries."""
    teachers: dict[int, list[str]] = defaultdict(list)
    for cohort_id, name in db.session.execute(
        select(CohortFacilitator.cohort_id, User.name)
        .join(User, User.id == CohortFacilitator.user_id)
        .where(CohortFacilitator.cohort_id.in_(cohort_ids))
        .order_by(User.name, User.id)
    ):
        teachers[cohort_id].append(name)
    rows = db.session.execute(
        select(
            Session.cohort_id,
            Session.ref,
            Session.number,
            func.count().over(partition_by=Session.cohort_id).label("of"),
            CourseVersion.title,
            Cohort.name,
            Session.starts_at,
            Session.ends_at,
            Session.venue,
            Cohort.venue.label("usual"),
            Session.link,
            Session.sequence,
            Session.changed_at,
            Session.cancelled_at,
            Session.cancelled_why,
        )
        .join(Cohort, Cohort.id == Session.cohort_id)
        .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
        .where(Session.cohort_id.in_(cohort_ids))
        .order_by(Session.starts_at, Session.id)
    )
    return [
        FeedSession(
            ref=row.ref,
            number=row.number,
            of=row.of,
            course=row.title,
            cohort=row.name,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            venue=row.venue or ("" if row.link else row.usual),
            link=row.link,
            sequence=row.sequence,
            changed_at=row.changed_at,
            is_cancelled=row.cancelled_at is not None,
            cancelled_why=row.cancelled_why,
            facilitators=tuple(teachers[row.cohort_id]),
        )
        for row in rows
    ]
