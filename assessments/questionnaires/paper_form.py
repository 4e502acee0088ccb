"""A questionnaire on paper: A4, tagged, boxes to tick, numbers in a row, lines to write on. Pure: values in, bytes out.

Each sheet carries a number that tells which questionnaire it is and nothing about who fills it in. The small figure in front
of an answer is what is typed for it when the form is keyed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from assessments.questionnaires.paper_answers import DECLINES, Keyed, Line, lines_of
from assessments.questionnaires.schema import AnsweredBy
from assessments.questionnaires.translations import Spoken
from lms.core import pdf_pages
from lms.core.faces import Face
from lms.core.pdf import About, Block, Page, Squares, font
from lms.core.pdf_looks import POINT, Style
from lms.core.pdf_structure import Branch, Part, Tag
from lms.core.pdf_words import broken, set_lines, width_of_line
from lms.core.prose import Span

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM, FOOT = 18.0, 192.0, 16.0, 276.0, 286.0
MEASURE = RIGHT - LEFT
INK, QUIET, TEAL, BOX_INK = "#1d2b2d", "#4b595b", "#0b3f44", "#39484a"
BOX, GAP = 4.6, 2.0
"""Side of a box to tick, and room after it."""
AROUND = BOX + GAP + 3.0
"""What a box and its key take up before the words of an answer."""
BETWEEN, MOST_BETWEEN, MOST_COLUMNS = 1.5, 16.0, 3
"""Room between answers in one row, and the columns of a list that does not fit one row."""
QR_SIDE = 24.0
CODE_LETTERS = 8
LINES_TO_WRITE, LINE_STEP = 4, 9.0


def _style(face: Face, points: float, colour: str, leading: float = 1.3, before: float = 0.0) -> Style:
    size = points * POINT
    return Style(face, face, face, size, size * leading, before, colour)


TITLE = _style(Face.LITERATA_SEMIBOLD, 21, TEAL, 1.15)
HEADING = _style(Face.LITERATA_SEMIBOLD, 14, TEAL, 1.25, before=7.0)
LEAD = _style(Face.SANS, 10.5, QUIET, before=0.8)
BODY = _style(Face.SANS, 11, INK, 1.35, before=2.0)
WORDING = _style(Face.SANS_SEMIBOLD, 11.5, INK, 1.28, before=5.0)
ANSWER = _style(Face.SANS, 11, INK, 1.25)
KEY = _style(Face.SANS, 8, QUIET, 1.25)
NUMBER = _style(Face.SANS_SEMIBOLD, 16, TEAL, 1.2)


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


@dataclass(frozen=True)
class Unit:
    """What stays together: blocks, boxes (x, y, width, height) and rules (x, y, x2), from its own top. Millimetres."""

    blocks: tuple[Block, ...]
    height: float
    before: float = 0.0
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    rules: tuple[tuple[float, float, float], ...] = ()
    is_tied: bool = False


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
    questions = list(_Setter(facts).units())
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


def spaced(number: str) -> str:
    """A number or code as it is read and written: in groups of four."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _foot(facts: Facts, number: str, place: int, of: int) -> str:
    sheet = f"Sheet {spaced(number)}" if number else "Specimen"
    return f"{facts.words.instrument.title}, page {place} of {of}. {sheet}"


def _text(
    words: str,
    style: Style,
    left: float,
    width: float,
    *,
    tag: Tag = Tag.PARAGRAPH,
    within: tuple[Part, ...] = (),
) -> tuple[Block, float]:
    """Words as one block from the top, and how high they are."""
    lines = broken((Span(words),), style, width)
    return Block(tag, set_lines(lines, style, left), within=within), len(lines) * style.step


def _down(block: Block, by: float) -> Block:
    return replace(block, marks=tuple(replace(mark, y=mark.y + by) for mark in block.marks))


def _top(facts: Facts, number: str) -> Iterator[Unit]:
    """The head of the first page: title, number and its square code, what is true about the answers, the personal code."""
    room = MEASURE - QR_SIDE - 8 if number else MEASURE
    title, height = _text(facts.words.instrument.title, TITLE, LEFT, room, tag=Tag.HEADING)
    whose, more = _text(f"{facts.cohort}, {facts.provider}", LEAD, LEFT, room)
    blocks = [title, _down(whose, height + 1)]
    y = height + more + 2
    if number:
        sheet, more = _text(f"Sheet {spaced(number)}", NUMBER, LEFT, room)
        code = square(f"{facts.home}{number}", f"Square code of sheet {number}, for whoever keys it")
        blocks += [_down(sheet, y), code]
        y += more
    yield Unit(tuple(blocks), max(y, QR_SIDE if number else 0.0))
    for words in (CONFIDENTIAL, f"{facts.give_to} {HOW}"):
        block, height = _text(words, BODY, LEFT, MEASURE)
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


