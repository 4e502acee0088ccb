"""Portfolios: evidence, what it serves, and what was sent to be assessed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.snapshot import put_together
from assessments.portfolio.unit_schema import EvidenceKind
from assessments.portfolio.witness_models import Testimony
from courses.cohorts.models import Enrolment
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, PURGEABLE, REF_LENGTH, Entity, enum_column
from lms.people.models import User

LONGEST_PLACE = 160
"""Characters of where something was seen, and by whom, at most."""
LONGEST_WHY = 400
"""Characters of why a piece of evidence shows a criterion, at most."""


class UnitVersion(Entity):
    """One published version of a unit: its outcomes and criteria. Append-only."""

    __tablename__ = "unit_version"
    __table_args__ = (UniqueConstraint("slug", "number"), APPEND_ONLY)

    slug: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class Portfolio(Entity):
    """One practitioner's portfolio for one unit. Pins the version of the unit it began on.

    The learner stands here beside the enrolment so that the tables above can be tied to both the portfolio and its
    learner by one foreign key, and refuse an assessor who is the learner.
    """

    __tablename__ = "portfolio"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "unit_version_id"),
        UniqueConstraint("id", "learner_id"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    unit_version_id: Mapped[int] = mapped_column(ForeignKey("unit_version.id"))

    enrolment: Mapped[Enrolment] = relationship()
    learner: Mapped[User] = relationship()
    unit_version: Mapped[UnitVersion] = relationship()


class Evidence(Entity):
    """One piece of evidence as it is now: words, files or both. Families stand under a code.

    `version` counts the changes, so that a form which began from an older one is noticed. It may be changed and taken
    out after it has been sent: what was sent stands in the submission's snapshot and stays.

    `author_id` is who wrote it: the practitioner, or an assessor who watched or talked with them; nobody of ours for
    what a witness said. The practitioner changes only what is theirs.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("declared_own_work AND redaction_checked", name="declared"),
        CheckConstraint("(author_id IS NULL) = (testimony_id IS NOT NULL)", name="one_author"),
        CheckConstraint("version > 0", name="version"),
    )

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    testimony_id: Mapped[int | None] = mapped_column(ForeignKey("testimony.id"), unique=True)
    kind: Mapped[EvidenceKind] = mapped_column(enum_column(EvidenceKind))
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(600), default="")
    happened_on: Mapped[date]
    family_code: Mapped[str] = mapped_column(String(20), default="")
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    seen_by: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    declared_own_work: Mapped[bool]
    redaction_checked: Mapped[bool]
    sent: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    portfolio: Mapped[Portfolio] = relationship()
    author: Mapped[User | None] = relationship()
    testimony: Mapped[Testimony | None] = relationship()
    files: Mapped[list[StoredFile]] = relationship(
        secondary="evidence_file", order_by="EvidenceFile.place", viewonly=True
    )

    @property
    def by_assessor(self) -> bool:
        """Whether an assessor wrote it: the practitioner cannot change it."""
        return self.author_id not in (None, self.portfolio.learner_id)


class EvidenceFile(Entity):
    """A file of a piece of evidence as it is now, in its place among the others, from 1."""

    __tablename__ = "evidence_file"
    __table_args__ = (
        UniqueConstraint("evidence_id", "place"),
        UniqueConstraint("evidence_id", "file_id"),
        Index(None, "file_id"),
        CheckConstraint("place > 0", name="place"),
    )

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    place: Mapped[int]


class Mapping(Entity):
    """A piece of evidence serving a criterion, and why its author says that it does.

    `submission_id` is the last submission that carried it, and `sent_version` the evidence's version then: when the
    evidence is another by now, it is new evidence again.
    """

    __tablename__ = "mapping"
    __table_args__ = (
        UniqueConstraint("evidence_id", "criterion"),
        CheckConstraint("(submission_id IS NULL) = (sent_version IS NULL)", name="sent_as"),
    )

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    criterion: Mapped[str] = mapped_column(String(12))
    why: Mapped[str] = mapped_column(String(LONGEST_WHY), default="")
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)
    sent_version: Mapped[int | None]


class Submission(Entity):
    """What a practitioner sent, as it was then. Append-only and numbered; `created_at` is when it was sent.

    `declaration` is the words that the practitioner ticked; `ai_statement` what they say AI was used for, empty when it
    was not. `content_hash` covers all that was sent, so that anybody can see that it is still the same.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "number"),
        UniqueConstraint("id", "learner_id"),
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("declaration <> ''", name="declared"),
        CheckConstraint("ai_used = (ai_statement <> '')", name="ai_said"),
        APPEND_ONLY,
    )

    portfolio_id: Mapped[int]
    learner_id: Mapped[int]
    number: Mapped[int]
    criteria: Mapped[list[str]] = mapped_column(JSON)
    frame: Mapped[dict[str, Any]] = mapped_column(JSON)
    declaration: Mapped[str] = mapped_column(String(300))
    ai_used: Mapped[bool]
    ai_statement: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str] = mapped_column(String(64))

    portfolio: Mapped[Portfolio] = relationship()
    sent_words: Mapped[list[SentWords]] = relationship(order_by="SentWords.id", viewonly=True)

    @property
    def snapshot(self) -> dict[str, Any]:
        """What was sent: the frame with the words put in. Where words have been purged it says so."""
        return put_together(self.frame, {one.evidence_ref: one.shown for one in self.sent_words})


class SentWords(Entity):
    """The words of one piece of evidence within a submission. Append-only but for a purge.

    They lie beside the submission, which keeps their hash, so that words which name a family can go without a trace while
    what was sent can still be shown to be what it was.
    """

    __tablename__ = "sent_words"
    __table_args__ = (UniqueConstraint("submission_id", "evidence_id"), Index(None, "evidence_id"), PURGEABLE)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    evidence_ref: Mapped[str] = mapped_column(String(REF_LENGTH))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    quarantine_id: Mapped[int | None] = mapped_column(ForeignKey("quarantine.id"))
    """Of words that took the place of others: the quarantine in which those went."""

    @property
    def shown(self) -> dict[str, Any]:
        """What is shown of it."""
        return self.said | {"is_replaced": self.quarantine_id is not None}


class SubmittedEvidence(Entity):
    """A piece of evidence within a submission. Append-only."""

    __tablename__ = "submitted_evidence"
    __table_args__ = (
        UniqueConstraint("submission_id", "evidence_id"),
        Index(None, "evidence_id"),
        APPEND_ONLY,
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))

    evidence: Mapped[Evidence] = relationship()


class SubmittedFile(Entity):
    """A file within a submission. Append-only but for a purge: says which files may be shown with it, whatever became of the evidence."""

    __tablename__ = "submitted_file"
    __table_args__ = (UniqueConstraint("submission_id", "file_id"), Index(None, "file_id"), PURGEABLE)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
