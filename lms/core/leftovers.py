"""Files on the disk that no row names: of uploads that were refused or given up after all, and of rows that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.core import clock, file_disk, previews, upload_disk
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.uploads import Upload

AT_ONCE = 500
"""Folders of previews that one query asks for."""
AGE = timedelta(days=1)
"""A file is written before its row is committed, so one of today may be about to get it."""


def leftovers() -> Iterator[Path]:
    """The files that no row names and that have lain there for more than a day."""
    folder = file_disk.folder()
    for part in sorted(each for each in folder.glob("??") if each.is_dir()):
        own = f"{part.name}/"
        yield from _unnamed(part, own, StoredFile.path, StoredFile.path.startswith(own))
    yield from _unnamed(folder / upload_disk.FOLDER, "", Upload.ref, Upload.file_id.is_(None))
    yield from (file for name, file in sorted(_old(folder / file_disk.INCOMING).items()))
    worked_out = sorted((folder / previews.FOLDER).glob("*"))
    for at in range(0, len(worked_out), AT_ONCE):
        of = {f"{drawn.name[:2]}/{drawn.name}": drawn for drawn in worked_out[at : at + AT_ONCE]}
        named = set(db.session.scalars(select(StoredFile.path).where(StoredFile.path.in_(of))))
        for path in sorted(set(of) - named):
            yield from (file for name, file in sorted(_old(of[path]).items()))


def _unnamed(
    folder: Path, before: str, column: InstrumentedAttribute[str], condition: ColumnElement[bool]
) -> Iterator[Path]:
    """Old files of a folder whose names, with what stands before them, are not in a column."""
    files = {before + name.removesuffix(upload_disk.SEALED): file for name, file in _old(folder).items()}
    names = set(db.session.scalars(select(column).where(condition))) if files else set()
    yield from (files[name] for name in sorted(set(files) - names))


def _old(folder: Path) -> dict[str, Path]:
    """The files of a folder that have not changed for more than a day, by name."""
    before = (clock.now() - AGE).timestamp()
    if not folder.is_dir():
        return {}
    return {file.name: file for file in folder.iterdir() if file.stat().st_mtime < before}
