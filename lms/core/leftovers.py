"""Files on the disk that no row names: of uploads that were refused after all, and of rows that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from lms.core import clock
from lms.core.extensions import db
from lms.core.files import StoredFile

AGE = timedelta(days=1)
"""A file is written before its row is committed, so one of today may be about to get it."""


def leftovers() -> Iterator[Path]:
    """The files that no row names and that have lain there for more than a day."""
    folder = Path(current_app.config["FILES"])
    old = (clock.now() - AGE).timestamp()
    for part in sorted(each for each in folder.glob("??") if each.is_dir()):
        names = {f"{part.name}/{file.name}": file for file in part.iterdir() if file.stat().st_mtime < old}
        paths = select(StoredFile.path).where(StoredFile.path.startswith(f"{part.name}/"))
        yield from (names[name] for name in sorted(set(names) - set(db.session.scalars(paths))))
