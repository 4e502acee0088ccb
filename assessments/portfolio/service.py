"""What a practitioner does with a portfolio: begin it, add evidence, change it, take it back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from sqlalchemy import delete, func, select

from assessments.portfolio.evidence_fields import (
    LONGEST_TEXT,
    MOST_FILES,
    EvidenceFields,
    Reasons,
    what_is_lacking,
)
from assessments.portfolio.models import Evidence, EvidenceFile, Mapping, Portfolio, UnitVersion
from assessments.portfolio.quarantine_queries import standing_quarantine
from assessments.portfolio.quarantine_service import end_when_replaced
from assessments.portfolio.queries import newest_unit_version, unit_of
from assessments.portfolio.unit_schema import Unit, criterion_order
from courses.cohorts.models import Enrolment
from lms.core import audit, clock, files
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.files import Purpose, StoredFile


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
    portfolio: Portfolio,
    fields: EvidenceFields,
    *,
    text: str = "",
    uploads: Sequence[Upload | StoredFile] = (),
    by: Actor,
) -> Evidence:
    """Add a piece of evidence: a text, or files.

    Raises:
        Refused: something in it cannot be used; the error names the field.
        TooLarge: the file is over the limit.
    """
    _check(portfolio, fields, text=text, files_kept=len(uploads))
    kept = _stored(uploads, by=by)
    evidence = Evidence(
        portfolio_id=portfolio.id,
        kind=fields.kind,
        title=fields.title,
        text=text,
        note=fields.note,
        happened_on=fields.happened_on,
        family_code=fields.family_code,
        place=fields.place,
        seen_by=fields.seen_by,
        author_id=by.id,
        declared_own_work=fields.own_work,
        redaction_checked=fields.names_covered,
    )
    db.session.add(evidence)
    db.session.flush()
    _attach(evidence, kept)
    _map(evidence, fields)
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
    uploads: Sequence[Upload | StoredFile] = (),
    without: Iterable[str] = (),
    version: int,
    by: Actor,
) -> None:
    """Change one's own piece of evidence. What has been sent of it stays as it was sent.

    Args:
        evidence: the piece.
        fields: what is said of it now.
        text: its words; empty when it is made of files.
        uploads: files to add to those that it has: as they arrive, or kept already.
        without: references of files to take out of it.
        version: the version that the form began from.
        by: who acts.

    Raises:
        Conflict: it was changed since the form was opened.
        Forbidden: somebody else wrote it.
        Refused: something in it cannot be used; the error names the field.
    """
    _require_own(evidence, by)
    db.session.refresh(evidence, with_for_update=True)
    if version != evidence.version:
        raise Conflict(
            "You changed this somewhere else since you opened the page. Both are below: keep what you want of each."
        )
    gone = [file.id for file in evidence.files if file.ref in set(without)]
    _check(evidence.portfolio, fields, text=text, files_kept=len(evidence.files) - len(gone) + len(uploads))
    kept = _stored(uploads, by=by)
    evidence.kind, evidence.title, evidence.note = fields.kind, fields.title, fields.note
    evidence.text = text
    db.session.execute(
        delete(EvidenceFile).where(EvidenceFile.evidence_id == evidence.id, EvidenceFile.file_id.in_(gone))
    )
    _attach(evidence, kept)
    evidence.happened_on, evidence.family_code = fields.happened_on, fields.family_code
    evidence.place, evidence.seen_by = fields.place, fields.seen_by
    evidence.version += 1
    end_when_replaced(evidence, by=by)
    _map(evidence, fields)
    audit.record(Act.EVIDENCE_CHANGED, by=by, on=evidence, what="changed", version=evidence.version)


def map_evidence(
    evidence: Evidence, criteria: Iterable[str], why: Reasons | None = None, *, by: Actor
) -> None:
    """Say anew which criteria a piece of evidence serves, and why. What was sent stays as it was sent.

    Raises:
        Refused: the unit has no such criterion, or none is left.
    """
    chosen = frozenset(criteria)
    _require_criteria(unit_of(evidence.portfolio), chosen)
    db.session.refresh(evidence, with_for_update=True)
    evidence.version += 1
    _map_to(evidence, chosen, why or {})
    audit.record(Act.EVIDENCE_CHANGED, by=by, on=evidence, what="mapped", criteria=len(chosen))


def remove_evidence(evidence: Evidence, *, by: Actor) -> None:
    """Take a piece of evidence out of the portfolio; one that is gone already stays gone, and what was sent stays sent.

    Raises:
        Forbidden: an assessor wrote it, and it has not been taken out of everybody's sight.
    """
    if evidence.author_id is not None and standing_quarantine(evidence.id) is None:
        _require_own(evidence, by)
    if evidence.removed_at is None:
        evidence.removed_at = clock.now()
        _map_to(evidence, frozenset(), {})
        end_when_replaced(evidence, by=by)
        audit.record(Act.EVIDENCE_CHANGED, by=by, on=evidence, what="taken back")


def _stored(uploads: Sequence[Upload | StoredFile], *, by: Actor) -> list[StoredFile]:
    return [
        upload
        if isinstance(upload, StoredFile)
        else files.store(upload.stream, name=upload.name, purpose=Purpose.EVIDENCE, by=by)
        for upload in uploads
    ]


def _attach(evidence: Evidence, kept: Iterable[StoredFile]) -> None:
    """Put files behind those that a piece of evidence has."""
    last = db.session.scalar(
        select(func.max(EvidenceFile.place)).where(EvidenceFile.evidence_id == evidence.id)
    )
    db.session.add_all(
        EvidenceFile(evidence_id=evidence.id, file_id=file.id, place=place)
        for place, file in enumerate(kept, start=(last or 0) + 1)
    )
    db.session.flush()
    db.session.expire(evidence, ["files"])


def _check(portfolio: Portfolio, fields: EvidenceFields, *, text: str, files_kept: int) -> None:
    lack = what_is_lacking(fields, has_text=bool(text), has_files=bool(files_kept))
    if lack is not None:
        raise Refused(lack[1], field=lack[0])
    if files_kept > MOST_FILES:
        raise Refused(f"That is {files_kept} files. Keep one piece to {MOST_FILES} files.", field="file")
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


def _require_criteria(unit: Unit, criteria: frozenset[str]) -> None:
    if not criteria:
        raise Refused("Tick at least one criterion that it helps with.", field="criteria")
    unknown = sorted(criteria - unit.criteria.keys())
    if unknown:
        raise Refused(f"The unit has no criterion {', '.join(unknown)}.", field="criteria")


def _require_own(evidence: Evidence, by: Actor) -> None:
    if evidence.author_id != by.id:
        raise Forbidden("Somebody else wrote this, so it stays as they wrote it. You say what it shows.")


def _map(evidence: Evidence, fields: EvidenceFields) -> None:
    _map_to(evidence, fields.criteria, fields.why)


def _map_to(evidence: Evidence, criteria: frozenset[str], why: Reasons) -> None:
    """Bring the mapping to a set of criteria, each with why it is shown."""
    existing = {
        mapping.criterion: mapping
        for mapping in db.session.scalars(select(Mapping).where(Mapping.evidence_id == evidence.id))
    }
    for ref, mapping in existing.items():
        if ref in criteria:
            mapping.why = why.get(ref, mapping.why)
        else:
            db.session.delete(mapping)
    db.session.add_all(
        Mapping(evidence_id=evidence.id, criterion=ref, why=why.get(ref, ""))
        for ref in sorted(criteria - existing.keys(), key=criterion_order)
    )
    db.session.flush()
