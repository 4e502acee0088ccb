"""Finding what could identify somebody in a person's words: numbers, addresses and names. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator

from assessments.identifying.findings import Finding
from assessments.identifying.names import find_names
from assessments.identifying.numbers import find_numbers


def find(text: str, known: Collection[str] = (), *, is_title: bool = False) -> list[Finding]:
    """What in a text could identify somebody.

    Args:
        text: what somebody wrote.
        known: names of people who are no family: the writer, and those she works with.
        is_title: whether it is what something is called, in a few words.

    Returns:
        The findings in the order they stand, none over another: of two that overlap, the graver kind.
    """
    return keep_first(_candidates(text, known, is_title=is_title))


def keep_first(candidates: Iterator[Finding]) -> list[Finding]:
    """Of findings, those that lie over none before them, in the order they stand in the text."""
    taken: list[Finding] = []
    for finding in candidates:
        at = bisect_left(taken, finding.start, key=lambda other: other.start)
        # none lies over another, so only the neighbours can lie over it
        if not any(finding.overlaps(other) for other in taken[max(0, at - 1) : at + 1]):
            taken.insert(at, finding)
    return taken


def _candidates(text: str, known: Collection[str], *, is_title: bool) -> Iterator[Finding]:
    yield from find_numbers(text)
    yield from find_names(text, known, is_title=is_title)
