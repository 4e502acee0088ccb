"""Units on pages: what fits, what stays together, what is drawn again, and the running heads. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from assessments.reporting import paper_look as look
from assessments.reporting.paper_units import Art, Unit, right_aligned, rule
from lms.core.pdf import Block, Page, Words, font
from lms.core.pdf_flow import moved, tied
from lms.core.pdf_shapes import Shape
from lms.core.pdf_words import set_lines


@dataclass
class Sheet:
    """A page being filled."""

    chapter: str
    blocks: list[Block] = field(default_factory=list)
    art: list[Art] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)


def paged(chapter: str, units: Iterable[Unit]) -> Iterator[Sheet]:
    """The pages of one chapter, which begins on a page of its own."""
    sheet, y = Sheet(chapter), look.TOP
    for group in tied(units):
        room = _height(group)
        fits = y + room <= look.BOTTOM
        too_long = room > look.BOTTOM - look.TOP and y < (look.TOP + look.BOTTOM) / 2
        if sheet.blocks and (group[0].opens_page or (not fits and not too_long)):
            yield sheet
            sheet, y = Sheet(chapter), look.TOP
        for unit in group:
            before = unit.before if sheet.blocks else 0.0
            if y + before + unit.height > look.BOTTOM and sheet.blocks:
                yield sheet
                sheet, y, before = Sheet(chapter), look.TOP, 0.0
            if not sheet.blocks and unit.head is not None:
                sheet.art += _lowered(unit.head.art, y)
                y += unit.head.height
            y += before
            sheet.blocks += [moved(block, y) for block in unit.blocks]
            sheet.art += _lowered(unit.art, y)
            if unit.mark is not None:
                sheet.marks.append(unit.mark)
            y += unit.height
    yield sheet


def _height(group: Sequence[Unit]) -> float:
    return sum(unit.before + unit.height for unit in group)


def _lowered(art: Iterable[Art], down: float) -> list[Art]:
    return [replace(mark, y=mark.y + down) for mark in art]


def page(sheet: Sheet, about: str, number: int, of: int) -> tuple[Page, Sequence[Block]]:
    """A sheet with its running head and foot."""
    art = [*sheet.art, *_running(sheet.chapter, about, number, of)]

    def draw(canvas: Canvas) -> None:
        for mark in art:
            paint(canvas, mark)

    return Page(look.WIDTH, look.HEIGHT, draw), sheet.blocks


def _running(chapter: str, about: str, number: int, of: int) -> Iterator[Art]:
    style = look.RUNNING

    def at(y: float, marks: Iterable[Words]) -> list[Words]:
        return [replace(mark, y=y) for mark in marks]

    face = style.plain
    yield from at(look.HEAD, set_lines([((face, about),)], style, look.LEFT))
    yield from at(look.HEAD, right_aligned(chapter, style, look.RIGHT))
    yield rule(look.HEAD + 2.2)
    yield from at(look.FOOT, right_aligned(f"Page {number} of {of}", style, look.RIGHT))


def paint(canvas: Canvas, mark: Art) -> None:
    """Draw decoration, which nobody hears read."""
    if isinstance(mark, Words):
        font(mark.face)
        canvas.setFillColor(HexColor(mark.colour))
        canvas.setFont(mark.face, mark.size * mm)
        canvas.drawString(mark.x * mm, (look.HEIGHT - mark.y) * mm, mark.text)
        return
    _outline(canvas, mark)


def _outline(canvas: Canvas, shape: Shape) -> None:
    canvas.saveState()
    canvas.translate(shape.x * mm, (look.HEIGHT - shape.y) * mm)
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
