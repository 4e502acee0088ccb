"""Does the comparison of cohorts tell what few of one cohort said? Every way in which it could have come about is tried.

The attacker knows how many of each cohort answered, and how many of each provider did not agree. He shares these out among the
cohorts in every possible way, and keeps those ways of which the same would be said, to the last word and digit.
"""

from itertools import product

import numpy as np

from assessments.evaluation.cohort_figures import compare_cohorts


def possible(agree, base, divided, policy):
    """For each cohort, the numbers not agreeing that nothing excludes."""
    said = compare_cohorts(agree, base, divided, policy)
    provider, rest = divided[0].group, base - agree
    shared = [
        list(_shared_out(int(rest[provider == each].sum()), base[provider == each].tolist()))
        for each in range(provider.max() + 1)
    ]
    numbers = [set() for _ in base]
    for ways in product(*shared):
        tried = np.array([number for way in ways for number in way])
        if compare_cohorts(base - tried, base, divided, policy) == said:
            for cohort, number in zip(numbers, tried.tolist(), strict=True):
                cohort.add(number)
    return numbers


def _shared_out(total, most):
    """Every way to share people out among cohorts of some sizes, which are in the order of their providers."""
    first, *others = most
    if not others:
        if total <= first:
            yield (total,)
        return
    for number in range(min(total, first) + 1):
        for way in _shared_out(total - number, others):
            yield (number, *way)
