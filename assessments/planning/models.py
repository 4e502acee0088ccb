"""What assessor and practitioner agreed to do, and where and when; and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.planning.steps import StepKind
from assessments.portfolio.models import LONGEST_PLACE, Evidence, Portfolio
from assessments.portfolio.unit_schema import EvidenceKind
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User

LONGEST_WORDS = 600


class PlannedAssessment(Entity):
    """One thing that is planned to be assessed in one way on one day. What changes in it is a step, never this row alone.

    The learner stands here beside the portfolio, so that the database refuses an assessor who is the learner.
    """

    __tablename__ = "planned_assessment"
    __table_args__ = (
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        CheckConstraint("assessor_id <> learner_id", name="not_own_work"),
    )

    portfolio_id: Mapped[int] = mapped_column(index=True)
    learner_id: Mapped[int]
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    method: Mapped[EvidenceKind] = mapped_column(enum_column(EvidenceKind))
    criteria: Mapped[list[str]] = mapped_column(JSON)
    on_day: Mapped[date]
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE))
    who: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    note: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    is_open: Mapped[bool] = mapped_column(default=True)

    portfolio: Mapped[Portfolio] = relationship()
    assessor: Mapped[User] = relationship()


class PlanStep(Entity):
    """One step in the life of a plan. Append-only: `terms` holds what was put forward, as it was then."""

    __tablename__ = "plan_step"
    __table_args__ = (
        UniqueConstraint("planned_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(kind = 'done') = (evidence_id IS NOT NULL)", name="evidence_of_what_was_done"),
        CheckConstraint("kind NOT IN ('asked', 'called-off') OR words <> ''", name="words"),
        APPEND_ONLY,
    )

    planned_id: Mapped[int] = mapped_column(ForeignKey("planned_assessment.id"))
    number: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(enum_column(StepKind))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))

    planned: Mapped[PlannedAssessment] = relationship()
    evidence: Mapped[Evidence | None] = relationship()
    by: Mapped[User] = relationship()
