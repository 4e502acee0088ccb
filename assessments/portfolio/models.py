"""Portfolios: evidence, what it serves, and what was sent to be assessed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.models import Enrolment
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, Entity, enum_column


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    OBSERVATION = "observation"
    WITNESS_TESTIMONY = "witness-testimony"
    WORK_PRODUCT = "work-product"
    REFLECTIVE_ACCOUNT = "reflective-account"
    PROFESSIONAL_DISCUSSION = "professional-discussion"
    QUESTIONS = "questions"


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
    """One practitioner's portfolio for one unit. Pins the version of the unit it began on."""

    __tablename__ = "portfolio"
    __table_args__ = (UniqueConstraint("enrolment_id", "unit_version_id"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit_version_id: Mapped[int] = mapped_column(ForeignKey("unit_version.id"))

    enrolment: Mapped[Enrolment] = relationship()
    unit_version: Mapped[UnitVersion] = relationship()


class Evidence(Entity):
    """One piece of evidence: a text or a file. Families stand under a code."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("(file_id IS NULL) <> (text = '')", name="text_or_file"),
        CheckConstraint("removed_at IS NULL OR sent = false", name="sent_stays"),
    )

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(enum_column(EvidenceKind))
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    happened_on: Mapped[date]
    family_code: Mapped[str] = mapped_column(String(20), default="")
    declared_own_work: Mapped[bool]
    redaction_checked: Mapped[bool]
    sent: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]

    portfolio: Mapped[Portfolio] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class Mapping(Entity):
    """A piece of evidence serving a criterion."""

    __tablename__ = "mapping"
    __table_args__ = (UniqueConstraint("evidence_id", "criterion"),)

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    criterion: Mapped[str] = mapped_column(String(12))


class Submission(Entity):
    """What a practitioner sent, as it was then. Append-only and numbered."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "number"),
        CheckConstraint("number > 0", name="number"),
        APPEND_ONLY,
    )

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    number: Mapped[int]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)

    portfolio: Mapped[Portfolio] = relationship()
