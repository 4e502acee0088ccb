"""Turn the bytes of a spreadsheet (.csv or .xlsx) into numbered rows of text, or say what is wrong with it.

Knows no column names: `lms.core.spreadsheets` gives the rows their meaning. Nothing in a file is trusted: the name is
checked against the content, archives are measured before they are unpacked, formulae are never computed, XML that
declares entities is refused, and every fault is a value with the row number that a spreadsheet program shows.
"""

import codecs
import csv
import io
import re
import unicodedata
from pathlib import PurePath

from lms.core.sheet_values import (
    INVISIBLE_ENDS,
    SAVE_AS,
    UNREADABLE,
    Fault,
    Grid,
    Limits,
    is_too_much,
    look_for_unreadable,
)
from lms.core.sheet_workbooks import read_workbook

_DELIMITERS = (",", ";", "\t")
_SHARE_OF_NULS_IN_UTF16 = 0.3
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_KINDS_BY_FIRST_BYTES = (
    (b"%PDF", "a PDF"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document"),
    (b"\x1f\x8b", "a compressed file"),
    (_OLD_OFFICE, "an old Excel file (.xls)"),
)


def read_grids(data: bytes, *, filename: str, limits: Limits) -> list[Grid]:
    """Read a file into grids: one for each delimiter that could be meant in a .csv, one for an .xlsx.

    Args:
        data: the whole file.
        filename: the name it came with; its ending must agree with the content.
        limits: how much is read before the file is refused.

    Returns:
        At least one grid. A grid with faults may still have rows, so that other faults can be reported too.
    """
    refusal = _refusal_of_whole(data, filename=filename, limits=limits)
    if refusal:
        return [Grid(faults=[refusal])]
    if data.startswith(b"PK"):
        return [read_workbook(data, limits)]
    return _read_delimited(data, limits)


def _refusal_of_whole(data: bytes, *, filename: str, limits: Limits) -> Fault | None:
    """Judge size, name and first bytes; return why the file is refused, or None."""
    ending = PurePath(filename).suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        shown = f"its name ends in “{ending}”" if ending else "its name has no ending"
        return Fault(shown, f"We read .xlsx and .csv. {SAVE_AS}")
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        return Fault(
            "it is empty", "Put the column names in the first row and one person in each row under it."
        )
    if len(data) > limits.bytes:
        return Fault(
            f"it is larger than {limits.bytes // 1024 // 1024} MB",
            "Take out pictures and spare sheets, or send it in two parts.",
        )
    if data.startswith(_OLD_OFFICE) and "EncryptedPackage".encode("utf-16-le") in data:
        return Fault("it is locked with a password", "Save a copy without the password and send that.")
    kind = next((kind for first, kind in _KINDS_BY_FIRST_BYTES if data.startswith(first)), None)
    if kind is None and data.startswith(b"PK") != (ending == ".xlsx"):
        kind = "not an Excel workbook" if ending == ".xlsx" else "a workbook or an archive"
    return Fault(f"its name ends in “{ending}” but inside it is {kind}", SAVE_AS) if kind else None


def _decode(data: bytes) -> tuple[str, str | None]:
    """Return the text and, where the encoding had to be guessed, a note that says so."""
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", errors="replace"), None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), None
    sample = data[:4096]
    for encoding, nuls in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[::2].count(0))):
        if nuls > len(sample) / 2 * _SHARE_OF_NULS_IN_UTF16:
            return data.decode(encoding, errors="replace"), None
    note = (
        "The file does not say how its letters are stored, so we read it as Windows text. "
        "Check names with accents before you go on."
    )
    for encoding, said in (("utf-8", None), ("cp1252", note)):
        try:
            return data.decode(encoding), said
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), note


def _read_delimited(data: bytes, limits: Limits) -> list[Grid]:
    text, note = _decode(data)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    # Excel's own first line "sep=;" names the delimiter; it stays row 1, so that numbers agree with the screen
    named = re.match(r"sep=([,;\t])\r?\n", text)
    if named:
        candidates = [named[1]]
        text = "\n" + text[named.end() :]
    else:
        first = text.lstrip("\r\n").split("\n", 1)[0]
        candidates = [mark for mark in _DELIMITERS if mark in first] or [","]
    grids = [_split(text, delimiter, limits) for delimiter in candidates]
    for grid in grids:
        grid.notes.extend([note] if note else [])
    return grids


def _split(text: str, delimiter: str, limits: Limits) -> Grid:
    grid = Grid()
    suspicious = UNREADABLE.search(text) is not None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            stripped = [cell.strip(INVISIBLE_ENDS) for cell in cells]
            if not any(stripped):
                continue
            if is_too_much(grid, number, stripped, limits):
                break
            if suspicious:
                look_for_unreadable(grid, number, stripped)
            grid.rows.append((number, stripped))
    except csv.Error:
        # the reader stops in the row that opened the quotation mark, which is the one after the last it gave
        grid.faults.append(
            Fault(
                "a quotation mark is opened and not closed, or stands in the middle of a cell",
                'Take out the mark ", or write it twice.',
                row=number + 1,
            )
        )
    return grid
