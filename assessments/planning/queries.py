"""Reading plans: an assessor's, one learner's, one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from assessments.marking.assessor_queries import allocated_portfolio, of_assessor
from assessments.marking.models import Allocation
from assessments.planning.models import PlannedAssessment, PlanStep
from assessments.planning.steps import StepKind, fold
from assessments.portfolio.models import Portfolio
from assessments.portfolio.unit_queries import Renumbered, moves_by_portfolio
from assessments.portfolio.unit_schema import criterion_order
from courses.cohorts.models import Cohort, Enrolment
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db


class PlanRow:
    """A plan as pages show it: what was put forward, where it stands, and every step.

    `criteria` is what it is about, by the version of the unit that its portfolio has come to since it was put forward;
    `gone` names those put forward that this version no longer has. What is over stays as it was then.
    """

    def __init__(
        self, planned: PlannedAssessment, steps: Sequence[PlanStep], moves: Iterable[Renumbered]
    ) -> None:
        self.planned = planned
        self.steps = tuple(steps)
        self.state = fold(step.kind for step in steps)
        said = max(step.created_at for step in steps if step.kind is StepKind.PROPOSED)
        until = None if self.state.is_open else steps[-1].created_at
        since = (one.goes_to for one in moves if one.at > said and (until is None or one.at < until))
        self.criteria, self.gone = carried(planned.criteria, since)

    @property
    def last(self) -> PlanStep:
        """The newest step."""
        return self.steps[-1]


def carried(
    criteria: Iterable[str], moves: Iterable[Mapping[str, tuple[str, ...]]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where some criteria came by moves of their unit, and which of them came nowhere. Pure.

    Args:
        criteria: as they were before the first move.
        moves: where each criterion went, the first move first.
    """
    came = {ref: {ref} for ref in criteria}
    for goes_to in moves:
        came = {ref: {to for one in at for to in goes_to.get(one, (one,))} for ref, at in came.items()}
    everywhere = {ref for at in came.values() for ref in at}
    gone = [ref for ref, at in came.items() if not at]
    return tuple(sorted(everywhere, key=criterion_order)), tuple(sorted(gone, key=criterion_order))


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
    """Everything planned for one portfolio, the open ones first, by day. Three queries."""
    return _rows(
        select(PlannedAssessment)
        .where(PlannedAssessment.portfolio_id == portfolio_id)
        .options(joinedload(PlannedAssessment.assessor))
    )


def own_plans(*, within: Reach) -> list[PlanRow]:
    """What the asking assessor has planned and is still to come, by day. Three queries."""
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
    moves = moves_by_portfolio({plan.portfolio_id for plan in plans})
    return [PlanRow(plan, steps[plan.id], moves[plan.portfolio_id]) for plan in plans]


def row_of(planned: PlannedAssessment) -> PlanRow:
    """One plan as pages show it."""
    return PlanRow(
        planned, list_steps(planned.id), moves_by_portfolio([planned.portfolio_id])[planned.portfolio_id]
    )


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
