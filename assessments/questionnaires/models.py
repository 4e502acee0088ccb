"""Questionnaires: who was asked, and, apart from that, what was answered.

A response names nobody. It carries a pseudonym, the same in every wave of an enrolment, made with a key that is
not in the database. The invitation says only whether somebody has answered. Nothing that the two sides hold
(no id, order, time or author) joins them again.
"""

from __future__ import annotations

import secrets
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.models import Cohort, Enrolment
from lms.core.model import APPEND_ONLY, Base, Entity, enum_column

PSEUDONYM_LENGTH = 43


class WaveKind(StrEnum):
    """When in its course a cohort is asked."""

    PRE = "pre"
    POST = "post"


class InstrumentVersion(Entity):
    """One published version of a questionnaire. Append-only."""

    __tablename__ = "instrument_version"
    __table_args__ = (UniqueConstraint("slug", "number"), APPEND_ONLY)

    slug: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    content_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class Wave(Entity):
    """A cohort being asked one questionnaire, between two days."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("cohort_id", "kind"),
        CheckConstraint("closes_on >= opens_on", name="days"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    instrument_version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    kind: Mapped[WaveKind] = mapped_column(enum_column(WaveKind))
    opens_on: Mapped[date]
    closes_on: Mapped[date]

    cohort: Mapped[Cohort] = relationship()
    instrument_version: Mapped[InstrumentVersion] = relationship()


class Invitation(Base):
    """Who was asked, and whether they have answered. Nothing else, so that nothing here orders or dates an answer."""

    __tablename__ = "invitation"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    answered: Mapped[bool] = mapped_column(default=False)

    wave: Mapped[Wave] = relationship()
    enrolment: Mapped[Enrolment] = relationship()


def random_key() -> str:
    """A primary key without order."""
    return secrets.token_urlsafe(16)


class Response(Base):
    """What somebody answered: one byte an item in the instrument's order, 0 for no answer. Dated to the day."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("wave_id", "pseudonym"),
        CheckConstraint(f"length(pseudonym) = {PSEUDONYM_LENGTH}", name="pseudonym"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(22), primary_key=True, default=random_key)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    pseudonym: Mapped[str] = mapped_column(String(PSEUDONYM_LENGTH))
    answered_on: Mapped[date]
    codes: Mapped[bytes] = mapped_column(LargeBinary)
    complete: Mapped[bool] = mapped_column(default=False)


class SpecialAnswers(Base):
    """Answers in special categories, apart from the others, under a pseudonym of their own."""

    __tablename__ = "special_answers"
    __table_args__ = (
        UniqueConstraint("wave_id", "pseudonym"),
        CheckConstraint(f"length(pseudonym) = {PSEUDONYM_LENGTH}", name="pseudonym"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(22), primary_key=True, default=random_key)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    pseudonym: Mapped[str] = mapped_column(String(PSEUDONYM_LENGTH))
    codes: Mapped[bytes] = mapped_column(LargeBinary)


class ResponseImport(Entity):
    """A file of responses that was taken in, so that the same file is never taken in twice."""

    __tablename__ = "response_import"
    __table_args__ = (UniqueConstraint("provider_id", "sha256"),)

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
