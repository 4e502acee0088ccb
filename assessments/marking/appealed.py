"""Having a decision made once more because an appeal against it was upheld, or because it may have the same fault.

Who may ask for it is seen to in the room above, where appeals are answered.
"""

from __future__ import annotations

from assessments.marking import service
from assessments.marking.models import Decision
from lms.core.access import Actor


def reconsider(decision: Decision, *, why: str, by: Actor) -> bool:
    """Put a criterion back with its assessor, whether it was met or not yet met; a decision since is left as it is.

    Args:
        decision: the decision that the appeal was about.
        why: what the assessor is to look at.
        by: who answered the appeal.

    Returns:
        Whether it is decided once more; not when it waits for its assessor already.
    """
    if not service.position_of(decision.submission).standing.may_reconsider(decision.criterion):
        return False
    service.send_back(decision, comment=why, by=by)
    return True
