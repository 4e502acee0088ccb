"""The audit trail of one portfolio: everything that was done to it and within it, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select

from assessments.holds.models import Hold
from assessments.marking.models import Decision
from assessments.portfolio.models import Evidence, Portfolio, Submission
from assessments.verification.models import Sample, SampleAction
from lms.core.audit import Act, AuditRecord
from lms.core.extensions import db
from lms.core.model import Base
from lms.people.models import User

WORDS = {
    Act.DECISION_CHANGED: "A decision was changed",
    Act.DRAFT_KEPT: "A decision was drafted",
    Act.EVIDENCE_CHANGED: "Evidence",
    Act.HOLD_LIFTED: "No longer on hold",
    Act.HOLD_PLACED: "Put on hold",
    Act.PORTFOLIO_ALLOCATED: "The assessor was set",
    Act.PORTFOLIO_BEGUN: "The portfolio was begun",
    Act.PORTFOLIO_COPIED: "A copy to keep was asked for",
    Act.PORTFOLIO_SUBMITTED: "Sent to be assessed",
    Act.SAMPLE_ACTION_CHANGED: "Quality assurance asked the assessor",
    Act.SAMPLE_DECIDED: "Quality assurance answered",
    Act.SUBMISSION_DECIDED: "Decisions were made",
}
"""Acts as people read them; any other is shown by its name."""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry: its number in the chain, when, who, what, and its facts."""

    sequence: int
    at: datetime
    who: str
    what: str
    facts: tuple[tuple[str, str], ...]


def trail_of(portfolio_id: int) -> list[TrailLine]:
    """The entries that concern a portfolio, in one query.

    Those are of the portfolio itself, what was sent, its evidence, decisions and holds, and samples with what was asked of
    assessors. Left out is what is recorded of things beside it: notes in the margin, requests to witnesses and what they
    gave, cases, the plans that samples were drawn by, and certificates.
    """
    submissions = select(Submission.id).where(Submission.portfolio_id == portfolio_id)
    evidence = select(Evidence.id).where(Evidence.portfolio_id == portfolio_id)
    samples = select(Sample.id).where(Sample.portfolio_id == portfolio_id)
    within: dict[type[Base], Select[int]] = {
        Submission: submissions,
        Evidence: evidence,
        Decision: select(Decision.id).where(Decision.submission_id.in_(submissions)),
        Hold: select(Hold.id).where(Hold.portfolio_id == portfolio_id),
        Sample: samples,
        SampleAction: select(SampleAction.id).where(SampleAction.sample_id.in_(samples)),
    }
    concerning = or_(
        and_(AuditRecord.subject_kind == Portfolio.__tablename__, AuditRecord.subject_id == portfolio_id),
        *(
            and_(AuditRecord.subject_kind == table.__tablename__, AuditRecord.subject_id.in_(ids))
            for table, ids in within.items()
        ),
    )
    rows = db.session.execute(
        select(AuditRecord, User.name)
        .outerjoin(User, User.id == AuditRecord.actor_id)
        .where(concerning)
        .order_by(AuditRecord.sequence)
    )
    return [
        TrailLine(
            sequence=record.sequence,
            at=record.at,
            who=name or "the system",
            what=WORDS.get(Act(record.act), record.act),
            facts=tuple((key, str(value)) for key, value in record.facts.items()),
        )
        for record, name in rows
    ]
