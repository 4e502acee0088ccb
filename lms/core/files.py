"""Files that people send and files that we issue: bytes on disk under random names, facts in a row.

A file is written, flushed to the disk and renamed before its row is committed, so that a row never lacks its
file. What a file claims to be (its name), what it looks like (its first bytes) and what it is (a real parse)
must agree. The name a person gave is kept as text only; no path is ever made from it.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import IO
from urllib.parse import quote

import pikepdf
import puremagic
from flask import Response, current_app, send_file
from PIL import Image, UnidentifiedImageError
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused, TooLarge
from lms.core.extensions import db
from lms.core.model import UNCHANGING, Entity

CHUNK = 1024 * 1024
LONGEST_NAME = 120
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 120


class Purpose(StrEnum):
    """What a file is for; each has its own list of accepted kinds."""

    EVIDENCE = "evidence"
    SPREADSHEET = "spreadsheet"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is accepted: its ending, its media type and the words people know it by."""

    ending: str
    media_type: str
    words: str


PDF = FileKind(".pdf", "application/pdf", "PDF")
PNG = FileKind(".png", "image/png", "PNG picture")
JPEG = FileKind(".jpg", "image/jpeg", "JPEG picture")
WEBP = FileKind(".webp", "image/webp", "WebP picture")
DOCX = FileKind(
    ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document"
)
XLSX = FileKind(
    ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook"
)
TEXT = FileKind(".txt", "text/plain", "plain text")
CSV = FileKind(".csv", "text/csv", "CSV file")
ENDINGS = {kind.ending: kind for kind in (PDF, PNG, JPEG, WEBP, DOCX, XLSX, TEXT, CSV)} | {".jpeg": JPEG}
ACCEPTED: dict[Purpose, tuple[FileKind, ...]] = {
    Purpose.EVIDENCE: (PDF, DOCX, PNG, JPEG, WEBP, TEXT),
    Purpose.SPREADSHEET: (CSV, XLSX),
    Purpose.CERTIFICATE: (PDF,),
}
IMAGES = {PNG.media_type: "PNG", JPEG.media_type: "JPEG", WEBP.media_type: "WEBP"}


class StoredFile(Entity):
    """One file: never changed, and gone once nothing names it any more (see the retention schedule)."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size > 0", name="size"), UNCHANGING)

    purpose: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    path: Mapped[str] = mapped_column(String(80), unique=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it inline as an image."""
        return self.media_type in IMAGES


def store(stream: IO[bytes], *, name: str, purpose: Purpose, by: Actor | None) -> StoredFile:
    """Check a file and keep it, in the present transaction.

    Args:
        stream: the bytes.
        name: the name the person's own machine gave it.
        purpose: what it is for, which decides the kinds accepted.
        by: whose it is; None for what the system makes.

    Raises:
        Refused: empty, of a kind not accepted, or not what its name says.
        TooLarge: over the size limit.
    """
    kind = _kind_by_name(name, purpose)
    content = _read(stream)
    _require_is(kind, content, name)
    if kind.media_type in IMAGES:
        content = _redrawn(content, kind)
    path = _write(content)
    stored = StoredFile(
        purpose=purpose.value,
        name=safe_name(name),
        media_type=kind.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        path=path,
        owner_id=by.id if by else None,
    )
    db.session.add(stored)
    db.session.flush()
    audit.record(Act.FILE_STORED, by=by, on=stored, purpose=purpose.value, size=stored.size)
    return stored


def read(stored: StoredFile) -> bytes:
    """The bytes of a file, compared with the hash kept in its row.

    Raises:
        NotFound: the bytes are gone or are not the ones that were stored.
    """
    content = path_of(stored).read_bytes()
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise NotFound("That file has been damaged and is not shown. Ask your training provider.")
    return content


def path_of(stored: StoredFile) -> Path:
    """Where the bytes of a file lie.

    Raises:
        NotFound: they are gone.
    """
    path = _folder() / stored.path
    if not path.is_file():
        raise NotFound("That file cannot be found. Ask your training provider.")
    return path


