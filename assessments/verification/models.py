"""Internal and external quality assurance: which decisions were looked at again, by whom, and what came of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.models import Portfolio, Submission
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class SampleOutcome(StrEnum):
    """What an IQA says of a decision."""

    AGREED = "agreed"
    RETURNED = "returned"


class Sample(Entity):
    """A submission picked for an IQA, with the seed, the rule and the reason of the pick. Append-only."""

    __tablename__ = "sample"
    __table_args__ = (UniqueConstraint("submission_id", "iqa_id"), APPEND_ONLY)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    seed: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))

    submission: Mapped[Submission] = relationship()
    iqa: Mapped[User] = relationship()


class SampledDecision(Entity):
    """An IQA's answer to one decision. Append-only.

    Nobody verifies a decision they made: the row carries the decision's own assessor, tied to it by a foreign key,
    and the database refuses one whose IQA is that assessor.
    """

    __tablename__ = "sampled_decision"
    __table_args__ = (
        ForeignKeyConstraint(["decision_id", "assessor_id"], ["decision.id", "decision.assessor_id"]),
        CheckConstraint("assessor_id <> iqa_id", name="not_own_decision"),
        CheckConstraint("outcome <> 'returned' OR comment <> ''", name="comment"),
        UniqueConstraint("sample_id", "decision_id"),
        APPEND_ONLY,
    )

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    decision_id: Mapped[int]
    assessor_id: Mapped[int]
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[SampleOutcome] = mapped_column(enum_column(SampleOutcome))
    comment: Mapped[str] = mapped_column(Text, default="")

    sample: Mapped[Sample] = relationship()


class Visit(Entity):
    """An external quality assurer reading a chosen sample, for the days of a visit."""

    __tablename__ = "visit"
    __table_args__ = (CheckConstraint("until_on >= from_on", name="days"),)

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    eqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]


class VisitPortfolio(Entity):
    """A portfolio chosen for a visit."""

    __tablename__ = "visit_portfolio"
    __table_args__ = (UniqueConstraint("visit_id", "portfolio_id"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))

    portfolio: Mapped[Portfolio] = relationship()
