"""How people come to a place: imported from a file, invited to it, asked for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.models import Cohort
from lms.core import clock
from lms.core.files import StoredFile
from lms.core.model import Entity, enum_column
from lms.people.models import Setting, SingleUseLink, User


class PlaceInvitation(Entity):
    """That a provider offered somebody a place. One for each person and cohort; sending it again renews its link."""

    __tablename__ = "place_invitation"
    __table_args__ = (
        UniqueConstraint("cohort_id", "user_id"),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="state"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("single_use_link.id"), unique=True)
    setting_id: Mapped[int | None] = mapped_column(ForeignKey("setting.id"))
    name: Mapped[str] = mapped_column(String(120))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    link: Mapped[SingleUseLink] = relationship()
    setting: Mapped[Setting | None] = relationship()


class RequestState(StrEnum):
    """Where a request for a place stands."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class PlaceRequest(Entity):
    """That somebody asks for a place. One for each address and cohort; who asks may be a stranger, and may not be who they say."""

    __tablename__ = "place_request"
    __table_args__ = (
        UniqueConstraint("cohort_id", "email"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'declined') = (why <> '')", name="why"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    employer: Mapped[str] = mapped_column(String(160))
    job: Mapped[str] = mapped_column(String(160))
    seeks_accreditation: Mapped[bool] = mapped_column(default=True)
    state: Mapped[RequestState] = mapped_column(enum_column(RequestState), default=RequestState.OPEN)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    why: Mapped[str] = mapped_column(String(300), default="")

    cohort: Mapped[Cohort] = relationship()


class LearnerImport(Entity):
    """A spreadsheet of learners that has been checked: waiting to be confirmed, or confirmed. One for each file and cohort."""

    __tablename__ = "learner_import"
    __table_args__ = (
        UniqueConstraint("cohort_id", "sha256"),
        CheckConstraint("(confirmed_at IS NULL) = (added IS NULL)", name="confirmed"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    notes: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None]
    added: Mapped[int | None]

    cohort: Mapped[Cohort] = relationship()
    file: Mapped[StoredFile] = relationship()
