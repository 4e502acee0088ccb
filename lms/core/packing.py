"""Many small rows read as one text: a driver needs longer to make objects of a hundred rows than the database to find them.

For rows of numbers, instants and words of our own: no tab and no line end can be in them, and no cell is empty of a value.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, func, type_coerce
from sqlalchemy.sql.expression import SQLColumnExpression

_CELL, _ROW = "\t", "\n"


def packed(first: SQLColumnExpression[Any], *others: SQLColumnExpression[Any]) -> ColumnElement[str | None]:
    """Within a query: these columns of all rows, in no certain order. None where there is no row."""
    row: ColumnElement[str] = type_coerce(first, String)
    for column in others:
        row = row + _CELL + type_coerce(column, String)
    return type_coerce(func.aggregate_strings(row, _ROW), String)


def unpacked(text: str | None) -> list[list[str]]:
    """The rows of what `packed` has given, each a list of texts."""
    return [row.split(_CELL) for row in text.split(_ROW)] if text else []


def instant(cell: str) -> datetime:
    """An instant that was packed."""
    at = datetime.fromisoformat(cell)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
