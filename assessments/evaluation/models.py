"""What has been published: which cohorts the figures count, and the protected figures as they were when they came out.

No answer is in here. `Release.figures` holds protected tables only: what was hidden is not among them. Why figures are
kept rather than worked out at each visit: docs/decisions/figures-over-time.md.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.model import APPEND_ONLY, Base, Entity


class CountedCohort(Base):
    """A cohort that the figures count, since when, and with which others it came in.

    A batch is numbered by the smallest number among its cohorts.
    """

    __tablename__ = "evaluation_counted_cohort"
    __table_args__ = (APPEND_ONLY,)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    batch: Mapped[int]
    counted_on: Mapped[date]


class Release(Entity):
    """The figures of one cohort, provider or programme as they came out on a day. The latest are the ones shown.

    `counted` gives, by number of a cohort, how many responses it held then, which tells whether any has been withdrawn or
    has come in since.
    """

    __tablename__ = "evaluation_release"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END + CASE WHEN provider_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN programme_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="subject",
        ),
        Index(None, "cohort_id"),
        Index(None, "provider_id"),
        Index(None, "programme_id"),
        APPEND_ONLY,
    )

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    made_on: Mapped[date]
    people: Mapped[int]
    counted: Mapped[dict[str, int]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
