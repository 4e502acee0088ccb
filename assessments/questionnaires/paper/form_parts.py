"""What a form on paper is set from: measures, faces, and units that stay together. Pure; lengths in millimetres."""

from __future__ import annotations

from dataclasses import dataclass, replace

import segno

from lms.core.faces import Face
from lms.core.pdf import Block, Squares
from lms.core.pdf_looks import POINT, Style
from lms.core.pdf_structure import Part, Tag
from lms.core.pdf_words import broken, set_lines, width_of_line
from lms.core.prose import Span

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM, FOOT = 18.0, 192.0, 16.0, 276.0, 286.0
MEASURE = RIGHT - LEFT
INK, QUIET, TEAL, BOX_INK = "#1d2b2d", "#4b595b", "#0b3f44", "#39484a"
BOX, GAP = 4.6, 2.0
"""Side of a box to tick, and room after it."""
AROUND = BOX + GAP + 3.0
"""What a box and its key take up before the words of an answer."""
BETWEEN, MOST_BETWEEN, MOST_COLUMNS = 1.5, 16.0, 3
"""Room between answers in one row, and the columns of a list that does not fit one row."""
QR_SIDE = 24.0
CODE_LETTERS = 8
LINES_TO_WRITE, LINE_STEP = 4, 9.0


def _style(face: Face, points: float, colour: str, leading: float = 1.3, before: float = 0.0) -> Style:
    size = points * POINT
    return Style(face, face, face, size, size * leading, before, colour)


TITLE = _style(Face.LITERATA_SEMIBOLD, 21, TEAL, 1.15)
HEADING = _style(Face.LITERATA_SEMIBOLD, 14, TEAL, 1.25, before=7.0)
LEAD = _style(Face.SANS, 10.5, QUIET, before=0.8)
BODY = _style(Face.SANS, 11, INK, 1.35, before=2.0)
WORDING = _style(Face.SANS_SEMIBOLD, 11.5, INK, 1.28, before=5.0)
ANSWER = _style(Face.SANS, 11, INK, 1.25)
KEY = _style(Face.SANS, 8, QUIET, 1.25)
NUMBER = _style(Face.SANS_SEMIBOLD, 16, TEAL, 1.2)


@dataclass(frozen=True)
class Unit:
    """What stays together: blocks, boxes (x, y, width, height) and rules (x, y, x2), from its own top. Millimetres."""

    blocks: tuple[Block, ...]
    height: float
    before: float = 0.0
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    rules: tuple[tuple[float, float, float], ...] = ()
    is_tied: bool = False


def spaced(number: str) -> str:
    """A number or code as it is read and written: in groups of four."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def text_block(
    words: str,
    style: Style,
    left: float,
    width: float,
    *,
    tag: Tag = Tag.PARAGRAPH,
    within: tuple[Part, ...] = (),
) -> tuple[Block, float]:
    """Words as one block from the top, and how high they are."""
    lines = broken((Span(words),), style, width)
    return Block(tag, set_lines(lines, style, left), within=within), len(lines) * style.step


def down(block: Block, by: float) -> Block:
    """A block further down."""
    return replace(block, marks=tuple(replace(mark, y=mark.y + by) for mark in block.marks))


def square(address: str, instead: str, *, top: float = 0.0, side: float = QR_SIDE) -> Block:
    """An address as a square code at the right edge; `instead` says what it opens. Millimetres."""
    rows = tuple(bytes(row) for row in segno.make_qr(address, error="m").matrix)
    return Block(Tag.FIGURE, (Squares(rows, RIGHT - side, top, side, TEAL),), instead)


def words_width(words: str, style: Style) -> float:
    """How wide words are in one line."""
    return width_of_line(broken((Span(words),), style, WIDTH * 9)[0], style)
