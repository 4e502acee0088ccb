"""Read what people send us in spreadsheets, and write spreadsheets that are safe to open.

A `Layout` names the columns a room understands. `read_table` gives rows by column name together with every fault in
the file, all at once; nothing is guessed and nothing is dropped in silence. `csv_bytes` writes an export in which no
cell can start a formula. Pure: bytes in, values out.
"""

import csv
import io
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from lms.core.sheet_grids import read_grids
from lms.core.sheet_values import Fault, Grid, Limits

__all__ = [
    "Column",
    "Fault",
    "Layout",
    "Limits",
    "Row",
    "Table",
    "Unwanted",
    "csv_bytes",
    "neutralise",
    "read_day",
    "read_table",
]

_FORMULA_STARTS = frozenset("=+-@\0\t\r\n＝＋－＠")
_EARLIEST_YEAR = 1900
_LATEST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a room understands.

    Attributes:
        name: the key in `Row.values`.
        title: the heading we print in templates and faults.
        also: other headings that mean the same. Case, spaces and punctuation do not matter.
        required: whether a file without the column is refused.
    """

    name: str
    title: str
    also: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Something about people that we do not need and therefore refuse to hold.

    Attributes:
        thing: how a sentence calls it, such as "the date of birth".
        headings: the headings it is met under.
    """

    thing: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All that a room knows of a file: its columns and what must not be in it."""

    columns: tuple[Column, ...]
    unwanted: tuple[Unwanted, ...] = ()


class Row(NamedTuple):
    """One row of data.

    Attributes:
        number: as a spreadsheet program numbers it, from 1.
        values: text by column name, stripped, in Unicode form C; "" for an empty cell or an absent column.
    """

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says.

    Attributes:
        rows: the rows of data in order, without the heading and without empty rows.
        faults: everything wrong with the file; rows may be used only when there are none.
        notes: sentences about how the file was read, for the person to check.
        header_row: the number of the row that holds the headings, 0 when there is none.
    """

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    header_row: int = 0


def read_table(data: bytes, *, filename: str, layout: Layout, limits: Limits | None = None) -> Table:
    """Read a .csv or .xlsx by its headings.

    Args:
        data: the whole file.
        filename: the name it came with.
        layout: the columns that are understood and those that are refused.
        limits: how much is read; the defaults of `Limits` when None.

    Returns:
        Rows, faults and notes. Never raises for what is in the file.
    """
    meanings = _meanings(layout)
    grids = read_grids(data, filename=filename, limits=limits or Limits())
    # the delimiter that yields the most known headings is the one that was meant
    grid = max(
        grids, key=lambda one: (_known_headings(one, meanings), len(one.rows[0][1]) if one.rows else 0)
    )
    if not grid.rows:
        faults = grid.faults or [Fault("it is empty", "Put the column names in the first row.")]
        return Table(rows=(), faults=tuple(faults), notes=tuple(grid.notes))
    header_row, headings = grid.rows[0]
    if not _known_headings(grid, meanings):
        fault = Fault(
            "it does not hold the column names we look for",
            f"The first row should read: {', '.join(column.title for column in layout.columns)}.",
            row=header_row,
        )
        return Table((), tuple(_in_order([*grid.faults, fault])), tuple(grid.notes), header_row)
    places, faults = _place_columns(grid, headings, layout, meanings)
    faults.extend(_faults_outside(grid, headings))
    # a column that the file lacks is looked for beyond the last cell of any row
    order = [(column.name, places.get(column.name, sys.maxsize)) for column in layout.columns]
    rows = tuple(
        Row(number, {name: cells[place] if place < width else "" for name, place in order})
        for number, cells, width in ((number, cells, len(cells)) for number, cells in grid.rows[1:])
    )
    if not rows:
        faults.append(Fault("there is nobody under the column names", "Write one person in each row."))
    return Table(rows, tuple(_in_order([*grid.faults, *faults])), tuple(grid.notes), header_row)


