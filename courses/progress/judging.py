"""What an answer to a knowledge check is worth, and what to say to it. Pure.

A check teaches and counts for nothing, so there are no marks: each answer is right or worth another look, and
always comes with the reason.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.content.knowledge_checks import (
    Check,
    ChoiceQuestion,
    MatchQuestion,
    OrderQuestion,
    Question,
    ShortQuestion,
)

_NOT_WORDS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of what is said to an answer.

    Attributes:
        right: whether it is as it should be.
        text: the answer it is about.
        note: what the person did with it.
        feedback: why; empty where the question says it for all lines together.
    """

    right: bool
    text: str
    note: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with what is said to its answer.

    Attributes:
        text: the question.
        right: whether the whole answer is right.
        remarks: line by line.
        feedback: for the answer as a whole; empty where each line has its own.
    """

    text: str
    right: bool
    remarks: tuple[Remark, ...]
    feedback: str = ""


def field_name(question_id: str, part_id: str = "") -> str:
    """The form field of a question, or of one part of it. Ids have single hyphens, so no two fields are called the same."""
    return "q_" + "__".join(each.replace("-", "_") for each in (question_id, part_id) if each)


def judge(check: Check, values: Mapping[str, str | Sequence[str]]) -> tuple[Judged, ...]:
    """Judge every answer of a check, in order of the questions."""
    return tuple(_judged(question, values) for question in check.questions)


def _judged(question: Question, values: Mapping[str, str | Sequence[str]]) -> Judged:
    if isinstance(question, ChoiceQuestion):
        return _chosen(question, values.get(field_name(question.id), ()))
    if isinstance(question, OrderQuestion):
        return _ordered(question, values)
    if isinstance(question, MatchQuestion):
        return _matched(question, values)
    return _written(question, str(values.get(field_name(question.id), "")))


def _chosen(question: ChoiceQuestion, given: str | Sequence[str]) -> Judged:
    chosen = {given} if isinstance(given, str) else set(given)
    notes = {
        (True, True): "you chose this",
        (True, False): "you chose this; think again",
        (False, True): "this is right too",
    }
    remarks = tuple(
        Remark(option.right, option.text, notes[option.id in chosen, option.right], option.feedback)
        for option in question.options
        if option.id in chosen or option.right
    )
    right = chosen == {option.id for option in question.options if option.right}
    return Judged(question.text, right, remarks)


def _ordered(question: OrderQuestion, values: Mapping[str, str | Sequence[str]]) -> Judged:
    remarks = []
    for place, step in enumerate(question.steps, start=1):
        given = values.get(field_name(question.id, step.id), "")
        right = given == str(place)
        note = "you put this here" if right else f"you put this in place {given}" if given else "not placed"
        remarks.append(Remark(right, f"{place}. {step.text}", note))
    return Judged(question.text, all(each.right for each in remarks), tuple(remarks), question.feedback)


def _matched(question: MatchQuestion, values: Mapping[str, str | Sequence[str]]) -> Judged:
    remarks = []
    for pair in question.pairs:
        given = values.get(field_name(question.id, pair.id), "")
        right = given == pair.match
        note = "you matched these" if right else f"you chose “{given}”" if given else "not matched"
        remarks.append(Remark(right, f"{pair.text}: {pair.match}", note, pair.feedback))
    return Judged(question.text, all(each.right for each in remarks), tuple(remarks))


def _written(question: ShortQuestion, given: str) -> Judged:
    # a word may go on where the wanted one ends, so that "small" takes "smaller"
    right = any(f" {_plain(wanted)}" in f" {_plain(given)}" for wanted in question.accept)
    note = "you wrote this" if right else "you wrote this; compare it with ours"
    mine = (Remark(right, given, note),) if given else ()
    remarks = (*mine, Remark(right=True, text=question.model, note="one way to say it"))
    return Judged(question.text, right, remarks, question.feedback)


def _plain(text: str) -> str:
    """Words alone, in lower case, so that neither a comma nor a capital makes an answer wrong."""
    return _NOT_WORDS.sub(" ", text.casefold()).strip()
