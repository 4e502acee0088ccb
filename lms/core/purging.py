"""Taking single rows out of tables that are never changed, each under a warrant that stays.

Some rows that must not be changed may still have to go: words that turn out to name a family. The table's trigger lets a row
be deleted only when a warrant for exactly that row has been written, and warrants are never changed themselves. So nothing
goes unseen: the warrant says what went, by its hash, who had it done, when, and because of what; never what it said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.access import Actor
from lms.core.extensions import db
from lms.core.model import APPEND_ONLY, REF_LENGTH, Entity


class Busy(RuntimeError):
    """The database is in use, so that its files cannot be cleaned now."""


class PurgeWarrant(Entity):
    """Leave to delete one row of one table. Append-only. By its reference, since a database may give a number twice."""

    __tablename__ = "purge_warrant"
    __table_args__ = (UniqueConstraint("row_ref"), APPEND_ONLY)

    table_name: Mapped[str] = mapped_column(String(63))
    row_ref: Mapped[str] = mapped_column(String(REF_LENGTH))
    sha256: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str] = mapped_column(String(80))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


def digest(row: Entity) -> str:
    """The SHA-256, in hexadecimal, of all that a row holds, as canonical JSON."""
    held = {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
    return hashlib.sha256(json.dumps(held, sort_keys=True, default=str).encode()).hexdigest()


def purge(row: Entity, *, cause: str, by: Actor) -> str:
    """Delete one row of a table whose rows may be purged, and leave a warrant; gives back the row's hash.

    Args:
        row: the row.
        cause: because of what, such as the quarantine's reference.
        by: who has it done.
    """
    sha256 = digest(row)
    db.session.add(
        PurgeWarrant(table_name=row.__tablename__, row_ref=row.ref, sha256=sha256, cause=cause, by_id=by.id)
    )
    db.session.flush()
    db.session.delete(row)
    db.session.flush()
    return sha256


def forget_what_went(tables: Sequence[str]) -> None:
    """Let the database's own files hold nothing of rows that were deleted. Not within a transaction.

    On SQLite what is deleted is overwritten at once, but old pages may still lie in the write-ahead log: it is emptied. On
    PostgreSQL the space of dead rows is given free; it is overwritten when it is used again.

    Raises:
        Busy: somebody is reading an older state; try again later.
    """
    if db.engine.dialect.name == "sqlite":
        _empty_write_ahead_log()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")


def _empty_write_ahead_log() -> None:
    connection = db.engine.raw_connection()
    try:
        busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    if busy:
        raise Busy("the write-ahead log is in use")
