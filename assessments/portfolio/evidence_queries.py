"""Reading pieces of evidence as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from assessments.portfolio.evidence_rules import Item
from assessments.portfolio.models import Evidence, EvidenceFile, Mapping, Portfolio
from assessments.portfolio.queries import IS_NEW
from assessments.portfolio.snapshot import WITHHELD, SentFile
from assessments.portfolio.unit_schema import EvidenceKind, criterion_order
from assessments.portfolio.witness_models import Testimony
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence as pages show it."""

    id: int
    ref: str
    kind: EvidenceKind
    title: str
    text: str
    note: str
    happened_on: date
    family_code: str
    sent: bool
    changed: bool
    """Whether it has been changed since it was sent."""
    by_expert: bool
    """Whether an expert witness said it."""
    is_own: bool
    """Whether the practitioner wrote it; else a witness or an assessor did."""
    added_at: datetime
    files: tuple[SentFile, ...]
    criteria: tuple[str, ...]
    unsent: frozenset[str]

    @property
    def is_picture(self) -> bool:
        """Whether its first file is one that a page shows as an image."""
        return bool(self.files) and self.files[0].is_picture

    @property
    def words(self) -> int:
        """How many words a text has."""
        return len(self.text.split())

    @property
    def is_taken_out(self) -> bool:
        """Whether somebody could be recognised in it, so that nobody sees what it was."""
        return self.title == WITHHELD


def own_evidence(ref: str, *, within: Reach) -> Evidence:
    """One piece of the asking person's own evidence that has not been taken back.

    Raises:
        NotFound: there is no such piece of theirs.
    """
    evidence = db.session.scalar(
        select(Evidence)
        .join(Portfolio, Portfolio.id == Evidence.portfolio_id)
        .where(Evidence.ref == ref, Portfolio.learner_id == within.person_id, Evidence.removed_at.is_(None))
    )
    if evidence is None:
        raise NotFound
    return evidence


def evidence_rows(portfolio_id: int) -> list[EvidenceRow]:
    """All evidence of a portfolio that has not been taken out, newest first, in three queries."""
    rows = db.session.execute(
        _evidence_columns()
        .where(Evidence.portfolio_id == portfolio_id, Evidence.removed_at.is_(None))
        .order_by(Evidence.happened_on.desc(), Evidence.id.desc())
    ).all()
    mapped = db.session.execute(
        select(Mapping.evidence_id, Mapping.criterion, IS_NEW)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(Evidence.portfolio_id == portfolio_id)
    )
    criteria: dict[int, set[str]] = defaultdict(set)
    unsent: dict[int, set[str]] = defaultdict(set)
    for evidence_id, criterion, is_new in mapped:
        criteria[evidence_id].add(criterion)
        if is_new:
            unsent[evidence_id].add(criterion)
    kept = files_of(row.id for row in rows)
    return [_evidence_row(row, criteria[row.id], unsent[row.id], kept[row.id]) for row in rows]


def evidence_row(evidence: Evidence) -> EvidenceRow:
    """One piece of evidence as pages show it."""
    row = db.session.execute(_evidence_columns().where(Evidence.id == evidence.id)).one()
    mapped = db.session.execute(
        select(Mapping.criterion, IS_NEW.label("is_new"))
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(Mapping.evidence_id == evidence.id)
    ).all()
    return _evidence_row(
        row,
        [one.criterion for one in mapped],
        [one.criterion for one in mapped if one.is_new],
        evidence.files,
    )


def reasons_of(evidence: Evidence) -> dict[str, str]:
    """The criteria that a piece of evidence serves, in the unit's order, each with why it shows it."""
    rows = db.session.execute(
        select(Mapping.criterion, Mapping.why).where(Mapping.evidence_id == evidence.id)
    ).all()
    return dict(sorted(((ref, why) for ref, why in rows), key=lambda pair: criterion_order(pair[0])))


def files_of(evidence_ids: Iterable[int]) -> dict[int, list[StoredFile]]:
    """The files of some pieces of evidence, each in its place; a list for every piece. One query."""
    kept: dict[int, list[StoredFile]] = {number: [] for number in evidence_ids}
    rows = db.session.execute(
        select(EvidenceFile.evidence_id, StoredFile)
        .join(StoredFile, StoredFile.id == EvidenceFile.file_id)
        .where(EvidenceFile.evidence_id.in_(kept))
        .order_by(EvidenceFile.place)
    )
    for evidence_id, file in rows:
        kept[evidence_id].append(file)
    return kept


def _evidence_columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Evidence.id,
            Evidence.ref,
            Evidence.kind,
            Evidence.title,
            Evidence.text,
            Evidence.note,
            Evidence.happened_on,
            Evidence.family_code,
            Evidence.sent,
            select(Mapping.id)
            .where(Mapping.evidence_id == Evidence.id, Mapping.sent_version < Evidence.version)
            .exists()
            .label("changed"),
            (Evidence.author_id == Portfolio.learner_id).label("is_own"),
            Evidence.created_at,
            Testimony.is_expert.label("by_expert"),
        )
        .join(Portfolio, Portfolio.id == Evidence.portfolio_id)
        .outerjoin(Testimony, Testimony.id == Evidence.testimony_id)
    )


def _evidence_row(
    row: Row[*tuple[Any, ...]], criteria: Iterable[str], unsent: Iterable[str], files: Iterable[StoredFile]
) -> EvidenceRow:
    return EvidenceRow(
        id=row.id,
        ref=row.ref,
        kind=row.kind,
        title=row.title,
        text=row.text,
        note=row.note,
        happened_on=row.happened_on,
        family_code=row.family_code,
        sent=row.sent,
        changed=row.changed,
        by_expert=bool(row.by_expert),
        is_own=bool(row.is_own),
        added_at=row.created_at,
        files=tuple(SentFile(file.ref, file.name, file.media_type, file.size) for file in files),
        criteria=tuple(sorted(criteria, key=criterion_order)),
        unsent=frozenset(unsent),
    )


def with_evidence(rows: Iterable[EvidenceRow]) -> set[str]:
    """The criteria that any of the evidence serves."""
    return {ref for row in rows for ref in row.criteria}


def with_new_evidence(rows: Iterable[EvidenceRow]) -> set[str]:
    """The criteria served by evidence that has not been sent for them as it is now."""
    return {ref for row in rows for ref in row.unsent}


@dataclass(frozen=True, slots=True)
class Reason:
    """A piece of evidence behind a criterion, with why it shows it; `mapping` is the reference of the two together."""

    mapping: str
    title: str
    why: str


def reasons_by_criterion(portfolio_id: int) -> dict[str, list[Reason]]:
    """For each criterion of a portfolio that has evidence, what serves it and why. One query."""
    rows = db.session.execute(
        select(Mapping.criterion, Mapping.ref, Evidence.title, Mapping.why)
        .join(Evidence, Evidence.id == Mapping.evidence_id)
        .where(Evidence.portfolio_id == portfolio_id, Evidence.removed_at.is_(None))
        .order_by(Evidence.happened_on, Evidence.id)
    )
    found: dict[str, list[Reason]] = defaultdict(list)
    for criterion, mapping, title, why in rows:
        found[criterion].append(Reason(mapping, title, why))
    return found


def rule_items(rows: Iterable[EvidenceRow]) -> list[Item]:
    """The evidence as the unit's evidence rules look at it."""
    return [
        Item(
            kind=row.kind,
            family_code=row.family_code,
            happened_on=row.happened_on,
            criteria=frozenset(row.criteria),
            by_expert=row.by_expert,
        )
        for row in rows
    ]
