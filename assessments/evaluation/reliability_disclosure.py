"""Whether correlations of statements would tell how many gave a rare answer. Pure.

Correlations are no sums of people, but with few people two decimals of each say much: the number that gave a rare answer sets a
statement's variance, and alpha, the alpha without each statement and the correlations must all fit together. So it is asked what
an attacker would ask: of so many who gave either of two answers beside each other, which numbers could have given the rarer, if
he knows everything else? A number is excluded when no variance of the sum of all statements, and no covariances, go with it. The
correlations are told where the number is not narrowed to fewer than `LEAST_NUMBERS`. Alpha and its limits alone exclude nothing.
"""

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation import item_analysis
from assessments.evaluation.item_analysis import HIGHEST, LOWEST, Scores
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Floats

DECIMALS = 2
"""To how many decimals alpha and correlations are told."""
HALF = 0.5 * 10**-DECIMALS
LEAST_NUMBERS = 3
STEPS = 400
"""At how many values the variance of the sum is tried."""


def may_tell_correlations(scores: Scores, policy: Policy) -> bool:
    """Whether the correlations of a set of statements leave every small count of an answer at least three numbers.

    Args:
        scores: As `item_analysis.scores_of` gives them; those who placed themselves on every statement count.
        policy: The thresholds.
    """
    complete = scores[(scores > 0).all(axis=1)]
    told = _Told(complete)
    return all(
        told.leaves_room(place, rare, beside)
        for place in range(complete.shape[1])
        for one, other in ((LOWEST, LOWEST + 1), (HIGHEST, HIGHEST - 1))
        for rare, beside in ((one, other), (other, one))
        if policy.is_small(int((complete[:, place] == rare).sum()), special=False)
    )


class _Told:
    """What is told of the statements, and the variances that go with it."""

    def __init__(self, complete: Scores) -> None:
        self.complete = complete
        people, self.covariance = item_analysis.covariances(complete)
        self.width = complete.shape[1]
        self.item_rest = np.round(item_analysis.item_rest(self.covariance), DECIMALS)
        self.without = np.round(item_analysis.alphas_without(self.covariance), DECIMALS)
        self.alphas = self._alphas_told(people)

    def _alphas_told(self, people: int) -> Floats:
        """Values of alpha that round, with their limits, as what is told."""
        exact = item_analysis.alpha(self.covariance)
        told = item_analysis.feldt(exact, people, self.width)
        grid = np.append(np.round(exact, DECIMALS) + np.linspace(-HALF, HALF, STEPS), exact)
        found = [item_analysis.feldt(float(each), people, self.width) for each in grid]
        kept = [
            abs(each.low - round(told.low, DECIMALS)) <= HALF
            and abs(each.high - round(told.high, DECIMALS)) <= HALF
            for each in found
        ]
        return np.asarray(grid[np.array(kept)])

    def leaves_room(self, place: int, rare: int, beside: int) -> bool:
        """Whether the number of those who gave a rare answer could be enough numbers."""
        given = self.complete[:, place]
        both = int(((given == rare) | (given == beside)).sum())
        wanted = min(LEAST_NUMBERS, both + 1)
        count, possible = int((given == rare).sum()), 0
        for number in sorted(range(both + 1), key=lambda each: abs(each - count)):
            possible += self._could_be(self._variances(place, rare, beside, number))
            if possible >= wanted:
                return True
            if abs(number - count) > LEAST_NUMBERS:
                return False
        return False

    def _variances(self, place: int, rare: int, beside: int, number: int) -> Floats:
        """The statements' variances if so many had given the rare one of the two answers."""
        changed = self.complete[:, place].astype(np.float64)
        either = np.flatnonzero((changed == rare) | (changed == beside))
        changed[either[:number]], changed[either[number:]] = rare, beside
        variances = np.diagonal(self.covariance).copy()
        variances[place] = changed.var(ddof=1)
        return variances

    def _could_be(self, variances: Floats) -> bool:
        """Whether any variance of the sum, and any covariances, go with such variances and with what is told."""
        summed = float(variances.sum())
        whole = _sum_variance(self.alphas, summed, self.width)[:, None]
        near, far = (
            _sum_variance(self.without + each, summed - variances, self.width - 1) for each in (-HALF, HALF)
        )
        low, high = self._of_the_others(whole, variances)
        least, most = np.maximum(low, near), np.minimum(high, far)
        # what a statement shares with the others: half of the sum's variance less its own and less theirs
        shares = [(whole - variances - each) / 2 for each in (most, least)]
        left = whole[:, 0] - summed
        fits = (least <= most).all(axis=1) & (shares[0].sum(axis=1) <= left) & (left <= shares[1].sum(axis=1))
        return bool(fits.any())

    def _of_the_others(self, whole: Floats, variances: Floats) -> tuple[Floats, Floats]:
        """The smallest and largest variance of the sum of the other statements that the correlations allow."""
        own = np.sqrt(variances)
        low, high = (
            (np.sqrt(np.maximum((r**2 - 1) * variances + whole, 0.0)) - r * own) ** 2
            for r in (self.item_rest + HALF, self.item_rest - HALF)
        )
        return low, high


def _sum_variance(alpha: Floats | float, summed: Floats | float, width: int) -> NDArray[np.float64]:
    """The variance of a sum of so many statements that has such an alpha, given the sum of their variances."""
    return np.asarray(summed / (1 - np.asarray(alpha) * (width - 1) / width), np.float64)
