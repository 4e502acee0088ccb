"""Reading holds: what is frozen now, and what was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from assessments.holds.models import Hold, HoldCause, HoldLifting
from lms.core.extensions import db
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class StandingHold:
    """Something frozen now; an empty criterion is the whole portfolio."""

    ref: str
    portfolio_id: int
    criterion: str
    cause: HoldCause
    reason: str
    placed_by: str
    since: datetime

    def covers(self, criterion: str) -> bool:
        """Whether it freezes a criterion."""
        return self.criterion in ("", criterion)

    @property
    def words(self) -> str:
        """What is frozen and why, in a sentence that its practitioner may read."""
        what = f"{self.criterion} is" if self.criterion else "This portfolio is"
        return f"{what} on hold while {self.cause.words}."


def standing(portfolio_id: int) -> tuple[StandingHold, ...]:
    """The holds on a portfolio and its criteria that are not lifted, oldest first: one query."""
    return standing_by_portfolio([portfolio_id]).get(portfolio_id, ())


def standing_by_portfolio(portfolio_ids: Iterable[int]) -> dict[int, tuple[StandingHold, ...]]:
    """The holds that stand, by portfolio: one query for any number. A portfolio without one is left out."""
    rows = db.session.execute(
        select(
            Hold.ref,
            Hold.portfolio_id,
            Hold.criterion,
            Hold.cause,
            Hold.reason,
            User.name,
            Hold.created_at,
        )
        .join(User, User.id == Hold.placed_by_id)
        .outerjoin(HoldLifting, HoldLifting.hold_id == Hold.id)
        .where(Hold.portfolio_id.in_(list(portfolio_ids)), HoldLifting.id.is_(None))
        .order_by(Hold.id)
    )
    found: dict[int, list[StandingHold]] = defaultdict(list)
    for row in rows:
        found[row.portfolio_id].append(StandingHold(*row))
    return {portfolio_id: tuple(holds) for portfolio_id, holds in found.items()}


def is_held(portfolio_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Within a query: whether a portfolio, or anything in it, is on hold now."""
    lifted = exists().where(HoldLifting.hold_id == Hold.id)
    return exists().where(Hold.portfolio_id == portfolio_id, ~lifted)


def frozen(holds: Iterable[StandingHold], criteria: Iterable[str]) -> dict[str, StandingHold]:
    """Of some criteria, those that are frozen, with the first hold that freezes each."""
    standing_holds = tuple(holds)
    first = {ref: next((hold for hold in standing_holds if hold.covers(ref)), None) for ref in criteria}
    return {ref: hold for ref, hold in first.items() if hold is not None}
