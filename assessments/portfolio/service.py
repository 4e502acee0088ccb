"""What a practitioner does with a portfolio: begin it, add evidence, change it, take it back.

Sending it to the assessor is marking's affair; it calls `take_snapshot` here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy import select

from assessments.identifying.findings import Finding
from assessments.portfolio.evidence_fields import LONGEST_TEXT, EvidenceFields, identifying, to_put_right
from assessments.portfolio.models import (
    Evidence,
    Mapping,
    Portfolio,
    Submission,
    SubmittedEvidence,
    UnitVersion,
)
from assessments.portfolio.queries import criterion_order, newest_unit_version, unit_of
from assessments.portfolio.unit_schema import Unit
from courses.cohorts.models import Enrolment
from lms.core import audit, clock, files
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.files import Purpose, StoredFile


class Identifies(Refused):
    """Words in a piece of evidence could identify a family. Carries what was found."""

    def __init__(self, findings: list[Finding]) -> None:
        kinds = list(dict.fromkeys(finding.kind.words for finding in findings))
        super().__init__(
            f"We found what looks like {' and '.join(kinds)}. Take it out, so that no family can be found."
        )
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives: its bytes, and the name that the person's own machine gave it."""

    stream: IO[bytes]
    name: str


def publish_unit(unit: Unit, *, by: Actor | None) -> UnitVersion:
    """Publish a unit as its next version; a unit that has not changed gives back the version it already has."""
    document = unit.document()
    content_hash = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    newest = db.session.scalar(
        select(UnitVersion).where(UnitVersion.slug == unit.slug).order_by(UnitVersion.number.desc()).limit(1)
    )
    if newest is not None and newest.content_hash == content_hash:
        return newest
    version = UnitVersion(
        slug=unit.slug,
        number=newest.number + 1 if newest else 1,
        title=unit.title,
        content_hash=content_hash,
        document=document,
    )
    db.session.add(version)
    db.session.flush()
    audit.record(Act.UNIT_PUBLISHED, by=by, on=version, slug=unit.slug, number=version.number)
    return version


def open_portfolio(enrolment: Enrolment, *, by: Actor) -> Portfolio:
    """Begin the portfolio of an enrolment; one that has begun is given back as it is.

    Raises:
        Refused: the practitioner does not work towards the unit.
        NotFound: the course has no unit, or its unit has not been published.
    """
    begun = db.session.scalar(select(Portfolio).where(Portfolio.enrolment_id == enrolment.id))
    if begun is not None:
        return begun
    if not enrolment.seeks_accreditation:
        raise Refused(
            "A portfolio is for those who work towards the unit. Ask your training provider to change it."
        )
    portfolio = Portfolio(
        enrolment_id=enrolment.id,
        learner_id=enrolment.user_id,
        unit_version_id=newest_unit_version(enrolment.cohort).id,
    )
    db.session.add(portfolio)
    db.session.flush()
    audit.record(Act.PORTFOLIO_BEGUN, by=by, on=portfolio)
    return portfolio


def add_evidence(
    portfolio: Portfolio, fields: EvidenceFields, *, text: str = "", upload: Upload | None = None, by: Actor
) -> Evidence:
    """Add a piece of evidence: a text, or a file.

    Raises:
        Identifies: its words could identify a family.
        Refused: something in it cannot be used; the error names the field.
        TooLarge: the file is over the limit.
    """
    _check(portfolio, fields, text=text, has_file=upload is not None)
    file = _stored(upload, by=by)
    evidence = Evidence(
        portfolio_id=portfolio.id,
        kind=fields.kind,
        title=fields.title,
        text=text,
        file_id=file.id if file else None,
        note=fields.note,
        happened_on=fields.happened_on,
        family_code=fields.family_code,
        declared_own_work=fields.own_work,
        redaction_checked=fields.names_covered,
    )
    db.session.add(evidence)
    db.session.flush()
    _map(evidence, fields.criteria)
    audit.record(
        Act.EVIDENCE_CHANGED,
        by=by,
        on=evidence,
        what="added",
        kind=fields.kind.value,
        criteria=len(fields.criteria),
    )
    return evidence


def change_evidence(
    evidence: Evidence,
    fields: EvidenceFields,
    *,
    text: str = "",
    upload: Upload | None = None,
    version: int,
    by: Actor,
) -> None:
    """Change a piece of evidence that has not been sent; the file stays unless another is given.

    Raises:
        Conflict: it has been sent, or changed since the form was opened.
        Identifies: its words could identify a family.
        Refused: something in it cannot be used; the error names the field.
    """
    _require_unsent(evidence)
    if version != evidence.version:
        raise Conflict(
            "You changed this somewhere else since you opened the page. What you typed is still below."
        )
    _check(evidence.portfolio, fields, text=text, has_file=upload is not None or evidence.file_id is not None)
    file = _stored(upload, by=by)
    evidence.kind, evidence.title, evidence.note = fields.kind, fields.title, fields.note
    evidence.text = text
    if file is not None:
        evidence.file_id = file.id
    evidence.happened_on, evidence.family_code = fields.happened_on, fields.family_code
    evidence.version += 1
    _map(evidence, fields.criteria)
    audit.record(Act.EVIDENCE_CHANGED, by=by, on=evidence, what="changed", version=evidence.version)


