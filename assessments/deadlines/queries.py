"""Reading when portfolios are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from assessments.deadlines.models import Extension
from assessments.deadlines.policy import policy_for
from assessments.portfolio.models import Portfolio, Submission
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
    longest = (
        select(Extension.portfolio_id, func.max(Extension.until_on).label("until_on"))
        .group_by(Extension.portfolio_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Portfolio.id, Cohort.ends_on, longest.c.until_on)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(longest, longest.c.portfolio_id == Portfolio.id)
        .where(Portfolio.id.in_(list(portfolio_ids)))
    )
    return {key: _later(policy_for(ends_on).due_on(ends_on), until_on) for key, ends_on, until_on in rows}


def _later(due: date, given: date | None) -> date:
    return max(due, given) if given else due


def due_by_submission(refs: Iterable[str]) -> dict[str, date]:
    """The day the portfolio of each of some submissions is due, by the submission's reference, in two queries."""
    found = db.session.execute(
        select(Submission.ref, Submission.portfolio_id).where(Submission.ref.in_(list(refs)))
    ).all()
    due = due_by_portfolio(row.portfolio_id for row in found)
    return {row.ref: due[row.portfolio_id] for row in found}


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
