"""Who may judge what: the relations between people and work that no role can grant. Pure.

The same truths stand in the database as constraints; these say them in words before a row is refused.
"""

from __future__ import annotations

from collections.abc import Iterable


def may_assess(assessor_id: int, *, learner_id: int) -> bool:
    """Nobody assesses their own work."""
    return assessor_id != learner_id


def may_verify(iqa_id: int, *, learner_id: int, assessor_ids: Iterable[int]) -> bool:
    """Nobody verifies their own work, nor decisions that they made."""
    return iqa_id != learner_id and iqa_id not in set(assessor_ids)


def may_countersign(
    countersigner_id: int, *, learner_id: int, assessor_ids: Iterable[int], iqa_ids: Iterable[int]
) -> bool:
    """Nobody countersigns their own work, decisions that they made, or decisions that they verify as IQA."""
    return countersigner_id != learner_id and countersigner_id not in {*assessor_ids, *iqa_ids}
