"""Scripts that hold the words of a piece of evidence which has been taken out: the words go, what was judged stays."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from assessments.portfolio.models import Evidence
from assessments.portfolio.snapshot import WITHHELD
from assessments.standardisation.models import ScriptPiece
from lms.core.access import Actor
from lms.core.extensions import db
from lms.core.files import StoredFile


def follow(evidence: Evidence, by: Actor) -> Iterator[StoredFile]:  # noqa: ARG001 (a follower's signature)
    """Blank the copies in scripts; gives back the files that were copied with them."""
    for piece in db.session.scalars(select(ScriptPiece).where(ScriptPiece.source_ref == evidence.ref)).all():
        stored = piece.file
        piece.title = piece.text = WITHHELD
        piece.file_id = None
        db.session.flush()
        if stored is not None:
            yield stored
