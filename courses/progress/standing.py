"""Fold what happened to activities into where each stands now. Pure.

Events are only ever appended: started, completed, reopened. What is true now is this function of them, and an order
that could not have happened is refused rather than guessed at. Both are tuples: a page folds a hundred of them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

State = Literal["started", "done"]


class Happening(NamedTuple):
    """One event of one activity, as recorded.

    Attributes:
        activity: The activity's id.
        kind: `started`, `completed` or `reopened`.
        at: When.
    """

    activity: str
    kind: str
    at: datetime


class Standing(NamedTuple):
    """Where an activity stands; one that nobody touched has no standing.

    Attributes:
        state: `started` or `done`.
        since: When it came into this state.
    """

    state: State
    since: datetime

    @property
    def is_done(self) -> bool:
        """Whether it is done."""
        return self.state == "done"


_AFTER: dict[State | None, frozenset[str]] = {
    None: frozenset({"started", "completed"}),
    "started": frozenset({"completed"}),
    "done": frozenset({"reopened"}),
}


def fold(happenings: Iterable[Happening]) -> dict[str, Standing]:
    """Where each activity stands after events in the order in which they were recorded.

    Returns:
        Activity id to standing, for every activity with an event.

    Raises:
        ValueError: An event that cannot follow the ones before it: completing what is done, or reopening what is not.
    """
    standings: dict[str, Standing] = {}
    for happening in happenings:
        before = standings.get(happening.activity)
        done = before is not None and before.is_done
        if happening.kind not in allowed(before):
            raise ValueError(
                f"{happening.activity}: {happening.kind} cannot follow {before.state if before else 'nothing'}"
            )
        if happening.kind == "completed":
            standings[happening.activity] = Standing("done", happening.at)
        elif before is None or done:
            standings[happening.activity] = Standing("started", happening.at)
    return standings


def allowed(before: Standing | None) -> frozenset[str]:
    """The kinds of event that may come next."""
    return _AFTER[before.state if before else None]
