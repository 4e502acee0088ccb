"""Having a decision made once more because an appeal against it was upheld, or because it may have the same fault.

Who may ask for it is seen to in the room above, where appeals are answered.
"""

from __future__ import annotations

from assessments.marking.ledger import about, append, position_of, tell_learner
from assessments.marking.models import Decision, EntryKind, Origin
from assessments.marking.service import return_to_assessor
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act


def reconsider(decision: Decision, *, why: str, by: Actor) -> bool:
    """Put a criterion back with its assessor, met or not yet met, even after the unit was accepted.

    Args:
        decision: the decision that the appeal was about.
        why: what the assessor is to look at; the practitioner reads it too.
        by: who answered the appeal.

    Returns:
        Whether it is decided once more; not when it waits for its assessor already.

    Raises:
        Conflict: somebody did something to the portfolio at the same moment.
    """
    submission = decision.submission
    now = position_of(submission)
    if not now.standing.may_reconsider(decision.criterion):
        return False
    entries = about([decision], EntryKind.REOPENED, comment=why)
    after = append(submission.portfolio, now, entries, by=by)
    audit.record(Act.DECISION_CHANGED, by=by, on=decision, what="reopened on appeal")
    return_to_assessor(submission, after, origin=Origin.IQA)
    tell_learner(submission.portfolio, "changed")
    return True
