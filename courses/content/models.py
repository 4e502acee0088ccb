"""Published courses. A version is immutable; an enrolment, a response and a submission each pin the one they began on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.model import APPEND_ONLY, Entity


class CourseVersion(Entity):
    """One published version of a course: its whole content as one document. Append-only."""

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("slug", "number"),
        UniqueConstraint("slug", "content_hash"),
        CheckConstraint("number > 0", name="number"),
        APPEND_ONLY,
    )

    slug: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    taught_minutes: Mapped[int]
    reading_minutes: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
