"""What an assessor writes beside a decision: notes on evidence, and comments kept to be used again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.marking.models import Decision
from lms.core.model import APPEND_ONLY, Entity


class _Note:
    """What a note on evidence holds: the file and place it is about, and its words.

    A place is a range of a written text (`starts` up to `ends`, in letters, with the `words` there), or a point or
    rectangle on a page, in fractions of its width and height from the upper left corner. A note without either is
    about the whole piece.
    """

    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    page: Mapped[int | None]
    x: Mapped[float | None]
    y: Mapped[float | None]
    width: Mapped[float | None]
    height: Mapped[float | None]
    starts: Mapped[int | None]
    ends: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(300), default="")
    comment: Mapped[str] = mapped_column(String(1200))


def _note_checks() -> tuple[Any, ...]:
    return (
        ForeignKeyConstraint(
            ["submission_id", "evidence_id"],
            ["submitted_evidence.submission_id", "submitted_evidence.evidence_id"],
        ),
        CheckConstraint(
            "(page IS NULL AND x IS NULL AND y IS NULL AND width IS NULL AND height IS NULL) OR (file_id IS NOT NULL"
            " AND page > 0 AND x >= 0 AND y >= 0 AND width >= 0 AND height >= 0 AND x + width <= 1.001"
            " AND y + height <= 1.001)",
            name="page",
        ),
        CheckConstraint(
            "(starts IS NULL AND ends IS NULL) OR (starts >= 0 AND starts < ends AND page IS NULL)",
            name="range",
        ),
        CheckConstraint("comment <> ''", name="comment"),
    )


class NoteDraft(_Note, Entity):
    """A note on evidence that an assessor means to send with a decision; seen by nobody else until then."""

    __tablename__ = "note_draft"
    __table_args__ = (Index(None, "submission_id", "criterion"), *_note_checks())

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    evidence_id: Mapped[int]
    criterion: Mapped[str] = mapped_column(String(12))


class Note(_Note, Entity):
    """A note on evidence that went with a decision. Append-only; the practitioner sees it once the decision counts."""

    __tablename__ = "evidence_note"
    __table_args__ = (Index(None, "submission_id", "evidence_id"), *_note_checks(), APPEND_ONLY)

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    evidence_id: Mapped[int]

    decision: Mapped[Decision] = relationship()


class BankComment(Entity):
    """Words that an assessor uses again and again: their own, or, with no owner, the provider's for everybody."""

    __tablename__ = "bank_comment"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("version > 0", name="version"),
        Index(None, "organisation_id", "owner_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    criterion: Mapped[str] = mapped_column(String(12), default="")
    text: Mapped[str] = mapped_column(String(1000))
    used: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
