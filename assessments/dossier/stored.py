"""Where the bytes of a portfolio's files are on the disk, and those of copies. Nothing here asks who may read them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from assessments.dossier.contents import Dossier, ItemFile
from lms.core import file_disk, files, previews
from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.file_disk import Received
from lms.core.files import StoredFile


class Shelf:
    """The files of some dossiers: found in one query for each dossier, opened one at a time."""

    def __init__(self, dossier: Dossier) -> None:
        refs = [file.ref for item in dossier.items for file in item.files]
        rows = db.session.scalars(select(StoredFile).where(StoredFile.ref.in_(refs)))
        self._stored = {stored.ref: stored for stored in rows}

    def __call__(self, file: ItemFile) -> Path | None:
        """Where a file's bytes are; None where they are gone, or are withheld from everybody."""
        stored = self._stored.get(file.ref)
        try:
            return files.path_of(stored) if stored is not None else None
        except DomainError:
            return None

    def pages(self, file: ItemFile, most: int) -> list[tuple[Path, str]]:
        """The first pages of a PDF as pictures, drawn apart from the server, each with its words; none where it cannot be read."""
        stored = self._stored.get(file.ref)
        if stored is None or not file.is_pdf:
            return []
        try:
            count = min(previews.pages(stored), most)
            words = (previews.text(stored) or "").split("\f")
            drawn = [previews.page(stored, number) for number in range(1, count + 1)]
        except DomainError:
            return []
        return [(path, words[place] if place < len(words) else "") for place, path in enumerate(drawn)]


def keep(received: Received, *, purpose: str, name: str, media_type: str) -> StoredFile:
    """Put a file that was made in its place, with a row that names it; in the present transaction."""
    stored = StoredFile(
        purpose=purpose,
        name=name,
        media_type=media_type,
        size=received.size,
        sha256=received.sha256,
        path=file_disk.put_in_place(received.path),
        owner_id=None,
    )
    db.session.add(stored)
    db.session.flush()
    return stored
