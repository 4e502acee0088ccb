"""Who has been looked at, outcome by outcome: what of each learner is decided, drawn, agreed, or came back.

A page of learners at a time, in a fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from assessments.marking import queries as marking
from assessments.marking.models import Allocation, Decision
from assessments.marking.outcomes import CriterionState, Standing
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.unit_schema import Unit
from assessments.verification.models import Sample, SampledDecision, SampleOutcome, SamplePlan, SampleReport
from assessments.verification.sampling import Stage
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import provided
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.models import User

PAGE = 25
_DECIDED = frozenset({CriterionState.MET, CriterionState.AGREED, CriterionState.NOT_YET})


class CellState(StrEnum):
    """Where one outcome of one learner stands with quality assurance, the most urgent first."""

    RETURNED = "returned"
    SETTLED = "settled"
    AGREED = "agreed"
    PARTLY = "partly"
    DRAWN = "drawn"
    LOOKED_AT = "looked-at"
    DECIDED = "decided"
    BEGUN = "begun"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Cell:
    """One outcome of one learner.

    Attributes:
        outcome: the outcome's number.
        state: where it stands.
        criteria: how many criteria it has.
        decided: how many of them have a decision that the practitioner knows of.
        agreed: of how many an IQA agreed with the decision that counts.
        returned: how often an IQA returned a decision in it, ever.
    """

    outcome: int
    state: CellState
    criteria: int
    decided: int
    agreed: int
    returned: int


@dataclass(frozen=True, slots=True)
class GridRow:
    """One learner's portfolio; `sample_ref` is the newest sample that drew it."""

    portfolio_ref: str
    learner: str
    cohort: str
    assessor: str
    accepted: bool
    sample_ref: str | None
    sampled: tuple[Stage, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What IQAs said of the decisions on one criterion, oldest first; `counts` is whether the decision still counts."""

    outcome: SampleOutcome
    counts: bool


def outcome_cells(
    unit: Unit, standing: Standing, answered: Mapping[str, Sequence[Answered]], *, drawn: CellState | None
) -> tuple[Cell, ...]:
    """The cells of one portfolio. Pure.

    Args:
        unit: the unit.
        standing: where the portfolio stands.
        answered: what was said of each criterion's decisions.
        drawn: whether a sample holds the portfolio now, or has been closed; None when none has drawn it.
    """
    states = standing.states()
    return tuple(
        _cell(outcome.number, [one.ref for one in outcome.criteria], states, answered, drawn=drawn)
        for outcome in unit.outcomes
    )


def _cell(
    number: int,
    refs: Sequence[str],
    states: Mapping[str, CriterionState],
    answered: Mapping[str, Sequence[Answered]],
    *,
    drawn: CellState | None,
) -> Cell:
    decided = sum(states[ref] in _DECIDED for ref in refs)
    said = [one for ref in refs for one in answered.get(ref, ())]
    returned = sum(one.outcome is SampleOutcome.RETURNED for one in said)
    is_open = any(one.outcome is SampleOutcome.RETURNED and one.counts for one in said)
    agreed = sum(one.outcome is SampleOutcome.AGREED and one.counts for one in said)
    state = _state(decided, agreed, returned, of=len(refs), is_open=is_open, drawn=drawn)
    if state is CellState.NOTHING and any(states[ref] is not CriterionState.NONE for ref in refs):
        state = CellState.BEGUN
    return Cell(number, state, len(refs), decided, agreed, returned)


def _state(
    decided: int, agreed: int, returned: int, *, of: int, is_open: bool, drawn: CellState | None
) -> CellState:
    if is_open:
        return CellState.RETURNED
    if returned:
        return CellState.SETTLED
    if agreed:
        return CellState.AGREED if agreed == of else CellState.PARTLY
    if not decided:
        return CellState.NOTHING
    return drawn or CellState.DECIDED


def rows(
    *, within: Reach, assessor_ref: str = "", cohort_ref: str = "", page: int = 1
) -> tuple[list[GridRow], int]:
    """A page of learners with their cells, by name, and how many there are in all. The same queries for any number.

    Args:
        within: the providers that may be seen.
        assessor_ref: only portfolios given to this assessor, if any is named.
        cohort_ref: only those of this cohort, if any is named.
        page: which page, from 1.
    """
    where = _where(within, assessor_ref, cohort_ref)
    count = db.session.scalar(_portfolios(select(func.count())).where(where)) or 0
    found = db.session.execute(
        _portfolios(
            select(
                Portfolio.id,
                Portfolio.ref,
                Portfolio.unit_version_id,
                User.name.label("learner"),
                Cohort.name.label("cohort"),
                Allocation.assessor_id,
            )
        )
        .where(where)
        .order_by(User.name, Portfolio.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    ids = [row.id for row in found]
    positions, answered, samples = marking.positions(ids), _answered(ids), _samples(ids)
    units = {one: portfolios.unit_of_version(one) for one in {row.unit_version_id for row in found}}
    names = _names({row.assessor_id for row in found if row.assessor_id is not None})
    return [
        GridRow(
            portfolio_ref=row.ref,
            learner=row.learner,
            cohort=row.cohort,
            assessor=names.get(row.assessor_id, ""),
            accepted=positions[row.id].standing.accepted,
            sample_ref=samples[row.id][-1][0] if samples[row.id] else None,
            sampled=tuple(sorted({stage for _, stage, _ in samples[row.id]})),
            cells=outcome_cells(
                units[row.unit_version_id],
                positions[row.id].standing,
                answered[row.id],
                drawn=_drawn([is_closed for _, _, is_closed in samples[row.id]]),
            ),
        )
        for row in found
    ], count


def filters(*, within: Reach) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The assessors and the cohorts that the grid can be narrowed to: (reference, name) each."""
    assessors = db.session.execute(
        select(User.ref, User.name)
        .join(Allocation, Allocation.assessor_id == User.id)
        .join(Portfolio, Portfolio.id == Allocation.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(provided(within))
        .distinct()
        .order_by(User.name)
    )
    cohorts = db.session.execute(
        select(Cohort.ref, Cohort.name)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Portfolio, Portfolio.enrolment_id == Enrolment.id)
        .where(provided(within))
        .distinct()
        .order_by(Cohort.name)
    )
    return [(ref, name) for ref, name in assessors], [(ref, name) for ref, name in cohorts]


def _where(within: Reach, assessor_ref: str, cohort_ref: str) -> ColumnElement[bool]:
    where = provided(within)
    if assessor_ref:
        where &= Allocation.assessor_id.in_(select(User.id).where(User.ref == assessor_ref))
    if cohort_ref:
        where &= Cohort.ref == cohort_ref
    return where


def _portfolios(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(Portfolio)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(Allocation, Allocation.portfolio_id == Portfolio.id)
    )


def _answered(ids: Iterable[int]) -> dict[int, dict[str, list[Answered]]]:
    """What IQAs said in some portfolios, by criterion; the decision that counts is the newest of its criterion."""
    decided = select(Decision.id, Decision.criterion, Submission.portfolio_id).join(
        Submission, Submission.id == Decision.submission_id
    )
    newest = dict[tuple[int, str], int]()
    for decision_id, criterion, portfolio_id in db.session.execute(
        decided.where(Submission.portfolio_id.in_(list(ids)), marking.COUNTS).order_by(Decision.id)
    ):
        newest[portfolio_id, criterion] = decision_id
    found: dict[int, dict[str, list[Answered]]] = defaultdict(lambda: defaultdict(list))
    for portfolio_id, criterion, decision_id, outcome in db.session.execute(
        select(Submission.portfolio_id, Decision.criterion, Decision.id, SampledDecision.outcome)
        .join(Decision, Decision.id == SampledDecision.decision_id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Submission.portfolio_id.in_(list(ids)))
        .order_by(SampledDecision.id)
    ):
        counts = newest[portfolio_id, criterion] == decision_id
        found[portfolio_id][criterion].append(Answered(outcome, counts))
    return found


def _drawn(closed: Sequence[bool]) -> CellState | None:
    """What the samples that drew a portfolio make of what is decided in it, given whether each is closed."""
    if not closed:
        return None
    return CellState.LOOKED_AT if all(closed) else CellState.DRAWN


def _samples(ids: Collection[int]) -> dict[int, list[tuple[str, Stage, bool]]]:
    """The samples that drew some portfolios, oldest first, and whether each is closed."""
    found: dict[int, list[tuple[str, Stage, bool]]] = defaultdict(list)
    for portfolio_id, ref, stage, is_closed in db.session.execute(
        select(Sample.portfolio_id, Sample.ref, SamplePlan.stage, SampleReport.id.is_not(None))
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .outerjoin(SampleReport, SampleReport.sample_id == Sample.id)
        .where(Sample.portfolio_id.in_(ids), Sample.drawn)
        .order_by(Sample.id)
    ):
        found[portfolio_id].append((ref, stage, is_closed))
    return found


def _names(ids: Collection[int]) -> dict[int, str]:
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
