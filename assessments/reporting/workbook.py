"""A report's tables as a workbook: a list of them, then one sheet each, with the codes of questions and answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessments.reporting.document import Cell, Report, Row, Table
from assessments.reporting.numbering import number

NOT_SHOWN = "not shown"
RANGE = "Likely range"
CONTENTS = "Contents"
HEAD_ROW = 4
WIDEST, NARROWEST = 60, 9
FOUND_AS = ("0", "0.0", "0.00", "0.000")


def as_workbook(report: Report) -> bytes:
    """Every table of a report. Figures are numbers, ranges two columns; what may not be shown says so.

    Texts are written as texts: none can become a formula.
    """
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": f"{report.title}: {report.about}",
            "author": "Going Forward",
            "created": datetime.combine(report.made_on, datetime.min.time()),
        }
    )
    formats = _Formats(book)
    contents = book.add_worksheet(CONTENTS)
    numbering = number(report)
    names = [(f"{numbering.tables[table.name]} {table.name}"[:31], table) for table in report.tables]
    _write_contents(contents, report, names, formats)
    for name, table in names:
        _write_table(book.add_worksheet(name), table, numbering.table(table), formats)
    book.close()
    return file.getvalue()


class _Formats:
    """How cells look."""

    def __init__(self, book: Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#0b3f44"})
        self.quiet = book.add_format({"font_color": "#4b595b"})
        self.link = book.add_format({"font_color": "#11595f", "underline": 1})
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": "#dcedeb", "bottom": 1}
        )
        self.words = book.add_format({"text_wrap": True, "valign": "top"})
        self.hidden = book.add_format(
            {"italic": True, "font_color": "#6b6557", "align": "right", "valign": "top"}
        )
        self.numbers = {shape: book.add_format({"num_format": shape, "valign": "top"}) for shape in FOUND_AS}


def _write_contents(
    sheet: Worksheet, report: Report, names: Sequence[tuple[str, Table]], formats: _Formats
) -> None:
    sheet.write_string(0, 0, f"{report.title}: {report.about}", formats.title)
    made = f"{report.made_on.day} {report.made_on:%B %Y}"
    sheet.write_string(1, 0, f"Made on {made}. “{NOT_SHOWN}”: to protect people.", formats.quiet)
    for column, head in enumerate(("Table", "What it shows", "Source")):
        sheet.write_string(3, column, head, formats.head)
    for row, (name, table) in enumerate(names, start=4):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats.link, name)
        sheet.write_string(row, 1, table.caption, formats.words)
        sheet.write_string(row, 2, table.source, formats.words)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, WIDEST)
    sheet.set_column(2, 2, 44)
    sheet.freeze_panes(4, 0)


def _write_table(sheet: Worksheet, table: Table, name: str, formats: _Formats) -> None:
    sheet.write_string(0, 0, f"{name}. {table.caption}", formats.title)
    sheet.write_string(1, 0, table.note, formats.quiet)
    sheet.write_string(2, 0, f"Source: {table.source}", formats.quiet)
    heads = list(_heads(table))
    for column, head in enumerate(heads):
        sheet.write_string(HEAD_ROW, column, head, formats.head)
    starts = dict(table.groups)
    under = ""
    for place, row in enumerate(table.rows):
        under = starts.get(place, under)
        for column, cell in enumerate(_cells(table, row, under)):
            _write_cell(sheet, HEAD_ROW + 1 + place, column, cell, formats)
    for column, head in enumerate(heads):
        texts = [cell.text for row in table.rows for cell in [list(_cells(table, row, under))[column]]]
        longest = max((len(text) for text in (*texts, head)), default=0)
        sheet.set_column(column, column, min(max(longest + 1, NARROWEST), WIDEST))
    sheet.freeze_panes(HEAD_ROW + 1, 0)


def _heads(table: Table) -> Iterator[str]:
    """Codes first, then words, then figures."""
    yield from table.code_heads
    if table.groups:
        yield "Part"
    for head in table.heads:
        if head == RANGE:
            yield from (f"{RANGE}, from", f"{RANGE}, to")
        else:
            yield head


def _cells(table: Table, row: Row, under: str) -> Iterator[Cell]:
    yield from (Cell(code) for code in (*row.codes, *[""] * len(table.code_heads))[: len(table.code_heads)])
    if table.groups:
        yield Cell(under)
    yield from (Cell(head) for head in row.heads)
    for head, cell in zip(table.heads[len(row.heads) :], row.cells, strict=True):
        if head != RANGE:
            yield cell
        elif cell.values:
            yield from (
                Cell(text, (value,)) for text, value in zip(cell.text.split(" to "), cell.values, strict=True)
            )
        else:
            yield from (cell, cell)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if cell.is_hidden:
        sheet.write_string(row, column, NOT_SHOWN, formats.hidden)
    elif cell.values:
        sheet.write_number(row, column, cell.values[0], _shape(cell, formats))
    elif cell.text:
        sheet.write_string(row, column, cell.text, formats.words)


def _shape(cell: Cell, formats: _Formats) -> Format:
    """As many decimals as the report prints."""
    decimals = len(cell.text.partition(".")[2])
    return formats.numbers[FOUND_AS[min(decimals, len(FOUND_AS) - 1)]]
