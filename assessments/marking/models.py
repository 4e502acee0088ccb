"""Marking: who assesses which portfolio, and every decision ever made."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.models import Portfolio, Submission
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class Outcome(StrEnum):
    """What an assessor decides of a criterion."""

    MET = "met"
    NOT_YET_MET = "not-yet-met"


class Allocation(Entity):
    """The assessor of a portfolio."""

    __tablename__ = "allocation"
    __table_args__ = (UniqueConstraint("portfolio_id"),)

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)

    portfolio: Mapped[Portfolio] = relationship()
    assessor: Mapped[User] = relationship()


class Decision(Entity):
    """One criterion decided, with the five rules of evidence. Append-only; the latest in order counts."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("submission_id", "criterion"),
        UniqueConstraint("id", "assessor_id"),
        CheckConstraint(
            "outcome <> 'met' OR (is_valid AND is_authentic AND is_current AND is_sufficient AND is_reliable)",
            name="met_rules",
        ),
        CheckConstraint("outcome <> 'not-yet-met' OR feedback <> ''", name="feedback"),
        Index(None, "submission_id"),
        APPEND_ONLY,
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    criterion: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    is_valid: Mapped[bool]
    is_authentic: Mapped[bool]
    is_current: Mapped[bool]
    is_sufficient: Mapped[bool]
    is_reliable: Mapped[bool]
    feedback: Mapped[str] = mapped_column(Text, default="")
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    submission: Mapped[Submission] = relationship()
    assessor: Mapped[User] = relationship()
