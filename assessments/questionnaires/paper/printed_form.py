"""A questionnaire on paper: A4, tagged, boxes to tick, numbers in a row, lines to write on. Pure: values in, bytes out.

Each sheet carries a number that tells which questionnaire it is and nothing about who fills it in. The small figure in front
of an answer is what is typed for it when the form is keyed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from assessments.questionnaires.paper.form_parts import (
    BODY,
    BOTTOM,
    BOX_INK,
    CODE_LETTERS,
    FOOT,
    HEIGHT,
    LEAD,
    LEFT,
    MEASURE,
    NUMBER,
    QR_SIDE,
    QUIET,
    TITLE,
    TOP,
    WIDTH,
    WORDING,
    Unit,
    down,
    spaced,
    square,
    text_block,
)
from assessments.questionnaires.paper.form_questions import Setter
from assessments.questionnaires.schema import AnsweredBy
from assessments.questionnaires.translations import Spoken
from lms.core import pdf_pages
from lms.core.faces import Face
from lms.core.pdf import About, Block, Page, font
from lms.core.pdf_structure import Tag


@dataclass(frozen=True)
class Facts:
    """What stands on a form beside the questions.

    Attributes:
        words: the questionnaire, in the language in which it is printed.
        cohort, provider: whose it is.
        give_to: what to do with the form, in a sentence.
        code_asked: what is written into the boxes at the top, and where to find it.
        home: the address under which a sheet is keyed, to which its number is added.
        made_at: when it is printed.
    """

    words: Spoken
    cohort: str
    provider: str
    give_to: str
    code_asked: tuple[str, str]
    home: str
    made_at: datetime


@dataclass
class _Sheet:
    """One page that is being filled."""

    blocks: list[Block] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)


def document(facts: Facts, numbers: Sequence[str]) -> bytes:
    """Forms as one document, a form for each number; an unnumbered specimen for an empty one.

    Raises:
        Undrawable: the words hold letters that none of our faces has.
    """
    questions = list(Setter(facts.words).units())
    about = About(
        title=facts.words.instrument.title, author=facts.provider, subject=facts.cohort, made_at=facts.made_at
    )
    pages: list[tuple[Page, Sequence[Block]]] = []
    for number in numbers:
        sheets = list(_paged([*_top(facts, number), *questions]))
        pages += [
            (_page(sheet, _foot(facts, number, place, len(sheets))), sheet.blocks)
            for place, sheet in enumerate(sheets, 1)
        ]
    return pdf_pages.document(pages, about)


def _foot(facts: Facts, number: str, place: int, of: int) -> str:
    sheet = f"Sheet {spaced(number)}" if number else "Specimen"
    return f"{facts.words.instrument.title}, page {place} of {of}. {sheet}"


def _top(facts: Facts, number: str) -> Iterator[Unit]:
    """The head of the first page: title, number and its square code, what is true about the answers, the personal code."""
    room = MEASURE - QR_SIDE - 8 if number else MEASURE
    title, height = text_block(facts.words.instrument.title, TITLE, LEFT, room, tag=Tag.HEADING)
    whose, more = text_block(f"{facts.cohort}, {facts.provider}", LEAD, LEFT, room)
    blocks = [title, down(whose, height + 1)]
    y = height + more + 2
    if number:
        sheet, more = text_block(f"Sheet {spaced(number)}", NUMBER, LEFT, room)
        code = square(f"{facts.home}{number}", f"Square code of sheet {number}, for whoever keys it")
        blocks += [down(sheet, y), code]
        y += more
    yield Unit(tuple(blocks), max(y, QR_SIDE if number else 0.0))
    for words in (CONFIDENTIAL, f"{facts.give_to} {HOW}"):
        block, height = text_block(words, BODY, LEFT, MEASURE)
        yield Unit((block,), height, BODY.before)
    yield _code(facts)


CONFIDENTIAL = (
    "Your answers are confidential: no name is kept with them, and please write none on this form. The sheet's number says "
    "which form this is, not who you are. You may leave out any question."
)
YOUR_CODE = (
    "Your personal code",
    (
        "Eight letters and figures: on your own page of questionnaires, or on the slip that you were given. It joins what you say "
        "now with what you say later, without your name. You may leave it out."
    ),
)
FAMILY_CODE = (
    "The code on your card",
    (
        "If you were given a card, write its code here. If not, and you fill in a second form later, write the number of your "
        "first form here. Then the two go together, without your name."
    ),
)
FIRST_NUMBER = (
    "The number of your first form",
    (
        "If you fill in a second form later, write the number of your first form here, so that the two go together. "
        "On your first form leave this empty, and keep its number."
    ),
)


def code_asked(answered_by: AnsweredBy) -> tuple[str, str]:
    """What is to be written into the boxes at the top of a form, and where to find it."""
    if answered_by is AnsweredBy.PRACTITIONER:
        return YOUR_CODE
    return FAMILY_CODE if answered_by is AnsweredBy.PARENT else FIRST_NUMBER


HOW = "Tick one box for each question unless it says more. To change an answer, fill in the wrong box and tick the right one."


def _code(facts: Facts) -> Unit:
    title, where = facts.code_asked
    wording, height = text_block(title, WORDING, LEFT, MEASURE)
    hint, more = text_block(where, LEAD, LEFT, MEASURE)
    y = height + more + 2
    boxes = tuple(
        (LEFT + place * 9.0 + (5.0 if place >= CODE_LETTERS // 2 else 0.0), y, 8.0, 9.0)
        for place in range(CODE_LETTERS)
    )
    return Unit((wording, down(hint, height)), y + 10.0, WORDING.before, boxes=boxes)


def _paged(units: Sequence[Unit]) -> Iterator[_Sheet]:
    """Units on pages: none is torn in two, and a heading stays with the question after it."""
    sheet, y = _Sheet(), TOP
    for place, unit in enumerate(units):
        following = units[place + 1] if unit.is_tied and place + 1 < len(units) else None
        room = unit.before + unit.height + (following.before + following.height if following else 0.0)
        if sheet.blocks and y + room > BOTTOM:
            yield sheet
            sheet, y = _Sheet(), TOP
        y += unit.before if sheet.blocks else 0.0
        sheet.blocks += [down(block, y) for block in unit.blocks]
        sheet.boxes += [(x, y + top, width, height) for x, top, width, height in unit.boxes]
        sheet.rules += [(x, y + top, x2) for x, top, x2 in unit.rules]
        y += unit.height
    yield sheet


def _page(sheet: _Sheet, foot: str) -> Page:
    def draw(canvas: Canvas) -> None:
        font(Face.SANS)
        canvas.setFillColor(QUIET)
        canvas.setFont(Face.SANS, 9.5)
        canvas.drawString(LEFT * mm, (HEIGHT - FOOT) * mm, foot)
        canvas.setStrokeColor(BOX_INK)
        canvas.setLineWidth(0.3 * mm)
        for x, top, width, height in sheet.boxes:
            canvas.roundRect(x * mm, (HEIGHT - top - height) * mm, width * mm, height * mm, 0.7 * mm)
        canvas.setLineWidth(0.2 * mm)
        for x, top, x2 in sheet.rules:
            canvas.line(x * mm, (HEIGHT - top) * mm, x2 * mm, (HEIGHT - top) * mm)

    return Page(WIDTH, HEIGHT, draw)
