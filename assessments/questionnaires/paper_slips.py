"""Personal codes as slips of paper, to be cut apart, folded and handed out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from assessments.questionnaires.paper_form import spaced
from lms.core import pdf_pages
from lms.core.faces import Face
from lms.core.lines import Line, set_lines
from lms.core.pdf import About, Block, Page
from lms.core.pdf_structure import Tag
from lms.core.scripts import Undrawable, tidy

WIDTH, HEIGHT = 210.0, 297.0
LEFT, TOP, SLIP, SLIPS = 18.0, 34.0, 29.0, 9
"""Where slips begin, how high one is, and how many stand on a page. Millimetres."""
INK, QUIET, TEAL, CUT = "#1d2b2d", "#4b595b", "#0b3f44", "#7a8a8c"
WORDS = "Write this code on each paper questionnaire of this course. It joins your answers without your name. Keep it to yourself."
BY_HAND = "(write the name by hand)"


def document(cohort: str, provider: str, codes: Sequence[tuple[str, str]], *, made_at: datetime) -> bytes:
    """Slips for names and codes as a tagged PDF, nine to a page."""
    about = About(title="Personal codes", author=tidy(provider), subject=tidy(cohort), made_at=made_at)
    pages = []
    for start in range(0, max(len(codes), 1), SLIPS):
        here = codes[start : start + SLIPS]
        blocks = [
            *_head(cohort),
            *(block for place, each in enumerate(here) for block in _slip(place, *each)),
        ]
        pages.append((Page(WIDTH, HEIGHT, cuts(len(here), SLIP)), blocks))
    return pdf_pages.document(pages, about)


def _head(cohort: str) -> list[Block]:
    return [
        slip_line("Personal codes", 18, 6.4, TEAL, face=Face.LITERATA_SEMIBOLD, tag=Tag.HEADING),
        slip_line(f"{cohort}. Cut apart, fold, hand out. Then destroy what is left.", 26, 3.9, QUIET),
    ]


def _slip(place: int, name: str, code: str) -> list[Block]:
    top = TOP + place * SLIP
    return [
        slip_line(name, top + 9, 4.4, INK, face=Face.SANS_SEMIBOLD),
        slip_line(spaced(code), top + 17, 6.2, TEAL, face=Face.SANS_SEMIBOLD),
        slip_line(WORDS, top + 24, 3.4, QUIET),
    ]


def slip_line(
    words: str,
    y: float,
    size: float,
    colour: str,
    *,
    face: Face = Face.SANS,
    tag: Tag = Tag.PARAGRAPH,
    width: float = WIDTH - 2 * LEFT,
) -> Block:
    """One line of a slip; what none of our faces can draw is left to be written by hand."""
    line = Line(y, ((size,), (size * 0.8,)), colour, x=LEFT, width=width, face=face)
    try:
        return Block(tag, set_lines(words, line))
    except Undrawable:
        return Block(tag, set_lines(BY_HAND, line))


def cuts(slips: int, height: float) -> Callable[[Canvas], None]:
    """Draws the lines along which slips of a height, in millimetres, are cut apart."""

    def draw(canvas: Canvas) -> None:
        canvas.setStrokeColor(CUT)
        canvas.setDash(2, 2)
        canvas.setLineWidth(0.2 * mm)
        for place in range(slips + 1):
            y = (HEIGHT - TOP - place * height) * mm
            canvas.line(LEFT * mm, y, (WIDTH - LEFT) * mm, y)

    return draw