def map_evidence(evidence: Evidence, criteria: Iterable[str], *, by: Actor) -> None:
    """Say anew which criteria a piece of evidence serves; what it was sent for stays.

    Raises:
        Refused: the unit has no such criterion, or none is left.
    """
    chosen = frozenset(criteria)
    _require_criteria(unit_of(evidence.portfolio), chosen)
    _map(evidence, chosen)
    audit.record(Act.EVIDENCE_CHANGED, by=by, on=evidence, what="mapped", criteria=len(chosen))


def remove_evidence(evidence: Evidence, *, by: Actor) -> None:
    """Take back a piece of evidence that has not been sent; one that is gone already stays gone.

    Raises:
        Conflict: it has been sent.
    """
    _require_unsent(evidence)
    if evidence.removed_at is None:
        evidence.removed_at = clock.now()
        _map(evidence, frozenset())
        audit.record(Act.EVIDENCE_CHANGED, by=by, on=evidence, what="taken back")


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
        select(Mapping, Evidence, StoredFile)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .outerjoin(StoredFile, StoredFile.id == Evidence.file_id)
        .where(
            Evidence.portfolio_id == portfolio.id,
            Evidence.removed_at.is_(None),
            Mapping.criterion.in_(chosen),
        )
        .order_by(Evidence.happened_on, Evidence.id)
    ).all()
    served: dict[str, list[str]] = {ref: [] for ref in chosen}
    for mapping, evidence, _ in rows:
        served[mapping.criterion].append(evidence.ref)
    bare = [ref for ref, refs in served.items() if not refs]
    if bare:
        raise Refused(
            f"{', '.join(bare)}: nothing is linked to it yet. Add evidence, or leave it out.",
            field="criteria",
        )
    pieces = {evidence.id: (evidence, file) for _, evidence, file in rows}
    submission = Submission(
        portfolio_id=portfolio.id,
        learner_id=portfolio.learner_id,
        number=_next_number(portfolio),
        criteria=chosen,
        snapshot={
            "criteria": served,
            "evidence": [_frozen(evidence, file) for evidence, file in pieces.values()],
        },
    )
    db.session.add(submission)
    db.session.flush()
    for mapping, evidence, _ in rows:
        evidence.sent = True
        if mapping.submission_id is None:
            mapping.submission_id = submission.id
    db.session.add_all(
        SubmittedEvidence(submission_id=submission.id, evidence_id=number) for number in pieces
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


def _frozen(evidence: Evidence, file: StoredFile | None) -> dict[str, Any]:
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
        "file": None
        if file is None
        else {
            "ref": file.ref,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
        },
    }


def _stored(upload: Upload | None, *, by: Actor) -> StoredFile | None:
    if upload is None:
        return None
    return files.store(upload.stream, name=upload.name, purpose=Purpose.EVIDENCE, by=by)


def _check(portfolio: Portfolio, fields: EvidenceFields, *, text: str, has_file: bool) -> None:
    if bool(text) == has_file:
        raise Refused("Write what happened, or choose a photo or file.", field="text" if has_file else "file")
    if len(text) > LONGEST_TEXT:
        raise Refused(
            f"That is {len(text):,} characters. Keep it under {LONGEST_TEXT:,}, or send it as a file.",
            field="text",
        )
    if fields.happened_on > clock.today():
        raise Refused("That day is still to come. Give the day the work was done.", field="happened_on")
    if not (fields.own_work and fields.names_covered):
        raise Refused(
            "Tick both boxes: that it is your own work, and that nobody can be recognised.", field="own_work"
        )
    _require_criteria(unit_of(portfolio), fields.criteria)
    found = to_put_right(identifying(fields, text), may_stay=fields.identifiers_stay)
    if found:
        raise Identifies(found)


def _require_criteria(unit: Unit, criteria: frozenset[str]) -> None:
    if not criteria:
        raise Refused("Tick at least one criterion that it helps with.", field="criteria")
    unknown = sorted(criteria - unit.criteria.keys())
    if unknown:
        raise Refused(f"The unit has no criterion {', '.join(unknown)}.", field="criteria")


def _require_unsent(evidence: Evidence) -> None:
    if evidence.sent:
        raise Conflict(
            "You have sent this to your assessor, so it stays as it was. Add something new instead."
        )


def _map(evidence: Evidence, criteria: frozenset[str]) -> None:
    """Bring the mapping to a set of criteria; lines that have been sent stay."""
    existing = {
        mapping.criterion: mapping
        for mapping in db.session.scalars(select(Mapping).where(Mapping.evidence_id == evidence.id))
    }
    for ref, mapping in existing.items():
        if ref not in criteria and mapping.submission_id is None:
            db.session.delete(mapping)
    db.session.add_all(
        Mapping(evidence_id=evidence.id, criterion=ref)
        for ref in sorted(criteria - existing.keys(), key=criterion_order)
    )
    db.session.flush()
