"""Units on pages: what fits, what stays together, what is drawn again, and the running heads. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from reportlab.pdfgen.canvas import Canvas

from assessments.reporting import paper_look as look
from assessments.reporting.paper_units import Art, Unit, height_of, right_aligned, rule
from lms.core.pdf import Block, Page, Words
from lms.core.pdf_cover import paint
from lms.core.pdf_flow import moved, tied
from lms.core.pdf_words import set_lines

FLOWS_ON = 0.55
"""A chapter begins on the page where the one before it ends when that page is filled no further than this."""
BETWEEN_CHAPTERS = 16.0
LONG = 0.5
"""What stays together but fills more of a page than this begins where it stands when most of that page is left."""


@dataclass
class Sheet:
    """A page being filled; `chapter` is the one that its first words belong to."""

    chapter: str
    blocks: list[Block] = field(default_factory=list)
    art: list[Art] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)


Section: TypeAlias = tuple[str, Sequence[Unit]]
"""A chapter as it is paged: what its running head says, and its units."""


def paged(chapters: Iterable[Section]) -> list[Sheet]:
    """The pages of some chapters: each begins a page, or flows on where the page before is not much filled."""
    filler = _Filler()
    for title, units in chapters:
        filler.chapter(title, list(tied(units)))
    return filler.sheets


class _Filler:
    """Fills pages from top to bottom."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.y = look.TOP

    def chapter(self, title: str, groups: Sequence[Sequence[Unit]]) -> None:
        """One chapter, on from where the last one ended or from the top of a page."""
        opening = BETWEEN_CHAPTERS + height_of(groups[0])
        used = (self.y - look.TOP) / (look.BOTTOM - look.TOP)
        if self.sheets and used <= FLOWS_ON and self.y + opening <= look.BOTTOM:
            self.y += BETWEEN_CHAPTERS
        else:
            self._open(title)
        for group in groups:
            self._group(title, group)

    def _group(self, title: str, group: Sequence[Unit]) -> None:
        room = height_of(group)
        left = look.BOTTOM - self.y
        whole = look.BOTTOM - look.TOP
        starts_here = room > whole and left > LONG * whole
        if self._sheet.blocks and room > left and not starts_here:
            self._open(title)
        for unit in group:
            self._unit(title, unit)

    def _unit(self, title: str, unit: Unit) -> None:
        before = unit.before if self._sheet.blocks else 0.0
        if self.y + before + unit.height > look.BOTTOM and self._sheet.blocks:
            self._open(title)
            before = 0.0
        sheet = self._sheet
        if not sheet.blocks and unit.head is not None:
            sheet.art += _lowered(unit.head.art, self.y)
            self.y += unit.head.height
        self.y += before
        sheet.blocks += [moved(block, self.y) for block in unit.blocks]
        sheet.art += _lowered(unit.art, self.y)
        if unit.mark is not None:
            sheet.marks.append(unit.mark)
        self.y += unit.height

    @property
    def _sheet(self) -> Sheet:
        return self.sheets[-1]

    def _open(self, title: str) -> None:
        self.sheets.append(Sheet(title))
        self.y = look.TOP


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
