"""What is kept of portfolios."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from assessments.portfolio.models import (
    Evidence,
    EvidenceFile,
    Mapping,
    Portfolio,
    Submission,
    SubmittedEvidence,
    SubmittedFile,
    UnitVersion,
)
from lms.core.extensions import db
from lms.core.retention import Kept, Rule


def _with_it(evidence_ids: Sequence[int]) -> None:
    db.session.execute(delete(EvidenceFile).where(EvidenceFile.evidence_id.in_(evidence_ids)))
    db.session.execute(delete(Mapping).where(Mapping.evidence_id.in_(evidence_ids)))


RULES = (
    Rule(
        Evidence,
        "Evidence that its author took back before it was sent",
        keep="KEEP_REMOVED",
        since="it was taken back",
        why="It may be about families, and was taken back for a reason. Nobody has assessed it.",
        past=lambda before: Evidence.removed_at < before,
        first=_with_it,
    ),
)

KEPT = (
    Kept(
        (Portfolio, Evidence, EvidenceFile, Mapping, Submission, SubmittedEvidence, SubmittedFile),
        "Portfolios: the evidence, and what was sent to be assessed",
        until="at least until external quality assurance is passed and 12 weeks after the certificate",
        why="Awarding bodies sample them until then. The site is not told when that is, and an appeal or a complaint may need "
        "them longer, so nothing goes by itself.",
    ),
    Kept(
        (UnitVersion,),
        "Units and their criteria, each version as it was assessed",
        until="as long as the installation",
        why="They are not about people.",
    ),
)
