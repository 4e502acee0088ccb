"""Pieces of evidence that were taken out because somebody could be recognised in them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.models import Evidence
from lms.core.model import APPEND_ONLY, PURGEABLE, Entity, enum_column
from lms.people.models import User

GOES_WITH_IT: dict[str, Any] = {"info": {"of_evidence": True}}
"""Put into `__table_args__` of a table of a room above, with a column `evidence_id`, whose rows tell what is in a piece of evidence,
such as notes that quote it: when the piece is taken out, so are they."""
PURGED_WITH_IT: dict[str, Any] = {"info": {**PURGEABLE["info"], "of_evidence": True}}
"""The same for a table whose rows are never changed otherwise."""


class Seen(StrEnum):
    """By what somebody can be recognised. Never who."""

    NAME = "name"
    FACE = "face"
    VOICE = "voice"
    ADDRESS = "address"
    NUMBER = "number"
    STORY = "story"

    @property
    def words(self) -> str:
        """It as people say it."""
        return _WORDS[self]


_WORDS = {
    Seen.NAME: "a name",
    Seen.FACE: "a face",
    Seen.VOICE: "a voice",
    Seen.ADDRESS: "an address or a home",
    Seen.NUMBER: "a date of birth or a number",
    Seen.STORY: "what is told, to somebody who knows the family",
}


class Mistake(StrEnum):
    """Why a piece should not have been taken out. Never who is in it."""

    WRONG_PIECE = "wrong-piece"
    NOBODY = "nobody"
    MAY_STAY = "may-stay"
    COVERED = "covered"

    @property
    def words(self) -> str:
        """It as people say it."""
        return _MISTAKES[self]


_MISTAKES = {
    Mistake.WRONG_PIECE: "It is the wrong piece",
    Mistake.NOBODY: "What was seen is no family and no person",
    Mistake.MAY_STAY: "It is a colleague, a service or a writer, and may stay",
    Mistake.COVERED: "It is covered already",
}


class Quarantine(Entity):
    """A piece of evidence taken out, by whom and for what. Append-only; it lasts until its `Purge`, or is undone."""

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("evidence_id", "number"),
        CheckConstraint("number > 0", name="number"),
        APPEND_ONLY,
    )

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    number: Mapped[int]
    seen: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    evidence: Mapped[Evidence] = relationship()
    by: Mapped[User] = relationship()
    undone: Mapped[Undone | None] = relationship(viewonly=True)

    @property
    def seen_words(self) -> str:
        """By what somebody could be recognised, in words."""
        return ", ".join(Seen(each).words for each in self.seen)


class SealedWords(Entity):
    """Words that were taken out of one place, kept where nothing reads them until they are purged."""

    __tablename__ = "sealed_words"
    __table_args__ = (Index(None, "quarantine_id"),)

    quarantine_id: Mapped[int] = mapped_column(ForeignKey("quarantine.id"))
    came_from: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    words: Mapped[dict[str, Any]] = mapped_column(JSON)


class SealedFile(Entity):
    """A file that was taken out, given to nobody until it is purged."""

    __tablename__ = "sealed_file"
    __table_args__ = (UniqueConstraint("quarantine_id", "file_id"), Index(None, "file_id"))

    quarantine_id: Mapped[int] = mapped_column(ForeignKey("quarantine.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    place: Mapped[int | None]
    """Its place among the files of the piece as it was; none: only a submission or a pack held it."""


class Undone(Entity):
    """A piece was taken out by mistake and has been given back: by whom, and why. Append-only."""

    __tablename__ = "quarantine_undone"
    __table_args__ = (UniqueConstraint("quarantine_id"), APPEND_ONLY)

    quarantine_id: Mapped[int] = mapped_column(ForeignKey("quarantine.id"))
    mistake: Mapped[Mistake] = mapped_column(enum_column(Mistake))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User] = relationship()


class Purge(Entity):
    """What was taken out is gone for good: who had it done, when, and the hashes of what went. Append-only; never the words."""

    __tablename__ = "evidence_purge"
    __table_args__ = (UniqueConstraint("quarantine_id"), APPEND_ONLY)

    quarantine_id: Mapped[int] = mapped_column(ForeignKey("quarantine.id"))
    words: Mapped[list[str]] = mapped_column(JSON)
    files: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    quarantine: Mapped[Quarantine] = relationship()
