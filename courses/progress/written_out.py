"""An activity as words in order, for print, large print and plain text: what its page says, and nothing to press. Pure.

What a practitioner wrote is kept apart from what the course says: theirs is never read as Markdown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from courses.content.knowledge_checks import Check, ChoiceQuestion, MatchQuestion, OrderQuestion, Question
from courses.content.scenarios import Choice, Scenario
from courses.content.schema import Activity, Document, Reading, Reflection
from courses.content.worksheets import Worksheet, WorksheetField, WorksheetPart, WorksheetTable
from courses.progress import worksheet_text
from courses.progress.branching import is_at_its_end, way_through
from courses.progress.judging import Judged, judge
from courses.progress.shuffling import offered, shuffled
from courses.progress.worksheet_text import LIGHT, Words

ROOM: dict[str, int] = {"line": 1, "date": 1, "text": 4}
"""Lines to write on by hand, by the size of a box."""
ROOM_TO_REFLECT = 10
HOW_MANY = {False: "Tick one.", True: "Tick all that fit."}


@dataclass(frozen=True, slots=True)
class Title:
    """A heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """What the course says, in Markdown."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of what is said to an answer: the answer, what the person did with it, and why."""

    text: str
    note: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what was answered.

    Attributes:
        label: the question.
        hint: a quiet line under it.
        options: what can be chosen; empty for an answer in one's own words.
        chosen: those of the options that were chosen.
        answer: the practitioner's own words; empty when there are none.
        room: lines to write on by hand where there is no answer.
    """

    label: str
    hint: str = ""
    options: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()
    answer: str = ""
    room: int = 0


Piece: TypeAlias = Title | Prose | Remark | Asked


def write_out(activity: Activity, document: Document, words: Words, *, is_done: bool) -> tuple[Piece, ...]:
    """An activity as its page stands: with what was answered so far, and what is said to it.

    Args:
        activity: a part of the course that practitioners do.
        document: the course, for the text of its pages.
        words: what was chosen or written, by field name; empty for a blank form.
        is_done: whether a check has been answered, so that what is said to it can be shown.
    """
    return tuple(_pieces(activity, document, words, is_done=is_done))


def _pieces(activity: Activity, document: Document, words: Words, *, is_done: bool) -> Iterator[Piece]:
    match activity:
        case Reading():
            yield Prose(document.pages[activity.page])
        case Scenario():
            yield from _scenario(activity, words)
        case Worksheet():
            yield Prose(activity.intro)
            for part in activity.parts:
                yield from _part(part, words)
        case Check():
            yield Prose(activity.intro)
            yield from _judged(judge(activity, words)) if is_done else _questions(activity)
        case Reflection():
            yield Prose(activity.prompt)
            answer = str(words.get("text", ""))
            yield Asked("Your words", activity.hint, answer=answer, room=ROOM_TO_REFLECT)


# ---- scenarios


def _scenario(scenario: Scenario, words: Words) -> Iterator[Piece]:
    way = way_through(scenario, words)
    is_over = is_at_its_end(way)
    for stretch in way:
        if stretch.scene.id:
            yield Title("What happened next")
        yield Prose(stretch.scene.situation)
        if stretch.chosen is None:
            options = tuple(choice.text for choice in stretch.scene.choices)
            yield Asked(
                stretch.scene.question, "Choose on its page, and what follows is added here.", options
            )
            continue
        yield Title(f"You chose: {stretch.chosen.text}")
        yield Prose(f"{stretch.chosen.verdict}. {stretch.chosen.feedback}")
        if is_over:
            yield from _others(stretch.others)
    if is_over:
        yield Title("What to take from it")
        yield Prose(scenario.learning)
        if scenario.discuss:
            yield Title("Talk it over")
            yield Prose("\n".join(f"- {question}" for question in scenario.discuss))
        if scenario.source:
            yield Prose(scenario.source)


def _others(choices: Iterable[Choice]) -> Iterator[Piece]:
    yield Title("If you had done something else")
    for choice in choices:
        yield Remark(choice.text, choice.verdict, choice.feedback)


# ---- worksheets


def _part(part: WorksheetPart, words: Words) -> Iterator[Piece]:
    yield Title(part.title)
    if part.text:
        yield Prose(part.text)
    for field in part.fields:
        yield _box(field, words.get(worksheet_text.field_name(field.id), ""))
    if part.table is not None:
        yield from _rows(part.table, words)


def _rows(table: WorksheetTable, words: Words) -> Iterator[Piece]:
    for row in range(1, worksheet_text.rows_to_show(table, words) + 1):
        values = worksheet_text.row_values(table, row, words)
        yield Title(f"{table.row} {row}")
        for column in table.columns:
            yield _box(column, values.get(column.id, ""))


def _box(field: WorksheetField, value: object) -> Asked:
    given = value if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ""
    said = worksheet_text.said(field, given) if given else ""
    options = tuple(LIGHT.values()) if field.size == "light" else field.options
    if not options:
        return Asked(field.label, field.hint or "", answer=said, room=ROOM[field.size])
    chosen = frozenset(given) if isinstance(given, tuple) else frozenset({said} if said else ())
    return Asked(field.label, field.hint or HOW_MANY[field.size == "many"], options, chosen)


# ---- knowledge checks


def _questions(check: Check) -> Iterator[Piece]:
    for question in check.questions:
        yield from _question(question)


def _question(question: Question) -> Iterator[Piece]:
    if isinstance(question, ChoiceQuestion):
        options = tuple(option.text for option in question.options)
        hint = HOW_MANY[question.choose == "many"]
        yield Asked(question.text, hint, options)
    elif isinstance(question, OrderQuestion):
        steps = tuple(step.text for step in shuffled(question))
        yield Asked(question.text, "Write 1 beside the first, 2 beside the second, and so on.", steps)
    elif isinstance(question, MatchQuestion):
        yield Asked(question.text, options=tuple(pair.text for pair in question.pairs))
        yield Asked("Match each of them with one of these", options=tuple(offered(question)))
    else:
        yield Asked(question.text, "In a few words.", room=ROOM["line"])


def _judged(judged: Iterable[Judged]) -> Iterator[Piece]:
    for question in judged:
        yield Title(question.text)
        for remark in question.remarks:
            yield Remark(remark.text, remark.note, remark.feedback)
        if question.feedback:
            yield Prose(question.feedback)