def read_day(text: str) -> date | None:
    """Read dd/mm/yyyy (also with dashes or dots, or yyyy-mm-dd); None when it is not a day in the calendar."""
    for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a calendar day has no time zone
        except ValueError:
            continue
        return day if _EARLIEST_YEAR <= day.year <= _LATEST_YEAR else None
    return None


def neutralise(cell: object) -> object:
    """Make a cell harmless to open in a spreadsheet program.

    Text that would be taken for a formula is given an apostrophe in front, as OWASP advises for CSV injection
    (CWE-1236). Numbers and dates are left alone; None becomes empty text.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell.replace("\0", "")
        start = text.lstrip(" \u00a0")[:1]
        return f"'{text}" if start in _FORMULA_STARTS and start else text
    return cell


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write an export as UTF-8 with a byte order mark, so that Excel shows every name right; each cell neutralised."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([neutralise(cell) for cell in header])
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(heading: str) -> str:
    """Reduce a heading to its letters and digits in lower case, so that "E-mail address:" finds "email address"."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


def _meanings(layout: Layout) -> dict[str, Column | Unwanted]:
    known: dict[str, Column | Unwanted] = {}
    for thing in layout.unwanted:
        known.update({_plain(heading): thing for heading in thing.headings})
    for column in layout.columns:
        known.update({_plain(heading): column for heading in (column.name, column.title, *column.also)})
    return known


def _known_headings(grid: Grid, meanings: Mapping[str, Column | Unwanted]) -> int:
    return sum(_plain(heading) in meanings for heading in grid.rows[0][1]) if grid.rows else 0


def _place_columns(
    grid: Grid, headings: list[str], layout: Layout, meanings: Mapping[str, Column | Unwanted]
) -> tuple[dict[str, int], list[Fault]]:
    """Return the place of each known column, and the faults of the heading row."""
    header_row = grid.rows[0][0]
    found: dict[str, list[int]] = defaultdict(list)
    faults: list[Fault] = []
    accepted = ", ".join(column.title for column in layout.columns)
    for place, heading in enumerate(headings):
        meaning = meanings.get(_plain(heading))
        if isinstance(meaning, Column):
            found[meaning.name].append(place)
        elif isinstance(meaning, Unwanted):
            row = next(
                (number for number, cells in grid.rows[1:] if "".join(cells[place : place + 1])), header_row
            )
            faults.append(
                Fault(f"{meaning.thing} is not needed", "Take out that column.", row=row, column=heading)
            )
        elif heading:
            what = f"we do not know the column “{_shorten(heading)}”"
            faults.append(
                Fault(what, f"Take it out, or name it as one of: {accepted}.", row=header_row, column=heading)
            )
    for column in layout.columns:
        places = found[column.name]
        if not places and column.required:
            what = f"the column “{column.title}” is missing"
            faults.append(
                Fault(what, "Add it, with a value for each person.", row=header_row, column=column.title)
            )
        if len(places) > 1:
            letters = " and ".join(get_column_letter(place + 1) for place in places)
            what = f"the column “{column.title}” is there {len(places)} times (columns {letters})"
            faults.append(Fault(what, "Keep one of them.", row=header_row, column=column.title))
    return {name: places[0] for name, places in found.items() if places}, faults


def _faults_outside(grid: Grid, headings: list[str]) -> Iterable[Fault]:
    """Find cells that stand under no heading: their meaning would be lost."""
    bare = [place for place, heading in enumerate(headings) if not heading]
    for number, cells in grid.rows[1:]:
        if len(cells) <= len(headings) and not bare:
            continue
        for place, cell in enumerate(cells):
            if cell and (place >= len(headings) or place in bare):
                letter = get_column_letter(place + 1)
                what = f"there is something in column {letter}, which has no name"
                yield Fault(
                    what,
                    "Give the column a name in the first row, or empty the cell.",
                    row=number,
                    column=letter,
                )


def _shorten(text: str, letters: int = 60) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.row or 0)
