"""Freezing the evidence of a portfolio as a submission. Which criteria may be sent is marking's rule; it calls here."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as TypedMapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assessments.identifying.finding import keep_first
from assessments.identifying.numbers import find_numbers
from assessments.portfolio.checking_models import NameAnswer
from assessments.portfolio.checking_queries import stays
from assessments.portfolio.checking_service import before_sending
from assessments.portfolio.evidence_fields import Reasons
from assessments.portfolio.evidence_queries import files_of
from assessments.portfolio.models import (
    LONGEST_WHY,
    Evidence,
    Mapping,
    Portfolio,
    SentWords,
    Submission,
    SubmittedEvidence,
    SubmittedFile,
)
from assessments.portfolio.snapshot import hash_of, take_apart
from assessments.portfolio.unit_schema import criterion_order
from assessments.portfolio.witness_models import ApprovedExpert, Testimony
from assessments.portfolio.witness_queries import approvals_of
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.model import Entity
from lms.core.text import london

DECLARED = "This is my own work. Where others had a part in it, I have said so."
"""What is declared of every submission; kept with it as it was worded then."""
LONGEST_AI_STATEMENT = 2_000
MOST_NAMED = 3
"""Pieces of evidence that a message names before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a practitioner declares when they send.

    Attributes:
        own_work: whether they declare that it is their own work.
        ai_used: whether AI was used in it; None when that was not said.
        ai_statement: for what, and where they say so; empty when it was not used.
    """

    own_work: bool
    ai_used: bool | None
    ai_statement: str = ""


class Unexplained(Refused):
    """It is not said why some evidence shows a criterion."""

    def __init__(self, lacking: Sequence[tuple[str, str]]) -> None:
        shown = "; ".join(f"“{title}” for {ref}" for title, ref in lacking[:MOST_NAMED])
        more = f", and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
        super().__init__(f"Say in a few words why it shows it: {shown}{more}.", field="criteria")


def explain(portfolio: Portfolio, reasons: Reasons, *, by: Actor) -> None:
    """Say why evidence shows criteria where that has not been said; what has been said stays.

    Args:
        portfolio: the portfolio.
        reasons: why, by the reference of the mapping.
        by: who acts.

    Raises:
        Refused: one is too long.
    """
    mappings = db.session.scalars(
        select(Mapping)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(Evidence.portfolio_id == portfolio.id, Mapping.ref.in_(reasons), Mapping.why == "")
    ).all()
    for mapping in mappings:
        why = reasons[mapping.ref].strip()
        if len(why) > LONGEST_WHY:
            raise Refused(
                f"{mapping.criterion}: keep why it shows it under {LONGEST_WHY} letters.", field="criteria"
            )
        mapping.why = why
    if mappings:
        db.session.flush()
        audit.record(Act.EVIDENCE_CHANGED, by=by, on=portfolio, what="explained", criteria=len(mappings))


def take_snapshot(
    portfolio: Portfolio, criteria: Iterable[str], *, declaration: Declaration, by: Actor
) -> Submission:
    """Freeze the evidence of some criteria as the portfolio's next numbered submission.

    Everything mapped to those criteria goes in, what was sent for them before included, so that whoever reads a
    submission needs no other. Which criteria may be sent is the caller's rule.

    Raises:
        Refused: nothing is chosen, a declaration is missing, or a criterion has no evidence.
        Unexplained: it is not said why some of it shows what it is for.
    """
    _require_declared(declaration)
    chosen = sorted(set(criteria), key=criterion_order)
    if not chosen:
        raise Refused("Tick at least one criterion to send.", field="criteria")
    rows = _rows(portfolio, chosen)
    pieces = {evidence.id: evidence for _, evidence in rows}
    before_sending(list(pieces.values()))
    served = _reasons(chosen, rows)
    kept, left, approved = files_of(pieces), stays(pieces), approvals_of(pieces.values())
    frame, said = take_apart(
        {
            "criteria": served,
            "evidence": [
                frozen(evidence, kept[evidence.id], left[evidence.id], approved.get(evidence.id))
                for evidence in pieces.values()
            ],
        }
    )
    submission = Submission(
        created_at=clock.now(),
        portfolio_id=portfolio.id,
        learner_id=portfolio.learner_id,
        number=_next_number(portfolio),
        criteria=chosen,
        frame=frame,
        declaration=DECLARED,
        ai_used=bool(declaration.ai_used),
        ai_statement=declaration.ai_statement if declaration.ai_used else "",
    )
    submission.content_hash = fingerprint(submission)
    db.session.add(submission)
    db.session.flush()
    for mapping, evidence in rows:
        evidence.sent = True
        mapping.submission_id, mapping.sent_version = submission.id, evidence.version
    db.session.add_all(_parts(submission, pieces.values(), kept, said))
    audit.record(
        Act.PORTFOLIO_SUBMITTED,
        by=by,
        on=submission,
        number=submission.number,
        criteria=len(chosen),
        pieces=len(pieces),
    )
    return submission


WHOLE = (
    joinedload(Evidence.author),
    joinedload(Evidence.portfolio),
    joinedload(Evidence.testimony).joinedload(Testimony.request),
)
"""What is read with a piece, so that freezing it asks for nothing more."""


def as_it_is(evidence_ids: Iterable[int]) -> dict[str, Any]:
    """Pieces of evidence as a snapshot would have them now, oldest work first, with all that they serve. Five queries."""
    pieces = {
        evidence.id: evidence
        for evidence in db.session.scalars(
            select(Evidence)
            .where(Evidence.id.in_(set(evidence_ids)))
            .order_by(Evidence.happened_on, Evidence.id)
            .options(*WHOLE)
        )
    }
    served: dict[str, dict[str, str]] = defaultdict(dict)
    for mapping in db.session.scalars(select(Mapping).where(Mapping.evidence_id.in_(pieces))):
        served[mapping.criterion][pieces[mapping.evidence_id].ref] = mapping.why
    kept, left, approved = files_of(pieces), stays(pieces), approvals_of(pieces.values())
    return {
        "criteria": served,
        "evidence": [
            frozen(evidence, kept[evidence.id], left[evidence.id], approved.get(evidence.id))
            for evidence in pieces.values()
        ],
    }


def _rows(portfolio: Portfolio, chosen: Sequence[str]) -> Sequence[tuple[Mapping, Evidence]]:
    """What serves some criteria now, oldest work first."""
    rows = db.session.execute(
        select(Mapping, Evidence)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(
            Evidence.portfolio_id == portfolio.id,
            Evidence.removed_at.is_(None),
            Mapping.criterion.in_(chosen),
        )
        .order_by(Evidence.happened_on, Evidence.id)
        .options(*WHOLE)
    )
    return [(mapping, evidence) for mapping, evidence in rows]


def _reasons(chosen: Sequence[str], rows: Sequence[tuple[Mapping, Evidence]]) -> dict[str, dict[str, str]]:
    """For each criterion, why each piece of evidence shows it; refused when a criterion has none, or one has no reason."""
    served: dict[str, dict[str, str]] = {ref: {} for ref in chosen}
    for mapping, evidence in rows:
        served[mapping.criterion][evidence.ref] = mapping.why
    bare = [ref for ref, why in served.items() if not why]
    if bare:
        raise Refused(
            f"{', '.join(bare)}: nothing is linked to it yet. Add evidence, or leave it out.",
            field="criteria",
        )
    lacking = [(evidence.title, mapping.criterion) for mapping, evidence in rows if not mapping.why]
    if lacking:
        raise Unexplained(lacking)
    return served


def _parts(
    submission: Submission,
    pieces: Iterable[Evidence],
    kept: TypedMapping[int, Sequence[StoredFile]],
    said: TypedMapping[str, Any],
) -> Iterator[Entity]:
    """What a submission holds: each piece, its words, and the files that may be shown with it."""
    for piece in pieces:
        yield SubmittedEvidence(submission_id=submission.id, evidence_id=piece.id)
        yield SentWords(
            submission_id=submission.id, evidence_id=piece.id, evidence_ref=piece.ref, said=said[piece.ref]
        )
        for file in kept[piece.id]:
            yield SubmittedFile(submission_id=submission.id, evidence_id=piece.id, file_id=file.id)


def fingerprint(submission: Submission) -> str:
    """The SHA-256, in hexadecimal, of all that was sent: the evidence with its files' own hashes, and what was declared."""
    whole = {
        "portfolio": submission.portfolio_id,
        "number": submission.number,
        "sent": submission.created_at.isoformat(),
        "criteria": submission.criteria,
        "evidence": submission.frame,
        "declaration": submission.declaration,
        "ai": submission.ai_statement,
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def is_intact(submission: Submission) -> bool:
    """Whether a submission is still what was sent, but for words that were purged, whose hash it keeps."""
    sealed = {piece["ref"]: piece["words_sha256"] for piece in submission.frame["evidence"]}
    return fingerprint(submission) == submission.content_hash and all(
        hash_of(one.said) == sealed[one.evidence_ref]
        for one in submission.sent_words
        if one.quarantine_id is None
    )


def _require_declared(declaration: Declaration) -> None:
    if not declaration.own_work:
        raise Refused("Tick the box to say that this is your own work.", field="declared")
    if declaration.ai_used is None:
        raise Refused("Say whether a tool such as AI helped you.", field="ai_used")
    if declaration.ai_used and not declaration.ai_statement:
        raise Refused("Say which tool you used, and what for.", field="ai_statement")
    numbers = keep_first(find_numbers(declaration.ai_statement))
    if numbers:
        raise Refused(
            f"Take “{numbers[0].found}” out: it looks like {numbers[0].kind.words}.", field="ai_statement"
        )
    if len(declaration.ai_statement) > LONGEST_AI_STATEMENT:
        raise Refused(f"Keep this under {LONGEST_AI_STATEMENT:,} letters.", field="ai_statement")


def _next_number(portfolio: Portfolio) -> int:
    newest = db.session.scalar(
        select(Submission.number)
        .where(Submission.portfolio_id == portfolio.id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return (newest or 0) + 1


def frozen(
    evidence: Evidence,
    kept: Iterable[StoredFile],
    left: Iterable[NameAnswer],
    approval: ApprovedExpert | None = None,
) -> dict[str, Any]:
    """One piece of evidence as plain data, complete in itself.

    Args:
        evidence: the piece.
        kept: its files.
        left: the words that its author left in.
        approval: by which word of an assessor its witness is an expert, if any.
    """
    return {
        "ref": evidence.ref,
        "kind": evidence.kind.value,
        "title": evidence.title,
        "text": evidence.text,
        "note": evidence.note,
        "happened_on": evidence.happened_on.isoformat(),
        "family_code": evidence.family_code,
        "place": evidence.place,
        "seen_by": evidence.seen_by,
        "author": evidence.author.name if evidence.author else "",
        "by_assessor": evidence.by_assessor,
        "testimony": _frozen_testimony(evidence.testimony, approval) if evidence.testimony else None,
        "declared_own_work": evidence.declared_own_work,
        "redaction_checked": evidence.redaction_checked,
        "left_in": [
            {"words": one.words, "why": one.reason.words if one.reason else "", "said": one.said}
            for one in left
        ],
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


def _frozen_testimony(testimony: Testimony, approval: ApprovedExpert | None) -> dict[str, Any]:
    """What a witness said of themselves; their words are the evidence's text. Who approved them as an expert, if anybody."""
    return {
        "name": testimony.name,
        "role": testimony.role,
        "relationship": testimony.relationship_to,
        "contact": testimony.contact,
        "how_known": testimony.how_known,
        "expert_basis": testimony.expert_basis,
        "interest": testimony.interest,
        "signature": testimony.signature,
        "given_on": london(testimony.created_at).date().isoformat(),
        "approved_by": approval.approved_by.name if approval else "",
        "approved_because": approval.basis if approval else "",
    }
