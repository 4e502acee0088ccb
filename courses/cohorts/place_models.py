"""What belongs to a place beside the place itself: invited to it, asked for it, moved to another cohort, what is needed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.models import Cohort
from courses.cohorts.needs import WORDS_LETTERS
from lms.core import clock
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import Setting, SingleUseLink, User

WHY_LETTERS = 200


class Transfer(Entity):
    """That an enrolment moved from one cohort to another. Append-only; where it is now stands in the enrolment."""

    __tablename__ = "transfer"
    __table_args__ = (CheckConstraint("from_cohort_id <> to_cohort_id", name="cohorts"), APPEND_ONLY)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    from_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    to_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    moved_on: Mapped[date] = mapped_column(default=clock.today)
    why: Mapped[str] = mapped_column(String(WHY_LETTERS), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class Adjustments(Entity):
    """What somebody needs to take part. Health data: read only by who needs it, who delivers it and who arranges it.

    Without needs and words there is no row. What was needed before is not kept.
    """

    __tablename__ = "adjustments"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    needs: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(WORDS_LETTERS), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    by: Mapped[User] = relationship()


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
