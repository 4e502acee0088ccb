"""How closely each assessor is looked at, as IQAs have said it, and each provider's own policy of sampling."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.verification.sampling import Risk
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import Organisation, User


class ProviderPolicy(Entity):
    """A version of a provider's own policy, with the day from which it holds and why it was changed. Append-only.

    Of several that hold from the same day the one with the highest number counts.
    """

    __tablename__ = "quality_policy"
    __table_args__ = (
        UniqueConstraint("provider_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("why <> ''", name="why"),
        APPEND_ONLY,
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    holds_from: Mapped[date]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    provider: Mapped[Organisation] = relationship()
    by: Mapped[User] = relationship()


class RiskRating(Entity):
    """An IQA's word on an assessor's risk: what the facts suggested, what the IQA says, and why. Append-only."""

    __tablename__ = "risk_rating"
    __table_args__ = (
        CheckConstraint("assessor_id <> iqa_id", name="not_oneself"),
        CheckConstraint("risk = suggested OR reason <> ''", name="reason"),
        Index(None, "provider_id", "assessor_id"),
        APPEND_ONLY,
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    suggested: Mapped[Risk] = mapped_column(enum_column(Risk, name="suggested"))
    risk: Mapped[Risk] = mapped_column(enum_column(Risk))
    reason: Mapped[str] = mapped_column(Text, default="")
    policy: Mapped[str] = mapped_column(String(120))
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    assessor: Mapped[User] = relationship(foreign_keys=[assessor_id])
    iqa: Mapped[User] = relationship(foreign_keys=[iqa_id])
