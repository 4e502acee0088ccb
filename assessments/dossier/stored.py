"""Where the bytes of a portfolio's files are on the disk. Nothing here asks who may read them."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy import select

from assessments.dossier.contents import Dossier, ItemFile
from lms.core.extensions import db
from lms.core.files import StoredFile


class Shelf:
    """The files of some dossiers: found in one query for each dossier, opened one at a time."""

    def __init__(self, dossier: Dossier) -> None:
        refs = [file.ref for item in dossier.items for file in item.files]
        rows = db.session.execute(select(StoredFile.ref, StoredFile.path).where(StoredFile.ref.in_(refs)))
        self._paths: dict[str, str] = dict(rows.all())
        self._folder = Path(current_app.config["FILES"])

    def __call__(self, file: ItemFile) -> Path | None:
        """Where a file's bytes are; None where they are gone."""
        path = self._folder / self._paths[file.ref] if file.ref in self._paths else None
        return path if path is not None and path.is_file() else None
