"""Apart: documents that are archives of XML, from Word, Excel and LibreOffice."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import PurePosixPath

from lms.core import judge_reach
from lms.core.judge_reach import BOMB, DAMAGED, MACROS
from lms.core.judged import Judged, NotThat, Unwanted

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 120
MOST_PARTS = 5000
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
END = b"PK\x05\x06"
MAIN = {
    ".docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".odt": ("content.xml", "application/vnd.oasis.opendocument.text"),
}
PROGRAMS = "holds objects of other programs inside it. Save it as PDF, then send that"


def check(ending: str, source: str) -> Judged:
    """Look through an archive of a kind.

    Raises:
        NotThat: it is not a document of that kind.
        Unwanted: it carries programs, reaches out, unpacks without bounds, or is damaged.
    """
    with open(source, "rb") as file:  # noqa: PTH123 (a path as text, apart)
        head = file.read(8)
        if head == OLD_OFFICE:
            raise Unwanted(
                "is an old Word or Excel file or is locked with a password. Save it as a new one without, then send that"
            )
        # an archive begins with its first part and ends with its list: anything before or after is something else
        file.seek(-22, 2) if file.seek(0, 2) >= 22 else file.seek(0)
        if not head.startswith(b"PK\x03\x04") or not file.read(4) == END:
            raise NotThat
    try:
        with zipfile.ZipFile(source) as archive:
            _check(ending, archive)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, RuntimeError):
        raise Unwanted(DAMAGED) from None
    return Judged(ending, MAIN[ending][1])


def _check(ending: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if MAIN[ending][0] not in names:
        raise NotThat
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(MOST_UNPACKED, MOST_RATIO * max(packed, 10_000)):
        raise Unwanted(BOMB)
    if len(set(names)) < len(names) or any(_leads_out(name) for name in names):
        raise Unwanted(DAMAGED)
    if archive.testzip() is not None:
        raise Unwanted(DAMAGED)
    _check_parts(names, ending)
    if ending == ".odt":
        judge_reach.check_open_document(archive)
    else:
        judge_reach.check_word(archive)


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts


def _check_parts(names: list[str], ending: str) -> None:
    low = [name.lower() for name in names]
    if any(
        "vbaproject" in name or "vbadata" in name or name.startswith(("basic/", "scripts/")) for name in low
    ):
        raise Unwanted(MACROS)
    if any("activex" in name or ("/embeddings/" in name and name.endswith(".bin")) for name in low):
        raise Unwanted(PROGRAMS)
    if ending == ".odt" and any(name.startswith("object ") for name in low):
        raise Unwanted(PROGRAMS)
