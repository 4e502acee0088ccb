"""Reading plans: an assessor's, one learner's, one's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from assessments.marking.assessor_queries import allocated_portfolio, of_assessor
from assessments.marking.models import Allocation
from assessments.planning.models import PlannedAssessment, PlanStep
from assessments.planning.steps import StepKind, fold
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Cohort, Enrolment
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db


class PlanRow:
    """A plan as pages show it: what was put forward, where it stands, and every step."""

    def __init__(self, planned: PlannedAssessment, steps: Sequence[PlanStep]) -> None:
        self.planned = planned
        self.steps = tuple(steps)
        self.state = fold(step.kind for step in steps)

    @property
    def last(self) -> PlanStep:
        """The newest step."""
        return self.steps[-1]


def list_steps(planned_id: int) -> list[PlanStep]:
    """The steps of one plan, in order."""
    return list(
        db.session.scalars(
            select(PlanStep).where(PlanStep.planned_id == planned_id).order_by(PlanStep.number)
        )
    )


def state_of(planned: PlannedAssessment) -> StepKind:
    """Where one plan stands."""
    return fold(step.kind for step in list_steps(planned.id))


def plans_of(portfolio_id: int) -> list[PlanRow]:
    """Everything planned for one portfolio, the open ones first, by day. Two queries."""
    return _rows(
        select(PlannedAssessment)
        .where(PlannedAssessment.portfolio_id == portfolio_id)
        .options(joinedload(PlannedAssessment.assessor))
    )


def own_plans(*, within: Reach) -> list[PlanRow]:
    """What the asking assessor has planned and is still to come, by day. Two queries."""
    return _rows(
        select(PlannedAssessment)
        .join(Allocation, Allocation.portfolio_id == PlannedAssessment.portfolio_id)
        .join(Portfolio, Portfolio.id == PlannedAssessment.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(of_assessor(within), PlannedAssessment.is_open)
        .options(joinedload(PlannedAssessment.portfolio).joinedload(Portfolio.learner))
    )


def _rows(wanted: Select[PlannedAssessment]) -> list[PlanRow]:
    plans = db.session.scalars(
        wanted.order_by(PlannedAssessment.is_open.desc(), PlannedAssessment.on_day, PlannedAssessment.id)
    ).all()
    steps: dict[int, list[PlanStep]] = {plan.id: [] for plan in plans}
    for step in db.session.scalars(
        select(PlanStep)
        .where(PlanStep.planned_id.in_(steps))
        .order_by(PlanStep.number)
        .options(joinedload(PlanStep.by), joinedload(PlanStep.evidence))
    ):
        steps[step.planned_id].append(step)
    return [PlanRow(plan, steps[plan.id]) for plan in plans]


def allocated_plan(ref: str, *, within: Reach) -> PlannedAssessment:
    """A plan for a portfolio that is allocated to the asking assessor.

    Raises:
        NotFound: there is none for them.
    """
    planned = db.session.scalar(select(PlannedAssessment).where(PlannedAssessment.ref == ref))
    if planned is None:
        raise NotFound
    allocated_portfolio(planned.portfolio.ref, within=within)
    return planned


def own_plan(ref: str, *, within: Reach) -> PlannedAssessment:
    """A plan for one's own portfolio.

    Raises:
        NotFound: one has no such plan.
    """
    planned = db.session.scalar(
        select(PlannedAssessment).where(
            PlannedAssessment.ref == ref, PlannedAssessment.learner_id == within.person_id
        )
    )
    if planned is None:
        raise NotFound
    return planned
