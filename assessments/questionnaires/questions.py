"""A part of a questionnaire as it stands on a page: each question with its answers, in the language of whoever answers.

Pure: instruments and answers in, values for templates out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from assessments.questionnaires.codes import RATHER_NOT_SAY, Answer
from assessments.questionnaires.items import MOST_CHARACTERS, AskedIf, Item
from assessments.questionnaires.schema import Instrument, Section
from assessments.questionnaires.translations import IN_ENGLISH, Spoken
from assessments.questionnaires.written import Written
from lms.core.text import day_year

PREFIX = "answer-"
"""Names of answer fields begin so; what begins so is never held under a person's name when a sign-in has run out."""
SHOWN = "shown"
"""The field that names the questions which hang on others and were on the page."""
MOST_ROWS = 7
"""A question with more options than this is a list to open, not rows to tap."""


@dataclass(frozen=True)
class Choice:
    """One answer to offer."""

    value: str
    label: str
    chosen: bool
    apart: bool = False


@dataclass(frozen=True)
class Typed:
    """What stands in the boxes of a question that is answered by typing.

    Attributes:
        text: words or a number.
        day: day, month and year.
        may_quote: the consent beside the words.
        was: a fingerprint of what was kept when the page was made, so that an old page changes nothing by itself.
    """

    text: str = ""
    day: tuple[str, str, str] = ("", "", "")
    may_quote: bool = False
    was: str = ""


@dataclass(frozen=True)
class Question:
    """One question, ready for the page or for the review.

    Attributes:
        code: the item.
        name: of its form field.
        kind: `rows` (one of few), `list` (one of many), `ticks` (several), `scale` (a row of numbers), `number`, `date`,
            `line` or `words`.
        wording: the question.
        lang: the language of the wording where it is not that of the page; else empty.
        hint: a line of help, or empty.
        along: whether the rows may stand side by side where there is room.
        choices: what is offered; those `apart` stand after the others.
        told: the answer in words, or None when there is none.
        typed: what stands in its boxes.
        unit: what a number counts.
        route: the earlier question and answers that it hangs on; None when everybody is asked.
        is_asked: whether it is asked, as far as is known.
        fault: what is wrong with what was typed, or empty.
    """

    code: str
    name: str
    kind: str
    wording: str
    lang: str
    hint: str
    along: bool
    choices: tuple[Choice, ...]
    told: str | None
    typed: Typed
    unit: str
    route: AskedIf | None
    is_asked: bool
    fault: str = ""

    @property
    def route_name(self) -> str:
        """The name of the form field of the question that it hangs on; empty when it hangs on none."""
        return PREFIX + self.route.item if self.route else ""


Built = tuple[str, tuple[Choice, ...], str | None]
"""Of a question: the kind on the page, the choices, and the answer in words."""


def questions(
    spoken: Spoken,
    section: Section,
    answers: Mapping[str, Answer | Written],
    asked: Collection[str],
    *,
    kept: Mapping[str, Answer | Written],
) -> tuple[Question, ...]:
    """The questions of a part, those that are not `asked` only if an answer on the same page can bring them.

    Args:
        spoken: the questionnaire in a language.
        section: the part, in that language.
        answers: what to show as answered; some of it may not be saved yet.
        asked: codes of the questions that are asked.
        kept: what is saved.
    """
    here = {item.code for item in section.items}
    return tuple(
        replace(
            _question(spoken, item, answers.get(item.code), is_asked=item.code in asked),
            typed=boxes(answers.get(item.code), kept=kept.get(item.code)),
        )
        for item in section.items
        if item.code in asked or (item.asked_if is not None and item.asked_if.item in here)
    )


def with_faults(
    asked: tuple[Question, ...], faults: Mapping[str, str], typed: Mapping[str, Typed]
) -> tuple[Question, ...]:
    """Questions with what was typed that cannot be kept, and why."""
    return tuple(
        replace(each, fault=faults[each.code], typed=typed.get(each.code, each.typed))
        if each.code in faults
        else each
        for each in asked
    )


