"""The rounds of one criterion: each submission with its evidence as sent, and all that was said of it, oldest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from assessments.marking import showing, stories
from assessments.marking.judgement import Rule
from assessments.marking.models import DECIDING, Decision
from assessments.marking.queries import Happening
from assessments.marking.showing import ShownPiece
from assessments.marking.stories import Event
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.snapshot import pieces_for
from assessments.portfolio.unit_schema import Unit
from lms.core import clock
from lms.core.extensions import db


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, with the decision that it brought, if any."""

    event: Event
    by: str
    decision: Decision | None
    failed: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One submission of a criterion: when it was sent, with what, and what came of it."""

    number: int
    sent_at: datetime
    shown: tuple[ShownPiece, ...]
    lines: tuple[Line, ...]


def rounds(portfolio: Portfolio, unit: Unit, criterion: str, *, to_learner: bool) -> list[Round]:
    """Everything that happened to a criterion, submission by submission: the same queries for any number.

    Args:
        portfolio: the portfolio.
        unit: its unit.
        criterion: its reference.
        to_learner: whether the practitioner reads it, who sees decisions that count and no words between assessors.
    """
    happened = stories.concerning_reader(portfolio.id, criterion, to_learner=to_learner)
    by_submission: dict[int, list[Happening]] = defaultdict(list)
    for one in reversed(happened):
        if one.submission_number is not None:
            by_submission[one.submission_number].append(one)
    sent = {
        one.number: one
        for one in db.session.scalars(
            select(Submission)
            .where(Submission.portfolio_id == portfolio.id, Submission.number.in_(by_submission))
            .options(selectinload(Submission.sent_words))
        )
    }
    notes = showing.sent_notes([one.id for one in sent.values()], counting_only=to_learner)
    pieces = {number: pieces_for(one.snapshot, criterion) for number, one in sent.items()}
    stored = showing.stored_files(piece for each in pieces.values() for piece in each)
    return [
        Round(
            number=number,
            sent_at=sent[number].created_at,
            shown=tuple(
                showing.show(
                    pieces[number],
                    stored,
                    [row for row in notes if row.submission_id == sent[number].id],
                    current_years=unit.evidence_rules.current_years,
                    today=clock.today(),
                )
            ),
            lines=tuple(_line(one, to_learner=to_learner) for one in by_submission[number]),
        )
        for number in sorted(by_submission)
    ]


def _line(one: Happening, *, to_learner: bool) -> Line:
    decision = one.decision if one.kind in DECIDING else None
    failed = tuple(rule for rule in Rule if not getattr(decision, rule.value)) if decision else ()
    return Line(stories.event(one, None, to_learner=to_learner), one.actor, decision, failed)
