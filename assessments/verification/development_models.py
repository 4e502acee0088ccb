"""Awards that assessors and IQAs of a provider hold, and what they did to keep up to date."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import Entity, enum_column
from lms.people.models import Organisation, User


class RecordKind(StrEnum):
    """What is recorded of somebody."""

    AWARD = "award"
    DEVELOPMENT = "development"


class StaffRecord(Entity):
    """An award that somebody holds, with its day; or professional development, with its day and how long it took.

    Kept by the provider's administrators and IQAs. Whether an assessor is qualified or in training stands in
    `marking.models.AssessorStanding`: that decides whose decisions are countersigned, this is the evidence.
    """

    __tablename__ = "staff_record"
    __table_args__ = (
        CheckConstraint("words <> ''", name="words"),
        CheckConstraint("(kind = 'development') = (minutes IS NOT NULL)", name="time_of_development"),
        CheckConstraint("minutes > 0", name="minutes"),
        Index(None, "provider_id", "person_id"),
        Index(None, "person_id"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[RecordKind] = mapped_column(enum_column(RecordKind))
    words: Mapped[str] = mapped_column(String(300))
    on: Mapped[date]
    minutes: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    provider: Mapped[Organisation] = relationship()
    person: Mapped[User] = relationship(foreign_keys=[person_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])

    @property
    def hours(self) -> float | None:
        """How long it took, in hours; None of an award."""
        return None if self.minutes is None else self.minutes / 60
