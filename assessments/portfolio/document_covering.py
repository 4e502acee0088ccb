"""Copies of documents in which some words are covered."""

from __future__ import annotations

import html
import io
import re
import shutil
import zipfile
from collections.abc import Sequence

from assessments.portfolio.checking import masked
from lms.core import files, previews
from lms.core.apart_previews import LARGEST_PART, decoded
from lms.core.errors import Refused
from lms.core.files import DOCX, TEXT, StoredFile

MASKABLE = frozenset({TEXT.media_type, DOCX.media_type})
"""Kinds of which a copy with words covered can be made."""
CANNOT = "We cannot change that file. Cover the words yourself, and put the new file in its place."

_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_WORDS = re.compile(r"(<w:(?:t|delText)(?: [^>]*)?>)([^<]*)(</w:(?:t|delText)>)")
_WRITTEN = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml$")


def covered_bytes(stored: StoredFile, masks: Sequence[tuple[str, str]]) -> io.BytesIO:
    """The bytes of a document in which some words are covered.

    Raises:
        Refused: no such copy can be made of its kind.
    """
    content = files.read(stored)
    if stored.media_type == TEXT.media_type:
        return io.BytesIO(masked(decoded(content), masks).encode())
    if stored.media_type == DOCX.media_type:
        return io.BytesIO(_masked_docx(content, list(masks)))
    raise Refused(CANNOT)


def require_covered(copy: StoredFile, masks: Sequence[tuple[str, str]]) -> None:
    """See that some words are nowhere in a copy, in text boxes and the like either.

    Raises:
        Refused: they are.
    """
    words = previews.text(copy) or ""
    if masked(words, masks) != words:
        raise Refused(
            "Some of the words stand where we cannot cover them. Cover them in the document, and send it anew."
        )


def _masked_docx(content: bytes, masks: list[tuple[str, str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if _WRITTEN.match(part.filename):
                new.writestr(part.filename, _masked_part(old, part, masks))
            else:
                with old.open(part) as inside, new.open(part.filename, "w") as copy:
                    shutil.copyfileobj(inside, copy)
    return out.getvalue()


def _masked_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, masks: list[tuple[str, str]]) -> str:
    if part.file_size > LARGEST_PART:
        raise Refused(CANNOT)
    try:
        words = archive.read(part).decode()
    except UnicodeDecodeError:
        raise Refused(CANNOT) from None
    return _PARAGRAPH.sub(lambda found: _masked_paragraph(found.group(), masks), words)


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
