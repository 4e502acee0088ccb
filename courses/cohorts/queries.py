"""Reading cohorts. Provider administrators see their provider's; facilitators see those they teach; nobody else sees any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload

from courses.cohorts.calendar import Pattern
from courses.cohorts.models import (
    Cohort,
    CohortFacilitator,
    Enrolment,
    EnrolmentStatus,
    Leaving,
    Session,
    WaitingPlace,
)
from courses.cohorts.names import by_name
from courses.cohorts.reach import OPEN_TO_READER, holds, open_to, reader
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.reading import Rows, read_rows
from lms.people.models import Organisation, Setting, User
from lms.people.roles import Role

Thing = TypeVar("Thing")


def found(thing: Thing | None) -> Thing:
    """What was looked for.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    if thing is None:
        raise NotFound
    return thing


# ---- what loaders of views take from the address


_COHORT = select(Cohort).where(Cohort.ref == bindparam("ref")).options(joinedload(Cohort.provider))
_SESSION = (
    select(Session)
    .join(Session.cohort)
    .where(Session.ref == bindparam("ref"))
    .options(contains_eager(Session.cohort))
)
_OPEN_COHORT, _OPEN_SESSION = _COHORT.where(OPEN_TO_READER), _SESSION.where(OPEN_TO_READER)


def get_cohort(ref: str, *, within: Reach) -> Cohort:
    """A cohort with its provider, by its reference.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    statement = _COHORT if within.everywhere else _OPEN_COHORT
    return found(db.session.scalar(statement, {"ref": ref, **reader(within)}))


def get_session(ref: str, *, within: Reach) -> Session:
    """A session with its cohort.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    statement = _SESSION if within.everywhere else _OPEN_SESSION
    return found(db.session.scalar(statement, {"ref": ref, **reader(within)}))


def get_enrolment(ref: str, *, within: Reach) -> Enrolment:
    """An enrolment with its cohort, person and setting.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    statement = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .where(Enrolment.ref == ref, open_to(within))
        .options(contains_eager(Enrolment.cohort), joinedload(Enrolment.user), joinedload(Enrolment.setting))
    )
    return found(db.session.scalar(statement))


# ---- lists


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort in a list.

    Attributes:
        next_number: the number of the next session, None when all are over.
        next_at: when it starts.
    """

    ref: str
    name: str
    provider: str
    pattern: Pattern
    starts_on: date
    ends_on: date
    venue: str
    enrolled: int
    next_number: int | None
    next_at: datetime | None


