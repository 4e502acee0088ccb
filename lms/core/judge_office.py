"""Apart: documents that are archives of XML, from Word, Excel and LibreOffice."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import PurePosixPath

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from lms.core.judged import Judged, NotThat, Unwanted

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 120
MOST_PARTS = 5000
LARGEST_LIST = 4 * 1024 * 1024
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
END = b"PK\x05\x06"
MAIN = {
    ".docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".odt": ("content.xml", "application/vnd.oasis.opendocument.text"),
}
MACROS = "holds macros, which are programs. Save it as .docx without macros or as PDF, then send that"
PROGRAMS = "holds objects of other programs inside it. Save it as PDF, then send that"
REACHES_OUT = "fetches parts of itself from elsewhere, such as a template. Save it as PDF, then send that"
BOMB = "unpacks to far more than a document needs. Save it again, or send it as PDF"
DAMAGED = "is damaged, or only a part of it came. Choose it again"


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
    if ending != ".odt":
        _check_reach(archive)


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


def _check_reach(archive: zipfile.ZipFile) -> None:
    """No part is fetched from elsewhere when the document is opened; links for people to follow may stay."""
    for name in archive.namelist():
        if name == "[Content_Types].xml" or name.endswith(".rels"):
            content = _read(archive, name)
            if b"macroEnabled" in content:
                raise Unwanted(MACROS)
            if name.endswith(".rels") and _has_reach(content):
                raise Unwanted(REACHES_OUT)
        elif name.startswith("word/") and name.endswith(".xml") and _has_field(archive, name):
            raise Unwanted(REACHES_OUT)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(LARGEST_LIST + 1)
    if len(content) > LARGEST_LIST:
        raise Unwanted(BOMB)
    return content


def _has_reach(content: bytes) -> bool:
    try:
        relations = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException):
        raise Unwanted(DAMAGED) from None
    return any(
        each.get("TargetMode") == "External" and not (each.get("Type") or "").endswith("/hyperlink")
        for each in relations
    )


def _has_field(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a part asks other programs or places for its words when it is opened."""
    with archive.open(name) as part:
        earlier = b""
        while piece := part.read(256 * 1024):
            seen = earlier + piece
            if (
                b"<!DOCTYPE" in seen
                or b"DDEAUTO" in seen
                or b"INCLUDETEXT" in seen
                or b"INCLUDEPICTURE" in seen
            ):
                return True
            earlier = seen[-16:]
    return False
