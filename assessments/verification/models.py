"""Internal and external quality assurance: which decisions were looked at again, by whom, and what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.models import Portfolio
from assessments.verification.sampling import Reason
from courses.cohorts.models import Cohort
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class SampleOutcome(StrEnum):
    """What an IQA says of a decision."""

    AGREED = "agreed"
    RETURNED = "returned"


class SamplePlan(Entity):
    """A draw among the portfolios of a cohort that are met: its seed, its rule and its population. Append-only.

    `rule` holds the rates by risk, each assessor's risk, and the population as it was, so that the draw can be
    repeated by anybody.
    """

    __tablename__ = "sample_plan"
    __table_args__ = (Index(None, "cohort_id"), APPEND_ONLY)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    seed: Mapped[str] = mapped_column(String(80))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)

    cohort: Mapped[Cohort] = relationship()
    iqa: Mapped[User] = relationship()


class Sample(Entity):
    """What a plan says of one portfolio: drawn or not, and why. Append-only."""

    __tablename__ = "sample"
    __table_args__ = (
        UniqueConstraint("plan_id", "portfolio_id"),
        CheckConstraint("drawn = (reason <> 'not-drawn')", name="drawn_for_a_reason"),
        Index(None, "portfolio_id"),
        APPEND_ONLY,
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("sample_plan.id"))
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    drawn: Mapped[bool]
    reason: Mapped[Reason] = mapped_column(enum_column(Reason))

    plan: Mapped[SamplePlan] = relationship()
    portfolio: Mapped[Portfolio] = relationship()


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
        UniqueConstraint("decision_id"),
        APPEND_ONLY,
    )

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    decision_id: Mapped[int]
    assessor_id: Mapped[int]
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[SampleOutcome] = mapped_column(enum_column(SampleOutcome))
    comment: Mapped[str] = mapped_column(Text, default="")

    sample: Mapped[Sample] = relationship()
    iqa: Mapped[User] = relationship()
