"""The life of one planned assessment, as a fold over its steps. Pure.

An assessor proposes, the practitioner agrees or asks for something else, the assessor proposes anew; in the end it is done
or called off. Work may be seen on a day that was never agreed, so a proposal can be done as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class StepKind(StrEnum):
    """What happened to a plan, and so where it stands until the next step."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    ASKED = "asked"
    CALLED_OFF = "called-off"
    DONE = "done"

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of a plan that stands here."""
        return self not in {StepKind.CALLED_OFF, StepKind.DONE}

    @property
    def words(self) -> str:
        """Where a plan stands, as people say it."""
        return _WORDS[self]


_WORDS = {
    StepKind.PROPOSED: "Waits for an answer",
    StepKind.AGREED: "Agreed",
    StepKind.ASKED: "Another way is asked for",
    StepKind.CALLED_OFF: "Called off",
    StepKind.DONE: "Done",
}
_MAY_FOLLOW: dict[StepKind | None, frozenset[StepKind]] = {
    None: frozenset({StepKind.PROPOSED}),
    StepKind.PROPOSED: frozenset(StepKind),
    StepKind.AGREED: frozenset(StepKind) - {StepKind.AGREED},
    StepKind.ASKED: frozenset({StepKind.PROPOSED, StepKind.CALLED_OFF, StepKind.DONE}),
    StepKind.CALLED_OFF: frozenset(),
    StepKind.DONE: frozenset(),
}


class ImpossibleStep(ValueError):
    """A step that cannot follow what came before."""


def fold(kinds: Iterable[StepKind]) -> StepKind:
    """Where a plan stands after its steps, in their order: at the last of them.

    Raises:
        ImpossibleStep: one of them cannot follow what came before, or there is none.
    """
    state: StepKind | None = None
    for kind in kinds:
        if kind not in _MAY_FOLLOW[state]:
            raise ImpossibleStep(f"{kind} cannot follow {state or 'nothing'}")
        state = kind
    if state is None:
        raise ImpossibleStep("a plan begins with a proposal")
    return state
