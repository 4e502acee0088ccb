"""The questions of a form on paper: boxes to tick, numbers in a row, lines to write on. Pure: values in, units out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from assessments.questionnaires.paper.form_parts import (
    ANSWER,
    AROUND,
    BETWEEN,
    BOX,
    HEADING,
    KEY,
    LEAD,
    LEFT,
    LINE_STEP,
    LINES_TO_WRITE,
    MEASURE,
    MOST_BETWEEN,
    MOST_COLUMNS,
    RIGHT,
    WORDING,
    Unit,
    down,
    text_block,
    words_width,
)
from assessments.questionnaires.paper.keyed_answers import DECLINES, Keyed, Line, lines_of
from assessments.questionnaires.translations import Spoken
from lms.core.pdf import Block
from lms.core.pdf_structure import Branch, Part, Tag


class Setter:
    """Sets the questions of one form; it numbers the branches of the structure as it goes."""

    def __init__(self, words: Spoken) -> None:
        self._words = words
        self._numbers = count(1)

    def units(self) -> Iterator[Unit]:
        """Every part with its questions, in order."""
        for section, lines in lines_of(self._words):
            title, height = text_block(section.title, HEADING, LEFT, MEASURE, tag=Tag.HEADING_2)
            lead, more = text_block(section.lead, LEAD, LEFT, MEASURE)
            yield Unit((title, down(lead, height)), height + more, HEADING.before, is_tied=True)
            for line in lines:
                yield self._question(line)

    def _question(self, line: Line) -> Unit:
        wording, y = text_block(
            f"{line.number}. {line.question.wording}", WORDING, LEFT, MEASURE, tag=Tag.HEADING_3
        )
        blocks = [wording]
        hint = " ".join(filter(None, (self._route(line), self._how(line))))
        if hint:
            block, more = text_block(hint, LEAD, LEFT, MEASURE)
            blocks.append(down(block, y))
            y += more
        y += 1.2
        answers = self._answers(line)
        return Unit(
            (*blocks, *(down(block, y) for block in answers.blocks)),
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
            for _, lines in lines_of(self._words)
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
            unit, height = text_block(line.question.unit, ANSWER, LEFT + 30, MEASURE - 30)
            return Unit((down(unit, 2.0),), max(10.0, height), boxes=((LEFT, 0.0, 26.0, 9.0),))
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
                key, _ = text_block(each.key, KEY, left + BOX + 1.0, 6.0, tag=Tag.LABEL, within=item)
                label, height = text_block(
                    each.label, ANSWER, left + AROUND, room,
                    within=(*item, Part(Branch.ITEM_BODY, next(self._numbers))),
                )  # fmt: skip
                blocks += [down(key, top + 1.2), down(label, top + 0.4)]
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
            inset = (8.6 - words_width(each.key, ANSWER)) / 2
            item = (branch, Part(Branch.ITEM, next(self._numbers)))
            digit, _ = text_block(
                each.key,
                ANSWER,
                left + inset,
                9.0,
                within=(*item, Part(Branch.ITEM_BODY, next(self._numbers))),
            )
            blocks.append(down(digit, 1.9))
        lowest, height = text_block(f"{line.item.lowest}: {line.item.lowest_words}", LEAD, LEFT, MEASURE / 2)
        words = f"{line.item.highest}: {line.item.highest_words}"
        right = LEFT + (len(offered) - 1) * step + 8.6
        room = words_width(words, LEAD)
        highest, more = text_block(words, LEAD, max(LEFT + MEASURE / 2, right - room), MEASURE / 2)
        blocks += [down(lowest, 9.4), down(highest, 9.4)]
        top = 9.8 + max(height, more)
        declining = next((each for each in line.choices if each.key == DECLINES and each.is_shown), None)
        if declining is not None:
            ticks = self._ticks([declining])
            blocks += [down(block, top + 1) for block in ticks.blocks]
            boxes += [(x, y + top + 1, width, tall) for x, y, width, tall in ticks.boxes]
            top += ticks.height + 1
        return Unit(tuple(blocks), top, boxes=tuple(boxes))

    def _lines(self, line: Line) -> Unit:
        many = LINES_TO_WRITE if line.question.kind == "words" else 1
        rules = tuple((LEFT, LINE_STEP * (place + 1), RIGHT) for place in range(many))
        top = LINE_STEP * many + 2.0
        quote = self._ticks([Keyed("q", "quote", "You may quote these words, without my name")])
        return Unit(
            tuple(down(block, top) for block in quote.blocks),
            top + quote.height,
            boxes=tuple((x, y + top, width, height) for x, y, width, height in quote.boxes),
            rules=rules,
        )


def _rows(offered: Sequence[Keyed]) -> Iterator[list[tuple[Keyed, float, float]]]:
    """Answers with where each begins and how much room its words have: in one row where they fit, else in columns."""
    widths = [AROUND + words_width(each.label, ANSWER) for each in offered]
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
        block, _ = text_block(words, LEAD, left, width)
        blocks.append(down(block, 9.4))
    return Unit(tuple(blocks), 14.6, boxes=tuple(boxes))
