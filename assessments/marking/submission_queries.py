"""What a practitioner has sent, each with what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from assessments.marking import queries
from assessments.marking.models import DECIDING, Decision, Outcome
from assessments.marking.outcomes import CriterionState
from assessments.marking.stories import reaching_learner
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.queries import unit_of
from assessments.portfolio.snapshot import Piece, pieces_for
from assessments.portfolio.unit_schema import Criterion
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.text import london


@dataclass(frozen=True, slots=True)
class Answered:
    """One criterion of a submission, as its author reads it.

    Attributes:
        criterion: what it asks.
        state: where it stood after this submission: with the assessor, not yet met, or met.
        pieces: the evidence that was sent for it.
        decision: what was decided, once that has reached the practitioner.
        decided_by: who decided.
        decided_on: when.
    """

    criterion: Criterion
    state: CriterionState
    pieces: tuple[Piece, ...]
    decision: Decision | None
    decided_by: str
    decided_on: date | None


def own_submission(ref: str, *, within: Reach) -> Submission:
    """Something that the asking person sent.

    Raises:
        NotFound: they have sent no such thing.
    """
    submission = db.session.scalar(
        select(Submission).where(Submission.ref == ref, Submission.learner_id == within.person_id)
    )
    if submission is None:
        raise NotFound
    return submission


def submissions_of(portfolio: Portfolio) -> list[tuple[Submission, list[Answered]]]:
    """All that was sent of a portfolio, newest first, each with what came back; the same queries for any number."""
    sent = db.session.scalars(
        select(Submission)
        .where(Submission.portfolio_id == portfolio.id)
        .order_by(Submission.number.desc())
        .options(selectinload(Submission.sent_words))
    ).all()
    return [(one, answered) for one, answered in zip(sent, _answers(portfolio, list(sent)), strict=True)]


def answers_to(submission: Submission) -> list[Answered]:
    """What came back of one submission, criterion by criterion."""
    return _answers(submission.portfolio, [submission])[0]


def _answers(portfolio: Portfolio, sent: list[Submission]) -> list[list[Answered]]:
    unit = unit_of(portfolio)
    standing = queries.position(portfolio, unit).standing
    decided = {
        (one.decision.submission_id, one.criterion): one
        for one in reversed(list(reaching_learner(queries.happenings(portfolio.id))))
        if one.kind in DECIDING and one.decision is not None
    }

    def answer(submission: Submission, ref: str) -> Answered:
        now = standing.sent[ref]
        found = decided.get((submission.id, ref))
        waits = now.submission == submission.number and standing.state(ref) is CriterionState.WITH
        pieces = tuple(pieces_for(submission.snapshot, ref))
        if found is None or found.decision is None or waits:
            return Answered(unit.criteria[ref], CriterionState.WITH, pieces, None, "", None)
        state = CriterionState.MET if found.decision.outcome is Outcome.MET else CriterionState.NOT_YET
        return Answered(
            unit.criteria[ref], state, pieces, found.decision, found.actor, london(found.at).date()
        )

    return [[answer(submission, ref) for ref in submission.criteria] for submission in sent]
