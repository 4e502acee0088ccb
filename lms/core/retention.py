"""How long things are kept: what goes by itself, when and why, and what stays.

Each room names what it keeps in a module `retention` of its own, as `RULES` and `KEPT`; the roof puts them together,
upper rooms first, since a row can only go when nothing above names it any more. Rows go in batches, each with its audit
entry, so that a clearing that is stopped half-way has done no half of anything and is taken up again by the next. The entry
holds the table and a count, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import (
    Column,
    ColumnElement,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from lms.core import audit, clock
from lms.core.audit import Act
from lms.core.extensions import db
from lms.core.model import Base

AT_ONCE = 500
"""Rows of one transaction: few enough that nobody waits for the lock."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table that go when their time is over.

    Attributes:
        model: the table.
        what: what they are, as people read it.
        keep: the setting that says for how many days they are kept.
        since: from when the days count, to be read after "days after".
        why: why so long, and no longer.
        past: given an instant, the condition on rows whose days began before it.
        first: what must go before the rows with some ids can.
    """

    model: type[Base]
    what: str
    keep: str
    since: str
    why: str
    past: Callable[[datetime], ColumnElement[bool]]
    first: Callable[[Sequence[Any]], None] = lambda _ids: None

    @property
    def days(self) -> int:
        """For how many days, in this installation."""
        days: int = current_app.config[self.keep]
        return days

    @property
    def before(self) -> datetime:
        """Rows whose days began before this instant are past their time now."""
        return clock.now() - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Kept:
    """Tables from which nothing goes by itself.

    Attributes:
        models: the tables.
        what: what they hold, as people read it.
        until: how long that stays.
        why: why.
    """

    models: tuple[type[Base], ...]
    what: str
    until: str
    why: str


def count_past(rule: Rule) -> int:
    """How many rows are past their time."""
    return db.session.scalar(select(func.count()).select_from(rule.model).where(rule.past(rule.before))) or 0


def clear_batch(rule: Rule, *, before: datetime) -> int:
    """Let up to 500 rows go, in the present transaction, whose days began before an instant; gives back how many did.

    Whoever is about to name one of the rows holds a lock on it, or waits for ours: so they are locked, and then looked
    at once more.
    """
    key = list(rule.model.__table__.primary_key)
    some = select(*key).where(rule.past(before)).order_by(*key).limit(AT_ONCE)
    locked = [tuple(row) for row in db.session.execute(some.with_for_update(skip_locked=True))]
    if not locked:
        return 0
    still = select(*key).where(_among(key, locked), rule.past(before))
    going = [tuple(row) for row in db.session.execute(still)]
    if going:
        rule.first([each[0] for each in going])
        db.session.execute(delete(rule.model).where(_among(key, going)))
        audit.record(Act.RECORDS_CLEARED_UP, by=None, kind=rule.model.__tablename__, count=len(going))
    return len(going)


def _among(key: Sequence[ColumnElement[Any]], keys: Sequence[Key]) -> ColumnElement[bool]:
    if len(key) == 1:
        return key[0].in_([each[0] for each in keys])
    return tuple_(*key).in_(keys)


def is_unnamed(
    id_column: InstrumentedAttribute[int], *, but: Sequence[type[Base]] = ()
) -> ColumnElement[bool]:
    """Within a query of a table: rows that no row of any table of the product names, other than those of `but`.

    Found from the schema, so that a room above is minded without being known here. What has an index is asked row by
    row; what has none is read once.
    """
    own: Column[Any] = id_column.property.columns[0]
    spared = {model.__table__ for model in but}
    naming = [
        key.parent
        for table in Base.metadata.sorted_tables
        if table not in spared
        for key in table.foreign_keys
        if key.column is own
    ]
    indexed = [column for column in naming if _leads_an_index(column)]
    others = [column for column in naming if column not in indexed]
    return and_(
        *(~exists().where(column == own) for column in indexed),
        *(own.not_in(select(column).where(column.is_not(None))) for column in others),
    )


def _leads_an_index(column: Column[Any]) -> bool:
    table: Table = column.table
    unique = [each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)]
    return any(next(iter(each.columns), None) is column for each in (*table.indexes, *unique))
