"""Setting a line of text on a page: in the largest size that fits, or broken between words, and never cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from lms.core.faces import Face
from lms.core.pdf import Words, width_of
from lms.core.scripts import runs_of, tidy

LEADING = 1.16

Sizes = tuple[tuple[float, ...], tuple[float, ...]]
"""Sizes in millimetres that are tried in turn for one line, then for two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where and how a line is set; `up` is the share by which further lines grow upwards from `y`."""

    y: float = field(kw_only=False)
    sizes: Sizes = field(kw_only=False)
    colour: str = field(kw_only=False)
    x: float
    width: float
    face: Face = Face.SANS
    spacing: float = 0.0
    up: float = 0.5


@lru_cache(maxsize=512)
def set_lines(text: str, line: Line) -> tuple[Words, ...]:
    """Text in the largest size that fits one line, or else two; as many as it takes in the smallest.

    Raises:
        Undrawable: it holds letters that none of our faces has.
    """
    lines, size = _fitted(tidy(text), line)
    placed: list[Words] = []
    for number, words in enumerate(lines):
        y = line.y + (number - (len(lines) - 1) * line.up) * size * LEADING
        x = line.x
        for run in runs_of(words, line.face):
            placed.append(Words(run.text, run.face, size, x, y, line.colour, line.spacing, glyphs=run.glyphs))
            x += placed[-1].width + line.spacing
    return tuple(placed)


def _fitted(text: str, line: Line) -> tuple[list[str], float]:
    """The text in lines, and the size in which they fit."""
    one, two = line.sizes
    for size in one:
        if _width(text, line, size) <= line.width:
            return [text], size
    for size in two:
        lines = _wrapped(text, line, size)
        if len(lines) <= 2:  # noqa: PLR2004 (two lines, as the design asks)
            return lines, size
    return _wrapped(text, line, two[-1]), two[-1]


def _wrapped(text: str, line: Line, size: float) -> list[str]:
    """Text broken between words; a word longer than the line is broken inside."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, line, size) <= line.width:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if _width(lines[-1] + letter, line, size) > line.width:
                lines.append("")
            lines[-1] += letter
    return [words for words in lines if words]


def _width(text: str, line: Line, size: float) -> float:
    return sum(
        width_of(run.text, run.face, size, line.spacing, run.glyphs) for run in runs_of(text, line.face)
    )
