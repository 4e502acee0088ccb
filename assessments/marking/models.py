"""Marking: who assesses which portfolio, what happened to it in order, and every decision ever made."""

from __future__ import annotations

from datetime import date, datetime
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

from assessments.portfolio.models import Portfolio, Submission
from lms.core import clock
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class Outcome(StrEnum):
    """What an assessor decides of a criterion."""

    MET = "met"
    NOT_YET_MET = "not-yet-met"


class EntryKind(StrEnum):
    """What happened to a portfolio; `outcomes` folds these."""

    SUBMITTED = "submitted"
    DECIDED = "decided"
    REFERRED = "referred"
    RETURNED = "returned"
    AGREED = "agreed"
    ACCEPTED = "accepted"
    COUNTERSIGNED = "countersigned"
    QUESTIONED = "questioned"
    REVERSED = "reversed"
    REOPENED = "reopened"


DECIDING = (EntryKind.DECIDED, EntryKind.REVERSED)
"""The entries that bring a decision."""
_OF_A_CRITERION = (
    "(kind IN ('decided', 'returned', 'agreed', 'countersigned', 'questioned', 'reversed', 'reopened'))"
)


class SignOutcome(StrEnum):
    """What a qualified assessor says of a decision by one in training."""

    SIGNED = "signed"
    QUESTIONED = "questioned"


class Stage(StrEnum):
    """For whom a submission waits between being sent and being answered."""

    ASSESSOR = "assessor"
    COUNTERSIGNER = "countersigner"


class Origin(StrEnum):
    """Where a submission in the assessor's queue comes from."""

    LEARNER = "learner"
    COUNTERSIGNER = "countersigner"
    IQA = "iqa"


class AssessorStanding(Entity):
    """Whether an assessor of a provider is qualified, and since when; whoever has no row is.

    One in training names the qualified assessor who countersigns: their decisions count once they are signed.
    """

    __tablename__ = "assessor_standing"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id"),
        CheckConstraint("qualified_on IS NOT NULL OR countersigner_id IS NOT NULL", name="countersigned"),
        CheckConstraint("countersigner_id <> user_id", name="not_own_countersigner"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    qualified_on: Mapped[date | None]
    countersigner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Allocation(Entity):
    """The assessor of a portfolio, who is never its learner."""

    __tablename__ = "allocation"
    __table_args__ = (
        UniqueConstraint("portfolio_id"),
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        CheckConstraint("assessor_id <> learner_id", name="not_own_work"),
        Index(None, "assessor_id"),
    )

    portfolio_id: Mapped[int]
    learner_id: Mapped[int]
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    portfolio: Mapped[Portfolio] = relationship()
    assessor: Mapped[User] = relationship()


class Decision(Entity):
    """One criterion decided, with the five rules of evidence. Append-only; the latest in order counts."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("id", "assessor_id"),
        UniqueConstraint("id", "assessor_id", "learner_id", "in_training", name="uq_decision_of_whom"),
        ForeignKeyConstraint(["submission_id", "learner_id"], ["submission.id", "submission.learner_id"]),
        CheckConstraint("assessor_id <> learner_id", name="not_own_work"),
        CheckConstraint(
            "outcome <> 'met' OR (valid AND authentic AND current AND sufficient AND reliable)",
            name="met_rules",
        ),
        CheckConstraint("outcome <> 'not-yet-met' OR feedback <> ''", name="feedback"),
        CheckConstraint(
            "(valid AND authentic AND current AND sufficient AND reliable) OR reason <> ''", name="reason"
        ),
        Index(None, "submission_id", "criterion"),
        Index(None, "spoken_id"),
        APPEND_ONLY,
    )

    submission_id: Mapped[int]
    learner_id: Mapped[int]
    criterion: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    valid: Mapped[bool]
    authentic: Mapped[bool]
    current: Mapped[bool]
    sufficient: Mapped[bool]
    reliable: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(600), default="")
    feedback: Mapped[str] = mapped_column(Text, default="")
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    in_training: Mapped[bool] = mapped_column(default=False)
    spoken_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The feedback as it was spoken, beside the written."""

    submission: Mapped[Submission] = relationship()
    assessor: Mapped[User] = relationship()
    spoken: Mapped[StoredFile | None] = relationship(lazy="joined")


class Countersignature(Entity):
    """What a qualified assessor said of one decision by an assessor in training. Append-only.

    Nobody countersigns a decision they made or one about their own work: the row carries the decision's own assessor
    and learner, tied to it by a foreign key, and the database refuses one whose countersigner is either of them.
    """

    __tablename__ = "countersignature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["decision_id", "assessor_id", "learner_id", "in_training"],
            ["decision.id", "decision.assessor_id", "decision.learner_id", "decision.in_training"],
        ),
        CheckConstraint("in_training", name="of_training"),
        CheckConstraint("assessor_id <> countersigner_id", name="not_own_decision"),
        CheckConstraint("learner_id <> countersigner_id", name="not_own_work"),
        CheckConstraint("outcome <> 'questioned' OR comment <> ''", name="comment"),
        UniqueConstraint("decision_id"),
        UniqueConstraint("decision_id", "countersigner_id"),
        Index(None, "countersigner_id"),
        APPEND_ONLY,
    )

    decision_id: Mapped[int]
    assessor_id: Mapped[int]
    learner_id: Mapped[int]
    in_training: Mapped[bool] = mapped_column(default=True)
    countersigner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[SignOutcome] = mapped_column(enum_column(SignOutcome))
    comment: Mapped[str] = mapped_column(Text, default="")

    countersigner: Mapped[User] = relationship()


