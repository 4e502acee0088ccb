"""A whole portfolio to read: each criterion with its evidence as sent and the decision that counts.

Both an IQA's sample and an EQA's visit are shown from this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from assessments.marking import queries as marking
from assessments.marking.judgement import Rule
from assessments.marking.models import Decision
from assessments.marking.outcomes import CriterionState, Standing
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.snapshot import Piece, pieces_for
from assessments.portfolio.unit_schema import Criterion, Outcome, Unit
from assessments.verification.models import SampledDecision, SampleOutcome
from lms.core.extensions import db
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class CriterionRead:
    """One criterion as a quality assurer reads it."""

    criterion: Criterion
    state: CriterionState
    decision: Decision | None
    assessor: str
    failed: tuple[Rule, ...]
    pieces: tuple[Piece, ...]
    answer: SampledDecision | None
    came_back: tuple[SampledDecision, ...] = ()
    """Decisions before this one that an IQA returned, oldest first: they stay to be read."""


@dataclass(frozen=True, slots=True)
class PortfolioRead:
    """A portfolio as a quality assurer reads it: outcome by outcome."""

    portfolio: Portfolio
    unit: Unit
    standing: Standing
    outcomes: tuple[tuple[Outcome, tuple[CriterionRead, ...]], ...]

    @property
    def criteria(self) -> tuple[CriterionRead, ...]:
        """Every criterion, in the unit's order."""
        return tuple(one for _, criteria in self.outcomes for one in criteria)


def read(portfolio: Portfolio, answers: Mapping[int, SampledDecision] | None = None) -> PortfolioRead:
    """Read a whole portfolio: the same number of queries whatever it holds.

    Args:
        portfolio: the portfolio; whether one may read it is the caller's rule.
        answers: an IQA's answers, by decision.
    """
    unit = portfolios.unit_of(portfolio)
    standing = marking.position(portfolio, unit).standing
    decisions = marking.latest_decisions(portfolio.id)
    returned = _returned(answers or {})
    names = dict(
        db.session.execute(
            select(User.id, User.name).where(User.id.in_({one.assessor_id for one in decisions.values()}))
        ).all()
    )
    snapshots: dict[int, dict[str, Any]] = dict(
        db.session.execute(
            select(Submission.id, Submission.snapshot).where(
                Submission.id.in_({one.submission_id for one in decisions.values()})
            )
        ).all()
    )

    def one(criterion: Criterion) -> CriterionRead:
        decision = decisions.get(criterion.ref)
        if decision is None:
            return CriterionRead(criterion, standing.state(criterion.ref), None, "", (), (), None)
        return CriterionRead(
            criterion=criterion,
            state=standing.state(criterion.ref),
            decision=decision,
            assessor=names[decision.assessor_id],
            failed=tuple(rule for rule in Rule if not getattr(decision, rule.value)),
            pieces=tuple(pieces_for(snapshots[decision.submission_id], criterion.ref)),
            answer=(answers or {}).get(decision.id),
            came_back=tuple(one for one in returned[criterion.ref] if one.decision_id != decision.id),
        )

    return PortfolioRead(
        portfolio=portfolio,
        unit=unit,
        standing=standing,
        outcomes=tuple((outcome, tuple(map(one, outcome.criteria))) for outcome in unit.outcomes),
    )


def _returned(answers: Mapping[int, SampledDecision]) -> dict[str, list[SampledDecision]]:
    """The answers that returned a decision, by its criterion."""
    returned = [one for one in answers.values() if one.outcome is SampleOutcome.RETURNED]
    criteria = dict(
        db.session.execute(
            select(Decision.id, Decision.criterion).where(
                Decision.id.in_([one.decision_id for one in returned])
            )
        ).all()
    )
    found: dict[str, list[SampledDecision]] = defaultdict(list)
    for one in returned:
        found[criteria[one.decision_id]].append(one)
    return found