def fingerprint(answer: Answer | Written | None) -> str:
    """A short mark of a typed answer that tells whether it has changed."""
    if isinstance(answer, Written):
        answer = f"{answer.text}|{answer.day}|{answer.may_quote}"
    return hashlib.blake2s(str(answer or Written()).encode(), digest_size=6).hexdigest()


def boxes(answer: Answer | Written | None, *, kept: Answer | Written | None) -> Typed:
    """An answer as it stands in boxes, and the fingerprint of the one that is kept."""
    was = fingerprint(kept)
    if isinstance(answer, Written):
        day = answer.day
        parts = (str(day.day), str(day.month), str(day.year)) if day else ("", "", "")
        return Typed(answer.text, parts, answer.may_quote, was)
    return Typed(answer if isinstance(answer, str) and answer != RATHER_NOT_SAY else "", was=was)


def _question(spoken: Spoken, item: Item, answer: Answer | Written | None, *, is_asked: bool) -> Question:
    words = spoken.language.words
    kind, choices, told = _BUILDERS[item.kind](spoken, item, answer)
    return Question(
        code=item.code,
        name=PREFIX + item.code,
        kind=kind,
        wording=item.wording,
        lang=IN_ENGLISH.code if item.code in spoken.english else "",
        hint=" ".join(part for part in (item.hint or "", _limits(item, words)) if part),
        along=item.kind == "likert",
        choices=choices,
        told=told,
        typed=Typed(),
        unit=item.unit or "",
        route=item.asked_if,
        is_asked=is_asked,
    )


def _limits(item: Item, words: Mapping[str, str]) -> str:
    if item.kind == "scale":
        return words["from_to"].format(
            lowest=item.lowest,
            lowest_words=item.lowest_words,
            highest=item.highest,
            highest_words=item.highest_words,
        )
    if item.kind == "number":
        return words["whole_number"].format(lowest=item.lowest, highest=item.highest)
    if item.kind == "date":
        return words["day_hint"]
    return words["at_most"].format(most=f"{MOST_CHARACTERS[item.kind]:,}") if item.is_written else ""


def _choose(spoken: Spoken, item: Item, answer: Answer | Written | None) -> Built:
    choices = _choices(spoken.instrument, item, answer, spoken.language.words["rather_not"])
    told = ", ".join(each.label for each in choices if each.chosen) or None
    if item.kind == "scale":
        return "scale", choices, told
    if item.kind == "multiple":
        return "ticks", choices, told
    return ("rows" if len(choices) - 1 <= MOST_ROWS else "list"), choices, told


def _choices(
    instrument: Instrument, item: Item, answer: Answer | Written | None, rather_not: str
) -> tuple[Choice, ...]:
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
    return (*choices, Choice(declining, rather_not, declining in chosen, apart=True))


def _number(spoken: Spoken, item: Item, answer: Answer | Written | None) -> Built:
    rather_not = spoken.language.words["rather_not"]
    declined = Choice(RATHER_NOT_SAY, rather_not, answer == RATHER_NOT_SAY, apart=True)
    if declined.chosen or not isinstance(answer, str):
        return "number", (declined,), rather_not if declined.chosen else None
    # one is told without its unit, which is written for several
    return "number", (declined,), answer if answer == "1" else f"{answer} {item.unit}"


def _day(_spoken: Spoken, _item: Item, answer: Answer | Written | None) -> Built:
    given = answer.day if isinstance(answer, Written) else None
    return "date", (), day_year(given) if given else None


def _words(_spoken: Spoken, item: Item, answer: Answer | Written | None) -> Built:
    told = answer.text if isinstance(answer, Written) else None
    return ("line" if item.kind == "text" else "words"), (), told


_BUILDERS: Mapping[str, Callable[[Spoken, Item, Answer | Written | None], Built]] = {
    **dict.fromkeys(("single", "multiple", "likert", "scale"), _choose),
    "number": _number,
    "date": _day,
    "text": _words,
    "long_text": _words,
}
