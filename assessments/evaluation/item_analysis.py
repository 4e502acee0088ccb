"""How well a set of statements measures one thing, and how well each statement tells people apart. Pure.

Reliability uses those who answered every statement of the set, on the scale of agreement; shares of each statement use
everybody who answered it. "No impact" has no place on the scale: it is not missing, but it leaves reliability. All of
it follows from sums of products of whole numbers, which are exact, so the cost is one matrix product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from assessments.evaluation.change_statistics import SCORES
from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.estimates import UNKNOWN, Estimate
from assessments.evaluation.responses import Responses
from assessments.evaluation.statistics import CONFIDENCE, Floats, percent

LEAST_ITEMS = 2
BLOCK = 262_144
"""Respondents at a time: 16 x 262,144 and sums of it are exact in a double."""
HIGHEST, LOWEST = max(SCORES.values()), min(SCORES.values())

Scores = NDArray[np.int8]


@dataclass(frozen=True)
class Items:
    """Analysis of a set of statements; every array has one value a statement, nan where undefined.

    Attributes:
        names: The statements.
        people: How many respondents there are.
        complete: How many of them answered every statement on the scale.
        alpha: Cronbach's alpha of the set.
        alpha_without: Alpha of the others when one is left out.
        item_rest: Correlation of a statement with the sum of the others.
        floor, ceiling: Per cent of those who answered who gave the lowest and the highest answer of the scale.
        off_scale: Per cent of those who answered who said "no impact".
        missing: Per cent of respondents who left it out.
    """

    names: tuple[str, ...]
    people: int
    complete: int
    alpha: Estimate
    alpha_without: Floats
    item_rest: Floats
    floor: Floats
    ceiling: Floats
    off_scale: Floats
    missing: Floats


def scores_of(responses: Responses, statements: Sequence[Variable]) -> Scores:
    """Answers as numbers: 4 strongly agree to 1 strongly disagree, 0 no answer, -1 an answer off the scale.

    Returns:
        Shape (respondents, statements), stored by column.
    """
    scores = np.zeros((len(responses), len(statements)), np.int8, order="F")
    for place, variable in enumerate(statements):
        lookup = np.array([0, *(SCORES.get(code, -1) for code in variable.codes)], np.int8)
        scores[:, place] = lookup[responses.column(variable.name)]
    return scores


def is_complete(responses: Responses, kind: Kind) -> NDArray[np.bool_]:
    """Who placed themselves on the scale in every statement of a kind, on whose answers reliability rests.

    Returns:
        Shape (respondents,).
    """
    return np.asarray((scores_of(responses, responses.codebook.of_kind(kind)) > 0).all(axis=1))


def analyse(names: Sequence[str], scores: Scores) -> Items:
    """Analyse a set of statements.

    Args:
        names: What they are called.
        scores: As `scores_of` gives them, shape (respondents, statements).
    """
    people, width = scores.shape
    placed = (scores > 0).sum(axis=0)
    answered = (scores != 0).sum(axis=0)
    complete, covariance = covariances(scores)
    value = alpha(covariance)
    whole = np.full(width, people)
    return Items(
        tuple(names),
        people,
        complete,
        feldt(value, complete, width),
        alphas_without(covariance),
        item_rest(covariance),
        percent((scores == LOWEST).sum(axis=0), answered),
        percent((scores == HIGHEST).sum(axis=0), answered),
        percent(answered - placed, answered),
        percent(people - answered, whole),
    )


def covariances(scores: Scores) -> tuple[int, Floats]:
    """Covariances of those who placed themselves on the scale in every statement, divisor n - 1.

    Returns:
        How many they are, and an array of shape (statements, statements), nan for fewer than two people.
    """
    width = scores.shape[1]
    total, products = np.zeros(width), np.zeros((width, width))
    n = 0
    for start in range(0, len(scores), BLOCK):
        block = scores[start : start + BLOCK]
        kept = block[(block > 0).all(axis=1)].astype(np.float64)
        n += len(kept)
        total += kept.sum(axis=0)
        products += kept.T @ kept
    if n < 2:  # noqa: PLR2004 -- one person does not vary
        return n, np.full((width, width), np.nan)
    return n, (n * products - np.outer(total, total)) / (n * (n - 1.0))


ROUNDING = 1e-12
"""A sum of covariances this small beside its parts is nought, and what is left of it the rounding of the computer."""


def alpha(covariance: Floats) -> float:
    """Cronbach's alpha of a set of statements.

    Source: L. J. Cronbach, Psychometrika 16 (1951): k / (k - 1) x (1 - sum of variances / variance of the sum), here
    of raw scores. Low values say that the statements ask about different things, which is no fault in itself.

    Args:
        covariance: Covariances of the statements, shape (k, k).

    Returns:
        At most 1, may be negative; nan for fewer than two statements or when nobody's sum differs.
    """
    width = len(covariance)
    whole = float(covariance.sum())
    if width < LEAST_ITEMS or not whole > ROUNDING * float(np.abs(covariance).sum()):
        return float("nan")
    return width / (width - 1) * (1 - float(np.trace(covariance)) / whole)


def feldt(value: float, people: int, items: int, confidence: float = CONFIDENCE) -> Estimate:
    """Cronbach's alpha with Feldt's interval.

    Source: L. S. Feldt, Psychometrika 30 (1965); L. S. Feldt, D. J. Woodruff, F. A. Salih, Applied Psychological
    Measurement 11 (1987): (1 - true alpha) / (1 - alpha) has an F distribution with n - 1 and (n - 1)(k - 1) degrees
    of freedom, if scores are near normal.

    Args:
        value: Alpha.
        people: On how many people's answers it rests.
        items: Of how many statements.
        confidence: Two-sided coverage.
    """
    if np.isnan(value):
        return UNKNOWN
    first = people - 1.0
    second = first * (items - 1)
    low, high = (
        1 - (1 - value) * float(special.fdtri(first, second, tail))
        for tail in ((1 + confidence) / 2, (1 - confidence) / 2)
    )
    return Estimate(value, low, high)


def item_rest(covariance: Floats) -> Floats:
    """Correlation of each statement with the sum of the others ("corrected item-total correlation").

    Source: J. C. Nunnally, Psychometric Theory (1978). Below about 0.2 or 0.3 a statement goes its own way.

    Args:
        covariance: Covariances of the statements, shape (k, k).

    Returns:
        Shape (k,); nan where a statement, or the sum of the others, is the same for everyone.
    """
    own = np.diagonal(covariance)
    with_all = covariance.sum(axis=1)
    rest = covariance.sum() - 2 * with_all + own
    varies = rest > ROUNDING * np.abs(covariance).sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((own > 0) & varies, (with_all - own) / np.sqrt(own * rest), np.nan)


def alphas_without(covariance: Floats) -> Floats:
    """Cronbach's alpha of the others when each statement is left out, shape (k,), of covariances of shape (k, k)."""
    places = np.arange(len(covariance))
    return np.array([alpha(covariance[np.ix_(kept, kept)]) for kept in (places != out for out in places)])
