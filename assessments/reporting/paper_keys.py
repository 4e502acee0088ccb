"""What the shapes and colours of a chart mean, in a line above it. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Sequence

from assessments.evaluation.charts import Box, Dot, Drawing, Ink, Mark, Rule
from assessments.reporting import paper_look as look
from assessments.reporting.document import Figure
from assessments.reporting.paper_charts import PIXEL, drawn
from assessments.reporting.paper_units import Unit
from lms.core.pdf import Block, Words, width_of
from lms.core.pdf_shapes import Shape
from lms.core.pdf_structure import Tag

SWATCH = 3.4
RANGE = "Likely range"
_RANGE: tuple[Mark, ...] = (
    Rule(Ink.RANGE, 0, 100, 9, 9),
    Rule(Ink.RANGE, 0, 0, 5, 13),
    Rule(Ink.RANGE, 100, 100, 5, 13),
)


def _box(ink: Ink) -> tuple[Mark, ...]:
    return (Box(ink, 0, 100, 0, 18),)


AGREEMENT: tuple[tuple[tuple[Mark, ...], str], ...] = (
    (_box(Ink.STRONGLY_DISAGREE), "Strongly disagree"),
    (_box(Ink.DISAGREE), "Disagree"),
    (_box(Ink.AGREE), "Agree"),
    (_box(Ink.STRONGLY_AGREE), "Strongly agree"),
)
APART: tuple[tuple[Mark, ...], str] = (_box(Ink.APART), "No impact, or disagree where few do")
ENTRIES: dict[str, Sequence[tuple[tuple[Mark, ...], str]]] = {
    "agreement": (*AGREEMENT, APART, (_RANGE, f"{RANGE} of “agree”")),
    "agreement-plain": (*AGREEMENT, (_RANGE, f"{RANGE} of “agree”")),
    "range": ((_RANGE, RANGE),),
    "forest": (
        ((*_RANGE, Dot(Ink.POINT, 50, 9, 7)), f"The group, with its {RANGE.lower()}"),
        ((Rule(Ink.EVERYONE, 50, 50, 0, 18),), "Everyone"),
    ),
}


def key(figure: Figure) -> Unit | None:
    """The line above a chart; None where the chart says all itself."""
    entries = ENTRIES.get(figure.key)
    if not entries:
        return None
    marks: list[Words | Shape] = []
    x, y = look.LEFT, 0.0
    size, face = look.SMALL.size, look.SMALL.plain
    for swatch, label in entries:
        wide = SWATCH + 1.4 + width_of(label, face, size)
        if x + wide > look.RIGHT:
            x, y = look.LEFT, y + 5
        marks += [_down(mark, y) for mark in drawn(Drawing("likert", 18, swatch), x, SWATCH)]
        marks.append(Words(label, face, size, x + SWATCH + 1.4, y + 18 * PIXEL / 2 + 0.34 * size, look.QUIET))
        x += wide + 4.5
    return Unit((Block(Tag.PARAGRAPH, tuple(marks)),), y + 18 * PIXEL, 2.6, is_tied=True)


def _down(mark: Words | Shape, y: float) -> Words | Shape:
    if isinstance(mark, Words):
        return Words(mark.text, mark.face, mark.size, mark.x, mark.y + y, mark.colour)
    return Shape(mark.steps, mark.x, mark.y + y, mark.fill, mark.stroke, mark.width, mark.dash)
