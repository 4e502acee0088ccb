"""A filled-in worksheet as words: for the portfolio, for print, and for whoever cannot use the form. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from courses.content.worksheets import Worksheet, WorksheetField, WorksheetTable
from lms.core.text import day_year

SPARE_ROWS = 2
FEWEST_ROWS = 3

LIGHT: dict[str, str] = {"go": "A strength", "watch": "Something to watch", "act": "Act now"}
"""The traffic light's values and their words."""

Words = Mapping[str, str | Sequence[str]]


def field_name(field_id: str) -> str:
    """The form field of a box."""
    return f"q_{field_id.replace('-', '_')}"


def cell_name(table_id: str, row: int, column_id: str) -> str:
    """The form field of a cell of a table; rows count from 1. Ids have single hyphens, so no other field is called so."""
    return f"{field_name(table_id)}__{row}__{column_id.replace('-', '_')}"


def row_values(table: WorksheetTable, row: int, words: Words) -> dict[str, str | Sequence[str]]:
    """What is in a row, by column id; cells with nothing in them are left out."""
    cells = {column.id: words.get(cell_name(table.id, row, column.id), "") for column in table.columns}
    return {name: value for name, value in cells.items() if value}


def rows_to_show(table: WorksheetTable, words: Words) -> int:
    """How many rows the page has: those with words in them and two more, three at least, and no more than the most."""
    return min(max(_last_filled(table, words) + SPARE_ROWS, FEWEST_ROWS), table.most)


def rows_to_open(table: WorksheetTable, words: Words) -> int:
    """How many of them stand open: those with words in them and the next one. The others open when they are asked for."""
    return min(_last_filled(table, words) + 1, table.most)


def _last_filled(table: WorksheetTable, words: Words) -> int:
    return max((row for row in range(1, table.most + 1) if row_values(table, row, words)), default=0)


def as_text(sheet: Worksheet, words: Words) -> str:
    """All that is filled in, in order, each under its question; empty when nothing is."""
    parts = []
    for part in sheet.parts:
        lines = [line for field in part.fields for line in _lines(field, words.get(field_name(field.id), ""))]
        if part.table is not None:
            lines += _table_lines(part.table, words)
        if lines:
            parts.append("\n".join([part.title.upper(), "", *lines]).strip())
    return "\n\n\n".join(parts)


def _table_lines(table: WorksheetTable, words: Words) -> Iterator[str]:
    for row in range(1, table.most + 1):
        values = row_values(table, row, words)
        if values:
            yield f"{table.row} {row}"
            for column in table.columns:
                yield from _lines(column, values.get(column.id, ""))


def _lines(field: WorksheetField, value: str | Sequence[str]) -> Iterator[str]:
    if value:
        yield f"{field.label}"
        yield said(field, value)
        yield ""


def said(field: WorksheetField, value: str | Sequence[str]) -> str:
    """An answer as people read it: a day in words, a light by its name, ticks joined."""
    if not isinstance(value, str):
        return ", ".join(value)
    if field.size == "light":
        return LIGHT.get(value, value)
    if field.size == "date":
        try:
            return day_year(date.fromisoformat(value))
        except ValueError:
            return value
    return value
