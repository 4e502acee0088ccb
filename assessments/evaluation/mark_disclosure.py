"""Which marks out of ten may be told of: means, and how far marks lie apart. Pure.

A mean with the number of people is a sum of marks; with the standard deviation, so is the sum of their squares. Of few people,
or of marks that lie close together or close to an end of the scale, these sums tell how many gave which mark. So a mean is
told where the marks are far enough from both ends that even the rarest mark could have been given by nobody or by two; standard
deviation, interval and tests besides, where as many gave marks as a percentage needs, and these are spread out.
"""

from collections.abc import Mapping

import numpy as np

from assessments.evaluation import waves
from assessments.evaluation.codebook import Variable
from assessments.evaluation.pieces import Counted, IsFit, enough
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.statistics import Floats, Integers

SPREAD = " spread"
"""After the name of a mark: the table of how far its marks lie apart."""
LEAST_ROOM = 2
"""How many people must be able to have given the mark that is farthest from all others."""
LEAST_VARIANCE = 1.0
"""In marks: below it, mean and standard deviation leave few ways for marks to be given."""


def tables_of(cohorts: Mapping[int, Responses], policy: Policy) -> tuple[Counted, ...]:
    """What is counted of each pair of marks, by cohort: how many gave both, and sums of what they gave."""
    codebook = next((each.codebook for each in cohorts.values()), None)
    if codebook is None:
        return ()
    found = []
    for before, now in codebook.pairs:
        scale = _scale(codebook.variables[before])
        both = {cohort_id: _both(each, before, now) for cohort_id, each in cohorts.items()}
        found += [
            Counted(
                before,
                {cohort_id: _from_the_ends(each, scale) for cohort_id, each in both.items()},
                _far_from_the_ends(policy, LEAST_ROOM * (scale[1] - scale[0])),
                told=1,
            ),
            Counted(
                before + SPREAD,
                {cohort_id: _sums(each) for cohort_id, each in both.items()},
                _spread_out(policy),
                told=1,
            ),
        ]
    return tuple(found)


def _scale(variable: Variable) -> tuple[int, int]:
    marks = [int(code) for code in variable.codes]
    return min(marks), max(marks)


def _both(responses: Responses, before: str, now: str) -> Integers:
    """The two marks of those who gave both, shape (people, 2)."""
    marks: Floats = np.column_stack([waves.numbers_of(responses, name) for name in (before, now)])
    return marks[~np.isnan(marks).any(axis=1)].astype(np.int64)


def _from_the_ends(marks: Integers, scale: tuple[int, int]) -> Integers:
    """How many, and how far all marks together are from the lowest and the highest mark."""
    return np.array([len(marks), *(marks - scale[0]).sum(axis=0), *(scale[1] - marks).sum(axis=0)])


def _far_from_the_ends(policy: Policy, least: int) -> IsFit:
    is_enough = enough(policy, least=policy.mean_base)
    return lambda counts: (
        is_enough(counts[:1]) and all(each == 0 or each >= least for each in counts[1:].tolist())
    )


def _sums(marks: Integers) -> Integers:
    """How many, and sums and sums of squares of the marks before, now, and of their difference."""
    three = np.column_stack([marks, marks[:, 1] - marks[:, 0]])
    return np.array([len(marks), *three.sum(axis=0), *(three**2).sum(axis=0)])


def _spread_out(policy: Policy) -> IsFit:
    is_enough = enough(policy)

    def is_fit(counts: Integers) -> bool:
        people, sums, squares = int(counts[0]), counts[1:4], counts[4:]
        apart = people * squares - sums**2
        return is_enough(counts[:1]) and bool((apart >= LEAST_VARIANCE * people * (people - 1)).all())

    return is_fit
