"""Changing a decision that has reached the practitioner: a new decision with its reason, never the old one rewritten.

The assessor reverses their own provider's decision while no IQA has agreed with it; once one has, an IQA who did not
decide reopens the criterion, and the acceptance of the unit falls with it.
"""

from __future__ import annotations

from assessments import policy
from assessments.marking import assessors, queries
from assessments.marking.drafting import require_assessor
from assessments.marking.judgement import Judgement, lacks
from assessments.marking.ledger import about, append, decide, position_of, tell_learner
from assessments.marking.models import Decision, EntryKind, Origin, Outcome
from assessments.marking.service import return_to_assessor
from assessments.portfolio.models import Submission
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, Refused

CLOSED = (
    "This decision cannot be changed from here now: an IQA has agreed with it, or new evidence has been sent."
)


def reverse(
    submission: Submission, criterion: str, judgement: Judgement, *, why: str, sequence: int, by: Actor
) -> Decision:
    """Replace a decision that has reached the practitioner by its opposite; they are told, with the feedback.

    Args:
        submission: the submission whose decision it is.
        criterion: its reference.
        judgement: the new judgement, whole.
        why: why the first one was wrong; the practitioner and the IQA read it.
        sequence: the last thing that had happened to the portfolio when the page was opened.
        by: the assessor of the portfolio, who is qualified.

    Raises:
        Refused: no reason, the same outcome again, or the judgement lacks something.
        Conflict: the decision may not be reversed now, or something has happened since.
        Forbidden: somebody else's portfolio, or an assessor in training.
    """
    require_assessor(submission, by)
    provider_id = submission.portfolio.enrolment.cohort.provider_id
    if assessors.standing_of(by.id, provider_id).in_training:
        raise Forbidden("A decision that has been sent is changed by a qualified assessor.")
    if not why:
        raise Refused("Say why the decision is changed. It is kept with it.", field="why")
    for lack in lacks(judgement):
        raise Refused(lack.words, field=lack.field)
    now = position_of(submission)
    before = queries.latest_decisions(submission.portfolio_id).get(criterion)
    if now.sequence != sequence or before is None or before.submission_id != submission.id:
        raise Conflict(CLOSED)
    if not now.standing.may_reverse(criterion):
        raise Conflict(CLOSED)
    if judgement.met == (before.outcome is Outcome.MET):
        raise Refused("That is what was decided. Nothing was changed.", field="outcome")
    decision = decide(submission, criterion, judgement, in_training=False, by=by)
    append(submission.portfolio, now, about([decision], EntryKind.REVERSED, comment=why), by=by)
    audit.record(Act.DECISION_CHANGED, by=by, on=decision, what="reversed", instead_of=before.id)
    tell_learner(submission.portfolio, "changed")
    return decision


def reopen(decision: Decision, *, why: str, by: Actor) -> None:
    """Have a criterion that is met decided once more, even after the unit was accepted; the practitioner is told.

    Raises:
        Refused: no reason.
        Conflict: the criterion is not met, or the decision does not count any more.
        Forbidden: they made or countersigned the decision, or it is their own work.
    """
    if not why:
        raise Refused("Say why it is decided again. The assessor and the practitioner read it.", field="why")
    submission = decision.submission
    judges = queries.judges_of([decision])
    if not policy.may_verify(by.id, learner_id=submission.learner_id, assessor_ids=judges):
        raise Forbidden("Nobody reopens a decision that they made. Another IQA does.")
    now = position_of(submission)
    latest = queries.latest_decisions(submission.portfolio_id).get(decision.criterion)
    if latest is None or latest.id != decision.id or not now.standing.may_reopen(decision.criterion):
        raise Conflict(CLOSED)
    after = append(submission.portfolio, now, about([decision], EntryKind.REOPENED, comment=why), by=by)
    audit.record(
        Act.DECISION_CHANGED,
        by=by,
        on=decision,
        what="reopened",
        was_accepted=now.standing.accepted,
    )
    return_to_assessor(submission, after, origin=Origin.IQA)
    tell_learner(submission.portfolio, "changed")
