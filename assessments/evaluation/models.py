"""What has been published: which cohorts the figures count, and the protected figures as they were when they came out.

No answer is in here. `Release.figures` holds protected tables only: what was hidden is not among them. Why figures are
kept rather than worked out at each visit: docs/decisions/figures-over-time.md.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.model import APPEND_ONLY, Base, Entity, enum_column


class Chapter(StrEnum):
    """What comes out besides the tables, each by itself."""

    LOST = "lost"
    RELIABILITY = "reliability"
    COHORTS = "cohorts"
    ONE_MONTH = "one_month"
    THREE_MONTHS = "three_months"
    MANAGERS = "managers"
    FOCUS_GROUPS = "focus_groups"


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


class ChapterRelease(Entity):
    """What one chapter says of a provider or programme, as it came out on a day. The latest is the one shown.

    `shown` names the tables that it rests on, `counted` how many responses each cohort in them held: with these of all that
    has come out, `pieces` decides what may come out next. `figures` is finished: words and figures as they are read.
    """

    __tablename__ = "evaluation_chapter_release"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN provider_id IS NULL THEN 0 ELSE 1 END + CASE WHEN programme_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="subject",
        ),
        Index(None, "provider_id", "chapter"),
        Index(None, "programme_id", "chapter"),
        APPEND_ONLY,
    )

    chapter: Mapped[Chapter] = mapped_column(enum_column(Chapter))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    made_on: Mapped[date]
    counted: Mapped[dict[str, int]] = mapped_column(JSON)
    shown: Mapped[list[str]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class PlacesTold(StrEnum):
    """What is told of places."""

    ENDS = "ends"
    REASONS = "reasons"


class PlacesRelease(Entity):
    """How places of some cohorts ended, or why people left them, as it came out on a day: whole, and never changed.

    Each cohort is in one at most of either kind, and all cohorts of one that tells how places ended are together in one that
    tells why. `counts` hides nothing, since it came out only where it may be shown as it is. Without a provider the cohorts
    are of several, so that only their programme counts them. `first_cohort_id` is the smallest of its cohorts: of two runs at
    once that would tell the same ones twice, the database refuses the second.
    """

    __tablename__ = "evaluation_places_release"
    __table_args__ = (
        UniqueConstraint("first_cohort_id", "told"),
        CheckConstraint("provider_id IS NOT NULL OR programme_id IS NOT NULL", name="subject"),
        Index(None, "provider_id"),
        Index(None, "programme_id"),
        APPEND_ONLY,
    )

    told: Mapped[PlacesTold] = mapped_column(enum_column(PlacesTold))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    made_on: Mapped[date]
    first_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    cohort_ids: Mapped[list[int]] = mapped_column(JSON)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