class Entry(Entity):
    """One thing that happened to a portfolio. Append-only, numbered without gaps from 1.

    The number is what makes two people who act at once meet: each appends the number after the one they saw, and
    the second is refused by the unique constraint.
    """

    __tablename__ = "marking_entry"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "sequence"),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint(f"{_OF_A_CRITERION} = (criterion <> '')", name="criterion"),
        CheckConstraint(f"{_OF_A_CRITERION} = (decision_id IS NOT NULL)", name="decision"),
        CheckConstraint("kind NOT IN ('questioned', 'reversed', 'reopened') OR comment <> ''", name="reason"),
        CheckConstraint("(kind = 'accepted') = (submission_id IS NULL)", name="submission"),
        Index(None, "submission_id"),
        APPEND_ONLY,
    )

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    sequence: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    criterion: Mapped[str] = mapped_column(String(12), default="")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    comment: Mapped[str] = mapped_column(Text, default="")
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    submission: Mapped[Submission | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    actor: Mapped[User] = relationship()


class DecisionDraft(Entity):
    """What an assessor means to decide, saved as they go and seen by nobody else until it is sent.

    `version` counts the saves, so that a form which began from an older one is noticed.
    """

    __tablename__ = "decision_draft"
    __table_args__ = (
        UniqueConstraint("submission_id", "criterion"),
        CheckConstraint("version > 0", name="version"),
        Index(None, "spoken_id"),
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    criterion: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    valid: Mapped[bool]
    authentic: Mapped[bool]
    current: Mapped[bool]
    sufficient: Mapped[bool]
    reliable: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(600), default="")
    feedback: Mapped[str] = mapped_column(Text, default="")
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    spoken_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    spoken: Mapped[StoredFile | None] = relationship(lazy="joined")


class Waiting(Entity):
    """A submission that waits for an answer: from its assessor, or from whoever countersigns. The queue, oldest first.

    What the fold says of every portfolio, kept in a form that a queue can be read from in one query. Written and
    deleted in the same transaction as the entries it follows from.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        Index(None, "portfolio_id"),
        Index(None, "stage", "since"),
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    since: Mapped[datetime] = mapped_column(default=clock.now)
    answer_by: Mapped[date]
    criteria: Mapped[int]
    stage: Mapped[Stage] = mapped_column(enum_column(Stage), default=Stage.ASSESSOR)
    origin: Mapped[Origin] = mapped_column(enum_column(Origin), default=Origin.LEARNER)


class AwaitingIqa(Entity):
    """A portfolio whose every criterion is met and which no IQA has accepted: the IQA's queue.

    Kept beside the fold as `Waiting` is, in the same transaction as the entries it follows from.
    """

    __tablename__ = "awaiting_iqa"
    __table_args__ = (UniqueConstraint("portfolio_id"),)

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    since: Mapped[datetime] = mapped_column(default=clock.now)
