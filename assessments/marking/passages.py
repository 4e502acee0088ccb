"""A written text cut into paragraphs, lines and marked words, so that a page can show notes where they belong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Segment:
    """Some letters of one line, with the numbers of the notes that are about them."""

    start: int
    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its number from 1, where it lies in the text, and its lines as segments."""

    number: int
    start: int
    end: int
    lines: tuple[tuple[Segment, ...], ...]

    @property
    def beginning(self) -> str:
        """Its first words, to know it by in a list."""
        return quoted(" ".join(segment.text for segment in self.lines[0]), 60)


def paragraphs(text: str, ranges: Iterable[tuple[int, int, int]] = ()) -> list[Paragraph]:
    """The paragraphs of a text, which blank lines part.

    Args:
        text: the whole text; positions are counted in it.
        ranges: number, start and end of each range that is to be marked.
    """
    wanted = sorted(ranges, key=lambda one: one[1])
    found: list[Paragraph] = []
    for match in re.finditer(r"(?:[^\n]|\n(?!\n))+", text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        body = match[0].strip()
        if body:
            lines = tuple(
                _segments(body[line.start() : line.end()], start + line.start(), wanted)
                for line in re.finditer(r"[^\n]+", body)
            )
            found.append(Paragraph(len(found) + 1, start, start + len(body), lines))
    return found


def find_words(text: str, words: str, *, start: int, end: int) -> tuple[int, int] | None:
    """Where some words stand between two positions of a text, however they are spaced; None when they do not."""
    if not words.split():
        return None
    pattern = r"\s+".join(map(re.escape, words.split()))
    match = re.compile(pattern, re.IGNORECASE).search(text, start, end)
    return match.span() if match else None


def quoted(text: str, longest: int) -> str:
    """Text on one line, cut at a word when it is longer."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0] + "…"


def _segments(line: str, at: int, ranges: Sequence[tuple[int, int, int]]) -> tuple[Segment, ...]:
    """One line that begins at a position, cut where ranges begin and end."""
    end = at + len(line)
    edges = {at, end}
    for _, first, last in ranges:
        edges |= {edge for edge in (first, last) if at < edge < end}
    cuts = sorted(edges)
    return tuple(
        Segment(
            start,
            line[start - at : stop - at],
            tuple(number for number, first, last in ranges if first < stop and last > start),
        )
        for start, stop in pairwise(cuts)
    )
