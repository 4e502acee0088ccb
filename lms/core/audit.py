"""The audit trail: who did what to which thing, appended, each entry chained to the one before by its hash.

Services call `record`; the entries are numbered and sealed together just before the commit that makes the change
true, so that an entry exists exactly when its change does. Facts never hold answers, tokens or special-category
values. A person who answers a questionnaire is not named: such an entry has no actor.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import clock
from lms.core.access import Actor
from lms.core.extensions import db
from lms.core.model import Base

GENESIS = "0" * 64
_PENDING = "audit.pending"


class Act(StrEnum):
    """What can be done, as `area:thing:past-verb`, in alphabetical order."""

    ADJUSTMENT_AGREED = "cases:adjustment:agreed"
    ADJUSTMENTS_CHANGED = "cohorts:adjustments:changed"
    ANSWERS_CODED = "themes:answers:coded"
    ANSWERS_OPENED = "themes:answers:opened"
    ANSWERS_QUOTED = "themes:answers:quoted"
    ANSWERS_REDACTED = "themes:answers:redacted"
    ANSWERS_SETTLED = "themes:answers:settled"
    ANSWERS_TAKEN_IN = "themes:answers:taken-in"
    APOLOGIES_CHANGED = "cohorts:apologies:changed"
    ASSESSOR_RATED = "verification:assessor:rated"
    ASSESSOR_CAP_SET = "marking:assessor:cap-set"
    ASSESSOR_STANDING_CHANGED = "marking:assessor:standing-changed"
    STAFF_RECORD_CHANGED = "verification:staff-record:changed"
    ASSESSMENT_PLANNED = "planning:assessment:planned"
    ASSESSMENT_RECORDED = "planning:assessment:recorded"
    CALENDAR_CHANGED = "cohorts:calendar:changed"
    CASE_CHANGED = "cases:case:changed"
    CASE_NEED_READ = "cases:need:read"
    CERTIFICATE_ISSUED = "certificates:certificate:issued"
    CERTIFICATES_BEGUN = "certificates:batch:begun"
    CERTIFICATE_NAME_CONFIRMED = "certificates:name:confirmed"
    CERTIFICATE_REPLACED = "certificates:certificate:replaced"
    CERTIFICATE_REVOKED = "certificates:certificate:revoked"
    CHECKED_IN = "cohorts:check-in:recorded"
    CHECK_IN_CHANGED = "cohorts:check-in:changed"
    CHECK_IN_CLAIMED = "cohorts:check-in:claimed"
    CHECK_IN_CLAIM_DECIDED = "cohorts:check-in:claim-decided"
    CODERS_CHANGED = "themes:coders:changed"
    COHORT_CHANGED = "cohorts:cohort:changed"
    COHORT_CREATED = "cohorts:cohort:created"
    COMMENT_BANK_CHANGED = "marking:comment-bank:changed"
    COURSE_PUBLISHED = "content:course:published"
    CREDIT_CLAIMED = "certificates:credit:claimed"
    DECISION_CHANGED = "marking:decision:changed"
    DIRECT_CLAIMS_CHANGED = "verification:direct-claims:changed"
    DRAFT_KEPT = "progress:draft:kept"
    ENROLMENT_CHANGED = "cohorts:enrolment:changed"
    ENROLMENT_MOVED = "cohorts:enrolment:moved"
    EVALUATION_EXPORTED = "evaluation:data:exported"
    EVALUATION_RELEASED = "evaluation:figures:released"
    EVIDENCE_CHANGED = "portfolio:evidence:changed"
    EVIDENCE_CHECKED = "portfolio:evidence:checked-for-names"
    EVIDENCE_GIVEN_BACK = "portfolio:evidence:given-back"
    EVIDENCE_PURGED = "portfolio:evidence:purged"
    EVIDENCE_PUT_BACK = "portfolio:evidence:put-back"
    EVIDENCE_QUARANTINED = "portfolio:evidence:quarantined"
    EXTENSION_GIVEN = "portfolio:extension:given"
    FAMILY_CARDS_PRINTED = "questionnaires:families:cards-printed"
    FILE_STORED = "files:file:stored"
    FORM_KEYED = "questionnaires:paper:keyed"
    FORM_TAKEN_IN = "questionnaires:paper:taken-in"
    FORM_UNDONE = "questionnaires:paper:undone"
    GUEST_ADDED = "cohorts:guest:added"
    HOLD_LIFTED = "holds:hold:lifted"
    HOLD_PLACED = "holds:hold:placed"
    INSTRUMENT_PUBLISHED = "questionnaires:instrument:published"
    INTEREST_CHANGED = "marking:interest:changed"
    INVITATION_ACCEPTED = "people:invitation:accepted"
    INVITATION_SENT = "people:invitation:sent"
    JOURNAL_WRITTEN = "progress:journal:written"
    LEARNERS_IMPORTED = "cohorts:learners:imported"
    LEARNERS_IMPORT_OFFERED = "cohorts:learners:import-offered"
    LEARNER_NUMBER_CHANGED = "cohorts:learner-number:changed"
    MEMBERSHIP_CHANGED = "people:membership:changed"
    ORGANISATION_CREATED = "people:organisation:created"
    PAPER_CODES_PRINTED = "questionnaires:paper:codes-printed"
    PAPER_PRINTED = "questionnaires:paper:printed"
    PASSWORD_CHANGED = "people:password:changed"  # noqa: S105 (the name of an act)
    PLACE_INVITATION_CHANGED = "cohorts:place-invitation:changed"
    PLACE_REQUEST_CHANGED = "cohorts:place-request:changed"
    PORTFOLIO_ALLOCATED = "marking:portfolio:allocated"
    PORTFOLIO_BEGUN = "portfolio:portfolio:begun"
    PORTFOLIO_COPIED = "dossier:copy:asked"
    PORTFOLIO_SUBMITTED = "portfolio:submission:sent"
    PREFERENCE_CHANGED = "people:preference:changed"
    PROGRAMME_CREATED = "cohorts:programme:created"
    PROGRESS_RECORDED = "progress:activity:recorded"
    QUALITY_POLICY_CHANGED = "verification:policy:changed"
    RECORDS_CLEARED_UP = "retention:records:cleared-up"
    REGISTER_TAKEN = "cohorts:register:taken"
    RESPONSES_IMPORTED = "questionnaires:responses:imported"
    RESPONSES_IMPORT_OFFERED = "questionnaires:responses:import-offered"
    RESPONSE_CHANGED = "questionnaires:response:changed"
    SAMPLE_ACTION_CHANGED = "verification:action:changed"
    SAMPLE_DECIDED = "verification:sample:decided"
    SAMPLE_PLANNED = "verification:sample:planned"
    SESSION_CANCELLED = "cohorts:session:cancelled"
    SESSION_HELD_AFTER_ALL = "cohorts:session:held-after-all"
    SESSION_MOVED = "cohorts:session:moved"
    SIGNED_IN = "people:session:signed-in"
    SIGNED_OUT = "people:session:signed-out"
    SIGN_IN_LINK_SENT = "people:link:sent"
    STANDARD_EXERCISE_CHANGED = "standardisation:exercise:changed"
    STANDARD_JUDGED = "standardisation:script:judged"
    STANDARD_MEETING_DUE = "standardisation:meeting:due"
    STANDARD_MEETING_HELD = "standardisation:meeting:held"
    STANDARD_ACTION_CLOSED = "standardisation:action:closed"
    STANDARD_REMARKED = "standardisation:script:remarked"
    SUBMISSION_COUNTERSIGNED = "marking:submission:countersigned"
    SUBMISSION_DECIDED = "marking:submission:decided"
    TESTIMONY_GIVEN = "portfolio:testimony:given"
    THEMES_CHANGED = "themes:codebook:changed"
    THEMES_PUBLISHED = "themes:figures:published"
    UNIT_MOVED = "portfolio:unit:moved"
    UNIT_PUBLISHED = "portfolio:unit:published"
    USER_CREATED = "people:user:created"
    VISIT_CHANGED = "verification:visit:changed"
    VISIT_CHOSEN = "verification:visit:chosen"
    VISIT_OPENED = "verification:visit:opened"
    VISIT_READ = "verification:visit:read"
    VISIT_REPORTED = "verification:visit:reported"
    WAITING_LIST_CHANGED = "cohorts:waiting-list:changed"
    WAVE_MOVED = "questionnaires:wave:moved"
    WAVE_OPENED = "questionnaires:wave:opened"
    WAVE_REMINDED = "questionnaires:wave:reminded"
    WITNESS_ASKED = "portfolio:witness:asked"


class AuditRecord(Base):
    """One entry. Append-only; `hash` covers every other column and the previous entry's hash."""

    __tablename__ = "audit_record"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        {"info": {"append_only": True}},
    )

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(60), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain: one row, locked while entries are sealed so that numbers have no gaps and no twins."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


