"""Claims of unit credit: what a provider asked an awarding body for, on which day, and on what it rested."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import User


class ClaimBasis(StrEnum):
    """What lets a claim go to the awarding body."""

    DIRECT_CLAIMS = "direct-claims"
    VISIT = "visit"

    @property
    def words(self) -> str:
        """The basis as people read it."""
        return {"direct-claims": "direct claims", "visit": "an external visit"}[self.value]


class CreditClaim(Entity):
    """One claim of the credit of a unit for one practitioner; there is never a second. Append-only.

    The awarding body issues the certificate of credit. Its basis is kept: the entry of the direct claims that were in force on
    the day, or the visitor's sign-off of this very portfolio.
    """

    __tablename__ = "credit_claim"
    __table_args__ = (
        UniqueConstraint("portfolio_id"),
        ForeignKeyConstraint(["portfolio_id", "holder_id"], ["portfolio.id", "portfolio.learner_id"]),
        ForeignKeyConstraint(
            ["sign_off_id", "portfolio_id"], ["visit_sign_off.id", "visit_sign_off.portfolio_id"]
        ),
        CheckConstraint("claimed_by_id <> holder_id", name="not_own"),
        CheckConstraint("(basis = 'direct-claims') = (direct_claims_id IS NOT NULL)", name="direct_claims"),
        CheckConstraint("(basis = 'visit') = (sign_off_id IS NOT NULL)", name="sign_off"),
        Index(None, "holder_id"),
        APPEND_ONLY,
    )

    portfolio_id: Mapped[int]
    holder_id: Mapped[int]
    claimed_on: Mapped[date]
    claimed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    basis: Mapped[ClaimBasis] = mapped_column(enum_column(ClaimBasis))
    direct_claims_id: Mapped[int | None] = mapped_column(ForeignKey("direct_claims_entry.id"))
    sign_off_id: Mapped[int | None]

    claimed_by: Mapped[User] = relationship()
