"""How far the sums leave a count free: linear programming over whole numbers, for many systems at once.

All systems are solved together, as one programme of blocks that have nothing in common, which costs little more than one of
them. A few random directions show most counts to be free; only the others are asked for exactly. Counts are whole numbers: a solution of a block that is not whole is not believed, and found anew by branch and bound.
"""

from dataclasses import dataclass
from itertools import zip_longest
from math import inf

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csr_array

TOLERANCE = 1e-6
MOST = 10_000
DIRECTIONS = 3
PATIENCE = 5
"""Seconds for one question in whole numbers; after that what real numbers say is taken."""


@dataclass(frozen=True)
class Need:
    """What a hidden count must be able to be: every number from `least` to `most`, or numbers `room` apart."""

    least: float
    most: float
    room: float = inf

    def is_met(self, low, high):
        """Whether numbers from `low` to `high` are enough."""
        reaches = low <= self.least + TOLERANCE and high >= self.most - TOLERANCE
        return reaches or high - low >= self.room - TOLERANCE


EXACT = Need(-inf, inf, 1)
"""More than one number."""


class Solver:
    """Some systems of sums (`attack.System`)."""

    def __init__(self, systems):
        self.systems = list(systems)
        self.starts = np.cumsum([0, *(len(each.names) for each in self.systems)])
        self.sums = _sums(self.systems, self.starts)

    def any(self):
        """One solution of each system."""
        return self._solve(np.zeros(self.starts[-1]))

    def found(self):
        """The name and interval of each count that is less free than its system needs it to be."""
        ranges = [_Ranges(system) for system in self.systems]
        random = np.random.default_rng(0)
        for _ in range(DIRECTIONS if ranges else 0):
            goals = [random.normal(size=len(each.places)) for each in ranges]
            for sign in (1, -1):
                self._see(ranges, [sign * goal for goal in goals])
        questions = [each.questions() for each in ranges]
        for goals in zip_longest(*questions):
            self._see(ranges, goals)
        return [item for each in ranges for item in each.narrow()]

    def _see(self, ranges, goals):
        """Solve all systems, each for its goal over the counts that it has needs of; None for one that asks nothing more."""
        asked = np.zeros(self.starts[-1])
        for start, each, goal in zip(self.starts, ranges, goals, strict=False):
            asked[start + each.places] = 0 if goal is None else goal
        for each, solution in zip(ranges, self._solve(asked), strict=True):
            each.see(solution)

    def _solve(self, goal):
        """The best solution of each system; of those that are not whole numbers, the best that is."""
        together = _linear(goal, self.sums)
        solutions = np.split(together, self.starts[1:-1])
        goals = np.split(goal, self.starts[1:-1])
        return [
            solution if _is_whole(solution) else _branch(aim, _sums([system], [0]), solution)
            for solution, aim, system in zip(solutions, goals, self.systems, strict=True)
        ]


class _Ranges:
    """What has been seen of the counts of one system for which it needs something."""

    def __init__(self, system):
        self.system, self.names = system, list(system.needs)
        self.places = np.array([system.names[name] for name in self.names], int)
        self.low, self.high = np.full(len(self.names), inf), np.full(len(self.names), -inf)

    def see(self, solution):
        seen = solution[self.places]
        self.low, self.high = np.minimum(self.low, seen), np.maximum(self.high, seen)

    def questions(self):
        """What to ask exactly: each count that is not free yet, as small and as large as it can be."""
        for at in range(len(self.names)):
            for sign in (1, -1):
                if not self._is_free(at):
                    goal = np.zeros(len(self.names))
                    goal[at] = sign
                    yield goal

    def narrow(self):
        """The name and interval of each count that was not seen to be free."""
        return [
            (name, (round(self.low[at]), round(self.high[at])))
            for at, name in enumerate(self.names)
            if not self._is_free(at)
        ]

    def _is_free(self, at):
        return self.system.needs[self.names[at]].is_met(self.low[at], self.high[at])


def _sums(systems, starts):
    """The matrix and right side of all sums of some systems, each in its own columns."""
    rows = [
        (start, row, total) for start, each in zip(starts, systems, strict=False) for row, total in each.rows
    ]
    entries = [
        (factor, index, start + place)
        for index, (start, row, _) in enumerate(rows)
        for place, factor in row.items()
    ]
    factors, indices, columns = zip(*entries, strict=True)
    width = sum(len(each.names) for each in systems)
    matrix = csr_array((factors, (indices, columns)), shape=(len(rows), width))
    return matrix, np.array([total for _, _, total in rows])


def _linear(goal, sums):
    matrix, right = sums
    answer = linprog(goal, A_eq=matrix, b_eq=right, bounds=(0, MOST), method="highs")
    assert answer.status == 0, "the published figures contradict each other"
    return answer.x


def _is_whole(solution):
    return bool((np.abs(solution - np.round(solution)) < TOLERANCE).all())


def _branch(goal, sums, otherwise):
    """The best solution in whole numbers; `otherwise` where it takes too long to find."""
    matrix, right = sums
    answer = milp(
        goal,
        integrality=np.ones(len(goal)),
        bounds=(0, MOST),
        constraints=LinearConstraint(matrix, right, right),
        options={"time_limit": PATIENCE},
    )
    return otherwise if answer.x is None else answer.x
