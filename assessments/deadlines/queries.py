"""Reading when portfolios are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from assessments.deadlines.models import Extension
from assessments.deadlines.policy import policy_for
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Cohort, Enrolment
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db


def due_on(portfolio_id: int) -> date:
    """The day a portfolio is due, with the time that was added."""
    return due_by_portfolio([portfolio_id])[portfolio_id]


def due_by_portfolio(portfolio_ids: Iterable[int]) -> dict[int, date]:
    """The day each of some portfolios is due, in one query.

    A cohort whose calendar moves takes its portfolios along, but nobody loses a day that was given.
    """
    rows = db.session.execute(
        select(Portfolio.id, Cohort.ends_on, longest_extension(Portfolio.id))
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Portfolio.id.in_(list(portfolio_ids)))
    )
    return {key: due_of(ends_on, until_on) for key, ends_on, until_on in rows}


def longest_extension(portfolio_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ScalarSelect[date]:
    """Within a query: until when a portfolio was given more time at the most; NULL where none was given."""
    return (
        select(func.max(Extension.until_on)).where(Extension.portfolio_id == portfolio_id).scalar_subquery()
    )


def due_of(ends_on: date, until_on: date | None) -> date:
    """The day a portfolio is due. Pure.

    Args:
        ends_on: the last day of its cohort.
        until_on: what `longest_extension` gives.
    """
    due = policy_for(ends_on).due_on(ends_on)
    return max(due, until_on) if until_on else due


def extensions(portfolio_id: int) -> list[Extension]:
    """The time that was added to a portfolio, newest first."""
    return list(
        db.session.scalars(
            select(Extension)
            .where(Extension.portfolio_id == portfolio_id)
            .options(joinedload(Extension.given_by))
            .order_by(Extension.number.desc())
        )
    )


def get_portfolio(ref: str, *, within: Reach) -> Portfolio:
    """A portfolio of a cohort of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(
        select(Portfolio)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Portfolio.ref == ref, Cohort.provider_id.in_(within.organisation_ids))
    )
    if found is None:
        raise NotFound
    return found
