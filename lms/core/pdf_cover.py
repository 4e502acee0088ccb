"""The cover of a document: the path with its stones and the coral point, a title, and what it is about. Millimetres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lms.core.faces import Face
from lms.core.pdf import Block, Page, Words, font
from lms.core.pdf_flow import HEIGHT, WIDTH, moved
from lms.core.pdf_looks import POINT as PT
from lms.core.pdf_looks import Style
from lms.core.pdf_shapes import Shape, Step, circle, rectangle
from lms.core.pdf_structure import Tag
from lms.core.pdf_words import broken, set_lines
from lms.core.prose import Span

Art: TypeAlias = Words | Shape
"""What is drawn as decoration."""

GROUND, PATH_INK, STONE, CORAL = "#0b3f44", "#14555a", "#3a8f90", "#f2856a"
WHITE, PALE = "#ffffff", "#dcedeb"
PATH: tuple[Step, ...] = (
    ("m", (96, 310)),
    ("c", (150, 285, 205, 262, 184, 226)),
    ("c", (166, 196, 104, 196, 118, 158)),
    ("c", (130, 126, 190, 128, 186, 92)),
    ("c", (183, 72, 166, 66, 168, 44)),
)
STONES = (
    (128, 293, 10, 5.6),
    (172, 264, 9.2, 5.2),
    (182, 231, 8.4, 4.8),
    (150, 202, 7.6, 4.4),
    (119, 170, 7, 4),
    (136, 137, 6.4, 3.7),
    (172, 116, 5.8, 3.4),
    (186, 90, 5.2, 3.1),
)
POINT = (168, 42, 9)
TEXT_LEFT, TEXT_RIGHT, TEXT_TOP = 24.0, 118.0, 34.0


def _style(face: Face, points: float, leading: float, colour: str) -> Style:
    size = points * PT
    return Style(face, face, face, size, size * leading, 0, colour)


TITLE = _style(Face.LITERATA_SEMIBOLD, 36, 1.12, WHITE)
SUBTITLE = _style(Face.LITERATA, 17, 1.35, PALE)
ABOUT = _style(Face.SANS_SEMIBOLD, 15, 1.35, WHITE)
SMALL = _style(Face.SANS, 11.5, 1.4, PALE)
AFTER_TITLE, AFTER_SUBTITLE, AFTER_LINE = 6.0, 26.0, 1.5


def cover(title: str, subtitle: str, about: str, lines: Iterable[str]) -> tuple[Page, Sequence[Block]]:
    """The first page of a document.

    Args:
        title: its title, a heading of level 1.
        subtitle: what kind of thing it is.
        about: whom or what it is about.
        lines: smaller lines under that; empty ones are left out.

    Raises:
        Undrawable: it holds letters that none of our faces has.
    """
    art = tuple(_art())

    def draw(canvas: Canvas) -> None:
        for mark in art:
            paint(canvas, mark)

    return Page(WIDTH, HEIGHT, draw), _words(title, subtitle, about, lines)


def _art() -> list[Art]:
    ground = Shape(rectangle(WIDTH, HEIGHT), 0, 0, fill=GROUND)
    way = Shape(PATH, 0, 0, stroke=PATH_INK, width=30)
    stones = [Shape(_ellipse(wide, high), x, y, fill=STONE) for x, y, wide, high in STONES]
    x, y, radius = POINT
    return [ground, way, *stones, Shape(circle(radius), x, y, fill=CORAL)]


def _ellipse(wide: float, high: float) -> tuple[Step, ...]:
    return tuple(
        (step, tuple(v * (wide if place % 2 == 0 else high) for place, v in enumerate(points)))
        for step, points in circle(1)
    )


def _words(title: str, subtitle: str, about: str, lines: Iterable[str]) -> list[Block]:
    blocks: list[Block] = []
    y = TEXT_TOP
    for text, style, tag, gap in (
        (title, TITLE, Tag.HEADING, AFTER_TITLE),
        (subtitle, SUBTITLE, Tag.PARAGRAPH, AFTER_SUBTITLE),
        (about, ABOUT, Tag.PARAGRAPH, AFTER_LINE),
        *((line, SMALL, Tag.PARAGRAPH, AFTER_LINE) for line in lines),
    ):
        if text:
            set_text = broken((Span(text),), style, TEXT_RIGHT - TEXT_LEFT)
            blocks.append(moved(Block(tag, set_lines(set_text, style, TEXT_LEFT)), y))
            y += len(set_text) * style.step + gap
    return blocks


def paint(canvas: Canvas, mark: Art) -> None:
    """Draw decoration, which nobody hears read."""
    if isinstance(mark, Words):
        font(mark.face)
        canvas.setFillColor(HexColor(mark.colour))
        canvas.setFont(mark.face, mark.size * mm)
        canvas.drawString(mark.x * mm, (HEIGHT - mark.y) * mm, mark.text)
        return
    _outline(canvas, mark)


def _outline(canvas: Canvas, shape: Shape) -> None:
    canvas.saveState()
    canvas.translate(shape.x * mm, (HEIGHT - shape.y) * mm)
    canvas.scale(mm, -mm)
    path = canvas.beginPath()
    steps: Mapping[str, Callable[..., object]] = {
        "m": path.moveTo,
        "l": path.lineTo,
        "c": path.curveTo,
        "h": path.close,
    }
    for step, points in shape.steps:
        steps[step](*points)
    if shape.fill:
        canvas.setFillColor(HexColor(shape.fill))
    if shape.stroke:
        canvas.setStrokeColor(HexColor(shape.stroke))
        canvas.setLineWidth(shape.width)
        canvas.setDash(list(shape.dash))
    canvas.drawPath(path, stroke=int(bool(shape.stroke)), fill=int(bool(shape.fill)))
    canvas.restoreState()