def send_picture(path: Path) -> Response:
    """A response with a picture that we drew ourselves."""
    response = send_file(path, mimetype="image/png", conditional=True, max_age=0)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'self'"
    return response


def send(stored: StoredFile, *, inline: bool = False) -> Response:
    """A response that carries a file: an attachment, unless it is a picture or a PDF that a page shows inline."""
    shown = inline and (stored.is_picture or stored.media_type == PDF.media_type)
    response = send_file(io.BytesIO(read(stored)), mimetype=stored.media_type, max_age=0)
    disposition = "inline" if shown else "attachment"
    ascii_name = stored.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = (
        f"{disposition}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(stored.name)}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'self'"
    return response


def safe_name(name: str) -> str:
    """A client's file name as plain text: its last part, printable, at most 120 characters, the ending kept."""
    last = PurePath(name.replace("\\", "/")).name
    clean = "".join(character for character in last if character.isprintable() and character not in '<>:"|?*')
    path = PurePath(clean.strip(". ") or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix


def accepted_words(purpose: Purpose) -> str:
    """The accepted kinds in words, for a form's hint: PDF, Word document, PNG picture."""
    return ", ".join(kind.words for kind in ACCEPTED[purpose])


def _kind_by_name(name: str, purpose: Purpose) -> FileKind:
    ending = PurePath(safe_name(name)).suffix.lower()
    kind = ENDINGS.get(ending)
    if kind is None or kind not in ACCEPTED[purpose]:
        said = f"files ending in {ending}" if ending else "files without an ending such as .pdf"
        raise Refused(f"We cannot take {said} here. Send one of: {accepted_words(purpose)}.", field="file")
    return kind


def _read(stream: IO[bytes]) -> bytes:
    limit = current_app.config["LARGEST_UPLOAD"]
    content = stream.read(limit + 1)
    if not content:
        raise Refused("That file is empty: it holds nothing. Choose the file again.", field="file")
    if len(content) > limit:
        raise TooLarge(f"That file is larger than {limit // CHUNK} MB. Send a smaller one.", field="file")
    return content


def _require_is(kind: FileKind, content: bytes, name: str) -> None:
    if not _parses(kind, content):
        raise Refused(
            f"{safe_name(name)} is not a {kind.words}, whatever its name says. Save it again as a {kind.words}.",
            field="file",
        )


def _parses(kind: FileKind, content: bytes) -> bool:
    if kind is PDF:
        return _is_pdf(content)
    if kind in (DOCX, XLSX):
        return _is_office(content, "word/" if kind is DOCX else "xl/")
    if kind.media_type in IMAGES:
        return _is_image(content, IMAGES[kind.media_type])
    return _is_text(content)


def _is_pdf(content: bytes) -> bool:
    if not content.lstrip().startswith(b"%PDF-"):
        return False
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return len(document.pages) > 0
    except pikepdf.PdfError:
        return False


def _is_office(content: bytes, folder: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        return False
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(content):
        return False
    return any(part.filename.startswith(folder) for part in parts)


def _is_image(content: bytes, expected: str) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                return False
            image.verify()
            return image.format == expected
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return False


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in content:
        return False
    try:
        found = puremagic.from_string(content[:8192], mime=True)
    except (puremagic.PureError, ValueError):
        return True
    return str(found).startswith("text/") or str(found) == ""


def _redrawn(content: bytes, kind: FileKind) -> bytes:
    """The same picture drawn anew: what a camera wrote about place and person, and anything appended, is gone."""
    with Image.open(io.BytesIO(content)) as image:
        out = io.BytesIO()
        plain = image.convert("RGB") if kind is JPEG else image.convert("RGBA")
        plain.save(out, format=IMAGES[kind.media_type])
    return out.getvalue()


def _folder() -> Path:
    return Path(current_app.config["FILES"])


def _write(content: bytes) -> str:
    token = secrets.token_hex(20)
    relative = f"{token[:2]}/{token}"
    path = _folder() / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with partial.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return relative
