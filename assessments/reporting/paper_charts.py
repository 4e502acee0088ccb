"""Charts on paper: the marks of a drawing as outlines and words. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from assessments.evaluation.charts import (
    Box,
    Dot,
    Drawing,
    Ink,
    Label,
    Mark,
    Ribbon,
    Rule,
)
from assessments.reporting import paper_look as look
from assessments.reporting.document import ChartRow, Figure
from assessments.reporting.paper_units import Unit, paragraph, right_aligned
from lms.core.pdf import Block, Words, width_of
from lms.core.pdf_shapes import Shape, Step, circle, line, rectangle
from lms.core.pdf_structure import Tag
from lms.core.pdf_words import broken, set_lines
from lms.core.prose import Span

PIXEL = 0.1875
"""A pixel of a page on paper, so that 16 pixels of type are 8.5 points."""
FLOW_LEFT, FLOW_RIGHT = 31.0, 44.0
"""Room for the answers before on the left of a flow and those after on its right: on paper none stand on the bands."""
FLOW_PIXEL = 0.135
"""The same for flows from top to bottom, whose thickness is free as long as a line of type fits."""
HATCH_STEP = 1.1
LABELS, VALUES = 46.0, 37.0
"""Room for the names of rows on the left and their figures on the right."""


@dataclass(frozen=True, slots=True)
class Colours:
    """How a mark is inked."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 0.3
    dash: tuple[float, ...] = ()


RUST, RUST_PALE, PALE, DEEP = "#94391d", "#e6a183", "#8cc6c2", "#11595f"
STONE, STONE_INK = "#e4dfd4", "#6b6557"
INKS: Mapping[Ink, Colours] = MappingProxyType(
    {
        Ink.STRONGLY_DISAGREE: Colours(RUST, RUST),
        Ink.DISAGREE: Colours(RUST_PALE, RUST),
        Ink.AGREE: Colours(PALE, DEEP),
        Ink.STRONGLY_AGREE: Colours(DEEP, DEEP),
        Ink.APART: Colours(STONE, STONE_INK),
        Ink.AXIS: Colours(stroke=look.INK, width=0.4),
        Ink.RANGE: Colours(stroke=look.INK, width=0.35),
        Ink.POINT: Colours(DEEP),
        Ink.EVERYONE: Colours(stroke=look.CORAL, width=0.4, dash=(1, 0.8)),
        Ink.GRID: Colours(stroke=look.LINE, width=0.2),
        Ink.SHARE: Colours(DEEP),
        Ink.GROUND: Colours(look.SAND, look.LINE, 0.2),
    }
)
TINTS: Mapping[Ink, str] = MappingProxyType(
    {Ink.DISAGREE: "#f2d2c2", Ink.AGREE: "#cfe6e4", Ink.STRONGLY_AGREE: "#a9cbc9", Ink.APART: STONE}
)
"""Bands of people, pale enough for words to stand on them."""
WORDS: Mapping[Ink, str] = MappingProxyType({Ink.INSIDE_DARK: look.WHITE})


def drawn(drawing: Drawing, left: float, width: float) -> tuple[Shape | Words, ...]:
    """A drawing as marks on paper, its top at 0."""
    pixel = pixel_of(drawing)
    return tuple(mark for each in drawing.marks for mark in _marks(each, left, width, pixel))


def pixel_of(drawing: Drawing) -> float:
    """How high a pixel of a drawing is on paper."""
    return FLOW_PIXEL if drawing.style == "flow" else PIXEL


def _marks(mark: Mark, left: float, width: float, pixel: float) -> Iterator[Shape | Words]:
    def across(x: float) -> float:
        return left + x * width / 100

    match mark:
        case Box():
            box = rectangle(mark.width * width / 100, mark.height * pixel)
            yield _inked(box, across(mark.x), mark.y * pixel, INKS[mark.ink])
            if mark.ink is Ink.APART:
                yield from _hatching(
                    across(mark.x), mark.y * pixel, mark.width * width / 100, mark.height * pixel
                )
        case Rule():
            steps = line(across(mark.x2) - across(mark.x1), (mark.y2 - mark.y1) * pixel)
            yield _inked(steps, across(mark.x1), mark.y1 * pixel, INKS[mark.ink])
        case Dot():
            yield _inked(circle(mark.radius * pixel), across(mark.x), mark.y * pixel, INKS[mark.ink])
        case Label():
            yield from _label(mark, across(mark.x) + mark.dx * PIXEL, pixel)
        case Ribbon():
            yield Shape(_band(mark, across, pixel), 0, 0, TINTS[mark.ink], look.WHITE, 0.25)


def _inked(steps: tuple[Step, ...], x: float, y: float, colours: Colours) -> Shape:
    return Shape(steps, x, y, colours.fill, colours.stroke, colours.width, colours.dash)


