"""Reading columns cheaply, for the pages that are opened most."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeVarTuple, cast, overload
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.engine.interfaces import DBAPICursor, DBAPIModule
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

from lms.core.extensions import db
from lms.core.kept import Weighed

Columns = TypeVarTuple("Columns")
Turn = Callable[[Any], Any]
"""What makes a value of ours one of the driver's, or the other way round."""


class Rows(Weighed, Sequence[tuple[*Columns]]):
    """Rows as the driver gave them, made rows of ours when somebody looks at them.

    They are hashable and equal where what the driver gave is equal, so that what was made of rows can be kept under them
    (`lms.core.kept`): on a page that shows what it showed before, nobody looks at them at all.
    """

    __slots__ = ("_hash", "_raw", "_turned", "_turns")

    def __init__(self, raw: list[tuple[Any, ...]], turns: tuple[tuple[int, Turn], ...]) -> None:
        self._raw, self._turns = raw, turns
        self._turned: list[tuple[*Columns]] | None = None if turns else cast("list[tuple[*Columns]]", raw)
        self._hash: int | None = None

    def _rows(self) -> list[tuple[*Columns]]:
        if self._turned is None:
            self._turned = cast("list[tuple[*Columns]]", _turned(self._raw, self._turns))
        return self._turned

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[tuple[*Columns]]:
        return iter(self._rows())

    @overload
    def __getitem__(self, place: int) -> tuple[*Columns]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[*Columns]]: ...
    def __getitem__(self, place: int | slice) -> tuple[*Columns] | Sequence[tuple[*Columns]]:
        return self._rows()[place]

    def __hash__(self) -> int:
        if self._hash is None:
            try:
                self._hash = hash(tuple(self._raw))
            except TypeError:  # what PostgreSQL keeps as JSON comes as lists
                self._hash = hash(repr(self._raw))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rows):
            return NotImplemented
        return self._turns is other._turns and self._raw == other._raw

    def weight(self) -> int:
        """Roughly how many bytes they take."""
        cells = chain.from_iterable(self._raw)
        return sys.getsizeof(self._raw) + sum(map(sys.getsizeof, cells)) + sum(map(sys.getsizeof, self._raw))


@dataclass(slots=True)
class _Plan:
    """A statement as a driver takes it, for lists of certain lengths.

    Attributes:
        sql: its text.
        fixed: the values that stand in it, as the driver takes them.
        single: the names of those that are given with each call, with what turns each, if anything must.
        lists: the same of those that are lists.
        order: the names in the order of the marks in the text; None where the marks carry names.
        types: of its columns.
        turns: the place of each column that must be turned, and by what; None until the driver has said what it gives.
    """

    sql: str
    fixed: dict[str, Any]
    single: tuple[tuple[str, Turn | None], ...]
    lists: tuple[tuple[str, Turn | None], ...]
    order: tuple[str, ...] | None
    types: tuple[Any, ...]
    turns: tuple[tuple[int, Turn], ...] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class _Plans:
    """The plans of a statement: one for each length of its lists. `single` and `lists` name what it is given."""

    single: tuple[str, ...]
    lists: tuple[str, ...]
    by_lengths: dict[tuple[int, ...], _Plan] = field(default_factory=dict)


_CONNECTION = "connection of"
# statements live as long as the module that put them together, dialects as long as their engine
_known: WeakKeyDictionary[Dialect, WeakKeyDictionary[Select[*tuple[Any, ...]], _Plans]] = WeakKeyDictionary()


def read_rows(statement: Select[*Columns], **values: Any) -> Rows[*Columns]:
    """Read columns within the transaction of the request, for a tenth of what asking the session for them costs.

    The statement is translated once, and then handed to the driver straight. Listeners for `before_cursor_execute` hear
    of it as of any other, and what the driver refuses is raised as SQLAlchemy raises it, without the values.

    Args:
        statement: A statement that selects columns, never entities, put together once, with `bindparam`.
        values: What its parameters are.

    Returns:
        Every row. What was changed and not yet flushed is flushed first, so that a read within a write sees it.

    Raises:
        DBAPIError: the database refuses it, or is gone.
    """
    session = db.session()
    session.flush()
    connection = _connection(session)
    plan = _plan(statement, connection.dialect, values)
    try:
        return Rows(*_asked(plan, connection, values))
    except connection.dialect.loaded_dbapi.Error as refusal:
        raise _usual(refusal, plan, connection) from refusal


def _connection(session: Session) -> Connection:
    """The connection of a session's transaction, which is looked for once in each."""
    transaction = session.get_transaction()
    known: tuple[SessionTransaction, Connection] | None = session.info.get(_CONNECTION)
    if known is not None and known[0] is transaction:
        return known[1]
    connection = session.connection()
    if (begun := session.get_transaction()) is not None:
        session.info[_CONNECTION] = begun, connection
    return connection


