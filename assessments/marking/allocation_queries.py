"""Reading who assesses whom: the practitioners of a cohort, a provider's assessors and their workload."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from assessments.deadlines import queries as deadlines
from assessments.holds import queries as holds
from assessments.marking import allocation_bars
from assessments.marking.allocation_bars import Bar
from assessments.marking.allocation_models import AssessorCap, Interest, InterestEnd
from assessments.marking.assessors import assesses_today
from assessments.marking.models import Allocation, Stage, Waiting
from assessments.marking.outcomes import UnitState
from assessments.marking.queries import is_accepted, positions
from assessments.marking.sharing import Load
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Membership, Setting, User
from lms.people.roles import Role

WORKS_TOWARDS_IT = and_(Enrolment.seeks_accreditation, Enrolment.status == EnrolmentStatus.ACTIVE)
"""Within a query of places: those of the people who work towards the unit now."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A practitioner who works towards the unit, their assessor, and where the portfolio stands.

    `bar` says why the assessor they have must not go on; `barred` names assessors they must not be given; `held` says
    what of it is on hold.
    """

    enrolment_id: int
    ref: str
    name: str
    email: str
    assessor_ref: str | None
    assessor: str
    portfolio_ref: str | None
    state: UnitState | None
    met: int
    waiting: int
    due_on: date | None
    held: tuple[str, ...]
    bar: Bar | None
    barred: dict[str, Bar]

    @property
    def is_open(self) -> bool:
        """Whether the portfolio is work for an assessor, or will be."""
        return self.state is not UnitState.ACCEPTED


@dataclass(frozen=True, slots=True)
class AssessorRow:
    """An assessor of a provider, with what they have of that provider: open portfolios, criteria to decide, their limit."""

    id: int
    ref: str
    name: str
    email: str
    portfolios: int
    waiting: int
    cap: int | None

    @property
    def load(self) -> Load:
        """The same as the sharing counts it."""
        return Load(self.id, self.portfolios, self.waiting, self.cap)


@dataclass(frozen=True, slots=True)
class InterestRow:
    """An interest that stands: whose, in whom or where, since when and why."""

    ref: str
    assessor: str
    about: str
    reason: str
    declared_by: str


def people(cohort: Cohort) -> list[PersonRow]:
    """The practitioners of a cohort who work towards the unit, by name; the same number of queries for any number."""
    assessor = aliased(User)
    waiting = _waiting_by_portfolio()
    rows = db.session.execute(
        select(
            Enrolment.id,
            Enrolment.ref,
            User.name,
            User.email,
            assessor.id.label("assessor_id"),
            assessor.ref.label("assessor_ref"),
            assessor.name.label("assessor"),
            Portfolio.id.label("portfolio_id"),
            Portfolio.ref.label("portfolio_ref"),
            func.coalesce(waiting.c.criteria, 0).label("waiting"),
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Portfolio, Portfolio.enrolment_id == Enrolment.id)
        .outerjoin(Allocation, Allocation.portfolio_id == Portfolio.id)
        .outerjoin(assessor, assessor.id == Allocation.assessor_id)
        .outerjoin(waiting, waiting.c.portfolio_id == Portfolio.id)
        .where(Enrolment.cohort_id == cohort.id, WORKS_TOWARDS_IT)
        .order_by(User.name)
    ).all()
    due = deadlines.due_by_portfolio(row.portfolio_id for row in rows if row.portfolio_id)
    held = holds.standing_by_portfolio(row.portfolio_id for row in rows if row.portfolio_id)
    standing = positions(row.portfolio_id for row in rows if row.portfolio_id)
    refs: dict[int, str] = {key: ref for key, ref in db.session.execute(_assessors_of(cohort.provider_id))}  # noqa: C416 (rows)
    refs |= {row.assessor_id: row.assessor_ref for row in rows if row.assessor_id}
    ties = allocation_bars.ties_of(refs)
    places = allocation_bars.places_of(row.id for row in rows)
    return [
        PersonRow(
            enrolment_id=row.id,
            ref=row.ref,
            name=row.name,
            email=row.email,
            assessor_ref=row.assessor_ref,
            assessor=row.assessor or "",
            portfolio_ref=row.portfolio_ref,
            state=standing[row.portfolio_id].standing.unit if row.portfolio_id else None,
            met=standing[row.portfolio_id].standing.met if row.portfolio_id else 0,
            waiting=row.waiting,
            due_on=due.get(row.portfolio_id),
            held=tuple(dict.fromkeys(hold.words for hold in held.get(row.portfolio_id, ()))),
            bar=ties.bar(row.assessor_id, places[row.id]) if row.assessor_id else None,
            barred={ref: bar for key, ref in refs.items() if (bar := ties.bar(key, places[row.id]))},
        )
        for row in rows
    ]


def _waiting_by_portfolio() -> Subquery:
    """How many criteria wait for the assessor to decide: not what is with whoever countersigns."""
    return (
        select(Waiting.portfolio_id, func.sum(Waiting.criteria).label("criteria"))
        .where(Waiting.stage == Stage.ASSESSOR)
        .group_by(Waiting.portfolio_id)
        .subquery()
    )


def _assessors_of(provider_id: int) -> Select[int, str]:
    return select(User.id, User.ref).where(assesses_today(provider_id))


def assessors(provider_id: int) -> list[AssessorRow]:
    """A provider's assessors of today, by name, with their workload there.

    What they have of another provider is not counted, nor what is accepted, nor the work of people who have left.
    """
    waiting = _waiting_by_portfolio()
    has = (
        select(Allocation.assessor_id, Allocation.portfolio_id)
        .join(Portfolio, Portfolio.id == Allocation.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.provider_id == provider_id, WORKS_TOWARDS_IT, ~is_accepted(Portfolio.id))
        .subquery()
    )
    rows = db.session.execute(
        select(
            User.id,
            User.ref,
            User.name,
            User.email,
            func.count(has.c.portfolio_id),
            func.coalesce(func.sum(waiting.c.criteria), 0),
            AssessorCap.portfolios,
        )
        .select_from(User)
        .outerjoin(has, has.c.assessor_id == User.id)
        .outerjoin(waiting, waiting.c.portfolio_id == has.c.portfolio_id)
        .outerjoin(
            AssessorCap, and_(AssessorCap.assessor_id == User.id, AssessorCap.provider_id == provider_id)
        )
        .where(assesses_today(provider_id))
        .group_by(User.id, User.ref, User.name, User.email, AssessorCap.portfolios)
        .order_by(User.name)
    )
    return [AssessorRow(*row) for row in rows]


def interests(assessor_ids: Iterable[int], *, provider_ids: Iterable[int]) -> list[InterestRow]:
    """The interests of some assessors that stand and concern somebody of some providers, by assessor."""
    assessor, learner, by = aliased(User), aliased(User), aliased(User)
    rows = db.session.execute(
        select(
            Interest.ref,
            assessor.name,
            func.coalesce(learner.name, Setting.name),
            Interest.reason,
            by.name,
        )
        .join(assessor, assessor.id == Interest.assessor_id)
        .join(by, by.id == Interest.declared_by_id)
        .outerjoin(learner, learner.id == Interest.learner_id)
        .outerjoin(Setting, Setting.id == Interest.setting_id)
        .outerjoin(InterestEnd, InterestEnd.interest_id == Interest.id)
        .where(
            Interest.assessor_id.in_(list(assessor_ids)),
            InterestEnd.id.is_(None),
            _concerns(list(provider_ids)),
        )
        .order_by(assessor.name, Interest.id)
    )
    return [InterestRow(*row) for row in rows]


def _concerns(provider_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether an interest is in somebody on a course of some providers, or in where such a person works."""
    return exists().where(
        Cohort.id == Enrolment.cohort_id,
        Cohort.provider_id.in_(provider_ids),
        or_(Enrolment.user_id == Interest.learner_id, Enrolment.setting_id == Interest.setting_id),
    )


