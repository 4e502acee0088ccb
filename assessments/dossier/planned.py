"""The assessment plan of a portfolio: what was put forward, agreed, asked for, called off and done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from assessments.dossier.contents import Happened, Planned
from assessments.planning.models import PlanStep
from assessments.planning.queries import plans_of
from assessments.planning.steps import StepKind
from lms.core.text import day_year

_LINES = {
    StepKind.AGREED: "Agreed",
    StepKind.ASKED: "Asked for another way",
    StepKind.CALLED_OFF: "Called off",
}


def gather_plan(portfolio_id: int, numbers: Mapping[str, str]) -> Iterator[Planned]:
    """Everything that was planned for a portfolio, by day. Two queries.

    Args:
        portfolio_id: the portfolio.
        numbers: what each piece of evidence is called in the dossier, by its reference.
    """
    rows = sorted(plans_of(portfolio_id), key=lambda row: (row.planned.on_day, row.planned.id))
    for row in rows:
        plan = row.planned
        yield Planned(
            method=plan.method,
            assessor=plan.assessor.name,
            criteria=tuple(plan.criteria),
            on_day=plan.on_day,
            place=plan.place,
            who=plan.who,
            note=plan.note,
            state=row.state.words,
            steps=tuple(_told(step, numbers) for step in row.steps),
        )


def _told(step: PlanStep, numbers: Mapping[str, str]) -> Happened:
    return Happened(step.created_at, step.by.name, _line(step, numbers), (step.words,) if step.words else ())


def _line(step: PlanStep, numbers: Mapping[str, str]) -> str:
    if step.kind is StepKind.PROPOSED:
        terms = step.terms or {}
        return f"Put forward: {day_year(date.fromisoformat(terms['on_day']))}, {terms['place']}"
    if step.kind is StepKind.DONE:
        number = numbers.get(step.evidence.ref) if step.evidence else None
        return f"Done, as {number}" if number else "Done"
    return _LINES[step.kind]
