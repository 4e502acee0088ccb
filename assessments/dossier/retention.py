"""What is kept of packs and copies: their contents stand elsewhere, so they go soon."""

from __future__ import annotations

from assessments.dossier.models import COPY_PURPOSE, PortfolioCopy, VisitPack
from lms.core.files import StoredFile
from lms.core.retention import Rule, is_unnamed

RULES = (
    Rule(
        VisitPack,
        "Packs made for a visit: a copy of the portfolios in it",
        keep="KEEP_PACKS",
        since="it was asked for",
        why="A visit is over by then. A new one can be made at any time.",
        past=lambda before: VisitPack.created_at < before,
    ),
    Rule(
        PortfolioCopy,
        "A learner’s own copy of their portfolio, made for them to take away",
        keep="KEEP_COPIES",
        since="it was asked for",
        why="They have taken it by then. A new one can be made at any time.",
        past=lambda before: PortfolioCopy.created_at < before,
    ),
    Rule(
        StoredFile,
        "The files of a learner’s own copy that is gone",
        keep="KEEP_COPIES",
        since="they were made",
        why="Nobody could find them again to take out a piece in which somebody can be recognised.",
        past=lambda before: (
            (StoredFile.purpose == COPY_PURPOSE)
            & (StoredFile.created_at < before)
            & is_unnamed(StoredFile.id)
        ),
    ),
)