def enrolled() -> ScalarSelect[int]:
    """Within a query of cohorts: how many people have a place."""
    return (
        select(func.count(Enrolment.id))
        .where(Enrolment.cohort_id == Cohort.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .correlate(Cohort)
        .scalar_subquery()
    )


def has_room() -> ColumnElement[bool]:
    """Within a query of cohorts: those with a place that nobody has and nobody waits for."""
    waits = exists().where(WaitingPlace.cohort_id == Cohort.id).correlate(Cohort)
    return or_(Cohort.capacity.is_(None), and_(enrolled() < Cohort.capacity, ~waits))


def list_cohorts(*, within: Reach) -> list[CohortLine]:
    """The cohorts a person may open, the latest to start first."""
    upcoming = (
        select(
            Session.cohort_id,
            func.min(Session.number).label("number"),
            func.min(Session.starts_at).label("starts_at"),
        )
        .where(Session.ends_at > clock.now(), Session.cancelled_at.is_(None))
        .group_by(Session.cohort_id)
        .subquery()
    )
    statement = (
        select(
            Cohort.ref,
            Cohort.name,
            Organisation.name,
            Cohort.pattern,
            Cohort.starts_on,
            Cohort.ends_on,
            Cohort.venue,
            enrolled(),
            upcoming.c.number,
            upcoming.c.starts_at,
        )
        .join(Organisation, Organisation.id == Cohort.provider_id)
        .outerjoin(upcoming, upcoming.c.cohort_id == Cohort.id)
        .where(open_to(within))
        .order_by(Cohort.starts_on.desc(), Cohort.name, Cohort.id)
    )
    return [CohortLine(*row) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session of a cohort as its pages show it."""

    id: int
    ref: str
    number: int
    starts_at: datetime
    ends_at: datetime
    minutes: int
    venue: str
    link: str
    cancelled_why: str
    is_cancelled: bool


_SESSIONS = (
    select(
        Session.id,
        Session.ref,
        Session.number,
        Session.starts_at,
        Session.ends_at,
        Session.minutes,
        Session.venue,
        Session.link,
        Session.cancelled_why,
        Session.cancelled_at.is_not(None),
    )
    .where(Session.cohort_id == bindparam("cohort"))
    .order_by(Session.number)
)


def list_sessions(cohort_id: int) -> list[SessionLine]:
    """The sessions of a cohort in order."""
    return sessions_of(read_sessions(cohort_id))


SessionRows = Rows[int, str, int, datetime, datetime, int, str, str, str, bool]


def read_sessions(cohort_id: int) -> SessionRows:
    """The same as rows, for pages that are kept under them."""
    return read_rows(_SESSIONS, cohort=cohort_id)


def sessions_of(rows: SessionRows) -> list[SessionLine]:
    """The sessions that `read_sessions` has read."""
    return [SessionLine(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person with a place in a cohort, or who had one."""

    id: int
    ref: str
    name: str
    email: str
    setting: str
    employer: str
    seeks_accreditation: bool
    shares_progress: bool
    enrolled_on: date
    status: EnrolmentStatus
    left_reason: Leaving | None
    left_note: str
    withdrawn_on: date | None
    has_come_in: bool


_PEOPLE = (
    select(
        Enrolment.id,
        Enrolment.ref,
        User.name,
        User.email,
        func.coalesce(Setting.name, ""),
        func.coalesce(Organisation.name, ""),
        Enrolment.seeks_accreditation,
        Enrolment.shares_progress,
        Enrolment.enrolled_on,
        Enrolment.status,
        Enrolment.left_reason,
        Enrolment.left_note,
        Enrolment.withdrawn_on,
        User.password_hash.is_not(None),
    )
    .join(User, User.id == Enrolment.user_id)
    .outerjoin(Setting, Setting.id == Enrolment.setting_id)
    .outerjoin(Organisation, Organisation.id == Setting.organisation_id)
    .where(Enrolment.cohort_id == bindparam("cohort"))
    .order_by(User.name, Enrolment.id)
)
_FACILITATORS = (
    select(User.name)
    .join(CohortFacilitator, CohortFacilitator.user_id == User.id)
    .where(CohortFacilitator.cohort_id == bindparam("cohort"))
    .order_by(User.name, User.id)
)


def list_people(cohort_id: int) -> list[PersonLine]:
    """Everybody who has or had a place in a cohort, by name."""
    return people_of(read_people(cohort_id))


PersonRows = Rows[
    int, str, str, str, str, str, bool, bool, date, EnrolmentStatus, Leaving | None, str, date | None, bool
]


def read_people(cohort_id: int) -> PersonRows:
    """The same as rows, for pages that are kept under them."""
    return read_rows(_PEOPLE, cohort=cohort_id)


def people_of(rows: PersonRows) -> list[PersonLine]:
    """The people that `read_people` has read, by name."""
    return sorted((PersonLine(*row) for row in rows), key=by_name)


def list_facilitators(cohort_id: int) -> list[str]:
    """The names of a cohort's facilitators."""
    return [name for (name,) in read_facilitators(cohort_id)]


def read_facilitators(cohort_id: int) -> Rows[str]:
    """The names of a cohort's facilitators, as rows."""
    return read_rows(_FACILITATORS, cohort=cohort_id)


def is_facilitator(user_id: int, *, provider_id: int) -> bool:
    """Whether a person holds the facilitator's role with a provider today."""
    return bool(db.session.scalar(select(holds(Role.FACILITATOR, user_id, provider_id))))
