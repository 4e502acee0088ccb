"""What a plan records of its draw, and the draw repeated from that record alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assessments.verification.policies import InForce
from assessments.verification.sampling import Candidate, Covered, Pick, Reason, Risk, Stage, draw


def record(
    people: Iterable[Candidate],
    *,
    stage: Stage,
    in_policy: InForce,
    risks: Mapping[str, Risk],
    covered: Covered,
) -> dict[str, Any]:
    """Everything but the seed that a draw depends on, as plain data."""
    rates = in_policy.policy.rates(stage)
    return {
        "stage": stage.value,
        "policy": in_policy.label,
        "rates": {risk.value: rate for risk, rate in rates.items()},
        "floor": in_policy.policy.floor_per_quarter,
        "risks": {ref: risk.value for ref, risk in risks.items()},
        "covered": {
            "assessors": dict(covered.assessors),
            "kinds": sorted(covered.kinds),
            "places": sorted(covered.places),
            "seen": sorted(covered.seen),
        },
        "population": [
            {
                "portfolio": one.portfolio,
                "assessor": one.assessor,
                "resubmitted": one.resubmitted,
                "first": one.first,
                "returned": one.returned,
                "borderline": one.borderline,
                "disputed": one.disputed,
                "kinds": sorted(one.kinds),
                "place": one.place,
            }
            for one in people
        ],
    }


def candidates(rule: Mapping[str, Any]) -> list[Candidate]:
    """The population that a plan recorded."""
    return [Candidate(**{**one, "kinds": frozenset(one["kinds"])}) for one in rule["population"]]


def repeat(seed: str, rule: Mapping[str, Any]) -> tuple[Pick, ...]:
    """Draw once more from what a plan recorded.

    Args:
        seed: the plan's.
        rule: as `record` made it.

    Raises:
        ValueError: what was recorded cannot be drawn from.
        KeyError: something is missing in it.
    """
    covered = rule["covered"]
    return draw(
        candidates(rule),
        seed=seed,
        risks={ref: Risk(risk) for ref, risk in rule["risks"].items()},
        rates={Risk(risk): rate for risk, rate in rule["rates"].items()},
        floor=rule["floor"],
        covered=Covered(
            covered["assessors"],
            frozenset(covered["kinds"]),
            frozenset(covered["places"]),
            frozenset(covered["seen"]),
        ),
    )


def differences(picks: Iterable[Pick], drawn: Mapping[str, tuple[bool, Reason]]) -> list[str]:
    """Where a repeated draw says other than a plan did, in words; nothing when they agree.

    Args:
        picks: the draw repeated.
        drawn: what the plan says of each portfolio, by reference: whether it was drawn, and why.
    """
    repeated = {one.portfolio: (one.drawn, one.reason) for one in picks}
    return [
        f"{ref}: the plan says {_words(drawn.get(ref))}, repeated it is {_words(repeated.get(ref))}"
        for ref in sorted(repeated.keys() | drawn.keys())
        if repeated.get(ref) != drawn.get(ref)
    ]


def _words(said: tuple[bool, Reason] | None) -> str:
    if said is None:
        return "nothing"
    return f"{'drawn' if said[0] else 'not drawn'} ({said[1].value})"
