"""Appeals, complaints, adjustments, special consideration and malpractice: each case and every step of it."""

from __future__ import annotations

from datetime import date

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

from assessments.cases.standing import Kind, Outcome, Stage, StepKind
from assessments.holds.models import Hold
from assessments.marking.models import Decision
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Enrolment
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User

NOBODY = 0
"""Stands in `against_key` where a case is against nobody: a foreign key holds only where nothing is null."""


class Case(Entity):
    """One case. Append-only; where it stands is a fold over its steps (`cases.standing`).

    `against_id` is whose act it is about: the assessor of a decision, whoever answered the case that is appealed
    against, or the person something is alleged of. `against_key` repeats it as a number that is never null, so that
    each step can be tied to it.
    """

    __tablename__ = "assessment_case"
    __table_args__ = (
        UniqueConstraint("id", "learner_id", "against_key"),
        UniqueConstraint("decision_id"),
        UniqueConstraint("about_id"),
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        ForeignKeyConstraint(["decision_id", "against_id"], ["decision.id", "decision.assessor_id"]),
        CheckConstraint("against_key = coalesce(against_id, 0)", name="against"),
        CheckConstraint(
            "(kind = 'appeal') = ((decision_id IS NOT NULL) <> (about_id IS NOT NULL))", name="appeal"
        ),
        CheckConstraint(
            "decision_id IS NULL OR (against_id IS NOT NULL AND criterion <> '' AND portfolio_id IS NOT NULL)",
            name="decision",
        ),
        CheckConstraint(
            "kind NOT IN ('malpractice', 'maladministration')"
            " OR (against_id IS NOT NULL AND portfolio_id IS NOT NULL AND opened_by_id <> against_id)",
            name="alleged",
        ),
        CheckConstraint("words <> ''", name="words"),
        Index(None, "enrolment_id"),
        Index(None, "against_id"),
        APPEND_ONLY,
    )

    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    portfolio_id: Mapped[int | None]
    criterion: Mapped[str] = mapped_column(String(12), default="")
    decision_id: Mapped[int | None]
    about_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_case.id"))
    against_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    against_key: Mapped[int] = mapped_column(default=NOBODY)
    words: Mapped[str] = mapped_column(Text)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    enrolment: Mapped[Enrolment] = relationship()
    learner: Mapped[User] = relationship(foreign_keys=[learner_id])
    against: Mapped[User | None] = relationship(foreign_keys=[against_id])
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    portfolio: Mapped[Portfolio | None] = relationship(
        primaryjoin="Case.portfolio_id == Portfolio.id", foreign_keys="Case.portfolio_id", viewonly=True
    )
    decision: Mapped[Decision | None] = relationship(
        primaryjoin="Case.decision_id == Decision.id", foreign_keys="Case.decision_id", viewonly=True
    )
    about: Mapped[Case | None] = relationship(remote_side="Case.id")


class CaseStep(Entity):
    """One step of a case. Append-only, numbered without gaps from 1; the number makes two people who act at once meet.

    Nobody answers a case of their own, nor one about their own act, save the assessor who is asked to look again: the
    row carries the case's learner and whose act it is about, tied by a foreign key, and the database refuses it.
    """

    __tablename__ = "case_step"
    __table_args__ = (
        UniqueConstraint("case_id", "sequence"),
        ForeignKeyConstraint(
            ["case_id", "learner_id", "against_key"],
            ["assessment_case.id", "assessment_case.learner_id", "assessment_case.against_key"],
        ),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint("(kind = 'answered') = (outcome IS NOT NULL)", name="answered"),
        CheckConstraint("(kind = 'named') = (person_id IS NOT NULL)", name="person"),
        CheckConstraint("kind <> 'answered' OR by_id <> learner_id", name="not_own_case"),
        CheckConstraint(
            "kind <> 'answered' OR stage = 'assessor' OR by_id <> against_key", name="not_own_act"
        ),
        CheckConstraint("kind <> 'named' OR person_id <> against_key", name="named_another"),
        CheckConstraint("kind <> 'named' OR person_id <> learner_id", name="named_not_learner"),
        CheckConstraint("kind NOT IN ('answered', 'responded', 'put') OR words <> ''", name="words"),
        APPEND_ONLY,
    )

    case_id: Mapped[int]
    learner_id: Mapped[int]
    against_key: Mapped[int]
    sequence: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(enum_column(StepKind))
    stage: Mapped[Stage] = mapped_column(enum_column(Stage))
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    person: Mapped[User | None] = relationship(foreign_keys=[person_id])


class CaseHold(Entity):
    """A hold that stands because of a case. Append-only."""

    __tablename__ = "case_hold"
    __table_args__ = (UniqueConstraint("hold_id"), Index(None, "case_id"), APPEND_ONLY)

    case_id: Mapped[int] = mapped_column(ForeignKey("assessment_case.id"))
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"))

    hold: Mapped[Hold] = relationship()


class AffectedDecision(Entity):
    """A decision that may have the fault for which an appeal was upheld: to be looked at again. Append-only."""

    __tablename__ = "affected_decision"
    __table_args__ = (
        UniqueConstraint("case_id", "decision_id"),
        UniqueConstraint("id", "assessor_id"),
        ForeignKeyConstraint(["decision_id", "assessor_id"], ["decision.id", "decision.assessor_id"]),
        APPEND_ONLY,
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("assessment_case.id"))
    decision_id: Mapped[int]
    assessor_id: Mapped[int]

    case: Mapped[Case] = relationship()
    decision: Mapped[Decision] = relationship(
        primaryjoin="AffectedDecision.decision_id == Decision.id",
        foreign_keys="AffectedDecision.decision_id",
        viewonly=True,
    )


class AffectedReview(Entity):
    """What came of looking at such a decision again. Append-only; never by who made it."""

    __tablename__ = "affected_review"
    __table_args__ = (
        UniqueConstraint("affected_id"),
        ForeignKeyConstraint(
            ["affected_id", "assessor_id"], ["affected_decision.id", "affected_decision.assessor_id"]
        ),
        CheckConstraint("by_id <> assessor_id", name="not_own_decision"),
        CheckConstraint("words <> ''", name="words"),
        APPEND_ONLY,
    )

    affected_id: Mapped[int]
    assessor_id: Mapped[int]
    reopened: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class CaseAdjustment(Entity):
    """The adjustment that a case ended with. Append-only."""

    __tablename__ = "case_adjustment"
    __table_args__ = (UniqueConstraint("case_id"), UniqueConstraint("adjustment_id"), APPEND_ONLY)

    case_id: Mapped[int] = mapped_column(ForeignKey("assessment_case.id"))
    adjustment_id: Mapped[int] = mapped_column(ForeignKey("agreed_adjustment.id"))


class AdjustmentNeed(Entity):
    """Why somebody asks for an adjustment, in their words: about health or disability, so in a table of its own.

    Read by the person and by whoever holds the permission for it; not by assessors. It goes some time after the cohort.
    """

    __tablename__ = "adjustment_need"
    __table_args__ = (UniqueConstraint("case_id"), CheckConstraint("words <> ''", name="words"))

    case_id: Mapped[int] = mapped_column(ForeignKey("assessment_case.id"))
    words: Mapped[str] = mapped_column(Text)
