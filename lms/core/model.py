"""What every table shares: naming of constraints, ids, unguessable references and times in UTC."""

from __future__ import annotations

import enum
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from lms.core import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
REF_BYTES = 16
REF_LENGTH = 22

APPEND_ONLY: dict[str, Any] = {"info": {"append_only": True}}
"""Put into `__table_args__` of a table whose rows are never changed: the schema then carries triggers that refuse."""
UNCHANGING: dict[str, Any] = {"info": {"append_only": True, "may_go": True}}
"""The same for a table whose rows are never changed but go, as a whole, once nothing names them any more."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A new row that a table refuses for what stands in other tables: the schema carries a trigger for it.

    Attributes:
        name: the trigger's, within the table.
        refuse_when: the SQL condition, of `NEW`, on both databases.
        lock: a word, a space, and an SQL expression of `NEW` that gives a number: transactions with the same take turns.
        message: why the row is refused.
    """

    name: str
    refuse_when: str
    lock: str
    message: str


_guards: dict[str, tuple[Guard, ...]] = {}


def guard(table: type[Base], by: Guard) -> None:
    """Let a table refuse rows. Called where the tables that the condition names are known: in the room above."""
    _guards[table.__tablename__] = (*guards_of(table.__tablename__), by)


def guards_of(table: str) -> tuple[Guard, ...]:
    """What a table refuses, by its name, in the order in which it was said."""
    return _guards.get(table, ())


def new_ref() -> str:
    """An unguessable reference for use in an address: 128 random bits as 22 characters."""
    return secrets.token_urlsafe(REF_BYTES)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Aware on the Python side, always UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (signature is SQLAlchemy's)
        """Refuse a time without a zone; convert any other to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """SQLite keeps a time as text, which is read in one step rather than two: pages read hundreds."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (signature is SQLAlchemy's)
        """Give back an aware UTC time on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _from_text(text: str | None) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def enum_column(of: type[enum.Enum], *, name: str = "") -> Enum:
    """A column type that stores the members' values as text, with a check constraint that lists them.

    Args:
        of: the enumeration.
        name: of the constraint, where a table has two columns of one enumeration.
    """
    return Enum(
        of,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=max(len(member.value) for member in of),
        name=name or of.__name__.lower(),
    )


class Base(DeclarativeBase):
    """The declarative base of every table."""

    registry: ClassVar[registry] = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime}
    )


class Entity(Base):
    """A thing with a number for the database and an unguessable reference for the address bar."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(REF_LENGTH), unique=True, default=new_ref)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
