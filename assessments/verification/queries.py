"""Reading internal quality assurance: what waits for an IQA, what a plan can draw and what it drew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, and_, func, or_, select
from sqlalchemy.orm import joinedload

from assessments.marking.models import AwaitingIqa
from assessments.marking.queries import is_accepted
from assessments.portfolio.models import Portfolio
from assessments.verification.disputes import is_drawn_anew
from assessments.verification.models import Sample, SampledDecision, SamplePlan, SampleReport
from assessments.verification.population import may_be_drawn
from assessments.verification.sampling import Reason, Stage
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import provided
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort with portfolios that wait for an IQA.

    Attributes:
        ref, name: which.
        waiting: how many portfolios are finished and not accepted.
        to_draw: how many of those are in no plan yet.
        since: since when the first of them waits; None when none does.
        on_the_way: how many are on the way with decisions, and in no plan of this quarter.
    """

    ref: str
    name: str
    waiting: int
    to_draw: int
    since: datetime | None
    on_the_way: int


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A drawn portfolio that is not accepted yet."""

    ref: str
    learner: str
    cohort: str
    reason: Reason
    stage: Stage
    answered: int
    returned: int
    waits_for_assessor: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What a plan says of one portfolio, and where the portfolio stands."""

    sample_ref: str
    portfolio_ref: str
    learner: str
    drawn: bool
    reason: Reason
    accepted: bool
    closed: bool
    is_drawn_anew: bool
    """Not drawn, and questioned or changed since: another plan draws it."""

    @property
    def is_left(self) -> bool:
        """Whether it is to be accepted unseen, once everything that was drawn is."""
        return not (self.drawn or self.accepted or self.is_drawn_anew)


