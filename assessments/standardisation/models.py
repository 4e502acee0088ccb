"""Standardisation: one script judged blind by every assessor, what was said of it, and meetings with their actions."""

from __future__ import annotations

from datetime import date, datetime

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

from assessments.portfolio.models import UnitVersion
from lms.core.files import StoredFile
from lms.core.model import APPEND_ONLY, Entity
from lms.people.models import Organisation, User


class Exercise(Entity):
    """A script that the assessors of a provider judge, each blind to the others until all have or it is closed.

    Being prepared until `opened_at`. The evidence is anonymous by then: whoever opens it says so.
    """

    __tablename__ = "standard_exercise"
    __table_args__ = (
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="opened_before_closed"),
        CheckConstraint("opened_at IS NULL OR is_anonymous", name="anonymous"),
        Index(None, "provider_id"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    iqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    unit_version_id: Mapped[int] = mapped_column(ForeignKey("unit_version.id"))
    title: Mapped[str] = mapped_column(String(160))
    criteria: Mapped[list[str]] = mapped_column(JSON)
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    provider: Mapped[Organisation] = relationship()
    iqa: Mapped[User] = relationship()
    unit_version: Mapped[UnitVersion] = relationship()


class ScriptPiece(Entity):
    """A piece of evidence of a script: words, or a file. `source_ref` is the evidence that the words were copied from."""

    __tablename__ = "standard_piece"
    __table_args__ = (
        UniqueConstraint("exercise_id", "place"),
        CheckConstraint("text <> '' OR file_id IS NOT NULL", name="something"),
    )

    exercise_id: Mapped[int] = mapped_column(ForeignKey("standard_exercise.id"))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    source_ref: Mapped[str] = mapped_column(String(22), default="", index=True)

    exercise: Mapped[Exercise] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class ScriptJudge(Entity):
    """An assessor who is asked to judge a script. Append-only."""

    __tablename__ = "standard_judge"
    __table_args__ = (UniqueConstraint("exercise_id", "assessor_id"), Index(None, "assessor_id"), APPEND_ONLY)

    exercise_id: Mapped[int] = mapped_column(ForeignKey("standard_exercise.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    assessor: Mapped[User] = relationship()


class ScriptJudgement(Entity):
    """What an assessor says of one criterion of a script. Append-only, so nobody changes it after seeing the others'."""

    __tablename__ = "standard_judgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["exercise_id", "assessor_id"], ["standard_judge.exercise_id", "standard_judge.assessor_id"]
        ),
        UniqueConstraint("exercise_id", "assessor_id", "criterion"),
        CheckConstraint("met OR why <> ''", name="why"),
        APPEND_ONLY,
    )

    exercise_id: Mapped[int]
    assessor_id: Mapped[int]
    criterion: Mapped[str] = mapped_column(String(12))
    met: Mapped[bool]
    why: Mapped[str] = mapped_column(Text, default="")


class ScriptRemark(Entity):
    """What somebody says in the discussion; `met` where the IQA sets down what all of them hold from now on. Append-only."""

    __tablename__ = "standard_remark"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("met IS NULL OR criterion <> ''", name="of_a_criterion"),
        Index(None, "exercise_id"),
        APPEND_ONLY,
    )

    exercise_id: Mapped[int] = mapped_column(ForeignKey("standard_exercise.id"))
    criterion: Mapped[str] = mapped_column(String(12), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(Text)
    met: Mapped[bool | None]

    by: Mapped[User] = relationship()


class Meeting(Entity):
    """A standardisation meeting with its minutes. Append-only: what is to be put right is minuted at the next."""

    __tablename__ = "standard_meeting"
    __table_args__ = (
        CheckConstraint("minutes <> ''", name="minutes"),
        Index(None, "provider_id", "held_on"),
        APPEND_ONLY,
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    held_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(160))
    minutes: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    provider: Mapped[Organisation] = relationship()
    by: Mapped[User] = relationship()


class Attendance(Entity):
    """Whether somebody came to a meeting. Append-only."""

    __tablename__ = "standard_attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"), APPEND_ONLY)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("standard_meeting.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    came: Mapped[bool]

    user: Mapped[User] = relationship()


class MeetingExercise(Entity):
    """That a meeting talked about an exercise. Append-only."""

    __tablename__ = "standard_meeting_exercise"
    __table_args__ = (UniqueConstraint("meeting_id", "exercise_id"), APPEND_ONLY)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("standard_meeting.id"))
    exercise_id: Mapped[int] = mapped_column(ForeignKey("standard_exercise.id"))

    exercise: Mapped[Exercise] = relationship()


class MeetingAction(Entity):
    """Something a meeting agreed that somebody does, carried forward from meeting to meeting until it is closed. Append-only."""

    __tablename__ = "standard_action"
    __table_args__ = (CheckConstraint("words <> ''", name="words"), Index(None, "meeting_id"), APPEND_ONLY)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("standard_meeting.id"))
    words: Mapped[str] = mapped_column(String(600))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date]

    meeting: Mapped[Meeting] = relationship()
    owner: Mapped[User] = relationship()


class MeetingActionClosed(Entity):
    """That an action of a meeting is done, and what came of it. Append-only."""

    __tablename__ = "standard_action_closed"
    __table_args__ = (UniqueConstraint("action_id"), APPEND_ONLY)

    action_id: Mapped[int] = mapped_column(ForeignKey("standard_action.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    words: Mapped[str] = mapped_column(String(600), default="")

    action: Mapped[MeetingAction] = relationship()
    by: Mapped[User] = relationship()


class MeetingReminder(Entity):
    """That a provider's IQAs were written to because a meeting was due. Append-only."""

    __tablename__ = "standard_reminder"
    __table_args__ = (Index(None, "provider_id"), APPEND_ONLY)

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sent_on: Mapped[date]
