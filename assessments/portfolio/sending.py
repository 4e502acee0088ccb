"""Freezing the evidence of a portfolio as a submission. Which criteria may be sent is marking's rule; it calls here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from assessments.portfolio.models import (
    Evidence,
    Mapping,
    Portfolio,
    Submission,
    SubmittedEvidence,
    SubmittedFile,
)
from assessments.portfolio.queries import criterion_order, files_of
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.files import StoredFile


def take_snapshot(portfolio: Portfolio, criteria: Iterable[str], *, by: Actor) -> Submission:
    """Freeze the evidence of some criteria as the portfolio's next numbered submission.

    Everything mapped to those criteria goes in, what was sent for them before included, so that whoever reads a
    submission needs no other. Which criteria may be sent is the caller's rule.

    Raises:
        Refused: nothing is chosen, or a criterion has no evidence.
    """
    chosen = sorted(set(criteria), key=criterion_order)
    if not chosen:
        raise Refused("Tick at least one criterion to send.", field="criteria")
    rows = db.session.execute(
        select(Mapping, Evidence)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(
            Evidence.portfolio_id == portfolio.id,
            Evidence.removed_at.is_(None),
            Mapping.criterion.in_(chosen),
        )
        .order_by(Evidence.happened_on, Evidence.id)
    ).all()
    served: dict[str, dict[str, str]] = {ref: {} for ref in chosen}
    for mapping, evidence in rows:
        served[mapping.criterion][evidence.ref] = mapping.why
    bare = [ref for ref, why in served.items() if not why]
    if bare:
        raise Refused(
            f"{', '.join(bare)}: nothing is linked to it yet. Add evidence, or leave it out.",
            field="criteria",
        )
    pieces = {evidence.id: evidence for _, evidence in rows}
    kept = files_of(pieces)
    submission = Submission(
        portfolio_id=portfolio.id,
        learner_id=portfolio.learner_id,
        number=_next_number(portfolio),
        criteria=chosen,
        snapshot={
            "criteria": served,
            "evidence": [_frozen(evidence, kept[evidence.id]) for evidence in pieces.values()],
        },
    )
    db.session.add(submission)
    db.session.flush()
    for mapping, evidence in rows:
        evidence.sent = True
        if mapping.submission_id is None:
            mapping.submission_id = submission.id
    db.session.add_all(
        SubmittedEvidence(submission_id=submission.id, evidence_id=number) for number in pieces
    )
    db.session.add_all(
        SubmittedFile(submission_id=submission.id, evidence_id=number, file_id=file.id)
        for number in pieces
        for file in kept[number]
    )
    audit.record(
        Act.PORTFOLIO_SUBMITTED,
        by=by,
        on=submission,
        number=submission.number,
        criteria=len(chosen),
        pieces=len(pieces),
    )
    return submission


def _next_number(portfolio: Portfolio) -> int:
    newest = db.session.scalar(
        select(Submission.number)
        .where(Submission.portfolio_id == portfolio.id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return (newest or 0) + 1


def _frozen(evidence: Evidence, kept: Iterable[StoredFile]) -> dict[str, Any]:
    """One piece of evidence as plain data, complete in itself."""
    return {
        "ref": evidence.ref,
        "kind": evidence.kind.value,
        "title": evidence.title,
        "text": evidence.text,
        "note": evidence.note,
        "happened_on": evidence.happened_on.isoformat(),
        "family_code": evidence.family_code,
        "declared_own_work": evidence.declared_own_work,
        "redaction_checked": evidence.redaction_checked,
        "files": [
            {
                "ref": file.ref,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in kept
        ],
    }
