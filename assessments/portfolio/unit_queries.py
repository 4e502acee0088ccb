"""Reading units: which are published, which version portfolios are on, and what moves there were between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select

from assessments.portfolio.models import Evidence, Mapping, Portfolio, UnitVersion
from assessments.portfolio.move_models import PortfolioMove, UnitMove
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import provided
from courses.content.queries import get_document
from courses.content.queries import list_versions as list_course_versions
from courses.content.schema import Course
from lms.core.access import Reach
from lms.core.extensions import db


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A published version of a unit in a list.

    Attributes:
        portfolios: how many portfolios within reach are on it.
    """

    id: int
    slug: str
    number: int
    title: str
    published_at: datetime
    portfolios: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move between two versions did within reach."""

    at: datetime
    moved: int
    stay: int
    links_dropped: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A link that went when a portfolio was moved, of a piece that serves nothing since."""

    evidence_ref: str
    title: str
    criterion: str
    why: str
    """Why the criterion is gone, as whoever made the move says it; empty when it is not gone."""


@dataclass(frozen=True, slots=True)
class Renumbered:
    """When a portfolio came to a later version of its unit, and which criteria of it each earlier one became."""

    at: datetime
    goes_to: dict[str, tuple[str, ...]]


def list_versions(slug: str | None = None, *, within: Reach) -> list[UnitLine]:
    """The published versions of every unit, or of one: unit by unit, the newest version first. One query."""
    of_provider = (
        select(Portfolio.unit_version_id, func.count().label("portfolios"))
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(provided(within))
        .group_by(Portfolio.unit_version_id)
        .subquery()
    )
    statement = (
        select(
            UnitVersion.id,
            UnitVersion.slug,
            UnitVersion.number,
            UnitVersion.title,
            UnitVersion.created_at,
            func.coalesce(of_provider.c.portfolios, 0),
        )
        .outerjoin(of_provider, of_provider.c.unit_version_id == UnitVersion.id)
        .order_by(UnitVersion.slug, UnitVersion.number.desc())
    )
    if slug is not None:
        statement = statement.where(UnitVersion.slug == slug)
    return [UnitLine(*row) for row in db.session.execute(statement)]


def list_moves(before_id: int, after_id: int, *, within: Reach) -> list[Moved]:
    """The moves from one version to another and what they did within reach, the newest first. One query."""
    rows = db.session.execute(
        select(UnitMove.id, UnitMove.created_at, PortfolioMove.stays, PortfolioMove.dropped)
        .join(PortfolioMove, PortfolioMove.unit_move_id == UnitMove.id)
        .join(Portfolio, Portfolio.id == PortfolioMove.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            and_(UnitMove.from_version_id == before_id, UnitMove.to_version_id == after_id), provided(within)
        )
        .order_by(UnitMove.id.desc())
    ).all()
    moves = {row.id: row.created_at for row in rows}
    return [
        Moved(
            at,
            moved=sum(row.id == number and not row.stays for row in rows),
            stay=sum(row.id == number and row.stays for row in rows),
            links_dropped=sum(len(row.dropped) for row in rows if row.id == number),
        )
        for number, at in moves.items()
    ]


def list_courses(slug: str) -> list[Course]:
    """The newest version of each course that leads to a unit."""
    newest = {line.slug: line for line in reversed(list_course_versions())}
    courses = (get_document(line.content_hash).course for line in newest.values())
    return [course for course in courses if course.unit == slug]


def list_lost(portfolio_id: int) -> list[Lost]:
    """Pieces of a portfolio that serve nothing since it was moved to a later version of its unit. Two queries at most."""
    rows = db.session.execute(
        select(PortfolioMove.dropped, UnitMove.moves)
        .join(UnitMove, UnitMove.id == PortfolioMove.unit_move_id)
        .where(PortfolioMove.portfolio_id == portfolio_id, PortfolioMove.stays.is_(False))
    ).all()
    gone = {
        ref: (criterion, next((one["why"] for one in moves if one["criterion"] == criterion), ""))
        for dropped, moves in rows
        for ref, criterion, _ in dropped
    }
    if not gone:
        return []
    serves_nothing = ~exists().where(Mapping.evidence_id == Evidence.id)
    pieces = db.session.execute(
        select(Evidence.ref, Evidence.title)
        .where(Evidence.ref.in_(gone), Evidence.removed_at.is_(None), serves_nothing)
        .order_by(Evidence.id)
    )
    return [Lost(ref, title, *gone[ref]) for ref, title in pieces]


def moves_by_portfolio(portfolio_ids: Iterable[int]) -> dict[int, list[Renumbered]]:
    """By which moves some portfolios came to a later version of their unit, the first move first. One query."""
    found: dict[int, list[Renumbered]] = defaultdict(list)
    for portfolio_id, at, moves in db.session.execute(
        select(PortfolioMove.portfolio_id, PortfolioMove.created_at, UnitMove.moves)
        .join(UnitMove, UnitMove.id == PortfolioMove.unit_move_id)
        .where(PortfolioMove.portfolio_id.in_(list(portfolio_ids)), PortfolioMove.stays.is_(False))
        .order_by(PortfolioMove.id)
    ):
        found[portfolio_id].append(Renumbered(at, {one["criterion"]: tuple(one["goes_to"]) for one in moves}))
    return found
