"""Which portfolios somebody has questioned: put on hold, complained of, appealed about. Filled in by the roof, since cases lie above."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from assessments.holds.models import Hold
from assessments.marking.models import Entry, EntryKind

EXTENSION = "verification.disputes"
"""Where the roof puts its sources: `app.extensions[EXTENSION] = (source, …)`."""

BORDERLINE = (EntryKind.QUESTIONED, EntryKind.REVERSED, EntryKind.REOPENED)
"""What makes a portfolio borderline: a decision in it was questioned, reversed or opened again."""

Source = Callable[[], Select[int]]
"""Gives a statement of the numbers of portfolios that were questioned, whatever came of it."""


def is_disputed(portfolio_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Within a query: whether a portfolio, or anything in it, was ever on hold, complained of or appealed about.

    Such a portfolio is always drawn.
    """
    sources: tuple[Source, ...] = current_app.extensions[EXTENSION]
    return or_(
        portfolio_id.in_(select(Hold.portfolio_id)), *(portfolio_id.in_(source()) for source in sources)
    )


def is_drawn_anew(portfolio_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Within a query: whether another plan draws a portfolio that one has left out.

    What is disputed or borderline is always drawn. So where a plan has left it out, it became so since that plan.
    """
    borderline = select(Entry.portfolio_id).where(Entry.kind.in_(BORDERLINE))
    return or_(is_disputed(portfolio_id), portfolio_id.in_(borderline))
