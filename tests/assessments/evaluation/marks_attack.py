"""Do means, deviations and their differences tell how many gave a mark? Attacked jointly, before and now.

The attacker knows how many gave both marks, and from means and standard deviations, as if pages did not round them, the sums and
the sums of squares of the marks before, now, and of their differences. Unknown is what each person gave, a mark before and a mark
now. He walks at random through the ways in which all sums come out the same, four people at a time, and asks of what he has not
met by branch and bound.
"""

import numpy as np
from scipy.optimize import LinearConstraint, milp

LOWEST, HIGHEST = 1, 10
WIDTH = HIGHEST - LOWEST + 1
LEAST_NUMBERS = 3
STEPS = 800
PATIENCE = 20
"""Seconds for one question in whole numbers; what is not answered by then is taken to be excluded."""
FIRST, SECOND = (each.ravel() for each in np.meshgrid(*2 * [np.arange(LOWEST, HIGHEST + 1)], indexing="ij"))
SUMS = np.array([FIRST, SECOND, FIRST**2, SECOND**2, FIRST * SECOND])
"""What is told of a pair of marks; with the products the squares of differences are known as well."""
ONE, OTHER = np.triu_indices(WIDTH**2)
KEYS = SUMS.T @ 10 ** (3 * np.arange(len(SUMS)))
"""All sums of a pair of marks in one number: those of four people have three figures at most."""
BY_KEY = np.argsort(KEYS[ONE] + KEYS[OTHER], kind="stable")
SORTED = (KEYS[ONE] + KEYS[OTHER])[BY_KEY]


def narrowed(marks):
    """Which small numbers of people who gave a mark could be fewer than three numbers."""
    people = (marks[:, 0] - LOWEST) * WIDTH + marks[:, 1] - LOWEST
    met = _walk(people)
    found = []
    for place, (when, given) in enumerate((("before", FIRST), ("now", SECOND))):
        counts = _counts(people)[place]
        for mark in np.flatnonzero((counts >= 1) & (counts <= 4)):
            left = met[place][mark] or set()
            for number in range(counts[mark] + LEAST_NUMBERS):
                if len(left) < LEAST_NUMBERS and number not in left:
                    left |= {number} if _is_possible(people, given == mark + LOWEST, number) else set()
            if len(left) < LEAST_NUMBERS:
                found.append((when, int(mark) + LOWEST, sorted(left)))
    return found


def _counts(people):
    """How many gave each mark before, and now."""
    return [np.bincount(each, minlength=WIDTH) for each in (people // WIDTH, people % WIDTH)]


def _walk(people):
    """For each mark, before and now, the numbers of people met on the way."""
    random, people = np.random.default_rng(0), people.copy()
    met = [[{int(count)} for count in counts] for counts in _counts(people)]
    for _ in range(STEPS):
        four = random.choice(len(people), 4, replace=False)
        wanted = KEYS[people[four]].sum() - SORTED
        low, high = (np.searchsorted(SORTED, wanted, side) for side in ("left", "right"))
        pairs = np.flatnonzero(high > low)
        pair = random.choice(pairs)
        beside = BY_KEY[random.integers(low[pair], high[pair])]
        first = BY_KEY[pair]
        people[four] = ONE[first], OTHER[first], ONE[beside], OTHER[beside]
        for place, counts in enumerate(_counts(people)):
            for mark, count in enumerate(counts.tolist()):
                met[place][mark].add(count)
    return met


def _is_possible(people, is_given, number):
    known = np.vstack([np.ones_like(FIRST), SUMS, is_given])
    told = np.append(np.vstack([np.ones_like(FIRST), SUMS])[:, people].sum(axis=1), number)
    answer = milp(
        np.zeros(len(FIRST)),
        integrality=np.ones(len(FIRST)),
        constraints=LinearConstraint(known, told, told),
        options={"time_limit": PATIENCE},
    )
    return answer.x is not None
