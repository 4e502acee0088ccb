"""Holds: a portfolio, or one criterion of it, is frozen while something is looked into."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class HoldCause(StrEnum):
    """Why something is frozen. Each says it in words that its practitioner may read."""

    APPEAL = "appeal"
    COMPLAINT = "complaint"
    MALPRACTICE = "malpractice"

    @property
    def words(self) -> str:
        """What is going on, as it ends "on hold while ..."."""
        return _WORDS[self]


_WORDS = {
    HoldCause.APPEAL: "an appeal is answered",
    HoldCause.COMPLAINT: "a complaint is answered",
    HoldCause.MALPRACTICE: "a concern about the work is looked into",
}


class Hold(Entity):
    """A portfolio frozen, or one criterion of it. Append-only: it stands until a lifting names it.

    While it stands, what it covers is not sent, decided, verified or claimed. An empty `criterion` is the whole
    portfolio.
    """

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("id", "learner_id", "cause"),
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        CheckConstraint("reason <> ''", name="reason"),
        Index(None, "portfolio_id"),
        APPEND_ONLY,
    )

    portfolio_id: Mapped[int]
    learner_id: Mapped[int]
    criterion: Mapped[str] = mapped_column(String(12), default="")
    cause: Mapped[HoldCause] = mapped_column(enum_column(HoldCause))
    reason: Mapped[str] = mapped_column(Text)
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    placed_by: Mapped[User] = relationship()


class HoldLifting(Entity):
    """The end of a hold, and why. Append-only; a hold is lifted once.

    It carries the hold's learner and cause, tied by a foreign key, so that the database refuses somebody who would lift
    a malpractice hold on their own work.
    """

    __tablename__ = "hold_lifting"
    __table_args__ = (
        UniqueConstraint("hold_id"),
        ForeignKeyConstraint(
            ["hold_id", "learner_id", "cause"], ["hold.id", "hold.learner_id", "hold.cause"]
        ),
        CheckConstraint("cause <> 'malpractice' OR lifted_by_id <> learner_id", name="not_own_work"),
        CheckConstraint("reason <> ''", name="reason"),
        APPEND_ONLY,
    )

    hold_id: Mapped[int]
    learner_id: Mapped[int]
    cause: Mapped[HoldCause] = mapped_column(enum_column(HoldCause))
    reason: Mapped[str] = mapped_column(Text)
    lifted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
