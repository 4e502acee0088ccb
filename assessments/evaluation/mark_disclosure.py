"""Which marks out of ten may be told of: means, and how far marks lie apart. Pure.

A mean with the number of people is a sum of marks; with the standard deviation, so is the sum of their squares. Of few people,
or of marks that lie close together or close to an end of the scale, these sums tell how many gave which mark. So a mean is
told where the marks are far enough from both ends that even the rarest mark could have been given by nobody or by two; standard
deviation, interval and tests besides, where as many gave marks as a percentage needs, and these are spread out: not all but a few
gave the same, and of each mark that few gave it could be two. Why what holds of two groups of people holds of both together, as
`pieces` asks: sums of squares about the mean are at least as large together as apart.
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
"""In marks, of all people and not one fewer: below it, mean and standard deviation leave few ways for marks to be given."""
WHOLE = 0.25
"""Marks are whole numbers, so those of people with a given mean can have a variance of so much at the least."""


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
                {cohort_id: _given(each, scale) for cohort_id, each in both.items()},
                _spread_out(policy, scale),
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


def _given(marks: Integers, scale: tuple[int, int]) -> Integers:
    """How many gave each mark before and now; then the sum of their differences, and of the squares of these."""
    counts = [np.bincount(each - scale[0], minlength=scale[1] - scale[0] + 1) for each in marks.T]
    apart = marks[:, 1] - marks[:, 0]
    return np.concatenate([*counts, [apart.sum(), (apart**2).sum()]])


def _spread_out(policy: Policy, scale: tuple[int, int]) -> IsFit:
    is_enough, width = enough(policy), scale[1] - scale[0] + 1

    def is_fit(counts: Integers) -> bool:
        given, (summed, squared) = counts[: 2 * width].reshape(2, width), counts[2 * width :].tolist()
        people = int(given[0].sum())
        if not people:
            return True
        apart = people * squared - summed**2 >= LEAST_VARIANCE * people**2
        return is_enough(np.array([people])) and apart and all(_leaves_room(each, policy) for each in given)

    return is_fit


def _leaves_room(given: Integers, policy: Policy) -> bool:
    """Whether marks are spread out, and two could have given each mark that few gave, the others making up for it.

    Two that are so far from the mean, with the others at the mean that is left, have the least squares that go with it.
    """
    people, marks = int(given.sum()), np.arange(len(given))
    mean = float((given * marks).sum()) / people
    squares = float((given * (marks - mean) ** 2).sum())
    is_rare = [policy.is_small(count, special=False) for count in given.tolist()]
    farthest = float(np.abs(marks - mean)[is_rare].max(initial=0))
    others = people - LEAST_ROOM
    return (
        people - int(given.max()) >= policy.mean_base
        and squares >= LEAST_VARIANCE * people
        and squares * others >= LEAST_ROOM * farthest**2 * people + WHOLE * people * others
    )
