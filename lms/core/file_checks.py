"""Whether the bytes on the disk are still those that were stored."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from lms.core import file_disk
from lms.core.extensions import db
from lms.core.files import StoredFile

AT_ONCE = 500


def faulty() -> Iterator[tuple[StoredFile, str]]:
    """Each file that is missing or damaged, with which of the two; every byte is read, and none is held for long."""
    last = 0
    while some := list(
        db.session.scalars(
            select(StoredFile).where(StoredFile.id > last).order_by(StoredFile.id).limit(AT_ONCE)
        )
    ):
        for stored in some:
            path = file_disk.folder() / stored.path
            if not path.is_file():
                yield stored, "missing"
            elif file_disk.hashed(path).sha256 != stored.sha256:
                yield stored, "damaged"
        last = some[-1].id
        db.session.expunge_all()
