"""Certificates as they were printed, and everything that has happened to them since."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.models import Enrolment
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, Entity, enum_column


class CertificateKind(StrEnum):
    """What a certificate says."""

    ATTENDANCE = "attendance"
    UNIT = "unit"


class CertificateEventKind(StrEnum):
    """What can happen to a certificate."""

    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Certificate(Entity):
    """One certificate: its facts as printed and the very bytes that were issued. Append-only.

    `edition` counts the certificates of one enrolment and kind, so that issuing twice makes one.
    """

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("enrolment_id", "kind", "edition"), APPEND_ONLY)

    kind: Mapped[CertificateKind] = mapped_column(enum_column(CertificateKind))
    edition: Mapped[int] = mapped_column(default=1)
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    issued_on: Mapped[date]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    enrolment: Mapped[Enrolment] = relationship()
    file: Mapped[StoredFile] = relationship()


class CertificateEvent(Entity):
    """Something that happened to a certificate. Append-only; its status is a fold over these."""

    __tablename__ = "certificate_event"
    __table_args__ = (Index(None, "certificate_id"), APPEND_ONLY)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    kind: Mapped[CertificateEventKind] = mapped_column(enum_column(CertificateEventKind))
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
