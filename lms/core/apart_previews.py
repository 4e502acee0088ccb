"""Done apart: the words of a document, and pictures of its pages."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pikepdf
import pypdfium2
from defusedxml.ElementTree import fromstring

MOST_LETTERS = 2_000_000
LARGEST_PART = 40 * 1024 * 1024
PAGE_WIDTH = 1240
"""Pixels across a page: A4 at 150 to the inch."""
TALLEST = 4 * PAGE_WIDTH
WORD_PARTS = (
    "word/document",
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
    "word/comments",
)
BLOCKS = {"p", "h", "br", "tab", "line-break", "table-cell", "tr"}
COPIES = {"Fallback"}
"""What Word keeps a second time for older programs."""


def text(kind: str, path: str) -> str:
    """The words in a document, a line for each paragraph: those of headers, notes and comments too.

    Behind each page of a PDF stands a form feed.

    Args:
        kind: the ending of its kind: .pdf, .docx, .odt or .txt.
        path: where it lies.
    """
    words = "".join(_limited(READERS[kind](Path(path)))).rstrip()
    return words if words.strip() else ""


def _limited(parts: Iterator[str]) -> Iterator[str]:
    left = MOST_LETTERS
    for part in parts:
        yield part[:left]
        left -= len(part)
        if left <= 0:
            return


def _pdf_words(path: Path) -> Iterator[str]:
    with pikepdf.open(path) as document:
        for page, notes in zip(pypdfium2.PdfDocument(path), document.pages, strict=True):
            yield page.get_textpage().get_text_bounded().replace("\r\n", "\n") + "\n"
            yield from _notes_on(notes)
            yield "\f"


def _notes_on(page: pikepdf.Page) -> Iterator[str]:
    """What is written into notes and form fields, which stands beside the page's own words."""
    for note in page.get("/Annots", ()):
        for key in ("/Contents", "/V"):
            value = note.get(key)
            if isinstance(value, pikepdf.String):
                yield f"{value}\n"


def _word_words(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(WORD_PARTS) and name.endswith(".xml"):
                yield from _words(fromstring(_part(archive, name), forbid_dtd=True))


def _open_document_words(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        for name in ("content.xml", "styles.xml"):
            if name in archive.namelist():
                yield from _words(fromstring(_part(archive, name), forbid_dtd=True))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_PART)


def _words(element: Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2]
    if name in COPIES:
        return
    if name == "docPr" and element.get("descr"):
        yield f"{element.get('descr')}\n"
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield child.tail or ""
    if name in BLOCKS:
        yield "\t" if name in {"tab", "table-cell"} else "\n"


def _plain_words(path: Path) -> Iterator[str]:
    yield decoded(path.read_bytes()[: 4 * MOST_LETTERS])


def decoded(content: bytes) -> str:
    """Plain text as it was most likely meant: by its mark, else UTF-8, else what Windows wrote for decades."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


READERS: dict[str, Any] = {
    ".pdf": _pdf_words,
    ".docx": _word_words,
    ".odt": _open_document_words,
    ".txt": _plain_words,
}


def count_pages(path: str) -> int:
    """How many pages a PDF has."""
    return len(pypdfium2.PdfDocument(path))


def draw_page(path: str, number: str, target: str) -> bool:
    """Draw a page of a PDF, counted from 1, as a PNG; whether there is such a page."""
    document = pypdfium2.PdfDocument(path)
    if not 1 <= int(number) <= len(document):
        return False
    page = document[int(number) - 1]
    width, height = page.get_size()
    scale = min(PAGE_WIDTH / max(width, 1), TALLEST / max(height, 1))
    picture = page.render(scale=scale, may_draw_forms=False).to_pil()
    picture.convert("RGB").quantize(128).save(target, format="PNG")
    return True
