"""Who agreed with one statement and with another: the same people's answers, agree against not. Pure.

What may be concluded depends on the two statements. If they are the same statement asked twice, a difference is change
in agreement. The 2010-11 study asked another one after the course ("I feel *more* confident ..."), to which somebody
may agree who was confident before and is a little more so, and disagree who was confident and stayed so. A difference
between the two shares is then no change in confidence: the tables of movement say how answers after go with answers
before, and no more. "No impact" is an answer and counts as not agreeing; a missing answer leaves the pair out.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from assessments.evaluation.estimates import UNKNOWN, Estimate
from assessments.evaluation.statistics import CONFIDENCE, Floats, Integers

LEAST_CHANGED = 6
"""With fewer answers changed no two-sided sign test can reach 0.05: 2 x (1/2)^5 is 0.0625."""
TOO_FEW_MATCHED = "Nobody answered both."
TOO_FEW_CHANGED = (
    f"Too few answers changed to tell change from chance: no test can with fewer than {LEAST_CHANGED}."
)


@dataclass(frozen=True)
class Agreement:
    """Agreement with two statements by the same people.

    Attributes:
        both, gained, lost, neither: How many agree with both, with the second only, with the first only, with neither.
        difference: Share agreeing with the second less the share agreeing with the first, -1 to 1.
        p: McNemar's exact test; nan when nobody differs.
        refusal: Why nothing can be concluded, in words; empty when something can.
    """

    both: int
    gained: int
    lost: int
    neither: int
    difference: Estimate
    p: float
    refusal: str

    @property
    def people(self) -> int:
        """How many answered both."""
        return self.both + self.gained + self.lost + self.neither


def agreement(counts: Integers, agreeing: int = 2) -> Agreement:
    """Agreement of the same people with two statements.

    Args:
        counts: Table of answers before (rows) by answers after (columns), the agreeing answers first in both.
        agreeing: How many answers at the start of each scale mean agreement.
    """
    both, lost = int(counts[:agreeing, :agreeing].sum()), int(counts[:agreeing, agreeing:].sum())
    gained, neither = int(counts[agreeing:, :agreeing].sum()), int(counts[agreeing:, agreeing:].sum())
    return Agreement(
        both,
        gained,
        lost,
        neither,
        net_change(gained, lost, both + gained + lost + neither),
        float(sign_test(np.array(gained), np.array(lost))),
        refusal(both + gained + lost + neither, gained + lost),
    )


def refusal(people: int, changed: int) -> str:
    """Why nothing can be concluded from so few, in words without numbers of people; empty when something can."""
    if not people:
        return TOO_FEW_MATCHED
    return TOO_FEW_CHANGED if changed < LEAST_CHANGED else ""


def sign_test(up: Integers, down: Integers) -> Floats:
    """Exact two-sided sign test: are moves one way as likely as moves the other way?

    Applied to agreement this is McNemar's test in its exact form. Those who did not move say nothing about the
    direction and are left out.

    Source: J. Arbuthnott, Philosophical Transactions 27 (1710); Q. McNemar, Psychometrika 12 (1947); the exact
    p-value is twice the smaller tail of a binomial distribution with probability one half, at most 1.

    Args:
        up: How many moved one way, any shape.
        down: How many moved the other way, same shape.

    Returns:
        p-values, same shape; nan where nobody moved.
    """
    moved = np.asarray(up + down)
    tail = special.bdtr(np.minimum(up, down).astype(np.float64), moved, 0.5)
    return np.where(moved > 0, np.minimum(1.0, 2.0 * tail), np.nan)


def net_change(up: int, down: int, people: int, confidence: float = CONFIDENCE) -> Estimate:
    """Share that moved up less share that moved down, with Tango's score interval.

    Source: T. Tango, Statistics in Medicine 17 (1998): the differences that a score test does not reject, with the
    nuisance probability at its restricted maximum likelihood. It keeps its coverage when
    few or all move the same way (M. W. Fagerland, S. Lydersen, P. Laake, Statistics in Medicine 33, 2014).

    Args:
        up: How many moved up.
        down: How many moved down.
        people: Of how many, those who did not move included.
        confidence: Two-sided coverage.

    Returns:
        Shares, -1 to 1; undefined for nobody.
    """
    if not people:
        return UNKNOWN
    z = float(special.ndtri((1 + confidence) / 2))
    seen = (up - down) / people

    def limit(end: float, sign: float) -> float:
        if seen == end:
            return end
        ends = sorted((seen, end))
        found = optimize.bisect(
            lambda delta: _score(up, down, people, delta) - sign * z, *ends, xtol=1e-15, rtol=1e-15
        )
        return float(found)

    return Estimate(seen, limit(-1.0, 1.0), limit(1.0, -1.0))


def _score(up: int, down: int, people: int, delta: float) -> float:
    """Tango's score statistic at a supposed difference; infinite where that difference leaves no room for chance."""
    distance = up - down - people * delta
    if distance == 0:
        return 0.0
    linear = -up - down + (2 * people - up + down) * delta
    spread = delta * (1 - delta)
    root = math.sqrt(max(linear * linear + 8 * people * down * spread, 0.0))
    # one root of a quadratic, written for either sign so that nothing is lost by subtraction
    fewer = 2 * down * spread / (root + linear) if linear > 0 else (root - linear) / (4 * people)
    variance = people * (2 * fewer + spread)
    return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance)
