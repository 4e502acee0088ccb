"""Many more cohorts like those of the demonstration, put into the database at once.

Each copy of a row has the row's number and a multiple of STRIDE, and so have the numbers by which copies point at each
other. What a cohort is worth is copied: sessions, people, marks of its registers, and a part of what people did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Insert,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    true,
)

from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.progress.models import ActivityEvent
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.model import REF_LENGTH, Entity
from lms.people.models import Membership, User

STRIDE = 10_000
"""More than the rows of any table that is copied."""
ONE_EVENT_IN = 10
"""Which of the things that people did are copied: enough rows to look past, not two millions."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The rows of a table to copy; columns that point at other copies; columns whose words must differ."""

    table: type[Entity]
    rows: ColumnElement[bool]
    points: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


def copy_cohorts(times: int) -> None:
    """Copy every cohort that has people, with its people, so many times. Works on SQLite."""
    with writing():
        for copied in _copied():
            db.session.execute(copies(copied, count_to(times)))
        db.session.commit()


def _copied() -> Iterator[Copied]:
    """What is copied, in an order in which nothing points at what is not there yet."""
    cohorts, learners, enrolments = (
        db.session.scalars(select(column).distinct()).all()
        for column in (Enrolment.cohort_id, Enrolment.user_id, Enrolment.id)
    )
    yield Copied(User, User.id.in_(learners), differs=("email",))
    yield Copied(Membership, Membership.user_id.in_(learners), ("user_id",))
    yield Copied(Cohort, Cohort.id.in_(cohorts), differs=("code",))
    yield Copied(Session, Session.cohort_id.in_(cohorts), ("cohort_id",))
    yield Copied(Enrolment, Enrolment.id.in_(enrolments), ("cohort_id", "user_id"))
    yield Copied(
        AttendanceMark,
        AttendanceMark.enrolment_id.in_(enrolments),
        ("session_id", "enrolment_id", "elsewhere_id"),
    )
    some = ActivityEvent.id % ONE_EVENT_IN == 0
    yield Copied(ActivityEvent, ActivityEvent.enrolment_id.in_(enrolments) & some, ("enrolment_id",))


def count_to(times: int) -> CTE:
    """The numbers of so many copies, as a table with the column n."""
    one = select(literal(1).label("n")).cte("copy", recursive=True)
    return one.union_all(select(one.c.n + 1).where(one.c.n < times))


def copies(copied: Copied, copy: CTE) -> Insert:
    """The statement that copies rows once for each number. Works on SQLite."""
    table = copied.table.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{copied.table.__name__} is not a table")
    made = [_value(copied, column, copy.c.n) for column in table.columns]
    each_time = select(*made).select_from(table.join(copy, true())).where(copied.rows)
    return insert(table).from_select([column.name for column in table.columns], each_time)


def _value(copied: Copied, column: Column[Any], number: ColumnElement[int]) -> ColumnElement[Any]:
    """What a column holds in the copy of that number."""
    if column.name == "ref":
        return func.hex(func.randomblob(REF_LENGTH // 2))
    if column.name == "id" or column.name in copied.points:
        return column + number * STRIDE
    if column.name in copied.differs:
        return cast(number, String) + "-" + column
    return column
