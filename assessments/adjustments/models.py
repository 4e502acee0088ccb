"""Reasonable adjustments: what was agreed for somebody's assessment."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class Authority(StrEnum):
    """Whose adjustment it is to make."""

    CENTRE = "centre"
    IQA = "iqa"
    AWARDING_BODY = "awarding-body"

    @property
    def words(self) -> str:
        """As it ends "Allowed by ..."."""
        return _AUTHORITIES[self]


class EvidenceSeen(StrEnum):
    """What was looked at before an adjustment was agreed. The kind of thing alone: nothing of what it says is kept."""

    NONE_NEEDED = "none-needed"
    OWN_WORDS = "own-words"
    WORKPLACE = "workplace"
    EARLIER_SUPPORT = "earlier-support"
    PROFESSIONAL = "professional"

    @property
    def words(self) -> str:
        """As it is ticked."""
        return _SEEN[self]


_AUTHORITIES = {
    Authority.CENTRE: "the training provider",
    Authority.IQA: "the internal quality assurer",
    Authority.AWARDING_BODY: "the awarding body",
}
_SEEN = {
    EvidenceSeen.NONE_NEEDED: "Nothing was needed",
    EvidenceSeen.OWN_WORDS: "What the person told us",
    EvidenceSeen.WORKPLACE: "Something from their workplace",
    EvidenceSeen.EARLIER_SUPPORT: "Support they had before",
    EvidenceSeen.PROFESSIONAL: "A letter from a professional",
}


class AgreedAdjustment(Entity):
    """What was agreed for somebody's assessment, by whom, on whose authority and until when. Append-only.

    The assessor sees `what` and the days. Why it is needed is not kept here, and no letter is kept at all.
    It changes how something is shown, never what has to be shown.
    """

    __tablename__ = "agreed_adjustment"
    __table_args__ = (
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("standard_kept", name="standard"),
        CheckConstraint("agreed_by_id <> learner_id", name="by_another"),
        CheckConstraint("expires_on > agreed_on", name="days"),
        Index(None, "enrolment_id"),
        APPEND_ONLY,
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    what: Mapped[str] = mapped_column(Text)
    authority: Mapped[Authority] = mapped_column(enum_column(Authority))
    evidence_seen: Mapped[EvidenceSeen] = mapped_column(enum_column(EvidenceSeen))
    standard_kept: Mapped[bool]
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    agreed_on: Mapped[date]
    expires_on: Mapped[date]

    agreed_by: Mapped[User] = relationship(foreign_keys=[agreed_by_id])
