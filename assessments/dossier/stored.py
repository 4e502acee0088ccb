"""Where the bytes of a portfolio's files are on the disk. Nothing here asks who may read them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from assessments.dossier.contents import Dossier, ItemFile
from lms.core import files
from lms.core.errors import DomainError
from lms.core.extensions import db
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
