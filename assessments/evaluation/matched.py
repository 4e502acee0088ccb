"""Who answered before and after, who was lost on the way, and whether those who were lost were different. Pure.

Change is seen only in those who answered twice. If those who were lost were otherwise like them, little is missed; the
comparison is by their profile and by what they said before, each with a standardised difference, which unlike a p-value
does not grow with the number of people.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from assessments.evaluation import association, statistics
from assessments.evaluation.association import Association
from assessments.evaluation.codebook import Kind
from assessments.evaluation.estimates import UNKNOWN, Estimate
from assessments.evaluation.policy import Policy
from assessments.evaluation.responses import Responses
from assessments.evaluation.statistics import CONFIDENCE, Floats, Integers
from assessments.evaluation.tables import AGREE, AGREEING, SINGLE, Column, columns_of, count_frequencies

NEGLIGIBLE = 0.1
"""Below this a standardised difference does not matter (P. C. Austin, Statistics in Medicine 28, 2009)."""
LARGE = 0.25
"""Above this, leaving people out may mislead (What Works Clearinghouse, Procedures and Standards 5, 2022)."""
FAMILY = "every profile question and every statement before the course, for one set of respondents"

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Waves:
    """How many answered any statement when."""

    both: int
    before_only: int
    after_only: int
    neither: int


@dataclass(frozen=True)
class Lost:
    """One answer of those who answered twice beside that of those who answered before only.

    Attributes:
        name: The question or statement.
        codes: What was answered; to a statement, whether they agree.
        kept, lost: How many gave each answer among those who answered twice and those who were lost.
        test: Whether the two differ.
        p_adjusted: Benjamini-Hochberg over the family `FAMILY`.
        distance: Standardised difference, kept less lost for a statement, never negative for a question.
    """

    name: str
    codes: tuple[str, ...]
    kept: Integers
    lost: Integers
    test: Association
    p_adjusted: float
    distance: Estimate

    @property
    def is_told(self) -> bool:
        """Whether there is anything to compare, or may be shown."""
        return not np.isnan(self.test.p)


def answered_when(responses: Responses) -> tuple[Flags, Flags]:
    """Who answered any statement before the course, and who any after it; each of shape (respondents,)."""
    of = responses.codebook.of_kind
    before, after = (
        np.any([responses.column(each.name) > 0 for each in of(*kinds)], axis=0)
        if of(*kinds)
        else np.zeros(len(responses), bool)
        for kinds in ((Kind.PRE,), (Kind.POST, Kind.SUPPORT))
    )
    return before, after


def count_waves(responses: Responses) -> Waves:
    """How many answered when; the four add up to all respondents."""
    before, after = answered_when(responses)
    return Waves(
        int((before & after).sum()),
        int((before & ~after).sum()),
        int((~before & after).sum()),
        int((~before & ~after).sum()),
    )


def compare_lost(responses: Responses, policy: Policy | None = None) -> tuple[Lost, ...]:
    """Compare those who answered twice with those who answered before only.

    Args:
        responses: Everybody's answers.
        policy: Answers that too few gave are left out of their question, and a statement or question of which too
            little is left is not compared at all. Nothing is left out when there is no policy.

    Returns:
        Profile questions (several answers as one yes/no each), then statements before the course, in the codebook's
        order; nothing derived from another question. A question nobody in one of the two answered has no test.
    """
    before, after = answered_when(responses)
    left_out = {each.name for each in responses.codebook.of_kind(Kind.DERIVED, Kind.POST, Kind.SUPPORT)}
    left_out |= {name + SINGLE for name in responses.codebook.variables}
    columns = [column for column in columns_of(responses.codebook) if column.name not in left_out]
    frequencies = [
        count_frequencies(replace(responses, codes=responses.codes[rows]))
        for rows in (before & after, before & ~after)
    ]
    places = {key: place for place, key in enumerate(frequencies[0].keys)}
    found = []
    for column in columns:
        rows = [places[column.name, code] for code in column.codes]
        counts = np.stack([_counts(column, each.count[rows]) for each in frequencies])
        if policy is not None:
            counts = np.where(_may_be_shown(column, counts, policy), counts, 0)
        found.append(_compare(column, counts))
    adjusted = statistics.benjamini_hochberg(np.array([each.test.p for each in found]))
    return tuple(replace(each, p_adjusted=float(p)) for each, p in zip(found, adjusted, strict=True))


def _counts(column: Column, counts: Integers) -> Integers:
    """How many gave each answer; to a statement, how many agree and how many do not."""
    if not column.is_statement:
        return counts
    return np.array([counts[: len(AGREEING)].sum(), counts[len(AGREEING) :].sum()])


def _may_be_shown(column: Column, counts: Integers, policy: Policy) -> Flags:
    special = column.name in policy.special
    shown = np.array(
        [not any(policy.is_small(n, special=special) for n in pair) for pair in counts.T.tolist()]
    )
    left = np.where(shown, counts, 0).sum(axis=1)
    is_enough = left.min() >= policy.percent_base and (shown.all() or not column.is_statement)
    return shown & is_enough


def _compare(column: Column, counts: Integers) -> Lost:
    kept, lost = counts
    codes = (AGREE, "rest") if column.is_statement else column.codes
    if column.is_statement:
        distance = share_distance(int(kept[0]), int(kept.sum()), int(lost[0]), int(lost.sum()))
    else:
        distance = Estimate(profile_distance(kept, lost), np.nan, np.nan)
    test = association.associate(kept, counts.sum(axis=0))
    return Lost(column.name, codes, kept, lost, test, np.nan, distance)


def share_distance(first: int, first_base: int, second: int, second_base: int) -> Estimate:
    """Standardised difference of two shares, with its interval.

    Source: P. C. Austin, Statistics in Medicine 28 (2009): the difference over the root of the mean of the two
    variances p(1 - p); limits from the standard error of L. V. Hedges and I. Olkin, Statistical Methods for
    Meta-Analysis (1985).

    Args:
        first: How many of the first group.
        first_base: Of how many.
        second: How many of the second group.
        second_base: Of how many.

    Returns:
        First less second; unknown when a group has nobody or nobody differs from anybody.
    """
    if not (first_base and second_base):
        return UNKNOWN
    p, q = first / first_base, second / second_base
    spread = (p * (1 - p) + q * (1 - q)) / 2
    if spread == 0:
        return UNKNOWN if p != q else Estimate(0.0, np.nan, np.nan)
    value = float((p - q) / np.sqrt(spread))
    people = first_base + second_base
    error = np.sqrt(people / (first_base * second_base) + value**2 / (2 * people))
    half = float(special.ndtri((1 + CONFIDENCE) / 2) * error)
    return Estimate(value, value - half, value + half)


def profile_distance(first: Integers, second: Integers) -> float:
    """Standardised difference of two distributions over several answers.

    Source: D. Yang and J. E. Dalton, SAS Global Forum 335 (2012): the Mahalanobis distance of the shares of all
    answers but one, by the mean of the two covariances. For two answers it is the size of `share_distance`.

    Args:
        first: How many gave each answer in one group.
        second: Likewise in the other.

    Returns:
        0 or more; nan when a group has nobody, only one answer occurs, or the groups differ where neither varies, as
        when each gave one answer only, and not the same.
    """
    some = (first + second) > 0
    first, second = first[some], second[some]
    if not (first.sum() and second.sum()) or len(first) < 2:  # noqa: PLR2004 -- one answer cannot differ
        return float("nan")
    p, q = (counts[1:] / counts.sum() for counts in (first, second))
    spread = (_covariance(p) + _covariance(q)) / 2
    scaled = np.linalg.pinv(spread, hermitian=True) @ (p - q)
    if not np.allclose(spread @ scaled, p - q, rtol=0, atol=1e-9):
        return float("nan")
    return float(np.sqrt(max((p - q) @ scaled, 0.0)))


def _covariance(shares: Floats) -> Floats:
    return np.diag(shares) - np.outer(shares, shares)


def moved_by_loss(statement: Lost) -> float:
    """By how many percentage points the share agreeing before moves when those who were lost are left out."""
    everyone = statement.kept + statement.lost
    if not (statement.kept.sum() and everyone.sum()):
        return float("nan")
    return float(100 * (statement.kept[0] / statement.kept.sum() - everyone[0] / everyone.sum()))
