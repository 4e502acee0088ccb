"""Which cohorts are told of together when it is told who stayed, so that nothing on any page needs to be hidden. Pure.

A batch is told whole or not at all, and only where every count of it could be printed by itself. Beside the counts, their
being told together tells something: that those before the last were not fit by themselves. So a batch must leave so much room
that whoever knows this, and how many places each cohort had, cannot work out a small number of one of them. The proof is in
docs/decisions/figures-over-time.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.evaluation.pieces import enough
from assessments.evaluation.policy import Policy
from assessments.evaluation.statistics import Integers

Group = tuple[int | None, int | None]
"""A provider, None for several, and a programme, None for none."""
LEAST_NUMBERS = 3
"""How many numbers a small count of one cohort must at least be able to be."""


@dataclass(frozen=True)
class Waiting:
    """What comes in whole and has not been told: a cohort, or cohorts that have been told together of something else.

    Attributes:
        id: Its number.
        group: Whose it is.
        counts: How many people, by answer.
    """

    id: int
    group: Group
    counts: Integers

    @property
    def people(self) -> int:
        """How many people."""
        return int(self.counts.sum())


def form(waiting: Sequence[Waiting], growing: Collection[int | None], policy: Policy) -> list[list[Waiting]]:
    """Batches that may be told; what is in none of them goes on waiting.

    Those of one group are joined, in the order given, until they may be told. Those left over in a programme of which no more
    cohorts are to come are told all together, if they may, and count in the programme alone.

    Args:
        waiting: In the order in which they ended.
        growing: The programmes of which more cohorts are to come.
        policy: The thresholds.
    """
    groups: dict[Group, list[Waiting]] = {}
    for each in waiting:
        if each.people:
            groups.setdefault(each.group, []).append(each)
    batches: list[list[Waiting]] = []
    left_over: dict[int, list[list[Waiting]]] = {}
    for (_, programme), members in groups.items():
        formed, rest = _joined(members, policy)
        batches += formed
        if rest and programme is not None and programme not in growing:
            left_over.setdefault(programme, []).append(rest)
    for rests in left_over.values():
        together = [each for rest in rests for each in rest]
        refused = [sum(each.people for each in rest) for rest in rests]
        if may_be_told(_sum(together), [each.people for each in together], refused, 0, policy):
            batches.append(together)
    return batches


def _joined(members: Sequence[Waiting], policy: Policy) -> tuple[list[list[Waiting]], list[Waiting]]:
    """Batches of one group, and what is left over."""
    batches: list[list[Waiting]] = []
    rest: list[Waiting] = []
    for each in members:
        rest.append(each)
        *before, fresh = [one.people for one in rest]
        refused = [sum(before)] if before else []
        if may_be_told(_sum(rest), [*before, fresh], refused, fresh, policy):
            batches.append(rest)
            rest = []
    return batches, rest


def _sum(members: Sequence[Waiting]) -> Integers:
    return np.asarray(np.sum([each.counts for each in members], axis=0), np.int64)


def may_be_told(
    counts: Integers, people: Sequence[int], refused: Sequence[int], fresh: int, policy: Policy
) -> bool:
    """Whether a batch may be told.

    Args:
        counts: Its counts.
        people: Of how many people each part of it is.
        refused: Of how many people each part of it was that could not be told.
        fresh: Of how many people the part is that came to those.
        policy: The thresholds.
    """
    if not enough(policy)(counts):
        return False
    if len(people) > 1 and sum(people) - max(people) < policy.smallest_count:
        return False
    telling = [each for each in refused if each >= policy.percent_base]
    free = fresh + sum(refused) - sum(telling)
    least = len(telling) + LEAST_NUMBERS - 1
    most = len(telling) * (policy.smallest_count - 1) + free - (LEAST_NUMBERS - 1)
    return not telling or any(least <= count <= most for count in counts.tolist())
