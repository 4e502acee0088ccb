"""Direct claims: whether a provider may claim a unit's credit without a visit first, as an awarding body decided it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class DirectClaimsStep(StrEnum):
    """What happened to a provider's direct claims."""

    GRANTED = "granted"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def words(self) -> str:
        """The step as people read it."""
        return self.value.capitalize()


class DirectClaimsEntry(Entity):
    """One step in the history of a provider's direct claims for a unit, numbered from 1. Append-only; the latest counts.

    A grant names the verifier on whom it rests: it holds only while that person is an IQA of the provider.
    """

    __tablename__ = "direct_claims_entry"
    __table_args__ = (
        UniqueConstraint("provider_id", "unit_slug", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days"),
        CheckConstraint("(step = 'granted') = (verifier_id IS NOT NULL)", name="verifier"),
        CheckConstraint("step <> 'granted' OR granted_by <> ''", name="granted_by"),
        CheckConstraint("step = 'granted' OR reason <> ''", name="reason"),
        APPEND_ONLY,
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    unit_slug: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    step: Mapped[DirectClaimsStep] = mapped_column(enum_column(DirectClaimsStep))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    verifier_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    granted_by: Mapped[str] = mapped_column(String(160), default="")
    reason: Mapped[str] = mapped_column(String(600), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    verifier: Mapped[User | None] = relationship(foreign_keys=[verifier_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])
