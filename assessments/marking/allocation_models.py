"""What stands in the way of giving a portfolio to an assessor: an interest declared, and how much they may have."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import APPEND_ONLY, Entity
from lms.people.models import Setting, User


class Interest(Entity):
    """That an assessor has an interest in a practitioner, or in everybody of a setting. Append-only; stands until ended."""

    __tablename__ = "interest"
    __table_args__ = (
        UniqueConstraint("id", "assessor_id"),
        CheckConstraint("(learner_id IS NULL) <> (setting_id IS NULL)", name="in_one_thing"),
        CheckConstraint("learner_id IS NULL OR learner_id <> assessor_id", name="in_another"),
        CheckConstraint("reason <> ''", name="reason"),
        Index(None, "assessor_id"),
        APPEND_ONLY,
    )

    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    learner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    setting_id: Mapped[int | None] = mapped_column(ForeignKey("setting.id"))
    reason: Mapped[str] = mapped_column(Text)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    assessor: Mapped[User] = relationship(foreign_keys=[assessor_id])
    learner: Mapped[User | None] = relationship(foreign_keys=[learner_id])
    setting: Mapped[Setting | None] = relationship()
    declared_by: Mapped[User] = relationship(foreign_keys=[declared_by_id])


class InterestEnd(Entity):
    """That an interest is over, and why. Append-only; never said by the assessor themselves."""

    __tablename__ = "interest_end"
    __table_args__ = (
        UniqueConstraint("interest_id"),
        ForeignKeyConstraint(["interest_id", "assessor_id"], ["interest.id", "interest.assessor_id"]),
        CheckConstraint("ended_by_id <> assessor_id", name="by_another"),
        CheckConstraint("reason <> ''", name="reason"),
        APPEND_ONLY,
    )

    interest_id: Mapped[int]
    assessor_id: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    ended_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class AssessorCap(Entity):
    """How many open portfolios an assessor takes on for a provider, at most."""

    __tablename__ = "assessor_cap"
    __table_args__ = (
        UniqueConstraint("provider_id", "assessor_id"),
        CheckConstraint("portfolios >= 0", name="portfolios"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    portfolios: Mapped[int]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
