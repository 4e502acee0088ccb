"""What a practitioner said to what could identify somebody in a piece of evidence."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assessments.portfolio.checking import Reason
from lms.core.model import Entity, enum_column

LONGEST_WORDS = 300
LONGEST_SAID = 200


class NameAnswer(Entity):
    """What is written in the stead of some words in one place, or why they stay.

    `key` is the hash of the place and the words. A mask can be undone until the evidence is sent; then it is put into the
    evidence's words and goes, and with it the words that it covered.
    """

    __tablename__ = "name_answer"
    __table_args__ = (
        UniqueConstraint("evidence_id", "key"),
        CheckConstraint("(reason IS NULL) = (instead <> '')", name="mask_or_reason"),
        CheckConstraint("reason <> 'other' OR said <> ''", name="other_said"),
    )

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    key: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    instead: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[Reason | None] = mapped_column(enum_column(Reason))
    said: Mapped[str] = mapped_column(String(LONGEST_SAID), default="")
    times: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class UnreadFile(Entity):
    """Somebody's word that nobody can be recognised in a file that cannot be read here. By the hash of its bytes."""

    __tablename__ = "unread_file"
    __table_args__ = (UniqueConstraint("evidence_id", "sha256"),)

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
