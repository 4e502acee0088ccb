"""Reading for an external quality assurer: chosen portfolios, on the days of a visit, and nothing else."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from assessments.portfolio.models import Portfolio
from assessments.portfolio.queries import sent_file
from assessments.verification.models import Sample, SampledDecision, Visit, VisitPortfolio
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import Membership, User
from lms.people.roles import Role


def visits(*, within: Reach) -> list[tuple[Visit, int]]:
    """The asking EQA's visits, newest first, with how many portfolios each holds."""
    chosen = (
        select(func.count())
        .select_from(VisitPortfolio)
        .where(VisitPortfolio.visit_id == Visit.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Visit, chosen)
        .where(Visit.eqa_id == within.person_id)
        .order_by(Visit.from_on.desc(), Visit.id.desc())
    )
    return [(visit, count) for visit, count in rows]


def _on_visit(within: Reach) -> tuple[ColumnElement[bool], ...]:
    today = clock.today()
    return Visit.eqa_id == within.person_id, Visit.from_on <= today, Visit.until_on >= today


def get_visit(ref: str, *, within: Reach) -> Visit:
    """A visit of the asking EQA, on one of its days.

    Raises:
        NotFound: there is none today.
    """
    visit = db.session.scalar(select(Visit).where(Visit.ref == ref, *_on_visit(within)))
    if visit is None:
        raise NotFound("There is no such visit for you today. A visit opens and closes on its own days.")
    return visit


def visited_portfolio(ref: str, *, within: Reach) -> Portfolio:
    """A portfolio chosen for a visit that the asking EQA is on today.

    Raises:
        NotFound: there is none.
    """
    portfolio = db.session.scalar(
        select(Portfolio)
        .join(VisitPortfolio, VisitPortfolio.portfolio_id == Portfolio.id)
        .join(Visit, Visit.id == VisitPortfolio.visit_id)
        .where(Portfolio.ref == ref, *_on_visit(within))
        .limit(1)
    )
    if portfolio is None:
        raise NotFound
    return portfolio


def visited_file(ref: str, *, within: Reach) -> StoredFile:
    """A file that was sent within a portfolio chosen for a visit that the asking EQA is on today.

    Raises:
        NotFound: there is none.
    """
    file = db.session.scalar(
        sent_file(ref)
        .join(VisitPortfolio, VisitPortfolio.portfolio_id == Portfolio.id)
        .join(Visit, Visit.id == VisitPortfolio.visit_id)
        .where(*_on_visit(within))
    )
    if file is None:
        raise NotFound
    return file


def visit_portfolios(visit: Visit) -> list[tuple[Portfolio, str]]:
    """The portfolios of a visit, with their practitioners' names."""
    rows = db.session.execute(
        select(Portfolio, User.name)
        .join(VisitPortfolio, VisitPortfolio.portfolio_id == Portfolio.id)
        .join(User, User.id == Portfolio.learner_id)
        .where(VisitPortfolio.visit_id == visit.id)
        .order_by(User.name)
    )
    return [(portfolio, name) for portfolio, name in rows]


def external_assurers() -> list[User]:
    """People who hold an EQA's role today, at whatever awarding body."""
    today = clock.today()
    return list(
        db.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.role == Role.EQA,
                Membership.from_on <= today,
                (Membership.until_on.is_(None)) | (Membership.until_on >= today),
            )
            .distinct()
            .order_by(User.name)
        )
    )


def answers_of(portfolio_id: int) -> dict[int, SampledDecision]:
    """What IQAs have said of a portfolio's decisions, by decision."""
    rows = db.session.scalars(
        select(SampledDecision)
        .join(Sample, Sample.id == SampledDecision.sample_id)
        .where(Sample.portfolio_id == portfolio_id)
    )
    return {answer.decision_id: answer for answer in rows}