def record(
    act: Act,
    *,
    by: Actor | None,
    on: Base | None = None,
    kind: str | None = None,
    organisation_id: int | None = None,
    **facts: str | float | bool | None,
) -> None:
    """Note an act; it is sealed into the chain by the commit that makes it true.

    Args:
        act: what was done.
        by: who did it; None for the system, and for a person who answers a questionnaire.
        on: the row it was done to; its table's name and its id are kept.
        kind: what it was done to, when there is no row.
        organisation_id: the organisation whose administrators may read the entry.
        facts: plain values worth keeping; never answers, tokens or special-category values.
    """
    pending = db.session.info.setdefault(_PENDING, [])
    pending.append((clock.now(), act, by.id if by else None, organisation_id, on, kind, facts))


def digest(entry: AuditRecord) -> str:
    """The hash of an entry: SHA-256 over its columns and the previous hash, as canonical JSON."""
    content = [
        entry.sequence,
        entry.at.isoformat(),
        entry.act,
        entry.actor_id,
        entry.organisation_id,
        entry.subject_kind,
        entry.subject_id,
        entry.facts,
        entry.previous,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def broken_entries(entries: Iterable[AuditRecord]) -> list[int]:
    """Numbers of the entries whose hash or link does not hold, given all entries in order."""
    broken: list[int] = []
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.sequence != expected or entry.previous != previous or entry.hash != digest(entry):
            broken.append(entry.sequence)
        previous, expected = entry.hash, entry.sequence + 1
    return broken


def _seal(session: Session) -> None:
    pending = session.info.get(_PENDING)
    if not pending:
        return
    session.flush()
    head = session.scalar(select(AuditHead).where(AuditHead.id == 1).with_for_update())
    if head is None:
        head = AuditHead(id=1, sequence=0, hash=GENESIS)
        session.add(head)
    for at, act, actor_id, organisation_id, subject, kind, facts in pending:
        entry = AuditRecord(
            sequence=head.sequence + 1,
            at=at,
            act=act.value,
            actor_id=actor_id,
            organisation_id=organisation_id,
            subject_kind=kind or (subject.__tablename__ if subject is not None else ""),
            subject_id=getattr(subject, "id", None)
            if isinstance(getattr(subject, "id", None), int)
            else None,
            facts=facts,
            previous=head.hash,
        )
        entry.hash = digest(entry)
        head.sequence, head.hash = entry.sequence, entry.hash
        session.add(entry)
    session.info[_PENDING] = []
    session.flush()


def _forget(session: Session) -> None:
    session.info[_PENDING] = []


def listen() -> None:
    """Seal on commit, forget on rollback. Called once, by the roof."""
    if not event.contains(Session, "before_commit", _seal):
        event.listen(Session, "before_commit", _seal)
        event.listen(Session, "after_rollback", _forget)
