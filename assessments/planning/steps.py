"""The life of one planned assessment, as a fold over its steps. Pure.

An assessor proposes, the practitioner agrees or asks for something else, the assessor proposes anew; in the end it is done
or called off. Work may be seen on a day that was never agreed, so a proposal can be done as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class StepKind(StrEnum):
    """What happened to a plan."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    ASKED = "asked"
    CALLED_OFF = "called-off"
    DONE = "done"


class PlanState(StrEnum):
    """Where a plan stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    ASKED = "asked"
    CALLED_OFF = "called-off"
    DONE = "done"

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of it."""
        return self not in {PlanState.CALLED_OFF, PlanState.DONE}

    @property
    def words(self) -> str:
        """Where it stands, as people say it."""
        return _WORDS[self]


_WORDS = {
    PlanState.PROPOSED: "Waits for the practitioner",
    PlanState.AGREED: "Agreed",
    PlanState.ASKED: "Another way is asked for",
    PlanState.CALLED_OFF: "Called off",
    PlanState.DONE: "Done",
}
_MAY_FOLLOW: dict[PlanState | None, frozenset[StepKind]] = {
    None: frozenset({StepKind.PROPOSED}),
    PlanState.PROPOSED: frozenset(StepKind),
    PlanState.AGREED: frozenset({StepKind.PROPOSED, StepKind.ASKED, StepKind.CALLED_OFF, StepKind.DONE}),
    PlanState.ASKED: frozenset({StepKind.PROPOSED, StepKind.CALLED_OFF, StepKind.DONE}),
    PlanState.CALLED_OFF: frozenset(),
    PlanState.DONE: frozenset(),
}


class ImpossibleStep(ValueError):
    """A step that cannot follow what came before."""


def fold(kinds: Iterable[StepKind]) -> PlanState:
    """Where a plan stands after its steps, in their order.

    Raises:
        ImpossibleStep: one of them cannot follow what came before, or there is none.
    """
    state: PlanState | None = None
    for kind in kinds:
        if kind not in _MAY_FOLLOW[state]:
            raise ImpossibleStep(f"{kind} cannot follow {state or 'nothing'}")
        state = PlanState(kind.value)
    if state is None:
        raise ImpossibleStep("a plan begins with a proposal")
    return state
