"""Prose as an A4 document of as many pages as it takes, tagged, in one of two looks: print, and large print.

Lines are set ragged right and never hyphenated. A heading stays with what follows it, a line that ends in a colon with
its list; paragraphs, items and rows are not torn in two unless they are longer than half a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import count
from typing import Protocol, TypeVar

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lms.core import pdf_pages
from lms.core.pdf import About, Block, Page, font
from lms.core.pdf_looks import PRINT, Look, Style
from lms.core.pdf_pages import Bookmark
from lms.core.pdf_structure import Branch, Part, Tag
from lms.core.pdf_words import broken, longest_word, set_lines, strong, width_of_line
from lms.core.prose import Heading, Listing, Paragraph, Quotation, Span, Spans, Table, words_of
from lms.core.prose import Part as ProsePart

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM = 20.0, 190.0, 20.0, 274.0
"""Where the words may stand, in millimetres from the top left."""
FOOT = 284.0
GUTTER = 5.0
TALLEST_ROW = (BOTTOM - TOP) / 2
RULE_INK = "#7a8a8c"


@dataclass(frozen=True, slots=True)
class Unit:
    """What stays together on a page: blocks placed from its own top, and how much room it takes. Millimetres.

    `rules` are the heights of thin lines across the page; `is_tied` says that the next unit must stand on the same page,
    `opens` that it begins a page, and `mark` is what the list of bookmarks says of it, with its level.
    """

    blocks: tuple[Block, ...]
    height: float
    before: float
    rules: tuple[float, ...] = ()
    is_tied: bool = False
    opens: bool = False
    mark: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part is set: from `left` on, within these branches of the structure."""

    left: float
    within: tuple[Part, ...] = ()


def document(
    parts: Sequence[ProsePart | Unit],
    about: About,
    *,
    foot: str,
    look: Look = PRINT,
    cover: tuple[Page, Sequence[Block]] | None = None,
) -> bytes:
    """Prose as a PDF.

    Args:
        parts: what is said, in order, and what is drawn in between; the first is the heading of level 1.
        about: what the document says of itself.
        foot: the line at the foot of each page, before the number of the page.
        look: print or large print.
        cover: a first page that is drawn apart; it then holds the heading of level 1.

    Raises:
        Undrawable: it holds letters that none of our faces has.
    """
    before = [cover] if cover else []
    pages = list(_paged(_Setter(look).units(parts, Place(LEFT))))
    made = replace(about, made_at=about.made_at.astimezone(UTC))
    marks = [
        Bookmark(unit.mark[1], number, unit.mark[0])
        for number, page in enumerate(pages, start=len(before))
        for unit in page
        if unit.mark is not None
    ]
    of = len(before) + len(pages)
    return pdf_pages.document(
        [
            *before,
            *(
                (
                    _page(look, f"{foot}. Page {number} of {of}", [y for unit in page for y in unit.rules]),
                    [block for unit in page for block in unit.blocks],
                )
                for number, page in enumerate(pages, start=1 + len(before))
            ),
        ],
        made,
        marks,
    )


