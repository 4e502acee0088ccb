"""What belongs to a place beside the place itself: that it moved to another cohort, and what its person needs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.cohorts.needs import WORDS_LETTERS
from lms.core import clock
from lms.core.model import APPEND_ONLY, Entity
from lms.people.models import User

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
