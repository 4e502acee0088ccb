"""Reading who moved from and to a cohort, and which cohorts somebody is or was in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, false, select, true, union
from sqlalchemy.orm import aliased

from courses.cohorts.models import Cohort, Enrolment, Transfer
from lms.core.reading import Rows, read_rows
from lms.people.models import User


def places_of(person: ColumnElement[int] | int) -> Subquery:
    """Within a query: each enrolment of a person with every cohort that it is or was in.

    Its columns are `enrolment_id`, `cohort_id` and `is_former`, whether the enrolment has moved on from that cohort.
    """
    now = select(
        Enrolment.id.label("enrolment_id"), Enrolment.cohort_id.label("cohort_id"), false().label("is_former")
    ).where(Enrolment.user_id == person)
    before = (
        select(Transfer.enrolment_id, Transfer.from_cohort_id, true())
        .join(Enrolment, Enrolment.id == Transfer.enrolment_id)
        .where(Enrolment.user_id == person, Transfer.from_cohort_id != Enrolment.cohort_id)
    )
    return union(now, before).subquery()


@dataclass(frozen=True, slots=True)
class Moved:
    """One move.

    Attributes:
        enrolment_id: whose.
        enrolment_ref: the same, for addresses.
        name: whose.
        other: the cohort they moved to, or came from.
        on: when.
        why: a few words.
        by: who moved them.
    """

    enrolment_id: int
    enrolment_ref: str
    name: str
    other: str
    on: date
    why: str
    by: str


def _moves(*where: ColumnElement[bool], came: bool) -> Select[int, str, str, str, date, str, str]:
    mover = aliased(User)
    return (
        select(
            Enrolment.id, Enrolment.ref, User.name, Cohort.name, Transfer.moved_on, Transfer.why, mover.name
        )
        .join(Enrolment, Enrolment.id == Transfer.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == (Transfer.from_cohort_id if came else Transfer.to_cohort_id))
        .join(mover, mover.id == Transfer.by_id)
        .where(*where)
        .order_by(Transfer.id.desc())
    )


_AWAY = _moves(
    Transfer.from_cohort_id == bindparam("cohort"), Enrolment.cohort_id != bindparam("cohort"), came=False
)
_HERE = _moves(
    Transfer.to_cohort_id == bindparam("cohort"), Enrolment.cohort_id == bindparam("cohort"), came=True
)
_OF_ONE = _moves(Transfer.enrolment_id == bindparam("enrolment"), came=True)


def list_moved_away(cohort_id: int) -> list[Moved]:
    """Who moved away from a cohort and has not come back to it, the last to move first; `other` is where they went."""
    return moves_of(read_moved_away(cohort_id))


MovedRows = Rows[int, str, str, str, date, str, str]


def read_moved_away(cohort_id: int) -> MovedRows:
    """The same as rows, for pages that are kept under them."""
    return read_rows(_AWAY, cohort=cohort_id)


def read_moved_here(cohort_id: int) -> MovedRows:
    """Who came to a cohort from another and is still in it, the last to come first; `other` is where they came from."""
    return read_rows(_HERE, cohort=cohort_id)


def moves_of(rows: MovedRows) -> list[Moved]:
    """The moves that were read."""
    return [Moved(*row) for row in rows]


def list_moves_of(enrolment_id: int) -> list[Moved]:
    """Every move of an enrolment, newest first; `other` is where it came from."""
    return [Moved(*row) for row in read_rows(_OF_ONE, enrolment=enrolment_id)]
