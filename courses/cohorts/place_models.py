"""What happens to places beside being given: moved to another cohort."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock
from lms.core.model import APPEND_ONLY, Entity

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
