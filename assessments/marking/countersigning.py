"""Countersigning: a qualified assessor signs what one in training decided, or sends it back with words.

A submission is signed as a whole. When something in it is questioned, nothing of it reaches the practitioner: what is
questioned goes to the assessor in training once more, and the rest waits to be signed with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from assessments import policy
from assessments.holds import service as holds
from assessments.marking import allocation_bars, assessors, queries
from assessments.marking.annotating import restore_notes
from assessments.marking.drafting import fill, judgement_of
from assessments.marking.ledger import OVERTAKEN, about, append, position_of
from assessments.marking.models import (
    Countersignature,
    Decision,
    DecisionDraft,
    EntryKind,
    Origin,
    SignOutcome,
)
from assessments.marking.outcomes import UnitState
from assessments.marking.service import return_to_assessor, settle
from assessments.portfolio.models import Submission
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db


def countersign(submission: Submission, *, sequence: int, by: Actor) -> UnitState:
    """Sign every decision of a submission that waits for it; from now they count and the practitioner sees them.

    Returns:
        Where the unit stands now.

    Raises:
        Conflict: something has happened since the page was opened, nothing waits to be signed, or it is on hold.
        Forbidden: this person may not countersign here.
    """
    decisions = _to_answer(submission, sequence=sequence, by=by)
    now = position_of(submission)
    if now.standing.to_decide(submission.number):
        raise Conflict("A decision is with the assessor again. Sign when all of them are here.")
    holds.require_free(submission.portfolio_id, decisions)
    _sign(list(decisions.values()), SignOutcome.SIGNED, {}, by=by)
    after = append(submission.portfolio, now, about(decisions.values(), EntryKind.COUNTERSIGNED), by=by)
    audit.record(Act.SUBMISSION_COUNTERSIGNED, by=by, on=submission, decisions=len(decisions))
    return settle(submission, after, by=by)


def question(submission: Submission, comments: Mapping[str, str], *, sequence: int, by: Actor) -> None:
    """Send decisions back to the assessor in training, each with words; the drafts come back as they were.

    Where the portfolio has gone to another assessor since, they begin afresh: the words of the first stay theirs.

    Args:
        submission: the submission.
        comments: what to look at again, by criterion.
        sequence: the last thing that had happened to the portfolio when the page was opened.
        by: the qualified assessor.

    Raises:
        Refused: no words, or a criterion that does not wait to be signed.
        Conflict: something has happened since the page was opened.
        Forbidden: this person may not countersign here.
    """
    decisions = _to_answer(submission, sequence=sequence, by=by)
    if not comments or not all(comments.values()):
        raise Refused("Say what to look at again, under each decision you send back.", field="comment")
    if comments.keys() - decisions.keys():
        raise Refused("One of these does not wait for you any more. Look at the list again.")
    back = [decisions[ref] for ref in decisions if ref in comments]
    _sign(back, SignOutcome.QUESTIONED, comments, by=by)
    entries = [
        entry
        for decision in back
        for entry in about([decision], EntryKind.QUESTIONED, comment=comments[decision.criterion])
    ]
    after = append(submission.portfolio, position_of(submission), entries, by=by)
    assessor = queries.assessor_of(submission.portfolio_id)
    for decision in back:
        if assessor is not None and decision.assessor_id == assessor.id:
            _restore(decision)
    audit.record(Act.SUBMISSION_COUNTERSIGNED, by=by, on=submission, questioned=len(back))
    return_to_assessor(submission, after, origin=Origin.COUNTERSIGNER)


def _to_answer(submission: Submission, *, sequence: int, by: Actor) -> dict[str, Decision]:
    """The decisions that wait to be signed, by criterion, once it is sure that this person may sign them."""
    if not _is_apart(submission, by=by):
        raise Forbidden(
            "A qualified assessor countersigns who did not decide, is not the practitioner and is not their IQA."
        )
    bar = allocation_bars.bar_between(by.id, submission.portfolio.enrolment_id)
    if bar is not None:
        raise Forbidden(f"{by.name} {bar.words}. Another qualified assessor countersigns.")
    now = position_of(submission)
    waiting = now.standing.to_countersign(submission.number)
    if now.sequence != sequence or not waiting:
        raise Conflict(OVERTAKEN)
    proposed = queries.proposed_decisions(submission.portfolio_id)
    return {ref: proposed[ref] for ref in waiting}


def _is_apart(submission: Submission, *, by: Actor) -> bool:
    """Whether somebody is qualified and had no part in what waits to be signed in a submission."""
    decisions = queries.proposed_decisions(submission.portfolio_id).values()
    provider_id = submission.portfolio.enrolment.cohort.provider_id
    return not assessors.standing_of(by.id, provider_id).in_training and policy.may_countersign(
        by.id,
        learner_id=submission.learner_id,
        assessor_ids={decision.assessor_id for decision in decisions},
        iqa_ids=queries.iqas_of(submission.portfolio_id),
    )


def _sign(decisions: list[Decision], outcome: SignOutcome, comments: Mapping[str, str], *, by: Actor) -> None:
    try:
        with db.session.begin_nested():
            db.session.add_all(
                Countersignature(
                    decision_id=decision.id,
                    assessor_id=decision.assessor_id,
                    learner_id=decision.learner_id,
                    countersigner_id=by.id,
                    outcome=outcome,
                    comment=comments.get(decision.criterion, ""),
                )
                for decision in decisions
            )
    except IntegrityError as error:
        raise Conflict("Somebody answered this already. Nothing was signed twice.") from error


def _restore(decision: Decision) -> None:
    """Give the assessor in training their words back, to change."""
    draft = DecisionDraft(
        submission_id=decision.submission_id,
        criterion=decision.criterion,
        assessor_id=decision.assessor_id,
        version=1,
        spoken_id=decision.spoken_id,
    )
    fill(draft, judgement_of(decision))
    db.session.add(draft)
    restore_notes(decision)
