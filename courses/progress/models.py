"""How far a practitioner is, what they wrote, and what they are still writing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.core.model import APPEND_ONLY, PURGEABLE, Entity, enum_column


class ActivityEventKind(StrEnum):
    """What happened to an activity."""

    STARTED = "started"
    COMPLETED = "completed"
    REOPENED = "reopened"


class ActivityEvent(Entity):
    """Something a practitioner did with an activity. Append-only; progress is a fold over these."""

    __tablename__ = "activity_event"
    __table_args__ = (Index(None, "enrolment_id", "activity"), APPEND_ONLY)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    activity: Mapped[str] = mapped_column(String(120))
    kind: Mapped[ActivityEventKind] = mapped_column(enum_column(ActivityEventKind))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class JournalEntry(Entity):
    """An entry of a practitioner's private journal."""

    __tablename__ = "journal_entry"
    __table_args__ = (CheckConstraint("text <> ''", name="text"), Index(None, "enrolment_id", "created_at"))

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    text: Mapped[str] = mapped_column(Text)
    activity: Mapped[str] = mapped_column(String(120), default="")
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    enrolment: Mapped[Enrolment] = relationship()


class Draft(Entity):
    """What a person is writing, saved as they type. `key` names the place; `version` counts the saves."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "key"), CheckConstraint("version > 0", name="version"))

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(String(160))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)


class DraftCopy(Entity):
    """The other version, kept when two devices wrote in the same place. Append-only but for a purge."""

    __tablename__ = "draft_copy"
    __table_args__ = (Index(None, "user_id", "key"), PURGEABLE)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str] = mapped_column(String(160))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    based_on: Mapped[int]
