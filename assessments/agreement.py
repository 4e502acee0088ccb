"""How far two coders agree: Cohen's kappa for each theme with its range, and for all themes together. Pure.

Of each answer a coder says of each theme whether it is there. For one theme that makes a table of two by two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtri

CONFIDENCE = 0.95
LEAST_ANSWERS = 2
NOTHING_CODED = "No answer has been coded by both."
ONE_ANSWER = "One answer tells nothing of agreement."
NO_VARIATION = "Both said the same of every answer, so there is nothing to agree by chance about."
NO_THEMES = "There are no themes yet."
WHOLE = "They never differed, and from that no range can be worked out."
ONE_SIDED = "One of them said the same of every answer, and from that no range can be worked out."
NEVER = "They always differed, and from that no range can be worked out."


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each coder saw one theme: both, only the first, only the second, neither."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def answers(self) -> int:
        """How many answers both have coded."""
        return self.both + self.first + self.second + self.neither

    @property
    def observed(self) -> float:
        """The share of answers of which they said the same. Needs an answer."""
        return (self.both + self.neither) / self.answers

    @property
    def expected(self) -> float:
        """The share of which they would say the same by chance, each as often as they did. Needs an answer."""
        n = self.answers
        yes = (self.both + self.first) * (self.both + self.second)
        no = (self.second + self.neither) * (self.first + self.neither)
        return (yes + no) / (n * n)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two coders agree.

    Attributes:
        answers: How many answers both coded.
        same: The share of which they said the same, 0 to 1; None where there is no answer.
        kappa: Agreement beyond chance: 1 whole, 0 as by chance; None where it cannot be given.
        low, high: Its likely range; None where there is none.
        why_not: Why there is no kappa, or no range.
    """

    answers: int
    same: float | None
    kappa: float | None = None
    low: float | None = None
    high: float | None = None
    why_not: str = ""


def count(first: Sequence[bool], second: Sequence[bool]) -> Counts:
    """Count what two coders said of the same answers about one theme.

    Raises:
        ValueError: they are not as many.
    """
    pairs = list(zip(first, second, strict=True))
    return Counts(
        pairs.count((True, True)),
        pairs.count((True, False)),
        pairs.count((False, True)),
        pairs.count((False, False)),
    )


def agreement(counts: Counts) -> Agreement:
    """Cohen's kappa of one theme with its range.

    Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
    (1960); its variance by J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard errors of kappa and weighted
    kappa", Psychological Bulletin 72 (1969), the one for an interval, not for a test of no agreement.
    """
    if not counts.answers:
        return Agreement(0, None, why_not=NOTHING_CODED)
    same = counts.observed
    if counts.answers < LEAST_ANSWERS:
        return Agreement(counts.answers, same, why_not=ONE_ANSWER)
    if _without_variation(counts):
        return Agreement(counts.answers, same, why_not=NO_VARIATION)
    kappa = (same - counts.expected) / (1 - counts.expected)
    why_no_range = _why_no_range(counts)
    if why_no_range:
        return Agreement(counts.answers, same, kappa, why_not=why_no_range)
    half = float(ndtri((1 + CONFIDENCE) / 2)) * math.sqrt(_variance(counts, kappa))
    return Agreement(counts.answers, same, kappa, kappa - half, kappa + half)


def _why_no_range(counts: Counts) -> str:
    """Where the variance is nothing by the form of the table, not because one could be so sure."""
    if not counts.first and not counts.second:
        return WHOLE
    if not counts.both and not counts.neither:
        return NEVER
    if {counts.both + counts.first, counts.both + counts.second} & {0, counts.answers}:
        return ONE_SIDED
    return ""


def overall(themes: Sequence[Counts]) -> Agreement:
    """Agreement over all themes together, without a range: what is said of one answer about several themes hangs together.

    Source: H. De Vries, M. N. Elliott, D. E. Kanouse and S. S. Teleki, "Using pooled kappa to summarize interrater agreement
    across many items", Field Methods 20 (2008): the mean of what is observed and of what chance would bring, each over
    themes, and kappa from these two. Themes that both saw in every answer, or in none, count too.
    """
    if not themes:
        return Agreement(0, None, why_not=NO_THEMES)
    answers = themes[0].answers
    if not answers:
        return Agreement(0, None, why_not=NOTHING_CODED)
    same = sum(each.observed for each in themes) / len(themes)
    if answers < LEAST_ANSWERS:
        return Agreement(answers, same, why_not=ONE_ANSWER)
    if all(_without_variation(each) for each in themes):
        return Agreement(answers, same, why_not=NO_VARIATION)
    chance = sum(each.expected for each in themes) / len(themes)
    return Agreement(answers, same, (same - chance) / (1 - chance))


def _without_variation(counts: Counts) -> bool:
    return counts.answers in {counts.both, counts.neither}


def _variance(counts: Counts, kappa: float) -> float:
    n, chance, less = counts.answers, counts.expected, 1 - kappa
    first_yes, second_yes = (counts.both + counts.first) / n, (counts.both + counts.second) / n
    first_no, second_no = 1 - first_yes, 1 - second_yes
    alike = (
        counts.both * (1 - (first_yes + second_yes) * less) ** 2
        + counts.neither * (1 - (first_no + second_no) * less) ** 2
    ) / n
    apart = less**2 * (
        counts.first * (second_yes + first_no) ** 2 + counts.second * (second_no + first_yes) ** 2
    )
    spread = alike + apart / n - (kappa - chance * less) ** 2
    # rounding may leave a hair below nothing
    return max(spread, 0.0) / (n * (1 - chance) ** 2)
