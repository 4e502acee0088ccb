"""Sharing work out among assessors, evenly by workload. Pure.

Workload is what somebody has to do, not how many people they have: the criteria that wait for a decision now, and a
little for each portfolio that is still open, for its next submission will come.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

WEIGHT_OF_CRITERION = 1
WEIGHT_OF_PORTFOLIO = 4
"""An open portfolio weighs as much as four criteria that wait: about one ordinary submission."""


@dataclass(frozen=True, slots=True)
class Work:
    """A portfolio to be given to somebody, and how many of its criteria wait for a decision."""

    enrolment_id: int
    waiting: int = 0

    @property
    def weight(self) -> int:
        """What it adds to a workload."""
        return WEIGHT_OF_PORTFOLIO + WEIGHT_OF_CRITERION * self.waiting


@dataclass(frozen=True, slots=True)
class Load:
    """What an assessor has: open portfolios, criteria that wait, and how many portfolios at most (None: no limit)."""

    assessor_id: int
    portfolios: int = 0
    waiting: int = 0
    cap: int | None = None

    @property
    def weight(self) -> int:
        """The workload as one number, to compare assessors by."""
        return WEIGHT_OF_PORTFOLIO * self.portfolios + WEIGHT_OF_CRITERION * self.waiting

    @property
    def is_full(self) -> bool:
        """Whether the assessor has as many portfolios as they may."""
        return self.cap is not None and self.portfolios >= self.cap

    def plus(self, work: Work) -> Load:
        """The same assessor with one more portfolio."""
        return Load(self.assessor_id, self.portfolios + 1, self.waiting + work.waiting, self.cap)


def share(
    work: Sequence[Work], loads: Sequence[Load], barred: Collection[tuple[int, int]]
) -> Mapping[int, int]:
    """Who gets what: the heaviest first, each to whoever has least of those who may have it.

    Args:
        work: what is to be given.
        loads: the assessors with what they have already.
        barred: (assessor, enrolment) pairs that must not be.

    Returns:
        The assessor by enrolment. What nobody may have is left out.
    """
    now = {load.assessor_id: load for load in loads}
    given: dict[int, int] = {}
    for one in sorted(work, key=lambda each: (-each.weight, each.enrolment_id)):
        able = [
            load
            for load in now.values()
            if not load.is_full and (load.assessor_id, one.enrolment_id) not in barred
        ]
        if able:
            least = min(able, key=lambda load: (load.weight, load.assessor_id))
            given[one.enrolment_id] = least.assessor_id
            now[least.assessor_id] = least.plus(one)
    return given
