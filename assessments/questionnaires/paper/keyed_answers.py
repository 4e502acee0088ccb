"""What stands beside the boxes of a form on paper, and what somebody who keys it types. Pure.

Every answer has a key: its place among the answers (1, 2, 3), the number itself where numbers are asked, `x` for "I would rather
not say". Several ticks are typed one after another, 135. Nothing typed is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from assessments.questionnaires.codes import RATHER_NOT_SAY, Answer
from assessments.questionnaires.items import Item
from assessments.questionnaires.questions import Choice, Question, questions
from assessments.questionnaires.schema import Instrument, Section
from assessments.questionnaires.translations import Spoken, spoken
from assessments.questionnaires.written import NotWritten, Written, checked

DECLINES = "x"
DAY_MONTH_YEAR = 3

Given = Answer | Written


@dataclass(frozen=True)
class Keyed:
    """One answer to offer on paper.

    Attributes:
        key: what is typed for it.
        value: its code.
        label: its words.
        is_shown: false for an answer that can be keyed but has no box of its own on the form.
    """

    key: str
    value: str
    label: str
    is_shown: bool = True


@dataclass(frozen=True)
class Line:
    """One question of a form, numbered from 1 through the whole form.

    Attributes:
        number: of the question.
        item: what is asked.
        question: its words, as on the screen.
        choices: its answers with their keys; none where something is written.
    """

    number: int
    item: Item
    question: Question
    choices: tuple[Keyed, ...]

    @property
    def is_one_key(self) -> bool:
        """Whether one key is the whole answer, so that the next question can follow at once."""
        return self.question.kind in {"rows", "list"} and all(len(each.key) == 1 for each in self.choices)

    @property
    def takes(self) -> str:
        """What may be typed, in words."""
        if self.question.kind == "ticks":
            return f"the numbers of all boxes that are ticked, such as 13, or {DECLINES}"
        if self.item.values:
            return f"a number from {self.item.lowest} to {self.item.highest}, or {DECLINES}"
        if self.question.kind == "date":
            return "a day such as 27 3 2011"
        if self.item.is_written:
            return "words"
        shown = [each.key for each in self.choices if each.key != DECLINES]
        return f"a number from {shown[0]} to {shown[-1]}, or {DECLINES}"


class Unreadable(ValueError):
    """Something typed that is no answer to the question; the message says what is."""


def in_english(instrument: Instrument) -> Spoken:
    """A questionnaire as it was written."""
    return spoken(instrument, None)


def lines_of(words: Spoken) -> tuple[tuple[Section, tuple[Line, ...]], ...]:
    """Every part of a questionnaire with its questions, also those that only some are asked."""
    everything = [item.code for item in words.instrument.items]
    parts: list[tuple[Section, tuple[Line, ...]]] = []
    number = 0
    for section in words.instrument.sections:
        lines: list[Line] = []
        for question in questions(words, section, {}, everything, kept={}):
            number += 1
            item = words.instrument.by_code[question.code]
            lines.append(Line(number, item, question, _keyed(item, question)))
        parts.append((section, tuple(lines)))
    return tuple(parts)


def _keyed(item: Item, question: Question) -> tuple[Keyed, ...]:
    if item.is_written:
        return ()
    offered = [each for each in question.choices if not _declines(item, each)]
    declining = next(each for each in question.choices if _declines(item, each))
    keys = [each.value if item.values else str(place) for place, each in enumerate(offered, 1)]
    return (
        *(Keyed(key, each.value, each.label) for key, each in zip(keys, offered, strict=True)),
        Keyed(DECLINES, RATHER_NOT_SAY, declining.label, is_shown=item.special_category),
    )


def _declines(item: Item, choice: Choice) -> bool:
    return choice.value == RATHER_NOT_SAY or any(
        option.declines and option.code == choice.value for option in item.options
    )


def read(line: Line, text: str, *, may_quote: bool = False) -> Given | None:
    """What was typed for one question, as an answer; None when nothing was.

    Raises:
        Unreadable: it is no answer to this question.
    """
    typed = text.strip()
    if not typed:
        return None
    if line.item.is_written:
        return _written(line, typed, may_quote=may_quote)
    typed = typed.lower()
    if typed == DECLINES:
        return RATHER_NOT_SAY
    if line.item.values:
        values = {option.code for option in line.item.values}
        return _found(line, str(int(typed)) if typed.isascii() and typed.isdecimal() else typed, values)
    by_key = {each.key: each.value for each in line.choices if each.key != DECLINES}
    if line.question.kind == "ticks":
        keys = re.findall(r"[^\s,.]", typed)
        return frozenset(by_key[_found(line, key, by_key.keys())] for key in keys)
    return by_key[_found(line, typed, by_key.keys())]


def _found(line: Line, typed: str, known: Container[str]) -> str:
    if typed not in known:
        raise Unreadable(f"Question {line.number} takes {line.takes}.")
    return typed


def _written(line: Line, typed: str, *, may_quote: bool) -> Written:
    try:
        if line.question.kind != "date":
            return checked(line.item, Written(text=typed, may_quote=may_quote))
        figures = [int(each) for each in re.findall(r"[0-9]+", typed)]
        if len(figures) != DAY_MONTH_YEAR:
            raise Unreadable(f"Question {line.number} takes {line.takes}.")
        day, month, year = figures
        return checked(line.item, Written(day=date(year, month, day)))
    except NotWritten as fault:
        raise Unreadable(str(fault)) from fault
    except ValueError as fault:
        raise Unreadable(f"Question {line.number}: this day is not in the calendar.") from fault


def typed_of(line: Line, answer: Given | None) -> str:
    """The keys of an answer: the inverse of `read`."""
    if answer is None:
        return ""
    if isinstance(answer, Written):
        return f"{answer.day.day} {answer.day.month} {answer.day.year}" if answer.day else answer.text
    if answer == RATHER_NOT_SAY:
        return DECLINES
    if line.item.values and isinstance(answer, str):
        return answer
    codes = answer if isinstance(answer, frozenset) else {answer}
    return "".join(each.key for each in line.choices if each.value in codes)


def told(line: Line, answer: Given | None) -> str:
    """An answer in words, for whoever compares two keyings."""
    if answer is None:
        return "No answer"
    if isinstance(answer, Written):
        quote = " (may be quoted)" if answer.may_quote else ""
        return f"{typed_of(line, answer)}{quote}"
    if line.item.values and answer != RATHER_NOT_SAY:
        return typed_of(line, answer)
    codes = answer if isinstance(answer, frozenset) else {answer}
    return ", ".join(f"{each.key} {each.label}" for each in line.choices if each.value in codes)


def to_values(answers: Mapping[str, Given]) -> dict[str, object]:
    """Answers as plain JSON values, for the draft between two keyings."""
    return {code: _plain(answer) for code, answer in answers.items()}


def _plain(answer: Given) -> object:
    if isinstance(answer, Written):
        return {
            "text": answer.text, "day": answer.day.isoformat() if answer.day else None, "may_quote": answer.may_quote,
        }  # fmt: skip
    return sorted(answer) if isinstance(answer, frozenset) else answer


def from_values(values: Mapping[str, object]) -> dict[str, Given]:
    """The inverse of `to_values`."""
    return {code: _given(value) for code, value in values.items()}


def _given(value: object) -> Given:
    if isinstance(value, dict):
        day = date.fromisoformat(value["day"]) if value["day"] else None
        return Written(value["text"], day, may_quote=value["may_quote"])
    return frozenset(value) if isinstance(value, list) else str(value)
