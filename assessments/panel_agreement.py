"""How far several people agree who each said yes or no of the same things: per cent, and kappa beyond chance. Pure.

Two people are compared by Cohen's kappa (`agreement`), more by Fleiss'.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from scipy.stats import t

from assessments.agreement import (
    CONFIDENCE,
    NEVER,
    NO_VARIATION,
    ONE_ANSWER,
    ONE_SIDED,
    WHOLE,
    Agreement,
    agreement,
    count,
)

PAIR = 2
TOO_FEW = "Agreement needs two people at least."
NOTHING = "Nothing has been judged by all of them."
ONE_THING = "One thing judged tells nothing of agreement beyond chance."
ALL_THE_SAME = "Everybody said the same of everything, so there is nothing to agree by chance about."
ALWAYS_AGREED = "They never differed, and from that no range can be worked out."
_WORDS = {
    NO_VARIATION: ALL_THE_SAME,
    ONE_ANSWER: ONE_THING,
    WHOLE: ALWAYS_AGREED,
    ONE_SIDED: "One of them said the same of everything, and from that no range can be worked out.",
    NEVER: NEVER,
}


def same_share(said: Sequence[bool]) -> float | None:
    """Of all pairs of people, the share that said the same of one thing, 0 to 1; None of fewer than two people."""
    people, yes = len(said), sum(said)
    if people < PAIR:
        return None
    return (math.comb(yes, 2) + math.comb(people - yes, 2)) / math.comb(people, 2)


def panel_agreement(said: Mapping[str, Sequence[bool]]) -> Agreement:
    """How far people agree over several things.

    Args:
        said: what each person said of the same things in the same order, by the person.

    Returns:
        `answers` is how many things; `same` the share of pairs that agree, over all things; kappa Cohen's for two
        people, Fleiss' for more.

    Raises:
        ValueError: they did not judge the same number of things.
    """
    people = list(said.values())
    if len({len(one) for one in people}) > 1:
        raise ValueError("everybody judges the same things")
    if len(people) < PAIR:
        return Agreement(len(people[0]) if people else 0, None, why_not=TOO_FEW)
    if not people[0]:
        return Agreement(0, None, why_not=NOTHING)
    if len(people) > PAIR:
        return _fleiss(list(zip(*people, strict=True)))
    found = agreement(count(people[0], people[1]))
    why_not = _WORDS.get(found.why_not, found.why_not)
    return Agreement(found.answers, found.same, found.kappa, found.low, found.high, why_not)


def _fleiss(things: Sequence[Sequence[bool]]) -> Agreement:
    """Fleiss' kappa with its range.

    Source: J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76 (1971); its
    variance over things, the people being these people, by K. L. Gwet, "Handbook of Inter-Rater Reliability" (4th ed.,
    2014), with Student's t for few things.
    """
    n, people = len(things), len(things[0])
    shares = [sum(one) / people for one in things]
    agreed = [same_share(one) or 0.0 for one in things]
    same, yes = sum(agreed) / n, sum(shares) / n
    chance = yes**2 + (1 - yes) ** 2
    if n < PAIR:
        return Agreement(n, same, why_not=ONE_THING)
    if yes in {0.0, 1.0}:
        return Agreement(n, same, why_not=ALL_THE_SAME)
    kappa = (same - chance) / (1 - chance)
    if same == 1.0:
        return Agreement(n, same, kappa, why_not=ALWAYS_AGREED)
    pulls = [
        (a - chance) / (1 - chance)
        - 2 * (1 - kappa) * (yes * p + (1 - yes) * (1 - p) - chance) / (1 - chance)
        for a, p in zip(agreed, shares, strict=True)
    ]
    spread = math.sqrt(sum((pull - kappa) ** 2 for pull in pulls) / (n * (n - 1)))
    half = float(t.ppf((1 + CONFIDENCE) / 2, n - 1)) * spread
    return Agreement(n, same, kappa, max(kappa - half, -1.0), min(kappa + half, 1.0))
