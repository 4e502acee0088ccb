"""Which portfolios an IQA looks at: a draw that anybody can repeat, with the reason for each pick.

The order in which portfolios are drawn is the SHA-256 of the recorded seed and the portfolio's reference. So a
draw depends on nothing but the seed, the rule and the population: not on the order of rows, the machine, or the
version of a random number generator, and one assessor's portfolios never change what is drawn from another's by rate.
What covers kinds of evidence and places is drawn after that, over everybody.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class Risk(StrEnum):
    """How closely an assessor's decisions are looked at."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Stage(StrEnum):
    """When a portfolio is looked at: on the way, or when it is finished."""

    INTERIM = "interim"
    SUMMATIVE = "summative"


DEFAULT_RATES: Mapping[Risk, int] = {Risk.RED: 100, Risk.AMBER: 50, Risk.GREEN: 20}
"""Per cent of an assessor's portfolios, by risk: the suggested policy."""


class Reason(StrEnum):
    """Why a portfolio is in the sample, or is not."""

    DISPUTED = "disputed"
    RESUBMITTED = "resubmitted"
    RETURNED = "returned-before"
    BORDERLINE = "borderline"
    FIRST = "first-portfolio"
    RATE = "rate"
    COVER = "every-assessor"
    KIND = "every-kind"
    PLACE = "every-place"
    NOT_DRAWN = "not-drawn"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A portfolio that could be sampled.

    Attributes:
        portfolio: its reference.
        assessor: the reference of the assessor who decided it.
        resubmitted: whether any of it was referred and sent again.
        first: whether it is the first portfolio that the assessor decided.
        returned: whether an IQA has returned a decision in it.
        borderline: whether somebody differed or changed their mind: a decision was questioned, reversed or reopened.
        disputed: whether there was a complaint, an appeal or a hold.
        kinds: the kinds of evidence in it.
        place: the reference of the workplace it comes from; empty when none is known.
    """

    portfolio: str
    assessor: str
    resubmitted: bool = False
    first: bool = False
    returned: bool = False
    borderline: bool = False
    disputed: bool = False
    kinds: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """What has been sampled before this draw, and so needs no pick of its own.

    Attributes:
        assessors: how many portfolios of each assessor have been sampled this quarter.
        kinds: the kinds of evidence sampled within the year.
        places: the workplaces sampled within the year.
        seen: the assessors of whom a portfolio was sampled within the year.
    """

    assessors: Mapping[str, int] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def least(self, assessor: str, *, floor: int) -> int:
        """How many portfolios of an assessor are sampled this quarter at least: the floor, and one where the year has none."""
        return max(floor, 0 if self.assessors.get(assessor) or assessor in self.seen else 1)


@dataclass(frozen=True, slots=True)
class Pick:
    """What the draw says of one portfolio.

    Attributes:
        portfolio: its reference.
        assessor: the assessor's.
        drawn: whether it is in the sample.
        reason: why, or why not.
        place: its place, from 1, in the order by seed among those of the assessor that the seed decides; 0 for those
            that are always drawn.
        of: how many there are in that order.
    """

    portfolio: str
    assessor: str
    drawn: bool
    reason: Reason
    place: int = 0
    of: int = 0


def draw(
    candidates: Iterable[Candidate],
    *,
    seed: str,
    risks: Mapping[str, Risk],
    rates: Mapping[Risk, int] = DEFAULT_RATES,
    floor: int = 1,
    covered: Covered | None = None,
) -> tuple[Pick, ...]:
    """Draw a sample.

    Resubmissions, first portfolios, those in which a decision was returned, questioned, reversed or reopened, and those with a
    complaint, an appeal or a hold are always drawn. Of each assessor's portfolios at least the rate of that assessor's risk
    is drawn, rounded up, those that are always drawn included, and as many as are wanting to the floor of the quarter; one,
    where the floor is nought and the year has not covered the assessor. Then one more for each kind of evidence and each
    workplace that neither this draw nor the year has covered.

    Args:
        candidates: the population; each portfolio once.
        seed: any text; recorded with the plan, so that the draw can be repeated.
        risks: each assessor's risk, by reference.
        rates: per cent, 0 to 100, by risk.
        floor: how many portfolios of each assessor are sampled in a quarter at least.
        covered: what has been sampled before.

    Returns:
        One pick a candidate, those drawn and those not, ordered by assessor and portfolio.

    Raises:
        ValueError: a portfolio twice, an assessor without a risk, a floor below nought, or a rate outside 0 to 100.
    """
    before = covered or Covered()
    people = list(candidates)
    by_assessor = _by_assessor(people)
    unrated = sorted(by_assessor.keys() - risks.keys())
    if unrated:
        raise ValueError(f"no risk is given for assessor {', '.join(unrated)}")
    wrong = [f"{risk} {rate}" for risk, rate in rates.items() if not 0 <= rate <= 100]  # noqa: PLR2004 (per cent)
    if wrong:
        raise ValueError(f"a rate is 0 to 100 per cent, not {', '.join(wrong)}")
    if floor < 0:
        raise ValueError(f"a floor is nought or more, not {floor}")
    reasons: dict[str, Reason] = {}
    places: dict[str, tuple[int, int]] = {}
    for assessor in sorted(by_assessor):
        own = by_assessor[assessor]
        wanting = max(before.least(assessor, floor=floor) - before.assessors.get(assessor, 0), 0)
        _draw_one(own, reasons, places, seed=seed, rate=rates[risks[assessor]], wanting=wanting)
    _cover(people, reasons, before, seed=seed)
    return tuple(
        Pick(
            one.portfolio,
            one.assessor,
            one.portfolio in reasons,
            reasons.get(one.portfolio, Reason.NOT_DRAWN),
            *places.get(one.portfolio, (0, 0)),
        )
        for one in sorted(people, key=lambda one: (one.assessor, one.portfolio))
    )


def _by_assessor(people: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    seen: set[str] = set()
    for candidate in people:
        if candidate.portfolio in seen:
            raise ValueError(f"portfolio {candidate.portfolio} is in the population twice")
        seen.add(candidate.portfolio)
        found[candidate.assessor].append(candidate)
    return found


def _draw_one(
    candidates: list[Candidate],
    reasons: dict[str, Reason],
    places: dict[str, tuple[int, int]],
    *,
    seed: str,
    rate: int,
    wanting: int,
) -> None:
    """Add what is drawn of one assessor's portfolios, and the place of each that the seed decides."""
    always = {c.portfolio: reason for c in candidates if (reason := _always(c)) is not None}
    rest = sorted((c for c in candidates if c.portfolio not in always), key=lambda c: _order(seed, c))
    places |= {c.portfolio: (place, len(rest)) for place, c in enumerate(rest, start=1)}
    by_rate = max(math.ceil(len(candidates) * rate / 100) - len(always), 0)
    by_floor = min(max(wanting - len(always), 0), len(rest))
    reasons |= always
    reasons |= dict.fromkeys((c.portfolio for c in rest[by_rate:by_floor]), Reason.COVER)
    reasons |= dict.fromkeys((c.portfolio for c in rest[:by_rate]), Reason.RATE)


def _cover(people: Sequence[Candidate], reasons: dict[str, Reason], before: Covered, *, seed: str) -> None:
    """Add the first by seed of each kind of evidence, then of each workplace, that nothing covers yet."""
    ordered = sorted(people, key=lambda one: _order(seed, one))
    for kind in sorted({kind for one in people for kind in one.kinds} - before.kinds):
        with_it = [one.portfolio for one in ordered if kind in one.kinds]
        if reasons.keys().isdisjoint(with_it):
            reasons[with_it[0]] = Reason.KIND
    for place in sorted({one.place for one in people if one.place} - before.places):
        from_it = [one.portfolio for one in ordered if one.place == place]
        if reasons.keys().isdisjoint(from_it):
            reasons[from_it[0]] = Reason.PLACE


def _always(candidate: Candidate) -> Reason | None:
    if candidate.disputed:
        return Reason.DISPUTED
    if candidate.resubmitted:
        return Reason.RESUBMITTED
    if candidate.returned:
        return Reason.RETURNED
    if candidate.borderline:
        return Reason.BORDERLINE
    return Reason.FIRST if candidate.first else None


def _order(seed: str, candidate: Candidate) -> bytes:
    return sha256(f"{seed}\n{candidate.portfolio}".encode()).digest()
