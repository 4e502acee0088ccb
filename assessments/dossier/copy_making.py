"""Making a learner's copy: each piece into a zip on the disk, then the document; never more in memory than one file's piece."""

from __future__ import annotations

from typing import Any
from zipfile import ZipFile

from sqlalchemy import select

from assessments.dossier import packing
from assessments.dossier.archive import Archive
from assessments.dossier.gathering import gather
from assessments.dossier.models import COPY_PURPOSE, PortfolioCopy
from assessments.dossier.stored import keep
from lms.core import file_disk
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.file_disk import Received
from lms.core.jobs import Steps, job

COPY_JOB = "dossier.copy"


@job(COPY_JOB)
def make(payload: dict[str, Any]) -> Steps:
    """Make a copy. One that exists is left alone; one that was cut short begins anew.

    One that nobody waits for any more is not kept: it went with a piece of evidence that was taken out.
    """
    copy = _find(payload["copy"])
    if copy is None or copy.archive_id is not None:
        return
    dossier = gather(copy.portfolio, to_learner=True)
    with file_disk.incoming() as zipped, file_disk.incoming() as document:
        with zipped.open("wb") as out, Archive(out, made_at=dossier.made_at) as archive:
            yield from packing.pack(archive, dossier)
        with ZipFile(zipped) as whole:
            document.write_bytes(whole.read(packing.DOCUMENT))
        made = file_disk.hashed(document), file_disk.hashed(zipped)
        with writing():
            _keep(payload["copy"], *made)


def _find(ref: str, *, to_change: bool = False) -> PortfolioCopy | None:
    wanted = select(PortfolioCopy).where(PortfolioCopy.ref == ref)
    return db.session.scalar(wanted.with_for_update() if to_change else wanted)


def _keep(ref: str, document: Received, zipped: Received) -> None:
    """Keep what was made, in the place of what was made before."""
    copy = _find(ref, to_change=True)
    if copy is None:
        return
    pdf = keep(document, purpose=COPY_PURPOSE, name="portfolio.pdf", media_type="application/pdf")
    archive = keep(zipped, purpose=COPY_PURPOSE, name="portfolio.zip", media_type="application/zip")
    copy.document_id, copy.archive_id = pdf.id, archive.id
    _drop_others(copy)


def _drop_others(copy: PortfolioCopy) -> None:
    """Let what was made before go with its files: nobody could find those again to take a piece out of them."""
    others = db.session.scalars(
        select(PortfolioCopy).where(
            PortfolioCopy.portfolio_id == copy.portfolio_id, PortfolioCopy.id != copy.id
        )
    ).all()
    files = [file for one in others for file in one.files]
    for one in others:
        db.session.delete(one)
    db.session.flush()
    for file in files:
        db.session.delete(file)
