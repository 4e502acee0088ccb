"""More time for a portfolio: each extension that was given."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import APPEND_ONLY, Entity
from lms.people.models import User


class Extension(Entity):
    """That a portfolio may come later: until when instead of when, and why. Append-only, numbered from 1.

    `reason` is a key of the policy; the number makes two people who give time at once meet.
    """

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "number"),
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("until_on > instead_of_on", name="later"),
        CheckConstraint("given_by_id <> learner_id", name="by_another"),
        APPEND_ONLY,
    )

    portfolio_id: Mapped[int]
    learner_id: Mapped[int]
    number: Mapped[int]
    instead_of_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="")
    given_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    given_by: Mapped[User] = relationship()

    @property
    def days(self) -> int:
        """How many days were added."""
        return (self.until_on - self.instead_of_on).days
