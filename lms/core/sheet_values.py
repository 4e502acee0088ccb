"""The values that reading a spreadsheet gives, and the checks that every kind of file shares. Pure."""

import re
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

SAVE_AS = "Open it in your spreadsheet program and save it as “Excel workbook (.xlsx)” or “CSV UTF-8 (.csv)”."
INVISIBLE_ENDS = " \t\r\n\u00a0\u200b\ufeff"
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd-\uffff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file, in words for the person who made the file.

    Attributes:
        what: what is wrong, without a closing full stop.
        accepted: what to do or what would be accepted; a sentence.
        row: the row as a spreadsheet program numbers it (from 1), or None for the whole file.
        column: the heading, or the column's letter where there is no heading.
    """

    what: str
    accepted: str
    row: int | None = None
    column: str | None = None

    @property
    def where(self) -> str:
        """Return "Row 7", or "The file" when the fault is not in one row."""
        return f"Row {self.row}" if self.row else "The file"

    def __str__(self) -> str:
        """Return the whole fault as two sentences that start with the place."""
        return f"{self.where}: {self.what}. {self.accepted}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file we are willing to read."""

    bytes: int = 5 * 1024 * 1024
    unpacked_bytes: int = 60 * 1024 * 1024
    archive_parts: int = 400
    rows: int = 10_000
    columns: int = 120
    cell_characters: int = 2_000


@dataclass(slots=True)
class Grid:
    """Rows of text with their numbers, what is wrong, and what the person should be told.

    Attributes:
        rows: (row number from 1, cells left to right); empty rows are left out.
        faults: what makes the file unusable, or a cell unreadable.
        notes: sentences about how the file was read.
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def look_for_unreadable(grid: Grid, number: int, cells: list[str]) -> None:
    """Add a fault for each cell of the row that holds letters in no encoding."""
    for index, cell in enumerate(cells, start=1):
        if UNREADABLE.search(cell):
            grid.faults.append(
                Fault(
                    f"some letters in column {get_column_letter(index)} cannot be read",
                    "Type that cell again, or save the file as “CSV UTF-8 (.csv)”.",
                    row=number,
                    column=get_column_letter(index),
                )
            )


def is_too_much(grid: Grid, number: int, cells: list[str], limits: Limits) -> bool:
    """Add a fault when the row goes beyond the limits; True when reading should stop."""
    if (
        len(grid.rows) <= limits.rows
        and len(cells) <= limits.columns
        and max(map(len, cells)) <= limits.cell_characters
    ):
        return False
    if len(grid.rows) > limits.rows:
        grid.faults.append(
            Fault(
                f"it has more than {limits.rows:,} rows", "Send it in parts, each under its own column names."
            )
        )
        return True
    if len(cells) > limits.columns and any(cells[limits.columns :]):
        grid.faults.append(
            Fault(
                f"it goes on for more than {limits.columns} columns",
                "Take out the columns that are not needed.",
                row=number,
            )
        )
        return True
    for index, cell in enumerate(cells, start=1):
        if len(cell) > limits.cell_characters:
            grid.faults.append(
                Fault(
                    f"the cell in column {get_column_letter(index)} holds {len(cell):,} letters",
                    f"Keep it under {limits.cell_characters:,}.",
                    row=number,
                    column=get_column_letter(index),
                )
            )
    return False
