"""Reads what was keyed from a whole form: every question in one page, each in one box. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.questionnaires.paper import keyed_answers
from assessments.questionnaires.paper.keyed_answers import Given, Line, Unreadable
from assessments.questionnaires.questions import PREFIX
from assessments.questionnaires.schema import Instrument, Section


@dataclass(frozen=True)
class Box:
    """One question as it stands on the keying page.

    Attributes:
        line: the question and its keys.
        name: of its field.
        typed: what stands in it.
        may_quote: the tick beside words.
        fault: what is wrong with it, or empty.
    """

    line: Line
    name: str
    typed: str
    may_quote: bool
    fault: str


@dataclass(frozen=True)
class Keyed:
    """A form as it was keyed.

    Attributes:
        parts: its boxes, part by part.
        answers: by item code; only those given.
        sent: codes of the questions that were on the page.
    """

    parts: tuple[tuple[Section, tuple[Box, ...]], ...]
    answers: Mapping[str, Given]
    sent: frozenset[str]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Every box in order."""
        return tuple(box for _, boxes in self.parts for box in boxes)

    @property
    def faults(self) -> tuple[Box, ...]:
        """Boxes with something that is no answer."""
        return tuple(box for box in self.boxes if box.fault)

    @property
    def next(self) -> str:
        """The box to go on in: the first that is faulty, else the first empty one after the last that is filled."""
        if self.faults:
            return self.faults[0].name
        filled = max((place for place, box in enumerate(self.boxes) if box.typed), default=-1)
        return self.boxes[min(filled + 1, len(self.boxes) - 1)].name

    def of(self, code: str) -> Box:
        """The box of a question."""
        return next(box for box in self.boxes if box.line.item.code == code)


def read(instrument: Instrument, fields: Mapping[str, str]) -> Keyed:
    """What stands in the boxes of a form; what cannot be read stays as typed, with what is wrong with it."""
    answers: dict[str, Given] = {}
    sent: set[str] = set()
    parts: list[tuple[Section, tuple[Box, ...]]] = []
    for section, lines in keyed_answers.lines_of(keyed_answers.in_english(instrument)):
        boxes: list[Box] = []
        for line in lines:
            name = PREFIX + line.item.code
            typed, fault, may_quote = fields.get(name, ""), "", f"{name}-quote" in fields
            if name in fields:
                sent.add(line.item.code)
            try:
                answer = keyed_answers.read(line, typed, may_quote=may_quote)
            except Unreadable as unreadable:
                fault = str(unreadable)
            else:
                if answer is not None:
                    answers[line.item.code] = answer
            boxes.append(Box(line, name, typed, may_quote, fault))
        parts.append((section, tuple(boxes)))
    return Keyed(tuple(parts), answers, frozenset(sent))
