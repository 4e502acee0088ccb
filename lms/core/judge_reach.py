"""Apart: what in an office document fetches parts of it from elsewhere, or asks other programs, when it is opened.

Parts are read as XML, whatever alphabet they are written in, so that nothing is hidden by the way its letters are kept.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from lms.core.judged import Unwanted

DAMAGED = "is damaged, or only a part of it came. Choose it again"
MACROS = "holds macros, which are programs. Save it as .docx without macros or as PDF, then send that"
REACHES_OUT = "fetches parts of itself from elsewhere, such as a template. Save it as PDF, then send that"
BOMB = "unpacks to far more than a document needs. Save it again, or send it as PDF"
LARGEST_LIST = 4 * 1024 * 1024
FETCHING = frozenset(
    ["DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DATABASE"]
)
"""Fields of Word that get their words from elsewhere."""
HREF = "{http://www.w3.org/1999/xlink}href"
FOR_PEOPLE = frozenset(["a"])
"""Elements of OpenDocument whose address is followed when somebody presses it, and not before."""
_AWAY = re.compile(r"\s*(?:[a-z][a-z0-9+.\-]*:|[/\\]|\.\.[/\\])", re.IGNORECASE)
_WRITTEN = re.compile(r"word/.*\.xml$", re.IGNORECASE)
_RAW = (b"DDEAUTO", b"INCLUDETEXT", b"INCLUDEPICTURE")
_MOST_SPLIT = 16


def check_word(archive: zipfile.ZipFile) -> None:
    """See that no part of a Word or Excel document is fetched when it is opened; links for people to follow may stay.

    Raises:
        Unwanted: one is; or it has macros, unpacks without bounds, or is damaged.
    """
    for name in archive.namelist():
        is_list = name == "[Content_Types].xml" or name.endswith(".rels")
        if is_list and archive.getinfo(name).file_size > LARGEST_LIST:
            raise Unwanted(BOMB)
        if name == "[Content_Types].xml":
            if any("macroEnabled" in said for each in _elements(archive, name) for said in _said(each)):
                raise Unwanted(MACROS)
        elif name.endswith(".rels"):
            if any(_is_fetched(each) for each in _elements(archive, name)):
                raise Unwanted(REACHES_OUT)
        elif _WRITTEN.match(name) and (
            _names_field(archive, name) or any(code in FETCHING for code in _fields(archive, name))
        ):
            raise Unwanted(REACHES_OUT)


def check_open_document(archive: zipfile.ZipFile) -> None:
    """The same for an OpenDocument text.

    Raises:
        Unwanted: a part is fetched when it is opened; or it is damaged.
    """
    for name in {"content.xml", "styles.xml"} & set(archive.namelist()):
        for each in _elements(archive, name):
            kind = _local(each.tag)
            if kind.startswith("dde-") or (kind not in FOR_PEOPLE and _AWAY.match(each.get(HREF, ""))):
                raise Unwanted(REACHES_OUT)


def _is_fetched(relation: Element) -> bool:
    return relation.get("TargetMode") == "External" and not (relation.get("Type") or "").endswith(
        "/hyperlink"
    )


def _names_field(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether such a field is named anywhere in a part, as a field or not."""
    with archive.open(name) as part:
        earlier = b""
        while piece := part.read(256 * 1024):
            seen = earlier + piece
            if any(word in seen for word in _RAW):
                return True
            earlier = seen[-_MOST_SPLIT:]
    return False


def _fields(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """The names of the fields in a part of a Word document, whose letters may stand in several runs."""
    open_fields = [""]
    for each in _elements(archive, name):
        kind = _local(each.tag)
        if kind == "fldSimple":
            yield _first_word(_attribute(each, "instr"))
        elif kind in {"instrText", "delInstrText"}:
            open_fields[-1] += each.text or ""
        elif kind == "fldChar" and _attribute(each, "fldCharType") == "begin":
            open_fields.append("")
        elif kind == "fldChar" and _attribute(each, "fldCharType") == "end" and len(open_fields) > 1:
            yield _first_word(open_fields.pop())
    yield from map(_first_word, open_fields)


def _first_word(code: str) -> str:
    return (code.split() or [""])[0].upper()


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if _local(key) == name), "")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _said(element: Element) -> Iterator[str]:
    yield element.text or ""
    yield from element.attrib.values()


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[Element]:
    """The elements of a part, each as it ends; none is kept for long.

    Raises:
        Unwanted: it is no XML, or XML that says what its own entities are.
    """
    try:
        with archive.open(name) as part:
            for _, element in iterparse(part, forbid_dtd=True):
                yield element
                element.clear()
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise Unwanted(DAMAGED) from None
