"""The grid of criteria on paper: a tile for each, which fills up as the criterion moves on, with its state in words.

Take the colour away and every state can still be told apart: a dashed outline, a half, a pale ground, a bubble with one
sharp corner, a full tile, a full tile with an inner line. Lengths are in millimetres.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assessments.dossier.contents import STATE_WORDS
from assessments.marking.outcomes import CriterionState
from lms.core.faces import Face
from lms.core.pdf import Block, Words, width_of
from lms.core.pdf_flow import LEFT, Unit
from lms.core.pdf_looks import POINT, Style
from lms.core.pdf_shapes import ROUND, Shape, Step, rectangle
from lms.core.pdf_structure import Branch, Part, Tag
from lms.core.pdf_words import broken, set_lines
from lms.core.prose import Span

WIDE, HIGH, ACROSS = 24.0, 9.0, 28.4
IN_A_ROW = 6
TEAL, SOFT, CORAL, CORAL_SOFT, INK, LINE = "#11595f", "#dcedeb", "#b3432a", "#fbe9e2", "#1d2b2d", "#6d7f81"
_NUMBER = 11 * POINT
_WORDS = Style(Face.SANS, Face.SANS_SEMIBOLD, Face.SANS, 8.2 * POINT, 8.2 * POINT * 1.2, 0, INK)


def tiles(states: Sequence[tuple[str, CriterionState]], *, first: int) -> Iterator[Unit]:
    """Rows of tiles.

    Args:
        states: the reference of each criterion and where it stands.
        first: the first number that no other branch of the document's structure has.
    """
    branch = Part(Branch.LIST, first)
    for start in range(0, len(states), IN_A_ROW):
        row = states[start : start + IN_A_ROW]
        blocks = [
            _tile(
                ref, state, LEFT + place * ACROSS, (branch, Part(Branch.ITEM, at), Part(Branch.ITEM_BODY, at))
            )
            for place, (at, (ref, state)) in enumerate(enumerate(row, start=first + 1 + start))
        ]
        yield Unit(tuple(blocks), HIGH + 2 * _WORDS.step + 1, 1.5)


def _tile(ref: str, state: CriterionState, left: float, within: tuple[Part, ...]) -> Block:
    ink = "#ffffff" if state in {CriterionState.MET, CriterionState.AGREED} else INK
    wide = width_of(ref, Face.SANS_BOLD, _NUMBER)
    number = Words(ref, Face.SANS_BOLD, _NUMBER, left + (WIDE - wide) / 2, HIGH / 2 + 0.35 * _NUMBER, ink)
    lines = broken((Span(STATE_WORDS[state]),), _WORDS, ACROSS - 2)
    words = [replace(mark, y=mark.y + HIGH + 0.8) for mark in set_lines(lines, _WORDS, left)]
    return Block(Tag.PARAGRAPH, (*_shapes(state, left), number, *words), within=within)


def _shapes(state: CriterionState, x: float) -> Iterator[Shape]:
    whole = _rounded(WIDE, HIGH, 2)
    match state:
        case CriterionState.NONE:
            yield Shape(whole, x, 0, stroke=LINE, width=1, dash=(3, 2))
        case CriterionState.READY:
            yield Shape(rectangle(WIDE, HIGH / 2), x, HIGH / 2, fill=SOFT)
            yield Shape(whole, x, 0, stroke=TEAL, width=1)
        case CriterionState.WITH:
            yield Shape(whole, x, 0, fill=SOFT, stroke=TEAL, width=1)
        case CriterionState.NOT_YET:
            yield Shape(_rounded(WIDE, HIGH, 3.5, sharp=True), x, 0, fill=CORAL_SOFT, stroke=CORAL, width=1.4)
        case CriterionState.MET:
            yield Shape(whole, x, 0, fill=TEAL)
        case CriterionState.AGREED:
            yield Shape(whole, x, 0, fill=TEAL)
            yield Shape(_rounded(WIDE - 2, HIGH - 2, 1.4), x + 1, 1, stroke="#ffffff", width=0.8)


def _rounded(wide: float, high: float, radius: float, *, sharp: bool = False) -> tuple[Step, ...]:
    """A rectangle with round corners, but for the lower left where it is sharp."""
    k = radius * (1 - ROUND)
    corner: tuple[Step, ...] = (
        (("l", (0, high)),)
        if sharp
        else (("l", (radius, high)), ("c", (k, high, 0, high - k, 0, high - radius)))
    )
    return (
        ("m", (radius, 0)),
        ("l", (wide - radius, 0)),
        ("c", (wide - k, 0, wide, k, wide, radius)),
        ("l", (wide, high - radius)),
        ("c", (wide, high - k, wide - k, high, wide - radius, high)),
        *corner,
        ("l", (0, radius)),
        ("c", (0, k, k, 0, radius, 0)),
        ("h", ()),
    )
