"""What happened when portfolios were moved to a later version of their unit. All of it append-only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.models import Portfolio, UnitVersion
from lms.core.model import APPEND_ONLY, Entity


class UnitMove(Entity):
    """One move between two versions of a unit, and where each criterion went by it."""

    __tablename__ = "unit_move"
    __table_args__ = (CheckConstraint("from_version_id <> to_version_id", name="two_versions"), APPEND_ONLY)

    from_version_id: Mapped[int] = mapped_column(ForeignKey("unit_version.id"), index=True)
    to_version_id: Mapped[int] = mapped_column(ForeignKey("unit_version.id"), index=True)
    moves: Mapped[dict[str, Any]] = mapped_column(JSON)

    from_version: Mapped[UnitVersion] = relationship(foreign_keys=[from_version_id])
    to_version: Mapped[UnitVersion] = relationship(foreign_keys=[to_version_id])


class PortfolioMove(Entity):
    """What a move did to one portfolio. `stays` is true for one that keeps its version, because it has been sent.

    `dropped` names the links that went: the reference of the piece of evidence, the older criterion, and why it was shown.
    """

    __tablename__ = "portfolio_move"
    __table_args__ = (
        UniqueConstraint("unit_move_id", "portfolio_id"),
        CheckConstraint("links_before >= 0 AND links_after >= 0", name="links"),
        APPEND_ONLY,
    )

    unit_move_id: Mapped[int] = mapped_column(ForeignKey("unit_move.id"))
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"), index=True)
    stays: Mapped[bool]
    links_before: Mapped[int]
    links_after: Mapped[int]
    dropped: Mapped[list[list[str]]] = mapped_column(JSON)

    unit_move: Mapped[UnitMove] = relationship()
    portfolio: Mapped[Portfolio] = relationship()
