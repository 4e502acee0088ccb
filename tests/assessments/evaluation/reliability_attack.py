"""Do alpha and the correlations of statements tell a small count that a statement's own table hides?

The attacker knows every figure to the decimals that are published, how many people they rest on, and every count but two of one
statement, of which he knows the sum. Each number that the one could be gives the statement another variance. He asks whether any
covariances at all go with it: the variance of the sum of all statements, and of each statement with the others, so that alpha,
its limits, and for each statement the correlation and the alpha without it come out as published. A number with which none go is
excluded. He has most to go by where everybody answered everything, so that the tables count those on whom the figures rest.
"""

from itertools import product

import numpy as np

from assessments.evaluation import item_analysis

DECIMALS = 2
HALF = 0.5 * 10**-DECIMALS
STEPS = 100


def figures(scores):
    """What is published of a set of statements."""
    found = item_analysis.analyse([str(place) for place in range(scores.shape[1])], scores)
    alpha = found.alpha
    rounded = [
        np.round(each, DECIMALS)
        for each in ([alpha.value, alpha.low, alpha.high], found.item_rest, found.alpha_without)
    ]
    return found.complete, *rounded


def could_be(variances, published):
    """Whether any covariances go with such variances of the statements and the published figures."""
    complete, alpha, item_rest, without = published
    width, summed = len(variances), variances.sum()
    lowest, highest = (_whole(each, summed, width) for each in _alpha(alpha, complete, width))
    return any(_fits(whole, variances, item_rest, without) for whole in np.linspace(lowest, highest, STEPS))


def _alpha(alpha, complete, width):
    """The smallest and largest alpha that round as its value and its limits do."""
    grid = np.linspace(alpha[0] - HALF, alpha[0] + HALF, STEPS)
    limits = np.array(
        [[each.low, each.high] for each in (item_analysis.feldt(a, complete, width) for a in grid)]
    )
    kept = grid[(np.abs(limits - alpha[1:]) <= HALF + 1e-9).all(axis=1)]
    return kept.min(), kept.max()


def _whole(alpha, summed, width):
    """The variance of the sum of so many statements, given the sum of their variances."""
    return summed / (1 - alpha * (width - 1) / width)


def _fits(whole, variances, item_rest, without):
    """Whether the covariances of each statement with the others can be as published, and add up to what is left of the whole."""
    others = variances.sum() - variances
    # the variance of the sum of the others, from the alpha without the statement, and from its correlation
    from_alpha = np.sort(
        [_whole(without + each, others, len(variances) - 1) for each in (-HALF, HALF)], axis=0
    )
    deviation = np.sqrt(variances)
    from_rest = [
        (-r * deviation + np.sqrt((r**2 - 1) * variances + whole)) ** 2
        for r in (item_rest + HALF, item_rest - HALF)
    ]
    least, most = np.maximum(from_alpha[0], from_rest[0]), np.minimum(from_alpha[1], from_rest[1])
    if (least > most).any():
        return False
    low, high = ((whole - variances - each) / 2 for each in (most, least))
    return low.sum() <= whole - variances.sum() <= high.sum()


def possible(scores, place, codes):
    """Which numbers of people could have given the first of two scores to a statement, of so many who gave either."""
    published = figures(scores)
    column = scores[:, place].copy()
    either = np.flatnonzero(np.isin(column, codes))
    found = []
    for first in range(len(either) + 1):
        column[either[:first]], column[either[first:]] = codes
        changed = scores.copy()
        changed[:, place] = column
        if could_be(np.diagonal(item_analysis.covariances(changed)[1]), published):
            found.append(first)
    return found


def narrowed(scores):
    """The statements, answers and numbers left of each small count that could be fewer than three numbers."""
    scores = scores[(scores > 0).all(axis=1)]
    found = []
    for place, codes in product(range(scores.shape[1]), ((1, 2), (2, 1), (4, 3), (3, 4))):
        count, both = (scores[:, place] == codes[0]).sum(), np.isin(scores[:, place], codes).sum()
        if 1 <= count <= 4:
            left = possible(scores, place, codes)
            if len(left) < min(3, both + 1):
                found.append((place, codes, left))
    return found
