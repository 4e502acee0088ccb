"""Reading cohorts. Provider administrators see their provider's; facilitators see those they teach; nobody else sees any."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

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
from courses.content.models import CourseVersion
from courses.content.queries import get_document
from courses.content.schema import Course
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.reading import Rows, read_rows
from lms.people.models import Membership, Organisation, Setting, User
from lms.people.roles import Role

Thing = TypeVar("Thing")
Column = InstrumentedAttribute[int]
Later = BindParameter[Any]
"""A value that is given when the statement is asked."""


def holds(
    role: Role, user_id: int | Column | Later, provider_id: int | Column, *, on: date | Later | None = None
) -> ColumnElement[bool]:
    """Whether a person holds a role with a provider on a day; today when left out."""
    today = clock.today() if on is None else on
    return exists().where(
        Membership.user_id == user_id,
        Membership.organisation_id == provider_id,
        Membership.role == role,
        Membership.from_on <= today,
        or_(Membership.until_on.is_(None), Membership.until_on >= today),
    )


def administers(within: Reach) -> ColumnElement[bool]:
    """Within a query of cohorts: those of the providers that a person administers."""
    return _administers(within.organisation_ids, within.person_id, clock.today())


def _administers(
    organisations: Collection[int] | Later, person: int | Later, today: date | Later
) -> ColumnElement[bool]:
    return and_(
        Cohort.provider_id.in_(organisations),
        holds(Role.PROVIDER_ADMINISTRATOR, person, Cohort.provider_id, on=today),
    )


def open_to(within: Reach) -> ColumnElement[bool]:
    """The cohorts that a person may open: the providers they administer, and the cohorts they teach."""
    if within.everywhere:
        return true()
    return _open_to(within.organisation_ids, within.person_id, clock.today())


def _open_to(
    organisations: Collection[int] | Later, person: int | Later, today: date | Later
) -> ColumnElement[bool]:
    teaches = exists().where(CohortFacilitator.cohort_id == Cohort.id, CohortFacilitator.user_id == person)
    return or_(
        _administers(organisations, person, today), and_(Cohort.provider_id.in_(organisations), teaches)
    )


# the same for statements that are put together once, for the pages that are opened most: building costs more than asking
OPEN_TO_READER = _open_to(
    bindparam("organisations", expanding=True), bindparam("person"), bindparam("today", type_=Date)
)


def reader(within: Reach) -> dict[str, Any]:
    """What `OPEN_TO_READER` is given."""
    return {
        "organisations": list(within.organisation_ids), "person": within.person_id, "today": clock.today(),
    }  # fmt: skip


def found(thing: Thing | None) -> Thing:
    """What was looked for.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    if thing is None:
        raise NotFound
    return thing


class Named(Protocol):
    """Somebody in a list."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def ref(self) -> str:
        """The enrolment's reference."""


# Letters with a stroke are letters of their own to Unicode; a reader of English looks for them under the plain one
_PLAIN_LETTERS = str.maketrans("ĐđŁłØøĦħŦŧ", "DdLlOoHhTt")


def by_name(line: Named) -> tuple[str, str]:
    """The place of a name in a list as people read it: Ṣadé among the S, on both databases alike."""
    return plain(line.name), line.ref


def plain(name: str) -> str:
    """A name as it is looked for: small letters, and none with a mark or a stroke."""
    letters = unicodedata.normalize("NFKD", name.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


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
