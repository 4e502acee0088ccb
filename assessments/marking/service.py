"""What happens between a practitioner and an assessor: allocate, send, decide, refer.

The IQA's three answers (agree, return, accept) are appended here too, called from the room above, so that marking
reads nothing but its own history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from assessments import policy
from assessments.marking import queries
from assessments.marking.judgement import Judgement, Rule, lacks
from assessments.marking.models import (
    AwaitingIqa,
    Decision,
    DecisionDraft,
    Entry,
    EntryKind,
    Outcome,
    Waiting,
)
from assessments.marking.outcomes import ImpossibleOrder, UnitState
from assessments.marking.promise import answer_by
from assessments.marking.queries import Position
from assessments.portfolio import queries as portfolios
from assessments.portfolio import sending
from assessments.portfolio.models import Portfolio, Submission
from lms.core import audit, clock, mail
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db

OVERTAKEN = "Something happened to this portfolio since you opened the page. Look at it again; what you typed is kept."


def send(portfolio: Portfolio, criteria: Iterable[str], *, declared: bool, by: Actor) -> Submission:
    """Send criteria to the assessor as an immutable numbered submission.

    Raises:
        Refused: nothing is chosen, the declaration is missing, or a criterion has nothing new.
        Conflict: a criterion is with the assessor already, or met.
    """
    chosen = frozenset(criteria)
    if not declared:
        raise Refused("Tick the box to say that this is your own work.", field="declared")
    unit = portfolios.unit_of(portfolio)
    now = queries.position(portfolio, unit)
    closed = sorted(ref for ref in chosen & unit.criteria.keys() if not now.standing.may_send(ref))
    if closed:
        raise Conflict(f"{', '.join(closed)}: you have sent that already. Nothing was sent twice.")
    stale = sorted(chosen - portfolios.criteria_with_new_evidence(portfolio.id))
    if stale:
        raise Refused(
            f"{', '.join(stale)}: nothing new is linked to it yet. Add evidence first.", field="criteria"
        )
    submission = sending.take_snapshot(portfolio, chosen, by=by)
    _append(portfolio, now, [Entry(kind=EntryKind.SUBMITTED, submission_id=submission.id)], by=by)
    due = answer_by(clock.today(), unit.evidence_rules.answer_within_working_days)
    db.session.add(
        Waiting(
            submission_id=submission.id,
            portfolio_id=portfolio.id,
            answer_by=due,
            criteria=len(submission.criteria),
        )
    )
    _tell_learner(portfolio, "sent", submission=submission, answer_by=due)
    _tell_assessor(portfolio, "arrived", criteria=len(submission.criteria), answer_by=due)
    return submission


def save_draft(
    submission: Submission, criterion: str, judgement: Judgement, *, version: int, by: Actor
) -> DecisionDraft:
    """Keep what an assessor means to decide; only they see it until it is sent.

    Raises:
        Conflict: the criterion is not to be decided, or the draft was changed since the page was opened.
        Forbidden: it is the assessor's own work.
    """
    _require_assessor(submission, by)
    if criterion not in position_of(submission).standing.to_decide(submission.number):
        raise Conflict(f"{criterion} is not to be decided any more. {OVERTAKEN}")
    draft = db.session.scalar(
        select(DecisionDraft).where(
            DecisionDraft.submission_id == submission.id, DecisionDraft.criterion == criterion
        )
    )
    if version != (draft.version if draft else 0):
        raise Conflict(
            f"{criterion} was changed in another window since you opened this page. Your words are below."
        )
    if draft is None:
        draft = DecisionDraft(submission_id=submission.id, criterion=criterion, version=0)
        db.session.add(draft)
    draft.outcome = None if judgement.met is None else _outcome(met=judgement.met)
    for rule in Rule:
        setattr(draft, rule.value, rule in judgement.rules)
    draft.reason, draft.feedback = judgement.reason, judgement.feedback
    draft.assessor_id, draft.saved_at = by.id, clock.now()
    draft.version += 1
    audit.record(Act.DRAFT_KEPT, by=by, on=submission, criterion=criterion)
    return draft


def judgement_of(draft: DecisionDraft | Decision) -> Judgement:
    """A draft, or a decision made, as a judgement."""
    return Judgement(
        met=None if draft.outcome is None else draft.outcome is Outcome.MET,
        rules=frozenset(rule for rule in Rule if getattr(draft, rule.value)),
        reason=draft.reason,
        feedback=draft.feedback,
    )


def release(submission: Submission, *, sequence: int, by: Actor) -> UnitState:
    """Send all decisions of a submission at once: the practitioner sees them, and is asked for more where needed.

    Args:
        submission: the submission.
        sequence: the last thing that had happened to the portfolio when the page was opened.
        by: the assessor.

    Returns:
        Where the unit stands now.

    Raises:
        Conflict: something has happened since.
        Refused: a criterion is not decided, or its judgement lacks something.
        Forbidden: it is the assessor's own work.
    """
    _require_assessor(submission, by)
    now = position_of(submission)
    waiting = now.standing.to_decide(submission.number)
    if now.sequence != sequence or not waiting:
        raise Conflict(OVERTAKEN)
    drafts = queries.drafts(submission.id)
    judgements = {ref: judgement_of(drafts[ref]) for ref in waiting if ref in drafts}
    open_refs = [ref for ref in waiting if ref not in judgements or lacks(judgements[ref])]
    if open_refs:
        raise Refused(
            f"{', '.join(open_refs)}: decide {'it' if len(open_refs) == 1 else 'them'} first. Nothing was sent."
        )
    entries = [_decided(submission, ref, judgements[ref], by=by) for ref in waiting]
    if not all(judgements[ref].met for ref in waiting):
        entries.append(Entry(kind=EntryKind.REFERRED, submission_id=submission.id))
    portfolio = submission.portfolio
    after = _append(portfolio, now, entries, by=by)
    db.session.execute(delete(Waiting).where(Waiting.submission_id == submission.id))
    db.session.execute(delete(DecisionDraft).where(DecisionDraft.submission_id == submission.id))
    met = sum(bool(judgement.met) for judgement in judgements.values())
    audit.record(Act.SUBMISSION_DECIDED, by=by, on=submission, met=met, not_yet_met=len(judgements) - met)
    _tell_learner(portfolio, "met" if met == len(judgements) else "referred", submission=submission)
    return after.standing.unit


def agree(portfolio: Portfolio, decisions: Sequence[Decision], *, by: Actor) -> None:
    """Append that the IQA agrees with decisions that criteria are met.

    Raises:
        Conflict: a criterion does not stand as met.
    """
    entries = [
        Entry(
            kind=EntryKind.AGREED,
            submission_id=decision.submission_id,
            criterion=decision.criterion,
            decision_id=decision.id,
        )
        for decision in decisions
    ]
    _append(portfolio, queries.position(portfolio, portfolios.unit_of(portfolio)), entries, by=by)


def send_back(decision: Decision, *, comment: str, by: Actor) -> None:
    """Append that the IQA returns a decision: the criterion waits for the assessor again, with what to look at.

    Raises:
        Conflict: the criterion does not stand as met.
    """
    submission = decision.submission
    portfolio = submission.portfolio
    entry = Entry(
        kind=EntryKind.RETURNED,
        submission_id=submission.id,
        criterion=decision.criterion,
        decision_id=decision.id,
        comment=comment,
    )
    after = _append(portfolio, position_of(submission), [entry], by=by)
    criteria = len(after.standing.to_decide(submission.number))
    waiting = db.session.scalar(select(Waiting).where(Waiting.submission_id == submission.id))
    if waiting is not None:
        waiting.criteria = criteria
        return
    due = answer_by(clock.today(), portfolios.unit_of(portfolio).evidence_rules.answer_within_working_days)
    db.session.add(
        Waiting(
            submission_id=submission.id,
            portfolio_id=portfolio.id,
            answer_by=due,
            criteria=criteria,
            returned=True,
        )
    )
    _tell_assessor(portfolio, "returned", answer_by=due)


def accept(portfolio: Portfolio, *, by: Actor) -> None:
    """Append that the IQA accepts the unit.

    Raises:
        Conflict: not every criterion is met, or it has been accepted.
        Forbidden: the IQA is the practitioner or made one of the decisions.
    """
    decided_by = {decision.assessor_id for decision in queries.latest_decisions(portfolio.id).values()}
    if not policy.may_verify(by.id, learner_id=portfolio.learner_id, assessor_ids=decided_by):
        raise Forbidden("You made decisions in this portfolio, so another IQA accepts it.")
    now = queries.position(portfolio, portfolios.unit_of(portfolio))
    _append(portfolio, now, [Entry(kind=EntryKind.ACCEPTED)], by=by)
    audit.record(Act.SAMPLE_DECIDED, by=by, on=portfolio, what="accepted")
    _tell_learner(portfolio, "accepted")


def position_of(submission: Submission) -> Position:
    """Where the portfolio of a submission stands."""
    portfolio = submission.portfolio
    return queries.position(portfolio, portfolios.unit_of(portfolio))


def _append(portfolio: Portfolio, now: Position, entries: Sequence[Entry], *, by: Actor) -> Position:
    """Append entries after the last one seen; whoever comes second is told so.

    Raises:
        Conflict: the order is impossible, or somebody appended first.
    """
    for place, entry in enumerate(entries, start=now.sequence + 1):
        entry.portfolio_id, entry.sequence, entry.actor_id = portfolio.id, place, by.id
    try:
        with db.session.begin_nested():
            db.session.add_all(entries)
        after = queries.position(portfolio, portfolios.unit_of(portfolio))
    except (IntegrityError, ImpossibleOrder) as error:
        raise Conflict(OVERTAKEN) from error
    _keep_iqa_queue(portfolio, before=now.standing.unit, after=after.standing.unit)
    return after


def _keep_iqa_queue(portfolio: Portfolio, *, before: UnitState, after: UnitState) -> None:
    if after is UnitState.MET and before is not UnitState.MET:
        db.session.add(AwaitingIqa(portfolio_id=portfolio.id))
    elif before is UnitState.MET and after is not UnitState.MET:
        db.session.execute(delete(AwaitingIqa).where(AwaitingIqa.portfolio_id == portfolio.id))


def _decided(submission: Submission, criterion: str, judgement: Judgement, *, by: Actor) -> Entry:
    decision = Decision(
        submission_id=submission.id,
        learner_id=submission.learner_id,
        criterion=criterion,
        outcome=_outcome(met=bool(judgement.met)),
        reason=judgement.reason,
        feedback=judgement.feedback,
        assessor_id=by.id,
        **{rule.value: rule in judgement.rules for rule in Rule},
    )
    db.session.add(decision)
    db.session.flush()
    return Entry(
        kind=EntryKind.DECIDED, submission_id=submission.id, criterion=criterion, decision_id=decision.id
    )


def _outcome(*, met: bool) -> Outcome:
    return Outcome.MET if met else Outcome.NOT_YET_MET


def _require_assessor(submission: Submission, by: Actor) -> None:
    allocated = queries.assessor_of(submission.portfolio_id)
    if not policy.may_assess(by.id, learner_id=submission.learner_id):
        raise Forbidden("This is your own work: another assessor decides it.")
    if allocated is None or allocated.id != by.id:
        raise Forbidden("This portfolio is with another assessor now.")


def _tell_learner(portfolio: Portfolio, template: str, **context: Any) -> None:
    learner = portfolio.learner
    mail.queue(
        to=learner.email,
        template=f"assessments/mail/{template}",
        name=learner.name,
        provider=portfolio.enrolment.cohort.provider,
        **context,
    )


def _tell_assessor(portfolio: Portfolio, template: str, **context: Any) -> None:
    assessor = queries.assessor_of(portfolio.id)
    if assessor is not None:
        mail.queue(
            to=assessor.email,
            template=f"assessments/mail/{template}",
            name=assessor.name,
            provider=portfolio.enrolment.cohort.provider,
            **context,
        )
