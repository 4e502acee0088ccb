"""Internal and external quality assurance: which decisions were looked at again, by whom, and what came of it."""

from __future__ import annotations

from datetime import date
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
from assessments.verification.sampling import Reason, Stage
from courses.cohorts.models import Cohort
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class SampleOutcome(StrEnum):
    """What an IQA says of a decision."""

    AGREED = "agreed"
    RETURNED = "returned"


class SamplePlan(Entity):
    """A draw among portfolios of a cohort, on the way or finished: its seed, its rule and its population. Append-only.

    `rule` holds the policy, each assessor's risk, what had been covered before, and the population as it was, so that
    the draw can be repeated by anybody (`drawing`).
    """

    __tablename__ = "sample_plan"
    __table_args__ = (Index(None, "cohort_id"), APPEND_ONLY)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage), default=Stage.SUMMATIVE)
    seed: Mapped[str] = mapped_column(String(80))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)

    cohort: Mapped[Cohort] = relationship()
    iqa: Mapped[User] = relationship()


class Sample(Entity):
    """What a plan says of one portfolio: drawn or not, and why. Append-only."""

    __tablename__ = "sample"
    __table_args__ = (
        UniqueConstraint("plan_id", "portfolio_id"),
        UniqueConstraint("id", "learner_id"),
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        CheckConstraint("drawn = (reason <> 'not-drawn')", name="drawn_for_a_reason"),
        Index(None, "portfolio_id"),
        APPEND_ONLY,
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("sample_plan.id"))
    portfolio_id: Mapped[int]
    learner_id: Mapped[int]
    drawn: Mapped[bool]
    reason: Mapped[Reason] = mapped_column(enum_column(Reason))

    plan: Mapped[SamplePlan] = relationship()
    portfolio: Mapped[Portfolio] = relationship()


class SampledDecision(Entity):
    """An IQA's answer to one decision. Append-only.

    Nobody verifies a decision they made, nor their own work: the row carries the decision's own assessor and the
    portfolio's own learner, tied to them by foreign keys, and the database refuses one whose IQA is either. It refuses,
    too, an IQA who has decided or countersigned anything else of the same portfolio (`separation`).
    """

    __tablename__ = "sampled_decision"
    __table_args__ = (
        ForeignKeyConstraint(["decision_id", "assessor_id"], ["decision.id", "decision.assessor_id"]),
        ForeignKeyConstraint(["sample_id", "learner_id"], ["sample.id", "sample.learner_id"]),
        CheckConstraint("assessor_id <> iqa_id", name="not_own_decision"),
        CheckConstraint("learner_id <> iqa_id", name="not_own_work"),
        CheckConstraint("outcome <> 'returned' OR comment <> ''", name="comment"),
        UniqueConstraint("decision_id"),
        UniqueConstraint("id", "assessor_id", "iqa_id"),
        Index(None, "sample_id"),
        Index(None, "assessor_id"),
        APPEND_ONLY,
    )

    sample_id: Mapped[int]
    learner_id: Mapped[int]
    decision_id: Mapped[int]
    assessor_id: Mapped[int]
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[SampleOutcome] = mapped_column(enum_column(SampleOutcome))
    comment: Mapped[str] = mapped_column(Text, default="")

    sample: Mapped[Sample] = relationship()
    iqa: Mapped[User] = relationship()


class SampleReport(Entity):
    """That an IQA has looked at enough of a drawn portfolio, and what they tell the assessor of it. Append-only.

    `on_feedback` says how the assessor's feedback reads, `on_planning` how the assessment was planned; the practitioner
    reads neither.
    """

    __tablename__ = "sample_report"
    __table_args__ = (UniqueConstraint("sample_id"), APPEND_ONLY)

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    on_feedback: Mapped[str] = mapped_column(Text, default="")
    on_planning: Mapped[str] = mapped_column(Text, default="")

    sample: Mapped[Sample] = relationship()
    iqa: Mapped[User] = relationship()


class SampleAction(Entity):
    """What an IQA asks an assessor to do, and by when: of a decision that was returned, or of a whole sample. Append-only.

    Read by the assessor and by quality assurers alone. What came of it stands in `ActionStep`.
    """

    __tablename__ = "sample_action"
    __table_args__ = (
        ForeignKeyConstraint(
            ["sampled_decision_id", "assessor_id", "iqa_id"],
            ["sampled_decision.id", "sampled_decision.assessor_id", "sampled_decision.iqa_id"],
        ),
        UniqueConstraint("sampled_decision_id"),
        CheckConstraint("assessor_id <> iqa_id", name="not_to_oneself"),
        CheckConstraint("note <> ''", name="note"),
        CheckConstraint("(sampled_decision_id IS NULL) = (criterion = '')", name="criterion"),
        Index(None, "sample_id"),
        Index(None, "assessor_id"),
        APPEND_ONLY,
    )

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    sampled_decision_id: Mapped[int | None]
    criterion: Mapped[str] = mapped_column(String(12), default="")
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]

    sample: Mapped[Sample] = relationship()
    assessor: Mapped[User] = relationship(foreign_keys=[assessor_id])
    iqa: Mapped[User] = relationship(foreign_keys=[iqa_id])


class StepKind(StrEnum):
    """What came of an action."""

    DONE = "done"
    CLOSED = "closed"


class ActionStep(Entity):
    """That the assessor did what was asked, or that an IQA closed it. Append-only."""

    __tablename__ = "sample_action_step"
    __table_args__ = (UniqueConstraint("action_id", "kind"), APPEND_ONLY)

    action_id: Mapped[int] = mapped_column(ForeignKey("sample_action.id"))
    kind: Mapped[StepKind] = mapped_column(enum_column(StepKind))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    action: Mapped[SampleAction] = relationship()
    by: Mapped[User] = relationship()
