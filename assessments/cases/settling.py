"""What an answer brings about: a criterion reopened and others like it listed, time given, an adjustment agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.adjustments import service as adjustments
from assessments.adjustments.models import Authority, EvidenceSeen
from assessments.cases import ledger, queries
from assessments.cases.models import (
    AffectedDecision,
    AffectedReview,
    Case,
    CaseAdjustment,
)
from assessments.cases.standing import WRONGS, Kind
from assessments.deadlines import service as deadlines
from assessments.deadlines.policy import SPECIAL_CONSIDERATION
from assessments.marking import appealed
from assessments.marking import queries as marking
from assessments.marking.models import Allocation, Decision
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Enrolment
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What is agreed when a request is granted.

    For an adjustment: what is done differently, on whose authority, what was seen, until when, and that the standard
    stays. For special consideration: until when the portfolio may come; without a day, another opportunity in words.
    """

    what: str = ""
    authority: Authority = Authority.CENTRE
    evidence_seen: EvidenceSeen = EvidenceSeen.NONE_NEEDED
    until: date | None = None
    standard_kept: bool = False


def grant(case: Case, *, words: str, agreement: Agreement, by: Actor) -> None:
    """Do what an answer grants; an appeal against the answer to another case grants what that case asked for.

    Raises:
        Refused: what is agreed lacks something, or lies beyond what policy allows.
    """
    asked = case.about or case
    if asked.decision is not None:
        _reopen(asked, asked.decision, words=words, by=by)
    elif asked.kind is Kind.ADJUSTMENT:
        _agree(asked, agreement, by=by)
    elif asked.kind is Kind.CONSIDERATION and agreement.until is not None:
        if asked.portfolio is None:
            raise Refused(
                "There is no portfolio yet, so nothing is due. Say so in words instead.", field="until"
            )
        deadlines.extend(asked.portfolio, until=agreement.until, reason=SPECIAL_CONSIDERATION, by=by)
    elif asked.kind in WRONGS:
        ledger.lift_holds(asked, reason="Nothing was found.", by=by)


def _reopen(case: Case, decision: Decision, *, words: str, by: Actor) -> None:
    """Have the criterion decided once more, and list the decisions that may have the same fault."""
    ledger.lift_holds(case, reason="The appeal was upheld.", by=by)
    appealed.reconsider(decision, why=words, by=by)
    db.session.add_all(
        AffectedDecision(case_id=case.id, decision_id=other.id, assessor_id=other.assessor_id)
        for other in _alike(decision)
    )
    db.session.flush()


def _alike(decision: Decision) -> list[Decision]:
    """The decisions that count of the same assessor, for the same criterion, on others of the same cohort."""
    cohort_id = decision.submission.portfolio.enrolment.cohort_id
    others = db.session.scalars(
        select(Portfolio.id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, Portfolio.id != decision.submission.portfolio_id)
        .order_by(Portfolio.id)
    ).all()
    latest = (made.get(decision.criterion) for made in marking.latest_decisions_of(others).values())
    return [one for one in latest if one is not None and one.assessor_id == decision.assessor_id]


def _agree(case: Case, agreement: Agreement, *, by: Actor) -> None:
    agreed = adjustments.agree(
        case.enrolment,
        what=agreement.what,
        authority=agreement.authority,
        evidence_seen=agreement.evidence_seen,
        until=agreement.until,
        standard_kept=agreement.standard_kept,
        by=by,
    )
    db.session.add(CaseAdjustment(case_id=case.id, adjustment_id=agreed.id))
    db.session.flush()
    if case.portfolio is not None:
        allocation = db.session.scalar(select(Allocation).where(Allocation.portfolio_id == case.portfolio_id))
        if allocation is not None:
            ledger.tell(allocation.assessor, case, "adjustment_agreed", path="/marking/")


def review(affected: AffectedDecision, *, reopens: bool, words: str, by: Actor) -> None:
    """Say what came of looking again at a decision that may have the same fault: it stands, or it is decided once more.

    Raises:
        Refused: no words.
        Forbidden: it is the reviewer's own decision or own work, or they are no IQA of that provider.
        Conflict: somebody looked at it before.
    """
    if not words.strip():
        raise Refused("Say what you found.", field="words")
    decision = affected.decision
    if by.id in (affected.assessor_id, decision.learner_id):
        raise Forbidden("Nobody looks again at a decision that they made. Another person does.")
    if affected.case.enrolment.cohort.provider_id not in queries.roles_of(by.id)[Role.IQA]:
        raise Forbidden("An internal quality assurer of that provider looks at this again.")
    try:
        with db.session.begin_nested():
            db.session.add(
                AffectedReview(
                    affected_id=affected.id,
                    assessor_id=affected.assessor_id,
                    reopened=reopens,
                    words=words.strip(),
                    by_id=by.id,
                )
            )
    except IntegrityError as error:
        raise Conflict("Somebody looked at this decision before. Nothing was done twice.") from error
    if reopens:
        appealed.reconsider(decision, why=words, by=by)
    audit.record(Act.CASE_CHANGED, by=by, on=affected, step="looked at", reopened=reopens)
