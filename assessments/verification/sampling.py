"""Which portfolios an IQA looks at: a draw that anybody can repeat, with the reason for each pick.

The order in which portfolios are drawn is the SHA-256 of the recorded seed and the portfolio's reference. So a
draw depends on nothing but the seed, the rates and the population: not on the order of rows, the machine, or the
version of a random number generator, and one assessor's portfolios never change what is drawn from another's.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Risk(StrEnum):
    """How closely an assessor's decisions are looked at."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


DEFAULT_RATES: Mapping[Risk, int] = {Risk.RED: 100, Risk.AMBER: 50, Risk.GREEN: 20}
"""Per cent of an assessor's portfolios, by risk: the suggested policy, which a plan may change and records."""


class Reason(StrEnum):
    """Why a portfolio is in the sample, or is not."""

    RESUBMITTED = "resubmitted"
    FIRST = "first-portfolio"
    RATE = "rate"
    COVER = "every-assessor"
    NOT_DRAWN = "not-drawn"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A portfolio that could be sampled.

    Attributes:
        portfolio: its reference.
        assessor: the reference of the assessor who decided it.
        resubmitted: whether any of it was referred and sent again.
        first: whether it is the first portfolio that the assessor decided.
    """

    portfolio: str
    assessor: str
    resubmitted: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """What the draw says of one portfolio."""

    portfolio: str
    assessor: str
    drawn: bool
    reason: Reason


def draw(
    candidates: Iterable[Candidate],
    *,
    seed: str,
    risks: Mapping[str, Risk],
    rates: Mapping[Risk, int] = DEFAULT_RATES,
) -> tuple[Pick, ...]:
    """Draw a sample.

    Resubmissions and first portfolios are always drawn. Of each assessor's portfolios at least the rate of that
    assessor's risk is drawn, rounded up, those that are always drawn included, and never fewer than one.

    Args:
        candidates: the population; each portfolio once.
        seed: any text; recorded with the plan, so that the draw can be repeated.
        risks: each assessor's risk, by reference.
        rates: per cent, 0 to 100, by risk.

    Returns:
        One pick a candidate, those drawn and those not, ordered by assessor and portfolio.

    Raises:
        ValueError: a portfolio twice, an assessor without a risk, or a rate outside 0 to 100.
    """
    by_assessor: dict[str, list[Candidate]] = defaultdict(list)
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.portfolio in seen:
            raise ValueError(f"portfolio {candidate.portfolio} is in the population twice")
        seen.add(candidate.portfolio)
        by_assessor[candidate.assessor].append(candidate)
    unrated = sorted(by_assessor.keys() - risks.keys())
    if unrated:
        raise ValueError(f"no risk is given for assessor {', '.join(unrated)}")
    wrong = [f"{risk} {rate}" for risk, rate in rates.items() if not 0 <= rate <= 100]  # noqa: PLR2004 (per cent)
    if wrong:
        raise ValueError(f"a rate is 0 to 100 per cent, not {', '.join(wrong)}")
    return tuple(
        pick
        for assessor in sorted(by_assessor)
        for pick in _draw_one(by_assessor[assessor], seed=seed, rate=rates[risks[assessor]])
    )


def _draw_one(candidates: list[Candidate], *, seed: str, rate: int) -> list[Pick]:
    """The picks among one assessor's portfolios."""
    reasons = {c.portfolio: always for c in candidates if (always := _always(c)) is not None}
    rest = sorted((c for c in candidates if c.portfolio not in reasons), key=lambda c: _order(seed, c))
    asked = math.ceil(len(candidates) * rate / 100)
    while len(reasons) < asked:
        reasons[rest.pop(0).portfolio] = Reason.RATE
    if not reasons:
        reasons[rest.pop(0).portfolio] = Reason.COVER
    return [
        Pick(c.portfolio, c.assessor, c.portfolio in reasons, reasons.get(c.portfolio, Reason.NOT_DRAWN))
        for c in sorted(candidates, key=lambda c: c.portfolio)
    ]


def _always(candidate: Candidate) -> Reason | None:
    if candidate.resubmitted:
        return Reason.RESUBMITTED
    return Reason.FIRST if candidate.first else None


def _order(seed: str, candidate: Candidate) -> bytes:
    return sha256(f"{seed}\n{candidate.portfolio}".encode()).digest()
