"""Reading requests for places, and the cohorts that take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import administers
from courses.places.models import PlaceRequest, RequestState
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.reading import read_rows
from lms.people.models import Membership, User


def _is_open() -> ColumnElement[bool]:
    return and_(Cohort.takes_requests, Cohort.ends_on >= clock.today())


def get_open_cohort(ref: str) -> Cohort:
    """A cohort that takes requests, with its provider, for anybody.

    Raises:
        NotFound: there is none, or it takes none.
    """
    found = db.session.scalar(
        select(Cohort).where(Cohort.ref == ref, _is_open()).options(joinedload(Cohort.provider))
    )
    if found is None:
        raise NotFound("This cohort takes no requests now. Ring your training provider.")
    return found


def list_open_for(person_id: int) -> list[tuple[str, str]]:
    """The cohorts that take requests, of the providers with which a person has any role: (reference, name)."""
    statement = (
        select(Cohort.ref, Cohort.name)
        .where(
            _is_open(),
            exists().where(Membership.user_id == person_id, Membership.organisation_id == Cohort.provider_id),
        )
        .order_by(Cohort.starts_on, Cohort.name, Cohort.id)
    )
    return [(ref, name) for ref, name in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in a list.

    Attributes:
        ref: its reference.
        name, email, employer, job: what they wrote.
        state: where it stands.
        asked_at: when they asked last.
        decided_at: when it was decided, if it was.
        decided_by: by whom; empty while it is open.
        why: the reason it was declined with.
        has_place: whether somebody with that address has or had a place in the cohort.
    """

    ref: str
    name: str
    email: str
    employer: str
    job: str
    state: RequestState
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    why: str
    has_place: bool


def list_requests(cohort_id: int) -> list[RequestLine]:
    """The requests for places in a cohort, the first to ask first. One query."""
    decider, asker = aliased(User), aliased(User)
    has_place = exists().where(
        Enrolment.cohort_id == cohort_id, Enrolment.user_id == asker.id, asker.email == PlaceRequest.email
    )
    statement = (
        select(
            PlaceRequest.ref, PlaceRequest.name, PlaceRequest.email, PlaceRequest.employer, PlaceRequest.job,
            PlaceRequest.state, PlaceRequest.asked_at, PlaceRequest.decided_at, func.coalesce(decider.name, ""),
            PlaceRequest.why, has_place,
        )
        .outerjoin(decider, decider.id == PlaceRequest.decided_by_id)
        .where(PlaceRequest.cohort_id == cohort_id)
        .order_by(PlaceRequest.asked_at, PlaceRequest.id)
    )  # fmt: skip
    return [RequestLine(*list(row)) for row in db.session.execute(statement)]


_OPEN = select(func.count(PlaceRequest.id)).where(
    PlaceRequest.cohort_id == bindparam("cohort"), PlaceRequest.state == RequestState.OPEN
)


def count_open(cohort_id: int) -> int:
    """How many requests for a place in a cohort wait for a decision."""
    return read_rows(_OPEN, cohort=cohort_id)[0][0]


def count_open_by_cohort(*, within: Reach) -> dict[str, int]:
    """How many requests wait for a person's decision, by the reference of the cohort; only cohorts that have any. One query."""
    statement = (
        select(Cohort.ref, func.count(PlaceRequest.id))
        .join(PlaceRequest, PlaceRequest.cohort_id == Cohort.id)
        .where(PlaceRequest.state == RequestState.OPEN, administers(within))
        .group_by(Cohort.ref)
    )
    return {ref: count for ref, count in db.session.execute(statement)}  # noqa: C416 (rows)


def get_place_request(ref: str, *, within: Reach) -> PlaceRequest:
    """A request for a place with a provider that the person administers.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    found = db.session.scalar(
        select(PlaceRequest)
        .join(PlaceRequest.cohort)
        .where(PlaceRequest.ref == ref, administers(within))
        .options(contains_eager(PlaceRequest.cohort))
    )
    if found is None:
        raise NotFound
    return found