def square(address: str, instead: str, *, top: float = 0.0, side: float = QR_SIDE) -> Block:
    """An address as a square code at the right edge; `instead` says what it opens. Millimetres."""
    rows = tuple(bytes(row) for row in segno.make_qr(address, error="m").matrix)
    return Block(Tag.FIGURE, (Squares(rows, RIGHT - side, top, side, TEAL),), instead)


def _code(facts: Facts) -> Unit:
    title, where = facts.code_asked
    wording, height = _text(title, WORDING, LEFT, MEASURE)
    hint, more = _text(where, LEAD, LEFT, MEASURE)
    y = height + more + 2
    boxes = tuple(
        (LEFT + place * 9.0 + (5.0 if place >= CODE_LETTERS // 2 else 0.0), y, 8.0, 9.0)
        for place in range(CODE_LETTERS)
    )
    return Unit((wording, _down(hint, height)), y + 10.0, WORDING.before, boxes=boxes)


class _Setter:
    """Sets the questions of one form; it numbers the branches of the structure as it goes."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._numbers = count(1)

    def units(self) -> Iterator[Unit]:
        """Every part with its questions, in order."""
        for section, lines in lines_of(self.facts.words):
            title, height = _text(section.title, HEADING, LEFT, MEASURE, tag=Tag.HEADING_2)
            lead, more = _text(section.lead, LEAD, LEFT, MEASURE)
            yield Unit((title, _down(lead, height)), height + more, HEADING.before, is_tied=True)
            for line in lines:
                yield self._question(line)

    def _question(self, line: Line) -> Unit:
        wording, y = _text(
            f"{line.number}. {line.question.wording}", WORDING, LEFT, MEASURE, tag=Tag.HEADING_3
        )
        blocks = [wording]
        hint = " ".join(filter(None, (self._route(line), self._how(line))))
        if hint:
            block, more = _text(hint, LEAD, LEFT, MEASURE)
            blocks.append(_down(block, y))
            y += more
        y += 1.2
        answers = self._answers(line)
        return Unit(
            (*blocks, *(_down(block, y) for block in answers.blocks)),
            y + answers.height,
            WORDING.before,
            boxes=tuple((x, y + top, width, height) for x, top, width, height in answers.boxes),
            rules=tuple((x, y + top, x2) for x, top, x2 in answers.rules),
        )

    def _route(self, line: Line) -> str:
        """For whom a question is that hangs on an earlier one."""
        if line.item.asked_if is None:
            return ""
        earlier = next(
            each
            for _, lines in lines_of(self.facts.words)
            for each in lines
            if each.item.code == line.item.asked_if.item
        )
        wanted = [each.label for each in earlier.choices if each.value in line.item.asked_if.codes]
        return (
            f"Only if you chose {' or '.join(f'“{label}”' for label in wanted)} in question {earlier.number}."
        )

    def _how(self, line: Line) -> str:
        """The question's own help; what a screen adds of itself, such as how many letters fit, means nothing on paper."""
        return line.item.hint or ("Tick all that apply." if line.question.kind == "ticks" else "")

    def _answers(self, line: Line) -> Unit:
        if line.question.kind == "scale":
            return self._scale(line)
        if line.question.kind == "number":
            unit, height = _text(line.question.unit, ANSWER, LEFT + 30, MEASURE - 30)
            return Unit((_down(unit, 2.0),), max(10.0, height), boxes=((LEFT, 0.0, 26.0, 9.0),))
        if line.question.kind == "date":
            return _date()
        if line.question.kind in {"line", "words"}:
            return self._lines(line)
        return self._ticks([each for each in line.choices if each.is_shown])

    def _ticks(self, offered: Sequence[Keyed]) -> Unit:
        """Boxes in as many columns as the longest answer leaves room for."""
        branch = Part(Branch.LIST, next(self._numbers))
        blocks: list[Block] = []
        boxes: list[tuple[float, float, float, float]] = []
        top = 0.0
        for row in _rows(offered):
            tallest = 0.0
            for each, left, room in row:
                item = (branch, Part(Branch.ITEM, next(self._numbers)))
                boxes.append((left, top + 0.6, BOX, BOX))
                key, _ = _text(each.key, KEY, left + BOX + 1.0, 6.0, tag=Tag.LABEL, within=item)
                label, height = _text(
                    each.label, ANSWER, left + AROUND, room,
                    within=(*item, Part(Branch.ITEM_BODY, next(self._numbers))),
                )  # fmt: skip
                blocks += [_down(key, top + 1.2), _down(label, top + 0.4)]
                tallest = max(tallest, height)
            top += max(tallest, BOX) + 1.6
        return Unit(tuple(blocks), top, boxes=tuple(boxes))

    def _scale(self, line: Line) -> Unit:
        """Numbers in a row, each in its box, with what both ends mean."""
        offered = [each for each in line.choices if each.key != DECLINES]
        step = min(13.5, MEASURE / len(offered))
        branch = Part(Branch.LIST, next(self._numbers))
        blocks: list[Block] = []
        boxes: list[tuple[float, float, float, float]] = []
        for place, each in enumerate(offered):
            left = LEFT + place * step
            boxes.append((left, 0.0, 8.6, 8.6))
            inset = (8.6 - _width(each.key, ANSWER)) / 2
            item = (branch, Part(Branch.ITEM, next(self._numbers)))
            digit, _ = _text(
                each.key,
                ANSWER,
                left + inset,
                9.0,
                within=(*item, Part(Branch.ITEM_BODY, next(self._numbers))),
            )
            blocks.append(_down(digit, 1.9))
        lowest, height = _text(f"{line.item.lowest}: {line.item.lowest_words}", LEAD, LEFT, MEASURE / 2)
        words = f"{line.item.highest}: {line.item.highest_words}"
        right = LEFT + (len(offered) - 1) * step + 8.6
        room = _width(words, LEAD)
        highest, more = _text(words, LEAD, max(LEFT + MEASURE / 2, right - room), MEASURE / 2)
        blocks += [_down(lowest, 9.4), _down(highest, 9.4)]
        top = 9.8 + max(height, more)
        declining = next((each for each in line.choices if each.key == DECLINES and each.is_shown), None)
        if declining is not None:
            ticks = self._ticks([declining])
            blocks += [_down(block, top + 1) for block in ticks.blocks]
            boxes += [(x, y + top + 1, width, tall) for x, y, width, tall in ticks.boxes]
            top += ticks.height + 1
        return Unit(tuple(blocks), top, boxes=tuple(boxes))

    def _lines(self, line: Line) -> Unit:
        many = LINES_TO_WRITE if line.question.kind == "words" else 1
        rules = tuple((LEFT, LINE_STEP * (place + 1), RIGHT) for place in range(many))
        top = LINE_STEP * many + 2.0
        quote = self._ticks([Keyed("q", "quote", "You may quote these words, without my name")])
        return Unit(
            tuple(_down(block, top) for block in quote.blocks),
            top + quote.height,
            boxes=tuple((x, y + top, width, height) for x, y, width, height in quote.boxes),
            rules=rules,
        )


def _width(words: str, style: Style) -> float:
    return width_of_line(broken((Span(words),), style, WIDTH * 9)[0], style)


def _rows(offered: Sequence[Keyed]) -> Iterator[list[tuple[Keyed, float, float]]]:
    """Answers with where each begins and how much room its words have: in one row where they fit, else in columns."""
    widths = [AROUND + _width(each.label, ANSWER) for each in offered]
    spare = (MEASURE - sum(widths)) / len(widths)
    if spare >= BETWEEN:
        step = min(spare, MOST_BETWEEN)
        lefts = [LEFT + sum(widths[:place]) + step * place for place in range(len(widths))]
        yield [(each, left, width) for each, left, width in zip(offered, lefts, widths, strict=True)]
        return
    columns = max(1, min(MOST_COLUMNS, int(MEASURE // (max(widths) + BETWEEN))))
    width = MEASURE / columns
    for start in range(0, len(offered), columns):
        yield [
            (each, LEFT + column * width, width - AROUND - 1.0)
            for column, each in enumerate(offered[start : start + columns])
        ]


def _date() -> Unit:
    blocks: list[Block] = []
    boxes: list[tuple[float, float, float, float]] = []
    for left, width, words in ((LEFT, 16.0, "Day"), (LEFT + 22, 16.0, "Month"), (LEFT + 44, 28.0, "Year")):
        boxes.append((left, 0.0, width, 9.0))
        block, _ = _text(words, LEAD, left, width)
        blocks.append(_down(block, 9.4))
    return Unit(tuple(blocks), 14.6, boxes=tuple(boxes))


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
        sheet.blocks += [_down(block, y) for block in unit.blocks]
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
