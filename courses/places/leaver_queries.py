"""Reading who has left: counted by reason for those who report it, and told to the person who left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import administers
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.models import Organisation


@dataclass(frozen=True, slots=True)
class LeaverCount:
    """How many people of a provider's cohorts had a place, and how many of them left, by reason.

    Attributes:
        provider: the provider's name.
        places: everybody who has or had a place.
        left: how many left for each reason that occurs, in the order of the list.
    """

    provider: str
    places: int
    left: tuple[tuple[Leaving, int], ...]

    @property
    def gone(self) -> int:
        """How many left."""
        return sum(count for _, count in self.left)


def count_leavers(*, within: Reach) -> list[LeaverCount]:
    """For each provider that a person administers and that anybody left: who had a place and who left. One query."""
    statement = (
        select(Organisation.name, Enrolment.left_reason, func.count(Enrolment.id))
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Organisation, Organisation.id == Cohort.provider_id)
        .where(administers(within))
        .group_by(Organisation.name, Enrolment.left_reason)
        .order_by(Organisation.name)
    )
    found: dict[str, dict[Leaving | None, int]] = defaultdict(dict)
    for provider, reason, count in db.session.execute(statement):
        found[provider][reason] = count
    return [
        LeaverCount(
            provider=provider,
            places=sum(by_reason.values()),
            left=tuple((reason, by_reason[reason]) for reason in Leaving if reason in by_reason),
        )
        for provider, by_reason in found.items()
        if by_reason.keys() != {None}
    ]


@dataclass(frozen=True, slots=True)
class Left:
    """A course that somebody left, as they are told of it."""

    cohort: str
    provider: str
    phone: str
    on: date


def find_left(*, within: Reach) -> Left | None:
    """The course that a person left last, or None."""
    row = db.session.execute(
        select(Cohort.name, Organisation.name, Organisation.phone, Enrolment.withdrawn_on)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Organisation, Organisation.id == Cohort.provider_id)
        .where(Enrolment.user_id == within.person_id, Enrolment.withdrawn_on.is_not(None))
        .order_by(Enrolment.withdrawn_on.desc(), Enrolment.id.desc())
        .limit(1)
    ).first()
    if row is None or row[3] is None:
        return None
    return Left(row[0], row[1], row[2], row[3])
