"""How connections to the database behave: durable on SQLite, and one writer at a time without surprises.

SQLite runs through `pysqlite3`, whose library is new enough to be free of the WAL-reset corruption race that
every SQLite from 3.7.0 to 3.51.2 has. `synchronous=FULL` is what makes "saved" true after a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pysqlite3
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.selectable import GenerativeSelect

SAFE_WAL = (3, 51, 3)
BUSY_MILLISECONDS = 10_000
KEPT_STATEMENTS = 1024
"""Statements a connection keeps prepared. When its store is full, the driver drops the newest rather than the rarest:
with the hundred it keeps by itself, a page's statements push one another out and are prepared anew for each page."""
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": BUSY_MILLISECONDS,
    "trusted_schema": 0,
    # what is deleted is overwritten, so that words that were taken out are not left lying in the file
    "secure_delete": 1,
}

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Within this block a transaction on SQLite takes the write lock at its start.

    A transaction that begins by reading and writes later is refused at once when another has written in between;
    one that begins by waiting its turn never is.
    """
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Within this block nothing was announced as writing: transactions on SQLite take no lock until they must."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def is_writing() -> bool:
    """Whether the present work was announced as writing."""
    return _writing.get()


def engine_options(url: str) -> dict[str, Any]:
    """Options for the engine of a database URL.

    Raises:
        RuntimeError: the SQLite library in use has the WAL-reset race.
    """
    if not url.startswith("sqlite"):
        return {"pool_pre_ping": True}
    if pysqlite3.sqlite_version_info < SAFE_WAL:
        raise RuntimeError(
            f"SQLite {pysqlite3.sqlite_version} can corrupt a WAL database; 3.51.3 is the first safe one"
        )
    return {"module": pysqlite3.dbapi2, "connect_args": {"cached_statements": KEPT_STATEMENTS}}


class _LiteralLimits(SQLiteCompiler):
    """Writes limits as numbers into the text of a statement, where they would be values that are given with it.

    SQLite plans a statement by its limit. When that is a value, it prepares the statement anew each time it is asked, though it
    is kept prepared: that costs ten times what the asking does.
    """

    def limit_clause(self, select: GenerativeSelect, **options: Any) -> str:
        """The end of a SELECT."""
        clause: str = super().limit_clause(select, **options | {"literal_execute": True})  # type: ignore[no-untyped-call]
        return clause


def keep_limited_statements_prepared(engine: Engine) -> None:
    """On SQLite, let statements with a limit be prepared once like all others."""
    if engine.dialect.name == "sqlite":
        engine.dialect.statement_compiler = _LiteralLimits


def listen() -> None:
    """Attach the connection rules to every engine. Called once, by the roof."""
    if not event.contains(Engine, "connect", _on_connect):
        event.listen(Engine, "connect", _on_connect)
        event.listen(Engine, "begin", _on_begin)


def _is_sqlite(connection: object) -> bool:
    return isinstance(connection, pysqlite3.dbapi2.Connection | sqlite3.Connection)


def _on_connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
    if not _is_sqlite(connection):
        return
    connection.isolation_level = (
        None  # transactions begin where SQLAlchemy says so, not where the driver guesses
    )
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    seen = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
    in_memory = cursor.execute("PRAGMA database_list").fetchone()[2] == ""
    cursor.close()
    expected = PRAGMAS | ({"journal_mode": "memory"} if in_memory else {})
    if seen != expected:
        raise RuntimeError(f"this SQLite did not take its settings: asked {expected}, got {seen}")


def _on_begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if is_writing():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # takes no lock and cannot be refused, so the driver is asked straight: every page begins with this
        connection.connection.cursor().execute("BEGIN")
