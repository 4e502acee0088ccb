"""What is kept of packs for visits: their contents stand elsewhere, so a pack goes soon."""

from __future__ import annotations

from assessments.dossier.models import VisitPack
from lms.core.retention import Rule

RULES = (
    Rule(
        VisitPack,
        "Packs made for a visit: a copy of the portfolios in it",
        keep="KEEP_PACKS",
        since="it was asked for",
        why="A visit is over by then. A new one can be made at any time.",
        past=lambda before: VisitPack.created_at < before,
    ),
)
