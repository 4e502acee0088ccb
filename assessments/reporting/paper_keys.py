"""What the shapes and colours of a chart mean, in a line above it. Lengths are in millimetres."""

from __future__ import annotations

from assessments.evaluation.chart_keys import entries
from assessments.evaluation.charts import Drawing
from assessments.reporting import paper_look as look
from assessments.reporting.document import Figure
from assessments.reporting.paper_charts import PIXEL, drawn
from assessments.reporting.paper_units import Unit
from lms.core.pdf import Block, Words, width_of
from lms.core.pdf_shapes import Shape
from lms.core.pdf_structure import Tag

SWATCH = 3.4


def key(figure: Figure) -> Unit | None:
    """The line above a chart; None where the chart says all itself."""
    shown = entries(figure.key)
    if not shown:
        return None
    marks: list[Words | Shape] = []
    x, y = look.LEFT, 0.0
    size, face = look.SMALL.size, look.SMALL.plain
    for style, swatch, label in shown:
        wide = SWATCH + 1.4 + width_of(label, face, size)
        if x + wide > look.RIGHT:
            x, y = look.LEFT, y + 5
        marks += [_down(mark, y) for mark in drawn(Drawing(style, 18, swatch), x, SWATCH)]
        marks.append(Words(label, face, size, x + SWATCH + 1.4, y + 18 * PIXEL / 2 + 0.34 * size, look.QUIET))
        x += wide + 4.5
    return Unit((Block(Tag.PARAGRAPH, tuple(marks)),), y + 18 * PIXEL, 2.6, is_tied=True)


def _down(mark: Words | Shape, y: float) -> Words | Shape:
    if isinstance(mark, Words):
        return Words(mark.text, mark.face, mark.size, mark.x, mark.y + y, mark.colour)
    return Shape(mark.steps, mark.x, mark.y + y, mark.fill, mark.stroke, mark.width, mark.dash)
