"""The cover: the path with its stones and the coral point, the title, and whom the report is about. Millimetres."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from assessments.reporting import paper_look as look
from assessments.reporting.document import Report
from assessments.reporting.paper_pages import paint
from assessments.reporting.paper_units import Art, paragraph
from lms.core.faces import Face
from lms.core.pdf import Block, Page
from lms.core.pdf_flow import moved
from lms.core.pdf_shapes import Shape, Step, circle, rectangle
from lms.core.pdf_structure import Tag

PATH_INK, STONE = "#14555a", "#3a8f90"
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
TITLE = look.style((Face.LITERATA_SEMIBOLD,) * 3, 36, 1.12, 0, look.WHITE)
SUBTITLE = look.style((Face.LITERATA,) * 3, 17, 1.35, 0, "#dcedeb")
ABOUT = look.style((Face.SANS_SEMIBOLD,) * 3, 15, 1.35, 0, look.WHITE)
SMALL = look.style((Face.SANS,) * 3, 11.5, 1.4, 0, "#dcedeb")
TEXT_LEFT, TEXT_RIGHT = 24.0, 118.0


def cover(report: Report) -> tuple[Page, Sequence[Block]]:
    """The first page."""
    art = tuple(_art())

    def draw(canvas: Canvas) -> None:
        for mark in art:
            paint(canvas, mark)

    return Page(look.WIDTH, look.HEIGHT, draw), _words(report)


def _art() -> list[Art]:
    ground = Shape(rectangle(look.WIDTH, look.HEIGHT), 0, 0, fill=look.TEAL_DEEP)
    way = Shape(PATH, 0, 0, stroke=PATH_INK, width=30)
    stones = [Shape(_ellipse(wide, high), x, y, fill=STONE) for x, y, wide, high in STONES]
    x, y, radius = POINT
    return [ground, way, *stones, Shape(circle(radius), x, y, fill=look.CORAL_BRIGHT)]


def _ellipse(wide: float, high: float) -> tuple[Step, ...]:
    return tuple(
        (step, tuple(v * (wide if place % 2 == 0 else high) for place, v in enumerate(points)))
        for step, points in circle(1)
    )


def _words(report: Report) -> list[Block]:
    day = f"{report.made_on.day} {report.made_on:%B %Y}"
    blocks: list[Block] = []
    y = 34.0
    for text, style, tag, gap in (
        (report.title, TITLE, Tag.HEADING, 6),
        (report.subtitle, SUBTITLE, Tag.PARAGRAPH, 26),
        (report.about, ABOUT, Tag.PARAGRAPH, 1.5),
        (report.under, SMALL, Tag.PARAGRAPH, 1.5),
        (day, SMALL, Tag.PARAGRAPH, 0),
    ):
        if text:
            unit = paragraph(text, style, left=TEXT_LEFT, right=TEXT_RIGHT, tag=tag)
            blocks += [moved(block, y) for block in unit.blocks]
            y += unit.height + gap
    return blocks
