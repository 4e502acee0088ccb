"""Where each criterion of one version of a unit goes in a later one, as somebody decided it. Pure.

Numbers alone say nothing: 2.3 of one version may be 3.1 of the next, or two criteria, or none. So a move is written down
(a YAML file as `Moves` describes it) and every criterion of the older version is named in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import Field, model_validator

from assessments.portfolio.unit_schema import Strict, Unit


class CriterionMove(Strict):
    """Where one criterion goes."""

    criterion: str = Field(description="its number in the older version")
    goes_to: tuple[str, ...] = Field(description="its numbers in the newer version; empty when it is gone")
    why: str = Field(default="", description="for one that is gone: why, as its learners read it")

    @model_validator(mode="after")
    def _say_why(self) -> Self:
        if not self.goes_to and not self.why:
            raise ValueError("a criterion that is gone needs its reason (why)")
        return self


class Moves(Strict):
    """A move from one version of a unit to a later one."""

    unit: str = Field(description="the unit's slug")
    from_version: int = Field(ge=1)
    to_version: int = Field(ge=2)
    criteria: tuple[CriterionMove, ...] = Field(min_length=1)

    @property
    def goes_to(self) -> Mapping[str, tuple[str, ...]]:
        """The newer numbers of each older one."""
        return {move.criterion: move.goes_to for move in self.criteria}


def faults_of(moves: Moves, before: Unit, after: Unit) -> list[str]:
    """What in a move does not fit the two versions, as sentences; empty when it fits."""
    return [*_older(moves, before), *_newer(moves, after)]


def _older(moves: Moves, before: Unit) -> Iterable[str]:
    named = Counter(move.criterion for move in moves.criteria)
    yield from (f"{ref} is named {times} times" for ref, times in named.items() if times > 1)
    yield from (
        f"version {moves.from_version} has no criterion {ref}" for ref in named if ref not in before.criteria
    )
    yield from (f"nothing is said of {ref}" for ref in before.criteria if ref not in named)


def _newer(moves: Moves, after: Unit) -> Iterable[str]:
    for move in moves.criteria:
        yield from (
            f"{move.criterion}: version {moves.to_version} has no criterion {ref}"
            for ref in move.goes_to
            if ref not in after.criteria
        )