def _usual(refusal: DBAPIModule.Error, plan: _Plan, connection: Connection) -> BaseException:
    """The driver's error as SQLAlchemy's; a connection that is lost is given up, so that the pool makes another."""
    dialect, driver = connection.dialect, connection.connection.dbapi_connection
    is_lost = dialect.is_disconnect(refusal, driver, None)
    if is_lost:
        connection.invalidate(refusal)
    return DBAPIError.instance(
        plan.sql,
        None,
        refusal,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )


def _asked(
    plan: _Plan, connection: Connection, values: dict[str, Any]
) -> tuple[list[tuple[Any, ...]], tuple[tuple[int, Turn], ...]]:
    named = plan.fixed | {
        name: values[name] if turn is None else turn(values[name]) for name, turn in plan.single
    }
    for name, turn in plan.lists:
        named |= _numbered(name, [_turned_by(turn, value) for value in values[name]])
    parameters = named if plan.order is None else tuple([named[name] for name in plan.order])
    cursor, is_many = connection.connection.cursor(), False
    try:
        for hear in connection.engine.dispatch.before_cursor_execute:
            hear(connection, cursor, plan.sql, parameters, None, is_many)
        cursor.execute(plan.sql, parameters)
        rows = cursor.fetchall()
        if plan.turns is None:
            plan.turns = _turns(plan.types, connection.dialect, cursor)
    finally:
        cursor.close()
    return cast("list[tuple[Any, ...]]", rows), plan.turns


def _turned(rows: list[tuple[Any, ...]], turns: Sequence[tuple[int, Turn]]) -> list[tuple[Any, ...]]:
    """Rows of the driver as rows of ours, a column at a time."""
    if not rows:
        return rows
    columns: list[Any] = list(zip(*rows, strict=True))
    for place, turn in turns:
        columns[place] = [turn(value) for value in columns[place]]
    return list(zip(*columns, strict=True))


def _plan(statement: Select[*tuple[Any, ...]], dialect: Dialect, values: dict[str, Any]) -> _Plan:
    known = _known.setdefault(dialect, WeakKeyDictionary())
    plans = known.get(statement)
    if plans is None:
        plans = known[statement] = _plans(statement, dialect)
    lengths = tuple([len(values[name]) for name in plans.lists])
    plan = plans.by_lengths.get(lengths)
    if plan is None:
        plan = plans.by_lengths[lengths] = _translated(statement, dialect, plans, lengths)
    return plan


def _plans(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Plans:
    compiled: Any = statement.compile(dialect=dialect)
    given = [(name, bind.expanding) for name, bind in compiled.binds.items() if bind.required]
    return _Plans(
        single=tuple(name for name, is_list in given if not is_list),
        lists=tuple(name for name, is_list in given if is_list),
    )


def _translated(
    statement: Select[*tuple[Any, ...]], dialect: Dialect, plans: _Plans, lengths: tuple[int, ...]
) -> _Plan:
    """A statement for a driver. A list of n values stands in the text as n of them, whose names end in 1 to n."""
    lists = {name: [None] * length for name, length in zip(plans.lists, lengths, strict=True)}
    filled = statement.params(dict.fromkeys(plans.single) | lists)
    compiled: Any = filled.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    turns = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    fixed: dict[str, Any] = {}
    for name, bind in compiled.binds.items():
        if name not in lists and name not in plans.single:
            values = (
                {name: bind.effective_value} if not bind.expanding else _numbered(name, bind.effective_value)
            )
            fixed |= {key: _turned_by(turns[name], value) for key, value in values.items()}
    return _Plan(
        sql=str(compiled),
        fixed=fixed,
        single=tuple((name, turns[name]) for name in plans.single),
        lists=tuple((name, turns[name]) for name in plans.lists),
        order=tuple(compiled.positiontup) if compiled.positional else None,
        types=tuple(column.type for column in statement.selected_columns),
    )


def _numbered(name: str, values: Sequence[Any]) -> dict[str, Any]:
    return {f"{name}_{number}": value for number, value in enumerate(values, start=1)}


def _turned_by(turn: Turn | None, value: Any) -> Any:
    return value if turn is None else turn(value)


def _turns(types: Sequence[Any], dialect: Dialect, cursor: DBAPICursor) -> tuple[tuple[int, Turn], ...]:
    turns = [
        kind.dialect_impl(dialect).result_processor(dialect, described[1])
        for kind, described in zip(types, cursor.description, strict=True)
    ]
    return tuple((place, turn) for place, turn in enumerate(turns) if turn is not None)
