"""The words of documents, and copies of documents in which some words are covered."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

from assessments.portfolio.checking import masked
from lms.core import files
from lms.core.errors import Refused
from lms.core.files import DOCX, TEXT, StoredFile

MASKABLE = frozenset({TEXT.media_type, DOCX.media_type})
"""Kinds of which a copy with words covered can be made."""

_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_WORDS = re.compile(r"(<w:(?:t|delText)(?: [^>]*)?>)([^<]*)(</w:(?:t|delText)>)")
_WRITTEN = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml$")


def words_of(stored: StoredFile) -> str | None:
    """The words in a file; None when it holds none that can be read: a picture, a scan, a recording."""
    if stored.media_type == TEXT.media_type:
        return _decoded(files.read(stored))
    if stored.media_type == DOCX.media_type:
        return _docx_words(files.read(stored))
    return None


def masked_copy(stored: StoredFile, masks: Sequence[tuple[str, str]]) -> io.BytesIO:
    """The bytes of a document in which some words are covered.

    Raises:
        Refused: no such copy can be made of it, or the words are still in it.
    """
    content = files.read(stored)
    if stored.media_type == TEXT.media_type:
        return io.BytesIO(masked(_decoded(content), masks).encode())
    if stored.media_type != DOCX.media_type:
        raise Refused(
            "We cannot change that file. Cover the words yourself, and put the new file in its place."
        )
    copy = _masked_docx(content, masks)
    if masked(left := _docx_words(copy), masks) != left:
        raise Refused(
            "Some of the words stand where we cannot cover them. Cover them in the document, and send it anew."
        )
    return io.BytesIO(copy)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _docx_words(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [
            archive.read(name).decode("utf-8", "replace")
            for name in archive.namelist()
            if _WRITTEN.match(name)
        ]
    return "\n\n".join(
        "".join(html.unescape(found.group(2)) for found in _WORDS.finditer(paragraph.group()))
        for part in parts
        for paragraph in _PARAGRAPH.finditer(part)
    )


def _masked_docx(content: bytes, masks: Iterable[tuple[str, str]]) -> bytes:
    masks = list(masks)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            inside = old.read(part.filename)
            if _WRITTEN.match(part.filename):
                inside = _PARAGRAPH.sub(
                    lambda found: _masked_paragraph(found.group(), masks), inside.decode()
                ).encode()
            new.writestr(part.filename, inside)
    return out.getvalue()


def _masked_paragraph(paragraph: str, masks: list[tuple[str, str]]) -> str:
    """A paragraph of Word with words covered; where one is spread over several runs, it goes into the first."""
    pieces = [html.unescape(found.group(2)) for found in _WORDS.finditer(paragraph)]
    whole = "".join(pieces)
    if (covered := masked(whole, masks)) == whole:
        return paragraph
    each = [masked(piece, masks) for piece in pieces]
    if "".join(each) != covered:
        each = [covered, *("" for _ in pieces[1:])]
    left = iter(each)
    return _WORDS.sub(
        lambda found: f"{_kept_spaces(found.group(1))}{html.escape(next(left), quote=False)}{found.group(3)}",
        paragraph,
    )


def _kept_spaces(tag: str) -> str:
    return tag if "xml:space" in tag else tag.replace(">", ' xml:space="preserve">', 1)
