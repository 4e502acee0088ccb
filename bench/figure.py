"""One line of the table that `make bench` prints."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, and how it compares with a rival or a floor measured in the same run.

    `ratio` is how many times the rival's figure this is, by `against`; `goal` is the ratio to reach. A rival that cannot run on
    this machine leaves the ratio empty and says so in `against`.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    goal: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None when there is none, or nothing to compare with."""
        return None if self.ratio is None or self.goal is None else self.ratio >= self.goal


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cpu_seconds(work: Callable[[], object]) -> float:
    """The processor's time for one call: for work that computes rather than waits, so that neighbours do not count."""
    start = time.process_time()
    work()
    return time.process_time() - start
