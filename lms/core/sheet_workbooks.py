"""Read an .xlsx into rows of text. Nothing in it is trusted.

The archive is measured before it is unpacked, XML that declares a document type is refused, formulae are never
computed, and joined cells are refused by their range.
"""

import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from defusedxml import ElementTree
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter

from lms.core.sheet_values import (
    INVISIBLE_ENDS,
    SAVE_AS,
    Fault,
    Grid,
    Limits,
    is_too_much,
    look_for_unreadable,
)

_MERGED = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"


def read_workbook(data: bytes, limits: Limits) -> Grid:
    """Read the first visible sheet that has anything in it.

    Args:
        data: the whole file, already known to start as an archive does.
        limits: how much is read.

    Returns:
        Rows and faults; never raises for what is in the file.
    """
    refusal = _refusal_of_archive(data, limits)
    if refusal:
        return Grid(faults=[refusal])
    broken = Grid(faults=[Fault("the workbook is damaged, so we cannot open it", SAVE_AS)])
    try:
        reader = _open_workbook(data)
        sheets = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
        paths = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
        for sheet in sheets:
            grid = Grid()
            _read_cells(grid, sheet, limits)
            if not grid.rows and not grid.faults:
                continue
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                grid.faults.extend(_faults_of_merged(archive, paths[sheet.title]))
            if len(reader.wb.sheetnames) > 1:
                grid.notes.append(
                    f"The file has {len(reader.wb.sheetnames)} sheets. We read only “{sheet.title}”, the first with anything in it."
                )
            return grid
    except Exception:  # noqa: BLE001 - openpyxl raises whatever its parsing of a damaged file runs into
        return broken
    return Grid(
        faults=[
            Fault(
                "no sheet has anything in it",
                "Put the column names in the first row and one person in each row under it.",
            )
        ]
    )


def _open_workbook(data: bytes) -> ExcelReader:
    with warnings.catch_warnings():
        # openpyxl warns of decorations it drops (drop-down lists, styles); they do not matter for reading text
        warnings.simplefilter("ignore", UserWarning)
        reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        reader.read()
    return reader


def _refusal_of_archive(data: bytes, limits: Limits) -> Fault | None:
    """Measure the archive by its directory before anything is unpacked; declared sizes bound what zipfile will give."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if (
                len(parts) > limits.archive_parts
                or sum(part.file_size for part in parts) > limits.unpacked_bytes
            ):
                return Fault(
                    "unpacked, it is far too large for a list of people",
                    "Copy the list into a new workbook and send that.",
                )
            if any(part.flag_bits & 1 for part in parts):
                return Fault(
                    "it is locked with a password", "Save a copy without the password and send that."
                )
            if "xl/workbook.xml" not in names:
                return Fault("inside it is not an Excel workbook", SAVE_AS)
            # Office never writes a document type; only an attack that expands entities needs one
            if any(
                _declares_type(archive.read(part))
                for part in parts
                if part.filename.endswith((".xml", ".rels"))
            ):
                return Fault(
                    "the workbook holds code that we do not open",
                    "Copy the list into a new workbook and send that.",
                )
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError):
        return Fault("the workbook is damaged, so we cannot open it", SAVE_AS)
    return None


def _declares_type(xml: bytes) -> bool:
    return (
        b"<!DOCTYPE" in xml
        or "<!DOCTYPE".encode("utf-16-le") in xml
        or "<!DOCTYPE".encode("utf-16-be") in xml
    )


def _read_cells(grid: Grid, sheet: Any, limits: Limits) -> None:
    sheet.reset_dimensions()  # the size a file claims for itself may be wrong
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        empty: tuple[Any, ...] = ()
        for number, cells in enumerate(sheet.iter_rows(max_col=limits.columns + 1), start=1):
            if (
                cells is empty
            ):  # rows that the file leaves out come as one and the same object, up to a million times
                continue
            texts = list(_texts(grid, number, cells))
            if not any(texts):
                empty = cells
                continue
            if is_too_much(grid, number, texts, limits):
                return
            look_for_unreadable(grid, number, texts)
            grid.rows.append((number, texts))


def _texts(grid: Grid, number: int, cells: tuple[Any, ...]) -> Iterator[str]:
    for index, cell in enumerate(cells, start=1):
        value, letter = cell.value, get_column_letter(index)
        if cell.data_type == "f":
            grid.faults.append(
                Fault(
                    f"{letter}{number} holds a formula", "Type the value instead.", row=number, column=letter
                )
            )
            yield "(formula)"
        elif cell.data_type == "e":
            grid.faults.append(
                Fault(
                    f"{letter}{number} shows the error {value}",
                    "Type the value instead.",
                    row=number,
                    column=letter,
                )
            )
            yield "(error)"
        else:
            yield _text_of(value)


def _text_of(value: object) -> str:
    """Write a typed cell as a person would have typed it in a .csv."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y") if value.time() == time() else value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)).strip(INVISIBLE_ENDS)


def _faults_of_merged(archive: zipfile.ZipFile, path: str) -> Iterator[Fault]:
    with archive.open(path) as sheet:
        for _, element in ElementTree.iterparse(sheet, events=("end",)):
            if element.tag == _MERGED:
                cells = element.get("ref", "")
                row = re.search(r"\d+", cells)
                yield Fault(
                    f"cells {cells.replace(':', ' to ')} are joined into one",
                    "Unmerge them and write the value in each cell.",
                    row=int(row[0]) if row else None,
                )
            element.clear()
