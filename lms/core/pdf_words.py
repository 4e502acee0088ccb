"""Spans of words as lines of a given width, and as marks on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from lms.core.faces import Face
from lms.core.pdf import Words, letters_of, width_of
from lms.core.pdf_looks import Style
from lms.core.prose import LINE_BREAK, Spans
from lms.core.scripts import Run, Undrawable, runs_of

Line: TypeAlias = tuple[tuple[Face, str], ...]
"""Pieces of a line or a word, each with the face that is asked for it."""


ROUNDING = 1e-6
"""Millimetres by which sums of the same widths may differ."""


def undrawable(text: str) -> str:
    """The letters of a text that none of our faces has, each once; empty when all can be printed."""
    try:
        runs_of(text, Face.SANS)
    except Undrawable as missing:
        return missing.letters
    return ""


def strong(spans: Spans) -> Spans:
    """The same words, all strong."""
    return tuple(replace(span, is_strong=True) for span in spans)


def broken(spans: Spans, style: Style, width: float) -> list[Line]:
    """Spans in lines no wider than a width, broken between words; a word that is wider is broken inside.

    Raises:
        Undrawable: they hold letters that none of our faces has.
    """
    lines: list[Line] = [()]
    used = 0.0
    for word in _words(spans, style):
        if word is None:
            lines.append(())
            used = 0.0
            continue
        # letters are not moved closer to a space: a line is as wide as its words and the spaces between
        more = _after_space(word) if lines[-1] else word
        wide = sum(_piece_width(face, text, style.size) for face, text in more)
        if used + wide <= width + ROUNDING:
            lines[-1] = _joined(lines[-1], more)
            used += wide
            continue
        if not lines[-1]:
            lines.pop()
        lines += _fitting(word, style, width)
        used = width_of_line(lines[-1], style)
    return lines


def longest_word(spans: Spans, style: Style) -> float:
    """How wide the widest word is, in millimetres; 0 without words."""
    return max((width_of_line(word, style) for word in _words(spans, style) if word), default=0.0)


def width_of_line(line: Line, style: Style) -> float:
    """How wide a line is, in millimetres."""
    return sum(_piece_width(face, text, style.size) for face, text in line)


@lru_cache(maxsize=1 << 14)
def _piece_width(face: Face, text: str, size: float) -> float:
    """How wide a piece of a line is, in millimetres. The same words come again and again."""
    return sum(width_of(run.text, run.face, size, 0, run.glyphs) for run in _runs(text, face))


def set_lines(lines: Sequence[Line], style: Style, left: float) -> tuple[Words, ...]:
    """Lines under each other as marks, the first in the height of one line from the top (y = 0)."""
    marks: list[Words] = []
    for number, line in enumerate(lines):
        x = left
        # the baseline stands where the letters' own height, about seven tenths of the size, is centred in the line
        y = number * style.step + (style.step + 0.7 * style.size) / 2
        is_last = number == len(lines) - 1
        for face, text in line if is_last else _joined(line, ((line[-1][0], " "),) if line else ()):
            for run in _runs(text, face):
                marks.append(Words(run.text, run.face, style.size, x, y, style.colour, glyphs=run.glyphs))
                x += width_of(run.text, run.face, style.size, 0, run.glyphs)
    return tuple(marks)


def _runs(text: str, face: Face) -> tuple[Run, ...]:
    """The runs of a piece, with the spaces around it, which say where a word ends."""
    if letters_of(face).issuperset(text):
        return (Run(face, text),)
    space = (Run(face, " "),)
    return (
        *(space if text[0] == " " else ()),
        *runs_of(text, face),
        *(space if text[-1] == " " else ()),
    )


def _words(spans: Spans, style: Style) -> Iterator[Line | None]:
    """Words, each of the pieces that it changes face in; None where a line ends."""
    word: list[tuple[Face, str]] = []
    for span in spans:
        face = style.face_of(span)
        for nth, text in enumerate([span.text] if span.text == LINE_BREAK else span.text.split(" ")):
            if nth or text == LINE_BREAK:
                yield from (tuple(word),) if word else ()
                word = []
            if text == LINE_BREAK:
                yield None
            elif text:
                word.append((face, text))
    if word:
        yield tuple(word)


def _after_space(word: Line) -> Line:
    (face, text), *rest = word
    return ((face, f" {text}"), *rest)


def _joined(line: Line, more: Line) -> Line:
    """Two lines as one; pieces of one face that meet become one piece."""
    if line and more and line[-1][0] is more[0][0]:
        return (*line[:-1], (line[-1][0], line[-1][1] + more[0][1]), *more[1:])
    return (*line, *more)


def _fitting(word: Line, style: Style, width: float) -> Iterator[Line]:
    """A word whole where it fits, else in parts that do."""
    if width_of_line(word, style) <= width:
        yield word
        return
    part: Line = ()
    for face, text in word:
        for letter in text:
            longer = _joined(part, ((face, letter),))
            if part and width_of_line(longer, style) > width:
                yield part
                longer = ((face, letter),)
            part = longer
    yield part
