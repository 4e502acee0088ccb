"""Which cohorts somebody may open: provider administrators their provider's, facilitators those they teach, nobody else any."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from courses.cohorts.models import Cohort, CohortFacilitator
from lms.core import clock
from lms.core.access import Reach
from lms.people.models import Membership
from lms.people.roles import Role

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


def provided(within: Reach) -> ColumnElement[bool]:
    """Within a query of cohorts: those of the providers within reach."""
    return true() if within.everywhere else Cohort.provider_id.in_(within.organisation_ids)


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


OPEN_TO_READER = _open_to(
    bindparam("organisations", expanding=True), bindparam("person"), bindparam("today", type_=Date)
)
"""`open_to` for statements that are put together once, for the pages that are opened most: building costs more than asking."""


def reader(within: Reach) -> dict[str, Any]:
    """The values that `OPEN_TO_READER` is asked with."""
    return {
        "organisations": list(within.organisation_ids), "person": within.person_id, "today": clock.today(),
    }  # fmt: skip
