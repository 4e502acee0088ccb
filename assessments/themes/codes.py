"""What two coders said of each answer, and what it comes to: where they agree, where they differ, what was settled. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assessments.agreement import Counts, count

Themes = frozenset[int]
"""Numbers of themes of one codebook."""


@dataclass(frozen=True)
class Settled:
    """How a difference was settled: with which themes, by whom and when."""

    themes: Themes
    by: str
    at: datetime


@dataclass(frozen=True)
class Coded:
    """An answer that both have coded.

    Attributes:
        id: The answer's key.
        text: The answer, redacted.
        may_quote: Whether its writer agreed to be quoted without a name.
        first, second: The themes that each coder saw in it.
        settled: How a difference was settled; None where none has been.
    """

    id: str
    text: str
    may_quote: bool
    first: Themes
    second: Themes
    settled: Settled | None = None

    @property
    def is_open(self) -> bool:
        """Whether the two differ and nothing is settled."""
        return self.settled is None and self.first != self.second

    @property
    def final(self) -> Themes:
        """The themes that it has in the end: those settled, or those of both. What is open has only what both saw."""
        return self.settled.themes if self.settled else self.first & self.second


@dataclass(frozen=True)
class Codes:
    """Everything that both have coded of one question, in the order of the answers' keys."""

    answers: tuple[Coded, ...] = field(default=())

    @property
    def open(self) -> tuple[Coded, ...]:
        """The differences that are still to be settled."""
        return tuple(each for each in self.answers if each.is_open)

    @property
    def settled(self) -> tuple[Coded, ...]:
        """The differences that have been settled."""
        return tuple(each for each in self.answers if each.settled is not None)

    @property
    def same(self) -> int:
        """Of how many answers both said exactly the same."""
        return sum(each.first == each.second for each in self.answers)

    def counts(self, theme_id: int) -> Counts:
        """How often each coder saw a theme."""
        return count(
            [theme_id in each.first for each in self.answers],
            [theme_id in each.second for each in self.answers],
        )

    def of(self, theme_id: int) -> tuple[Coded, ...]:
        """The answers that have a theme in the end."""
        return tuple(each for each in self.answers if theme_id in each.final)


def what_counts(themes: Sequence[tuple[int, bool, int | None]]) -> Mapping[int, int]:
    """For each theme that still counts, as which: itself, or the one that it was merged into.

    Args:
        themes: Of each theme its number, whether it is retired, and into which it was merged.
    """
    retired = {number: is_retired for number, is_retired, _ in themes}
    merged = {number: into for number, _, into in themes if into is not None}
    counted: dict[int, int] = {}
    for number in retired:
        last = number
        while last in merged:
            last = merged[last]
        if not retired[last]:
            counted[number] = last
    return counted


def counted(themes: Iterable[int], counts_as: Mapping[int, int]) -> Themes:
    """Some themes as they count: without those retired, and with those merged as what they were merged into."""
    return frozenset(counts_as[number] for number in themes if number in counts_as)
