"""Witnesses: whom a practitioner asked to say what they saw, and what they said."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import APPEND_ONLY, PURGEABLE, Entity
from lms.people.models import User


class WitnessRequest(Entity):
    """A practitioner asks somebody, by a link that works once, to say what they saw.

    Only the hash of the link's token is here. Sending it again makes another token, so that the one before it is dead;
    `sendings` counts them. `opened_at` is when the present link was first opened. `draft` is what the witness has written so
    far, for them alone; it is gone once they have sent it.
    """

    __tablename__ = "witness_request"
    __table_args__ = (CheckConstraint("sendings > 0", name="sendings"),)

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    about: Mapped[str] = mapped_column(String(600))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sendings: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    called_back_at: Mapped[datetime | None]
    draft: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    draft_version: Mapped[int] = mapped_column(default=0)
    draft_saved_at: Mapped[datetime | None]

    testimony: Mapped[Testimony | None] = relationship(back_populates="request")


class Testimony(Entity):
    """What a witness said, in their words, under their typed name. Append-only but for a purge.

    `how_known` is how they know the practitioner's work; `expert_basis` is why an expert witness is one.
    """

    __tablename__ = "testimony"
    __table_args__ = (
        CheckConstraint("is_expert = (expert_basis <> '')", name="expert"),
        CheckConstraint("saw <> '' AND signature <> ''", name="signed"),
        PURGEABLE,
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("witness_request.id"), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(160))
    relationship_to: Mapped[str] = mapped_column(String(160))
    contact: Mapped[str] = mapped_column(String(254))
    how_known: Mapped[str] = mapped_column(String(400))
    saw: Mapped[str] = mapped_column(Text)
    seen_on: Mapped[date]
    is_expert: Mapped[bool]
    expert_basis: Mapped[str] = mapped_column(String(600), default="")
    interest: Mapped[str] = mapped_column(String(400), default="")
    signature: Mapped[str] = mapped_column(String(120))

    request: Mapped[WitnessRequest] = relationship(back_populates="testimony")


class ApprovedExpert(Entity):
    """Somebody whom the assessor of a portfolio takes as an expert witness, and why they can judge it. Append-only.

    A testimony is theirs when the letter that asked for it went to this address. The latest word on an address counts.
    """

    __tablename__ = "approved_expert"
    __table_args__ = (
        ForeignKeyConstraint(["portfolio_id", "learner_id"], ["portfolio.id", "portfolio.learner_id"]),
        CheckConstraint("approved_by_id <> learner_id", name="not_own_work"),
        CheckConstraint("name <> '' AND role <> '' AND basis <> ''", name="words"),
        CheckConstraint("email = lower(email)", name="email"),
        Index(None, "portfolio_id", "email"),
        APPEND_ONLY,
    )

    portfolio_id: Mapped[int]
    learner_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(160))
    basis: Mapped[str] = mapped_column(String(600))
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    approved_by: Mapped[User] = relationship()
