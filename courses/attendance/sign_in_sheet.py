"""A sheet to sign in the room: A4 landscape, a row of 12 mm for each person, names in full in any script. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lms.core import pdf_pages
from lms.core.faces import Face
from lms.core.lines import Line, set_lines
from lms.core.pdf import About, Block, Page
from lms.core.pdf_structure import Tag
from lms.core.scripts import Undrawable, tidy

WIDTH, HEIGHT = 297.0, 210.0
LEFT, RIGHT = 12.0, 285.0
ROW, ROWS = 12.0, 12
"""Height of a row in millimetres, and rows to a page."""
HEAD, FIRST = 40.0, 48.0
"""Where the names of the columns begin, and the first row."""
COLUMNS = ((12.0, ""), (22.0, "Name"), (142.0, "Arrived"), (172.0, "Left"), (202.0, "Signature"))
INK, QUIET_INK, TEAL, LINE_INK = "#1d2b2d", "#4b595b", "#0b3f44", "#7a8a8c"
NAME_SIZES = (4.8, 4.4), (3.8, 3.4, 3.0, 2.6)
BLANK = 2
"""Empty rows at least, for whoever else comes."""
BY_HAND = "Please write your name here:"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a sheet: a title, when and where, whose course, the names in order, and when it was printed."""

    title: str
    when: str
    provider: str
    names: tuple[str, ...]
    made_at: datetime


def document(sheet: Sheet) -> bytes:
    """The sheet as a tagged PDF, as many pages as the names take."""
    rows = [*sheet.names, *([""] * BLANK)]
    rows += [""] * (-len(rows) % ROWS)
    pages = [tuple(enumerate(rows, start=1))[place : place + ROWS] for place in range(0, len(rows), ROWS)]
    about = About(
        title=tidy(f"Sign-in sheet: {sheet.title}"),
        author=tidy(sheet.provider),
        subject=tidy(sheet.when),
        made_at=sheet.made_at.astimezone(UTC),
    )
    return pdf_pages.document(
        [
            (Page(WIDTH, HEIGHT, _draw), (*_head(sheet, number, len(pages)), *_rows(rows_here)))
            for number, rows_here in enumerate(pages, 1)
        ],
        about,
    )


def _head(sheet: Sheet, number: int, of: int) -> Iterator[Block]:
    measure = RIGHT - LEFT
    title = Line(20, ((7.0, 6.2, 5.4), (4.8, 4.2)), TEAL, x=LEFT, width=measure, face=Face.LITERATA_SEMIBOLD)
    yield _block(sheet.title, title, Tag.HEADING)
    yield _block(sheet.when, Line(28, ((4.4, 4.0), (3.6, 3.2)), INK, x=LEFT, width=measure))
    pages = f", page {number} of {of}" if of > 1 else ""
    yield _block(f"{sheet.provider}{pages}", Line(35, ((3.8,), (3.4, 3.0)), QUIET_INK, x=LEFT, width=measure))
    for x, words in COLUMNS:
        if words:
            line = Line(45.5, ((4.0,), (3.6,)), TEAL, x=x + 2, width=60, face=Face.SANS_SEMIBOLD)
            yield _block(words, line)


def _rows(rows: Sequence[tuple[int, str]]) -> Iterator[Block]:
    for place, (number, name) in enumerate(rows):
        y = FIRST + place * ROW + 7.6
        yield _block(str(number), Line(y, ((4.0,), (3.6,)), QUIET_INK, x=LEFT + 2, width=8))
        if name:
            line = Line(y, NAME_SIZES, INK, x=COLUMNS[1][0] + 2, width=116, face=Face.SANS_SEMIBOLD)
            yield _block(name, line)


def _block(text: str, line: Line, tag: Tag = Tag.PARAGRAPH) -> Block:
    try:
        return Block(tag, set_lines(text, line))
    except Undrawable:
        # a name in a script that we have no face for is better written by its owner than with holes
        return Block(tag, set_lines(BY_HAND, line))


def _draw(canvas: Canvas) -> None:
    """The boxes."""
    canvas.setStrokeColor(LINE_INK)
    canvas.setLineWidth(0.25 * mm)
    bottom = FIRST + ROWS * ROW
    for y in (HEAD, *(FIRST + place * ROW for place in range(ROWS + 1))):
        canvas.line(LEFT * mm, (HEIGHT - y) * mm, RIGHT * mm, (HEIGHT - y) * mm)
    for x in (*(x for x, _ in COLUMNS), RIGHT):
        canvas.line(x * mm, (HEIGHT - HEAD) * mm, x * mm, (HEIGHT - bottom) * mm)
