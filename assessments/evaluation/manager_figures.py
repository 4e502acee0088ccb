"""What managers say of statements that practitioners were asked about as well. Pure."""

from collections.abc import Mapping

import numpy as np

from assessments.evaluation.pieces import Counted, enough
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.tables import AGREEING

Agreeing = Mapping[str, tuple[int, int]]
"""How many managers agree with a statement, and how many answered, where that may be shown."""


def tables_of(cohorts: Mapping[int, Responses], policy: Policy) -> tuple[Counted, ...]:
    """How many managers agree with each statement and how many do not, by cohort."""
    codebook = next((each.codebook for each in cohorts.values()), None)
    counted = []
    for variable in () if codebook is None else codebook.statements:
        shares = {cohort_id: agreeing(each, variable.name) for cohort_id, each in cohorts.items()}
        counts = {cohort_id: np.array([agree, base - agree]) for cohort_id, (agree, base) in shares.items()}
        counted.append(Counted(variable.name, counts, enough(policy)))
    return tuple(counted)


def agreeing(responses: Responses, name: str) -> tuple[int, int]:
    """How many agree with a statement, and how many answered."""
    codes = responses.column(name)
    return int(((codes > 0) & (codes <= len(AGREEING))).sum()), int((codes > 0).sum())