def _paged(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    """Units on pages: each unit goes with those that it is tied to, onto a new page where they do not fit."""
    page: list[Unit] = []
    y = TOP
    for group in (part for run in tied(units) for part in _fitting(run)):
        room = sum(unit.before + unit.height for unit in group) - (0 if page else group[0].before)
        if page and (group[0].opens or y + room > BOTTOM):
            yield page
            page, y = [], TOP
        for unit in group:
            y += unit.before if page else 0
            page.append(
                replace(
                    unit,
                    blocks=tuple(moved(block, y) for block in unit.blocks),
                    rules=tuple(y + rule for rule in unit.rules),
                )
            )
            y += unit.height
    yield page


def _fitting(run: Iterable[Unit]) -> Iterator[list[Unit]]:
    """Tied units in parts that each fit a page: one part, unless they are taller than a page together."""
    part: list[Unit] = []
    room = 0.0
    for unit in run:
        if part and room + unit.before + unit.height > BOTTOM - TOP:
            yield part
            part, room = [], 0.0
        room += unit.height + (unit.before if part else 0)
        part.append(unit)
    yield part


class Tied(Protocol):
    """What may have to stand on the same page as what follows it."""

    @property
    def is_tied(self) -> bool:
        """Whether it must."""


Stands = TypeVar("Stands", bound=Tied)


def tied(units: Iterable[Stands]) -> Iterator[list[Stands]]:
    """Units in runs, each of which must stand on one page: up to the first that is not tied to what follows."""
    run: list[Stands] = []
    for unit in units:
        run.append(unit)
        if not unit.is_tied:
            yield run
            run = []
    if run:
        yield run


def moved(block: Block, down: float) -> Block:
    """A block further down its page, in millimetres."""
    box = block.box
    if box is not None:
        box = (box[0], box[1] + down, box[2], box[3])
    return replace(block, marks=tuple(replace(mark, y=mark.y + down) for mark in block.marks), box=box)


def _page(look: Look, foot: str, rules: Sequence[float]) -> Page:
    def draw(canvas: Canvas) -> None:
        font(look.foot.plain)
        canvas.setFillColor(look.foot.colour)
        canvas.setFont(look.foot.plain, look.foot.size * mm)
        canvas.drawString(LEFT * mm, (HEIGHT - FOOT) * mm, foot)
        canvas.setStrokeColor(RULE_INK)
        canvas.setLineWidth(0.2 * mm)
        for y in rules:
            canvas.line(LEFT * mm, (HEIGHT - y) * mm, RIGHT * mm, (HEIGHT - y) * mm)

    return Page(WIDTH, HEIGHT, draw)


def paragraph(
    spans: Spans,
    style: Style,
    *,
    left: float = LEFT,
    within: tuple[Part, ...] = (),
    tag: Tag = Tag.PARAGRAPH,
) -> Iterator[Unit]:
    """Words as units: one, or more where they are longer than half a page. One that ends in a colon is tied.

    Raises:
        Undrawable: they hold letters that none of our faces has.
    """
    lines = broken(spans, style, RIGHT - left)
    most = int((BOTTOM - TOP) / 2 / style.step)
    for start in range(0, len(lines), most):
        shown = lines[start : start + most]
        yield Unit(
            (Block(tag, set_lines(shown, style, left), within=within),),
            len(shown) * style.step,
            0 if start else style.before,
            is_tied=words_of(spans).endswith(":"),
        )


def chapter(title: str, look: Look) -> Unit:
    """A heading of level 2 that begins a page and is found among the bookmarks.

    Raises:
        Undrawable: it holds letters that none of our faces has.
    """
    (unit,) = paragraph((Span(title),), look.headings[1], tag=Tag.HEADING_2)
    return replace(unit, is_tied=True, opens=True, mark=(1, title))


class _Setter:
    """Sets the parts of one document; it knows the look, and numbers the branches of the structure as it goes."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._numbers = count(1)

    def units(self, parts: Iterable[ProsePart | Unit], place: Place) -> Iterator[Unit]:
        """The units of some parts, in order."""
        for part in parts:
            match part:
                case Unit():
                    yield part
                case Heading():
                    yield from self._heading(part, place)
                case Paragraph():
                    yield from paragraph(part.spans, self.look.body, left=place.left, within=place.within)
                case Listing():
                    yield from self._listing(part, place)
                case Quotation():
                    inner = Place(place.left + self.look.indent, (*place.within, self._part(Branch.QUOTE)))
                    yield from self.units(part.parts, inner)
                case Table():
                    yield from self._table(part, place)

    def _part(self, branch: Branch, *, counts: bool = False) -> Part:
        return Part(branch, next(self._numbers), counts)

    def _heading(self, heading: Heading, place: Place) -> Iterator[Unit]:
        level = min(heading.level, len(self.look.headings))
        style = self.look.headings[level - 1]
        tag = (Tag.HEADING, Tag.HEADING_2, Tag.HEADING_3)[level - 1]
        for unit in paragraph(heading.spans, style, left=place.left, within=place.within, tag=tag):
            yield replace(unit, is_tied=True)

    def _listing(self, listing: Listing, place: Place) -> Iterator[Unit]:
        body, left = self.look.body, place.left + self.look.indent
        branch = self._part(Branch.LIST, counts=listing.first is not None)
        for number, item in enumerate(listing.items):
            mark = "•" if listing.first is None else f"{listing.first + number}."
            around = (*place.within, branch, self._part(Branch.ITEM))
            inside = Place(left, (*around, self._part(Branch.ITEM_BODY)))
            label = Block(Tag.LABEL, set_lines([((body.plain, mark),)], body, place.left), within=around)
            for nth, unit in enumerate(self.units(item, inside)):
                before = self.look.between_items if nth == 0 and number else unit.before
                yield replace(
                    unit, blocks=unit.blocks if nth else (label, *unit.blocks), before=before, is_tied=False
                )

    def _table(self, table: Table, place: Place) -> Iterator[Unit]:
        """Rows beside each other where every word fits its column and every row a page; else each cell under its heading."""
        rows = (tuple(strong(cell) for cell in table.headings), *table.rows)
        widths = self._widths(rows, RIGHT - place.left)
        inside = Place(place.left, (*place.within, self._part(Branch.TABLE)))
        beside = (
            [self._row(row, widths, inside, is_first=not nth) for nth, row in enumerate(rows)]
            if widths
            else []
        )
        if beside and max(unit.height for unit in beside) <= TALLEST_ROW:
            yield from beside
            return
        for row in table.rows:
            for heading, cell in zip(table.headings, row, strict=True):
                yield from paragraph(
                    (*strong((*heading, Span(": "))), *cell),
                    self.look.body,
                    left=place.left,
                    within=place.within,
                )

    def _row(self, row: Sequence[Spans], widths: Sequence[float], place: Place, *, is_first: bool) -> Unit:
        body = self.look.body
        around = (*place.within, self._part(Branch.ROW))
        tag = Tag.COLUMN_HEADING if is_first else Tag.CELL
        blocks, left, tallest = [], place.left, 1
        for cell, width in zip(row, widths, strict=True):
            lines = broken(cell, body, width)
            blocks.append(Block(tag, set_lines(lines, body, left), within=around))
            left += width + GUTTER
            tallest = max(tallest, len(lines))
        height = tallest * body.step + self.look.between_items
        return Unit(
            tuple(blocks),
            height,
            body.before if is_first else self.look.between_items,
            rules=(height,),
            is_tied=is_first,
        )

    def _widths(self, rows: Sequence[Sequence[Spans]], room: float) -> list[float] | None:
        """Widths of columns: the longest word of each, and of what is left as much as its longest cell asks for."""
        body = self.look.body
        columns = list(zip(*rows, strict=True))
        room -= GUTTER * (len(columns) - 1)
        needs = [max(longest_word(cell, body) for cell in column) for column in columns]
        wishes = [max(width_of_line(line, body) for cell in column for line in broken(cell, body, WIDTH * 9))
                  for column in columns]  # fmt: skip
        spare = room - sum(needs)
        if spare < 0:
            return None
        more = [wish - need for wish, need in zip(wishes, needs, strict=True)]
        share = min(1.0, spare / (sum(more) or 1.0))
        return [need + extra * share for need, extra in zip(needs, more, strict=True)]