def get_interest(ref: str, *, within: Reach) -> Interest:
    """An interest of an assessor who works for a provider within reach, in somebody of such a provider.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(
        select(Interest).where(
            Interest.ref == ref,
            exists().where(
                Membership.user_id == Interest.assessor_id,
                Membership.organisation_id.in_(within.organisation_ids),
                Membership.role == Role.ASSESSOR,
            ),
            _concerns(within.organisation_ids),
        )
    )
    if found is None:
        raise NotFound
    return found


def practitioners(provider_ids: Iterable[int], *, assessor_id: int | None = None) -> list[tuple[str, str]]:
    """Reference and name of practitioners of some providers; only those whom an assessor has, when one is named."""
    statement = (
        select(User.ref, User.name)
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.provider_id.in_(list(provider_ids)), Enrolment.seeks_accreditation)
        .distinct()
        .order_by(User.name)
    )
    if assessor_id is not None:
        statement = (
            statement.join(Portfolio, Portfolio.enrolment_id == Enrolment.id)
            .join(Allocation, Allocation.portfolio_id == Portfolio.id)
            .where(Allocation.assessor_id == assessor_id)
        )
    return [(ref, name) for ref, name in db.session.execute(statement)]


def workplaces(provider_ids: Iterable[int]) -> list[tuple[str, str]]:
    """Reference and name of the settings that practitioners of some providers come from."""
    statement = (
        select(Setting.ref, Setting.name)
        .join(Enrolment, Enrolment.setting_id == Setting.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.provider_id.in_(list(provider_ids)))
        .distinct()
        .order_by(Setting.name)
    )
    return [(ref, name) for ref, name in db.session.execute(statement)]
