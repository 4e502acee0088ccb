"""The workbook: every table of the report, figures as numbers, codes beside words, nothing hidden in a cell."""

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from assessments.reporting import workbook
from assessments.reporting.document import Report


@pytest.fixture(scope="module")
def book(written: Report) -> Workbook:
    return load_workbook(BytesIO(workbook.as_workbook(written)))


def test_each_table_has_a_sheet_that_the_first_one_leads_to(written: Report, book: Workbook) -> None:
    assert len(book.sheetnames) == len(written.tables) + 1
    contents = book[book.sheetnames[0]]
    listed = [row[0].value for row in contents.iter_rows(min_row=5)]
    assert listed == book.sheetnames[1:]
    assert contents["A5"].hyperlink.location == f"'{listed[0]}'!A1"


def test_figures_are_numbers_beside_their_codes(written: Report, book: Workbook) -> None:
    name = next(name for name in book.sheetnames if name.endswith(" before"))
    rows = list(book[name].iter_rows(min_row=5, values_only=True))
    heads = dict(zip(rows[0], range(len(rows[0])), strict=True))
    challenge = next(row for row in rows if row[0] == "pre_challenge")
    assert challenge[heads["People"]] == 527
    assert challenge[heads["Agree in all"]] == pytest.approx(100 * 409 / 527)
    assert 73 < challenge[heads["Likely range, from"]] < 78 < challenge[heads["Likely range, to"]] < 82


def test_what_is_hidden_holds_no_number_and_nothing_is_a_formula(written: Report, book: Workbook) -> None:
    hidden = sum(cell.is_hidden for each in written.tables for row in each.rows for cell in row.cells)
    ranges = sum(
        cell.is_hidden
        for each in written.tables
        for row in each.rows
        for head, cell in zip(each.heads[len(row.heads) :], row.cells, strict=True)
        if head == workbook.RANGE
    )
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sum(cell.value == workbook.NOT_SHOWN for cell in cells) == hidden + ranges
    assert all(cell.data_type in {"s", "n"} for cell in cells)
