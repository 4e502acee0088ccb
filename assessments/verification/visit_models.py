"""Visits of external quality assurers: the days, what a provider proposed, what the visitor chose, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessments.portfolio.models import Portfolio
from lms.core.model import APPEND_ONLY, Entity, enum_column
from lms.people.models import Organisation, User


class VisitOutcome(StrEnum):
    """What an external quality assurer says of a visit as a whole."""

    AGREED = "agreed"
    ACTIONS = "actions"

    @property
    def words(self) -> str:
        """The outcome as people read it."""
        return {"agreed": "Agreed: nothing to put right", "actions": "Actions to take"}[self.value]


class ClaimsAdvice(StrEnum):
    """What an external quality assurer recommends about direct claims."""

    NONE = "none"
    GRANT = "grant"
    KEEP = "keep"
    SUSPEND = "suspend"

    @property
    def words(self) -> str:
        """The recommendation as people read it."""
        return _ADVICE[self]


_ADVICE = {
    ClaimsAdvice.NONE: "No recommendation",
    ClaimsAdvice.GRANT: "Grant direct claims",
    ClaimsAdvice.KEEP: "Keep direct claims",
    ClaimsAdvice.SUSPEND: "Suspend direct claims",
}


class VisitState(StrEnum):
    """Whether a visit can be read on a day."""

    AHEAD = "ahead"
    OPEN = "open"
    OVER = "over"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return {"ahead": "Not open yet", "open": "Open", "over": "Over"}[self.value]


class Visit(Entity):
    """An external quality assurer at a provider, for the days of a visit.

    It ends by itself after its last day, or when the provider ends it. The last day can be moved; the audit trail says by whom.
    """

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("id", "eqa_id"),
        CheckConstraint("until_on >= from_on", name="days"),
    )

    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    eqa_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    ended_at: Mapped[datetime | None]

    provider: Mapped[Organisation] = relationship()
    eqa: Mapped[User] = relationship()

    def state(self, today: date) -> VisitState:
        """Whether the visitor can read on a day: from the first to the last, unless the provider ended it."""
        if self.ended_at is not None or self.until_on < today:
            return VisitState.OVER
        return VisitState.AHEAD if self.from_on > today else VisitState.OPEN


class VisitProposal(Entity):
    """A portfolio that the provider proposes for a visit. The visitor need not read it. Append-only."""

    __tablename__ = "visit_proposal"
    __table_args__ = (UniqueConstraint("visit_id", "portfolio_id"), Index(None, "portfolio_id"), APPEND_ONLY)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))

    portfolio: Mapped[Portfolio] = relationship()


class VisitChoice(Entity):
    """A portfolio that the visitor chose to read. Append-only: what was chosen once was seen."""

    __tablename__ = "visit_choice"
    __table_args__ = (UniqueConstraint("visit_id", "portfolio_id"), Index(None, "portfolio_id"), APPEND_ONLY)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))

    portfolio: Mapped[Portfolio] = relationship()


class VisitReport(Entity):
    """What the visitor found, in numbered reports that are never changed; a later one adds to those before."""

    __tablename__ = "visit_report"
    __table_args__ = (
        UniqueConstraint("visit_id", "number"),
        UniqueConstraint("id", "visit_id"),
        ForeignKeyConstraint(["visit_id", "eqa_id"], ["visit.id", "visit.eqa_id"]),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("summary <> ''", name="summary"),
        APPEND_ONLY,
    )

    visit_id: Mapped[int]
    eqa_id: Mapped[int]
    number: Mapped[int]
    outcome: Mapped[VisitOutcome] = mapped_column(enum_column(VisitOutcome))
    summary: Mapped[str] = mapped_column(Text)
    advice: Mapped[ClaimsAdvice] = mapped_column(enum_column(ClaimsAdvice))
    advice_reason: Mapped[str] = mapped_column(Text, default="")

    actions: Mapped[list[VisitAction]] = relationship(order_by="VisitAction.due_on, VisitAction.id")


class VisitAction(Entity):
    """Something that a provider is to do after a visit, by a day. Append-only."""

    __tablename__ = "visit_action"
    __table_args__ = (CheckConstraint("text <> ''", name="text"), Index(None, "report_id"), APPEND_ONLY)

    report_id: Mapped[int] = mapped_column(ForeignKey("visit_report.id"))
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]


class VisitSignOff(Entity):
    """The visitor agrees with what was decided in a portfolio that they chose: its credit may be claimed. Append-only.

    It holds for the decisions that there were, not for later ones.
    """

    __tablename__ = "visit_sign_off"
    __table_args__ = (
        ForeignKeyConstraint(["report_id", "visit_id"], ["visit_report.id", "visit_report.visit_id"]),
        ForeignKeyConstraint(
            ["visit_id", "portfolio_id"], ["visit_choice.visit_id", "visit_choice.portfolio_id"]
        ),
        UniqueConstraint("report_id", "portfolio_id"),
        UniqueConstraint("id", "portfolio_id"),
        Index(None, "portfolio_id"),
        APPEND_ONLY,
    )

    report_id: Mapped[int]
    visit_id: Mapped[int]
    portfolio_id: Mapped[int]
