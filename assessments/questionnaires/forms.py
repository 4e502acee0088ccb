"""Forms of the questionnaires: a part is built from its instrument; a file of responses is one field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from assessments.questionnaires.codes import RATHER_NOT_SAY, Answer
from assessments.questionnaires.queries import Given
from assessments.questionnaires.schema import Instrument, Item, Section
from lms.core.forms import BaseForm

PREFIX = "answer-"
"""Names of answer fields begin so; what begins so is never held under a person's name when a sign-in has run out."""
MOST_ROWS = 7
"""A question with more options than this is a list to open, not rows to tap."""
RATHER_NOT = "I would rather not say"


class PartForm(BaseForm):
    """One part of a questionnaire. Without a submission key: saving the same answers twice changes nothing."""

    submission_key = None  # type: ignore[assignment]


class ResponsesFileForm(BaseForm):
    """A provider's file of responses."""

    file = FileField("File of answers", validators=[FileRequired("Choose the file first.")])
    provider = SelectField("Provider", coerce=int)


class Fields(Protocol):
    """What is read of a posted form."""

    def get(self, key: str) -> str | None:
        """The first value of a field."""

    def getlist(self, key: str) -> list[str]:
        """All values of a field."""

    def __contains__(self, key: object) -> bool:
        """Whether the field was sent."""


@dataclass(frozen=True)
class Choice:
    """One answer to offer."""

    value: str
    label: str
    chosen: bool
    apart: bool = False


@dataclass(frozen=True)
class Question:
    """One question, ready for the page or for the review.

    Attributes:
        code: the item.
        name: of its form field.
        kind: `rows` (one of few), `list` (one of many) or `ticks` (several).
        wording: the question.
        hint: a line of help, or empty.
        along: whether the rows may stand side by side where there is room.
        choices: what is offered; those `apart` stand after the others.
        told: the answer in words, or None when there is none.
    """

    code: str
    name: str
    kind: str
    wording: str
    hint: str
    along: bool
    choices: tuple[Choice, ...]
    told: str | None


def questions(instrument: Instrument, section: Section, answers: Mapping[str, Given]) -> tuple[Question, ...]:
    """The questions of a part with what has been answered."""
    return tuple(
        _question(instrument, item, answers.get(item.code)) for item in section.items if not item.is_written
    )


def read_answers(section: Section, fields: Fields) -> dict[str, Answer | None]:
    """What a posted part says, by item code; questions that it does not mention are left out, so they stay as they are.

    Ticks beside "I would rather not say" give way to it.
    """
    answers: dict[str, Answer | None] = {}
    for item in section.items:
        name = PREFIX + item.code
        if item.kind == "multiple":
            ticks = frozenset(fields.getlist(name)) - {""}
            if RATHER_NOT_SAY in ticks:
                answers[item.code] = RATHER_NOT_SAY
            elif ticks or name in fields:
                answers[item.code] = ticks or None
        elif fields.get(name):
            answers[item.code] = fields.get(name)
    return answers


def _question(instrument: Instrument, item: Item, answer: Given | None) -> Question:
    options = instrument.options_of(item)
    apart = set(instrument.apart_of(item))
    chosen = answer if isinstance(answer, frozenset) else {answer}
    choices = [
        Choice(option.code, option.label, option.code in chosen, apart=option.code in apart)
        for option in options
        if option.asked and not option.declines
    ]
    if item.kind == "likert":
        # from disagree to agree, as every picture of the answers runs too
        choices = [
            *(each for each in reversed(choices) if not each.apart),
            *(each for each in choices if each.apart),
        ]
    declining = next((option.code for option in options if option.declines), RATHER_NOT_SAY)
    choices.append(Choice(declining, RATHER_NOT, declining in chosen, apart=True))
    rows = len(choices) - 1 <= MOST_ROWS
    return Question(
        code=item.code,
        name=PREFIX + item.code,
        kind="ticks" if item.kind == "multiple" else ("rows" if rows else "list"),
        wording=item.wording,
        hint=item.hint or "",
        along=item.kind == "likert",
        choices=tuple(choices),
        told=", ".join(each.label for each in choices if each.chosen) or None,
    )


def provider_choices(providers: Sequence[Any]) -> list[tuple[int, str]]:
    """Providers as choices of a field."""
    return [(provider.id, provider.name) for provider in providers]
