"""Certificates as they were printed, and everything that has happened to them since."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.facts import CertificateKind
from certificates.standing import CertificateEventKind
from courses.cohorts.models import Enrolment
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User

__all__ = ["Certificate", "CertificateEvent", "CertificateKind", "LiveCertificate", "PrintedName"]


class Certificate(Entity):
    """One certificate: its facts as printed and the very bytes that were issued. Append-only.

    The holder stands here beside the enrolment so that the database can refuse an issuer who is the holder.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("id", "enrolment_id", "kind"),
        UniqueConstraint("replaces_id"),
        CheckConstraint("issued_by_id <> holder_id", name="not_own"),
        CheckConstraint("replaces_id IS NULL OR replaces_id <> id", name="replaces"),
        Index(None, "enrolment_id", "kind"),
        Index(None, "holder_id"),
        APPEND_ONLY,
    )

    kind: Mapped[CertificateKind] = mapped_column(enum_column(CertificateKind))
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    issued_on: Mapped[date]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))

    enrolment: Mapped[Enrolment] = relationship()
    holder: Mapped[User] = relationship(foreign_keys=[holder_id])
    issuer: Mapped[User] = relationship(foreign_keys=[issued_by_id])
    file: Mapped[StoredFile] = relationship()
    events: Mapped[list[CertificateEvent]] = relationship(order_by="CertificateEvent.number")


class CertificateEvent(Entity):
    """Something that happened to a certificate. Append-only; how it stands is a fold over these.

    It is issued first and ends at most once: two people who end it at the same moment both write number 2.
    """

    __tablename__ = "certificate_event"
    __table_args__ = (
        UniqueConstraint("certificate_id", "number"),
        CheckConstraint("number IN (1, 2)", name="number"),
        CheckConstraint("(number = 1) = (kind = 'issued')", name="issued_first"),
        CheckConstraint("kind = 'issued' OR reason <> ''", name="reason"),
        APPEND_ONLY,
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    number: Mapped[int]
    kind: Mapped[CertificateEventKind] = mapped_column(enum_column(CertificateEventKind))
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User] = relationship()


class LiveCertificate(Entity):
    """The one certificate of an enrolment and kind that holds today; none when none does.

    What the fold says of every certificate, kept in a form that lets the database refuse a second one. Written and
    deleted in the same transaction as the events it follows from.
    """

    __tablename__ = "live_certificate"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind"),
        ForeignKeyConstraint(
            ["certificate_id", "enrolment_id", "kind"],
            ["certificate.id", "certificate.enrolment_id", "certificate.kind"],
        ),
    )

    certificate_id: Mapped[int] = mapped_column(unique=True)
    enrolment_id: Mapped[int]
    kind: Mapped[CertificateKind] = mapped_column(enum_column(CertificateKind))

    certificate: Mapped[Certificate] = relationship(
        viewonly=True,
        foreign_keys=[certificate_id],
        primaryjoin="LiveCertificate.certificate_id == Certificate.id",
    )


class PrintedName(Entity):
    """A practitioner's own word on how their name is to be printed. Append-only; the latest counts."""

    __tablename__ = "printed_name"
    __table_args__ = (CheckConstraint("name <> ''", name="name"), Index(None, "enrolment_id"), APPEND_ONLY)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    name: Mapped[str] = mapped_column(String(120))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