def cohorts_waiting(*, within: Reach) -> list[CohortRow]:
    """Cohorts with portfolios to draw from or to accept, those that wait longest first, in two queries."""
    today = clock.today()
    finished = db.session.execute(
        select(
            Cohort.ref,
            Cohort.name,
            func.count(),
            func.sum(may_be_drawn(Stage.SUMMATIVE, today=today).cast(db.Integer)),
            func.min(AwaitingIqa.since),
        )
        .select_from(AwaitingIqa)
        .join(Portfolio, Portfolio.id == AwaitingIqa.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(provided(within))
        .group_by(Cohort.id, Cohort.ref, Cohort.name)
        .order_by(func.min(AwaitingIqa.since))
    ).all()
    on_the_way = {
        row.ref: row
        for row in db.session.execute(
            select(Cohort.ref, Cohort.name, func.count().label("portfolios"))
            .select_from(Portfolio)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(provided(within), may_be_drawn(Stage.INTERIM, today=today))
            .group_by(Cohort.id, Cohort.ref, Cohort.name)
            .order_by(Cohort.name)
        )
    }
    rows = [
        CohortRow(ref, name, count, to_draw, since, on_the_way[ref].portfolios if ref in on_the_way else 0)
        for ref, name, count, to_draw, since in finished
    ]
    known = {row.ref for row in rows}
    return rows + [
        CohortRow(row.ref, row.name, 0, 0, None, row.portfolios)
        for row in on_the_way.values()
        if row.ref not in known
    ]


def open_samples(*, within: Reach) -> list[SampleRow]:
    """Drawn portfolios that an IQA has not closed, oldest plan first, in one query."""
    answered = (
        select(func.count())
        .select_from(SampledDecision)
        .where(SampledDecision.sample_id == Sample.id)
        .scalar_subquery()
    )
    returned = (
        select(func.count())
        .select_from(SampledDecision)
        .where(SampledDecision.sample_id == Sample.id, SampledDecision.outcome == "returned")
        .scalar_subquery()
    )
    with_assessor = and_(SamplePlan.stage == Stage.SUMMATIVE, AwaitingIqa.id.is_(None))
    rows = db.session.execute(
        select(
            Sample.ref,
            User.name,
            Cohort.name,
            Sample.reason,
            SamplePlan.stage,
            answered,
            returned,
            with_assessor,
        )
        .select_from(Sample)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(AwaitingIqa, AwaitingIqa.portfolio_id == Portfolio.id)
        .where(
            Sample.drawn,
            provided(within),
            # a unit that was accepted and reopened since is looked at again
            or_(
                and_(SamplePlan.stage == Stage.INTERIM, ~_is_reported()),
                and_(SamplePlan.stage == Stage.SUMMATIVE, ~is_accepted(Sample.portfolio_id)),
            ),
        )
        .order_by(Sample.id)
    )
    return [SampleRow(*row) for row in rows]


def get_cohort(ref: str, *, within: Reach) -> Cohort:
    """A cohort of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    cohort = db.session.scalar(select(Cohort).where(Cohort.ref == ref, provided(within)))
    if cohort is None:
        raise NotFound
    return cohort


def plans_of(cohort: Cohort) -> list[SamplePlan]:
    """The plans of a cohort, newest first."""
    return list(
        db.session.scalars(
            select(SamplePlan)
            .where(SamplePlan.cohort_id == cohort.id)
            .options(joinedload(SamplePlan.iqa))
            .order_by(SamplePlan.id.desc())
        )
    )


def get_plan(ref: str, *, within: Reach) -> SamplePlan:
    """A plan of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    plan = db.session.scalar(
        select(SamplePlan)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(SamplePlan.ref == ref, provided(within))
    )
    if plan is None:
        raise NotFound
    return plan


def plan_rows(plan: SamplePlan) -> list[PlanRow]:
    """What a plan says of each portfolio, drawn ones first."""
    rows = db.session.execute(
        select(
            Sample.ref,
            Portfolio.ref,
            User.name,
            Sample.drawn,
            Sample.reason,
            is_accepted(Sample.portfolio_id),
            _is_reported(),
            and_(~Sample.drawn, is_drawn_anew(Sample.portfolio_id)),
        )
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .where(Sample.plan_id == plan.id)
        .order_by(Sample.drawn.desc(), User.name)
    )
    return [PlanRow(*row) for row in rows]


def undrawn_portfolios(plan: SamplePlan) -> list[Portfolio]:
    """The portfolios that a plan left out, that still wait and that no other plan draws."""
    return list(
        db.session.scalars(
            select(Portfolio)
            .options(joinedload(Portfolio.learner))
            .join(Sample, Sample.portfolio_id == Portfolio.id)
            .join(AwaitingIqa, AwaitingIqa.portfolio_id == Portfolio.id)
            .where(Sample.plan_id == plan.id, ~Sample.drawn, ~is_drawn_anew(Sample.portfolio_id))
            .order_by(Portfolio.id)
        )
    )


def open_on_the_way(portfolio_ids: Iterable[int]) -> list[str]:
    """The names of those whose portfolios were drawn on the way and are still looked at."""
    return list(
        db.session.scalars(
            select(User.name)
            .join(Portfolio, Portfolio.learner_id == User.id)
            .join(Sample, Sample.portfolio_id == Portfolio.id)
            .join(SamplePlan, SamplePlan.id == Sample.plan_id)
            .where(
                Sample.portfolio_id.in_(list(portfolio_ids)),
                Sample.drawn,
                SamplePlan.stage == Stage.INTERIM,
                ~_is_reported(),
            )
            .order_by(User.name)
        )
    )


def _is_reported() -> Exists:
    return select(SampleReport.id).where(SampleReport.sample_id == Sample.id).exists()


def assessor_names(refs: Iterable[str]) -> dict[str, str]:
    """The names of assessors, by reference."""
    rows = db.session.execute(select(User.ref, User.name).where(User.ref.in_(list(refs))).order_by(User.name))
    return {ref: name for ref, name in rows}  # noqa: C416 (a row is not a pair to the type checker)