def _hatching(x: float, y: float, width: float, height: float) -> Iterator[Shape]:
    """Slanting lines inside a box."""
    start = HATCH_STEP - height
    while start < width:
        begin, end = max(start, 0.0), min(start + height, width)
        if end > begin:
            steps: tuple[Step, ...] = (
                ("m", (begin, height - (begin - start))),
                ("l", (end, height - (end - start))),
            )
            yield Shape(steps, x, y, stroke=STONE_INK, width=0.18)
        start += HATCH_STEP


def _label(label: Label, x: float, pixel: float) -> Iterator[Words]:
    style = replace(look.CHART, colour=WORDS.get(label.ink, look.INK))
    face = style.strong if label.ink in {Ink.INSIDE_DARK, Ink.INSIDE_PALE} else style.plain
    wide = width_of(label.text, face, style.size)
    begins = x - {"start": 0, "middle": wide / 2, "end": wide}[label.anchor]
    yield Words(label.text, face, style.size, begins, label.y * pixel + 0.34 * style.size, style.colour)


def _band(ribbon: Ribbon, across: Callable[[float], float], pixel: float) -> tuple[Step, ...]:
    left, right = across(ribbon.x1), across(ribbon.x2)
    middle = (left + right) / 2
    top1, bottom1, top2, bottom2 = (
        y * pixel for y in (ribbon.top1, ribbon.bottom1, ribbon.top2, ribbon.bottom2)
    )
    return (
        ("m", (left, top1)),
        ("c", (middle, top1, middle, top2, right, top2)),
        ("l", (right, bottom2)),
        ("c", (middle, bottom2, middle, bottom1, left, bottom1)),
        ("h", ()),
    )


def chart(figure: Figure) -> Iterator[list[Unit]]:
    """The rows of a chart, group by group, each under its heading; the scale ends the last."""
    setter = _flow if figure.key == "flow" else _row
    for place, group in enumerate(figure.groups, start=1):
        units = [paragraph(group.title, look.CHART_TITLE)] if group.title else []
        units += map(setter, group.rows)
        if figure.scale is not None and place == len(figure.groups):
            marks = drawn(figure.scale, look.LEFT + LABELS, _width())
            units.append(Unit((), figure.scale.height * PIXEL, 0, art=marks))
        yield units


def _width() -> float:
    return look.RIGHT - look.LEFT - LABELS - VALUES


def _row(row: ChartRow) -> Unit:
    """A name, its drawing and its figure, read as one thing."""
    lines = broken((Span(row.label),), look.CHART, LABELS - 4)
    high = (row.drawing.height if row.drawing else 24) * PIXEL
    height = max(high, len(lines) * look.CHART.step + 1)
    middle = min(high, 6.0) / 2
    down = max(0.0, middle - len(lines) * look.CHART.step / 2)
    marks: list[Words | Shape] = [
        replace(mark, y=mark.y + down) for mark in set_lines(lines, look.CHART, look.LEFT)
    ]
    x, width = look.LEFT + LABELS, _width()
    if row.drawing is None:
        quiet = broken((Span(row.why_not),), look.CHART_QUIET, width + VALUES)
        marks += set_lines(quiet, look.CHART_QUIET, x)
        block = Block(Tag.PARAGRAPH, tuple(marks))
        return Unit((block,), max(height, len(quiet) * look.CHART.step), 0.9)
    marks += drawn(row.drawing, x, width)
    words = f"**{row.strong}** {row.value}" if row.strong else row.value
    marks += [
        replace(mark, y=mark.y + middle - look.CHART.step / 2)
        for mark in right_aligned(words, look.CHART, look.RIGHT)
    ]
    said = row.drawing.said or f"{row.label}: {row.strong} {row.value}"
    named = said if said.startswith(row.label) else f"{row.label}. {said}"
    block = Block(Tag.FIGURE, tuple(marks), named, box=(look.LEFT, 0, look.RIGHT - look.LEFT, height))
    return Unit((block,), height, 0.9)


def _flow(row: ChartRow) -> Unit:
    """A drawing over the whole width."""
    if row.drawing is None:
        return paragraph(row.why_not, look.CHART_QUIET)
    width = look.RIGHT - look.LEFT
    height = row.drawing.height * pixel_of(row.drawing)
    outside = replace(row.drawing, marks=tuple(map(_beside, row.drawing.marks)))
    block = Block(
        Tag.FIGURE,
        drawn(outside, look.LEFT + FLOW_LEFT, width - FLOW_LEFT - FLOW_RIGHT),
        row.drawing.said,
        box=(look.LEFT, 0, width, height),
    )
    return Unit((block,), height, 1)


def _beside(mark: Mark) -> Mark:
    """A label of a flow outside the post that it names."""
    if not isinstance(mark, Label):
        return mark
    if mark.anchor == "start":
        return Label(Ink.OUTSIDE, 0, mark.y, mark.text, "end", dx=-8)
    return Label(Ink.OUTSIDE, 100, mark.y, mark.text, "start", dx=8)
