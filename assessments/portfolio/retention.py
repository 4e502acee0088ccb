"""What is kept of portfolios."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select

from assessments.portfolio.checking_models import NameAnswer, UnreadFile
from assessments.portfolio.models import (
    Evidence,
    EvidenceFile,
    Mapping,
    Portfolio,
    SentWords,
    Submission,
    SubmittedEvidence,
    SubmittedFile,
    UnitVersion,
)
from assessments.portfolio.move_models import PortfolioMove, UnitMove
from assessments.portfolio.quarantine_models import Purge, Quarantine, SealedFile, SealedWords, Undone
from assessments.portfolio.witness_models import ApprovedExpert, Testimony, WitnessRequest
from lms.core.extensions import db
from lms.core.retention import Kept, Rule


def _is_given() -> ColumnElement[bool]:
    return select(Testimony.id).where(Testimony.request_id == WitnessRequest.id).exists()


def _with_it(evidence_ids: Sequence[int]) -> None:
    db.session.execute(delete(EvidenceFile).where(EvidenceFile.evidence_id.in_(evidence_ids)))
    for model in (NameAnswer, UnreadFile):
        db.session.execute(delete(model).where(model.evidence_id.in_(evidence_ids)))
    db.session.execute(delete(Mapping).where(Mapping.evidence_id.in_(evidence_ids)))


RULES = (
    Rule(
        Evidence,
        "Evidence that was taken out of a portfolio and never sent",
        keep="KEEP_REMOVED",
        since="it was taken out",
        why="It may be about families, and was taken out for a reason. Nobody has assessed it.",
        past=lambda before: (Evidence.removed_at < before) & Evidence.sent.is_(False),
        first=_with_it,
    ),
    Rule(
        WitnessRequest,
        "Names and addresses of witnesses who were asked and did not answer",
        keep="KEEP_REMOVED",
        since="their link ran out",
        why="They said nothing, so nobody needs to know them.",
        past=lambda before: (WitnessRequest.expires_at < before) & ~_is_given(),
    ),
)

KEPT = (
    Kept(
        (
            Portfolio,
            PortfolioMove,
            Evidence,
            EvidenceFile,
            Mapping,
            NameAnswer,
            UnreadFile,
            Quarantine,
            SealedWords,
            SealedFile,
            Purge,
            Undone,
            Submission,
            SentWords,
            SubmittedEvidence,
            SubmittedFile,
            WitnessRequest,
            Testimony,
            ApprovedExpert,
        ),
        "Portfolios: the evidence, and what was sent to be assessed",
        until="at least until external quality assurance is passed and 12 weeks after the certificate",
        why="Awarding bodies sample them until then. The site is not told when that is, and an appeal or a complaint may need "
        "them longer, so nothing goes by itself.",
    ),
    Kept(
        (UnitVersion, UnitMove),
        "Units and their criteria, each version as it was assessed, and where criteria went from one to the next",
        until="as long as the installation",
        why="They are not about people.",
    ),
)
