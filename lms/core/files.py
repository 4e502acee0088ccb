"""Files that people send and files that we issue: bytes on disk under random names, facts in a row.

A file is written, flushed to the disk and put in its place before its row is committed, so that a row never lacks its
file. What a file claims to be (its name) and what it is (read apart, from end to end) must agree. The name a person gave
is kept as text only; no path is ever made from it. Nothing here holds a whole file in memory.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from flask import Response, send_file
from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import apart, audit, file_disk, virus_check
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.core.file_disk import Received
from lms.core.file_kinds import (
    DOCX,
    ENDINGS,
    IMAGES,
    LONGEST_NAME,
    ODT,
    PDF,
    TEXT,
    FileKind,
    Purpose,
    accepted_words,
    check_size,
    endings,
    kind_by_name,
    limit_of,
    limit_words,
    renamed,
    safe_name,
)
from lms.core.file_room import check_share
from lms.core.model import UNCHANGING, Entity
from lms.core.withheld import WithheldFile, require_given

__all__ = [
    "DOCX",
    "IMAGES",
    "ODT",
    "PDF",
    "TEXT",
    "FileKind",
    "Prepared",
    "Purpose",
    "StoredFile",
    "accepted_words",
    "endings",
    "limit_words",
    "path_of",
    "prepare",
    "prepare_at",
    "read",
    "record",
    "safe_name",
    "send",
    "send_picture",
    "store",
]

LONGEST_CHANGES = 300
OWN_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; img-src 'self'; media-src 'self'; "
    "style-src 'unsafe-inline'; sandbox"
)


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
    changes: Mapped[str] = mapped_column(String(LONGEST_CHANGES), default="")
    """What was changed or taken out when it came, as sentences for people; empty when nothing was."""

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it inline as an image."""
        return self.media_type in IMAGES

    @property
    def is_sound(self) -> bool:
        """Whether a page may play it as sound."""
        return self.media_type.startswith("audio/")

    @property
    def is_video(self) -> bool:
        """Whether a page may play it as a film."""
        return self.media_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was checked and lies in its place, and that no row names yet."""

    purpose: Purpose
    name: str
    media_type: str
    changes: str
    size: int
    sha256: str
    path: str


def store(stream: IO[bytes], *, name: str, purpose: Purpose, by: Actor | None) -> StoredFile:
    """Check a file and keep it, in the present transaction.

    Args:
        stream: the bytes.
        name: the name the person's own machine gave it.
        purpose: what it is for, which decides the kinds accepted.
        by: whose it is; None for what the system makes.

    Raises:
        Refused: empty, of a kind not accepted, not what its name says, carrying what could do harm, or more than one person
            may keep here.
        TooLarge: over the size limit.
        NoRoom: the disk is full.
        NotChecked: the virus scanner gave no answer.
    """
    prepared = prepare(stream, name=name, purpose=purpose, is_ours=by is None)
    if by is not None:
        try:
            check_share(prepared.size, by=by)
        except Refused:
            (file_disk.folder() / prepared.path).unlink(missing_ok=True)
            raise
    return record(prepared, by=by)


def prepare(stream: IO[bytes], *, name: str, purpose: Purpose, is_ours: bool = False) -> Prepared:
    """Check a file, unless it is one of ours, and put it in its place on the disk. Needs no database, so that nobody waits while it is looked at.

    Raises:
        Refused, TooLarge, NoRoom, NotChecked: as `store`.
    """
    kind = kind_by_name(name, purpose)
    with file_disk.incoming() as path:
        received = file_disk.receive(stream, path, most=limit_of(kind))
        if is_ours:
            return _placed(kind, received, name, purpose, {})
        # what came has taken its room already
        file_disk.check_room(0)
        return _checked(kind, path, received, name, purpose)


def prepare_at(path: Path, *, name: str, purpose: Purpose) -> Prepared:
    """The same for a file that lies on our disk. Its notes of place may be blanked there.

    Raises:
        Refused, TooLarge, NoRoom, NotChecked: as `store`.
    """
    return _checked(kind_by_name(name, purpose), path, None, name, purpose)


def _checked(kind: FileKind, path: Path, received: Received | None, name: str, purpose: Purpose) -> Prepared:
    """Check what lies at a path and put it, or what was made of it, in its place; `received` where it was hashed already."""
    check_size(kind, path.stat().st_size)
    virus_check.check(path)
    with file_disk.incoming() as redrawn:
        found = _judged(kind, path, name, redrawn)
        if found["is_redrawn"]:
            received = file_disk.hashed(redrawn)
        elif received is None or found["is_edited"]:
            received = file_disk.hashed(path)
        return _placed(kind, received, name, purpose, found)


def _placed(
    kind: FileKind, received: Received, name: str, purpose: Purpose, found: dict[str, Any]
) -> Prepared:
    check_size(kind, received.size)
    return Prepared(
        purpose=purpose,
        name=renamed(safe_name(name), found.get("ending", kind.ending)),
        media_type=found.get("media_type", kind.media_type),
        changes=" ".join(found.get("changes", ()))[:LONGEST_CHANGES],
        size=received.size,
        sha256=received.sha256,
        path=file_disk.put_in_place(received.path),
    )


def record(prepared: Prepared, *, by: Actor | None) -> StoredFile:
    """Note a file that lies in its place, in the present transaction."""
    stored = StoredFile(**asdict(prepared), owner_id=by.id if by else None)
    db.session.add(stored)
    db.session.flush()
    audit.record(Act.FILE_STORED, by=by, on=stored, purpose=stored.purpose, size=stored.size)
    return stored


def is_withheld_copy(stored: StoredFile) -> bool:
    """Whether the bytes of a file are those of one that is given to nobody."""
    withheld = select(WithheldFile.id).join(StoredFile, StoredFile.id == WithheldFile.file_id)
    return db.session.scalar(withheld.where(StoredFile.sha256 == stored.sha256).limit(1)) is not None


def path_of(stored: StoredFile) -> Path:
    """Where the bytes of a file lie.

    Raises:
        NotFound: they are gone.
        Withheld: they are given to nobody.
    """
    require_given(stored.id)
    path = file_disk.folder() / stored.path
    if not path.is_file():
        raise NotFound("That file cannot be found. Ask your training provider.")
    return path


def read(stored: StoredFile) -> bytes:
    """The bytes of a file, compared with the hash kept in its row. For small files: `send` is for people.

    Raises:
        NotFound: the bytes are gone or are not the ones that were stored.
    """
    content = path_of(stored).read_bytes()
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise NotFound("That file has been damaged and is not shown. Ask your training provider.")
    return content


def send(stored: StoredFile, *, inline: bool = False) -> Response:
    """A response that carries a file from the disk, whole or in the range that was asked for.

    It is an attachment, unless a page shows it and it is safe to show: a picture that we drew, a PDF that we wrote anew,
    sound or film. That its bytes are still those that were stored is the affair of `flask files check`; here only their
    number is looked at, since a film is fetched in hundreds of ranges.

    Raises:
        NotFound: the bytes are gone, or not as many as were stored.
    """
    path = path_of(stored)
    if path.stat().st_size != stored.size:
        raise NotFound("That file has been damaged and is not shown. Ask your training provider.")
    is_shown = inline and (
        stored.is_picture or stored.is_sound or stored.is_video or stored.media_type == PDF.media_type
    )
    response = send_file(path, mimetype=stored.media_type, conditional=True, etag=stored.sha256, max_age=0)
    disposition = "inline" if is_shown else "attachment"
    ascii_name = stored.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = (
        f"{disposition}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(stored.name)}"
    )
    return _strict(response)


def send_picture(path: Path) -> Response:
    """A response with a picture that we drew ourselves."""
    return _strict(send_file(path, mimetype="image/png", conditional=True, max_age=0))


def _strict(response: Response) -> Response:
    """The headers of what strangers sent: it may be shown in a page of ours, and may do nothing."""
    response.headers["Content-Security-Policy"] = OWN_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _judged(kind: FileKind, path: Path, name: str, redrawn: Path) -> dict[str, Any]:
    """What a file is, as `judging.judge` finds apart.

    Raises:
        Refused: it is not what its name says, or carries what we do not take.
    """
    try:
        found: dict[str, Any] = apart.work("judge", kind.ending, str(path), str(redrawn))
    except apart.TooMuch:
        raise Refused(
            f"{safe_name(name)} took more time or memory to open than {kind.with_article} should. Save it again, smaller.",
            field="file",
        ) from None
    if "unwanted" in found:
        raise Refused(f"{safe_name(name)} {found['unwanted']}.", field="file")
    if "looks" in found:
        raise Refused(
            f"{safe_name(name)} is not {kind.with_article}, {_instead(kind, found['looks'])}", field="file"
        )
    return found


def _instead(kind: FileKind, ending: str) -> str:
    other = ENDINGS.get(ending)
    if other is not None and other is not kind:
        return (
            f"whatever its name says. It looks like {other.with_article}: give it the ending {other.ending}."
        )
    return f"whatever its name says. Save it again as {kind.with_article}."
