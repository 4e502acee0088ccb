"""A part of a course as lines of words, so that two versions of it can be laid side by side. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.content.description import Description
from courses.content.schema import Activity, Course, CourseOutline, Module, Reading

_BEGINS = re.compile(r"[-*+|#>]|\d+\.\s")
"""What begins a line that stands by itself: an item, a row, a heading, a quotation."""
_ONE = {"criteria": "criterion", "discuss": "to talk over", "bring": "to bring", "accept": "accepted answer"}
_NAMES = {
    "draws_on": "draws on",
    "leads_to": "leads to",
    "right": "right answer",
    "run": "how to run it",
    "size": "kind of box",
    "most": "most rows",
    "match": "what belongs to it",
    "model": "a good answer",
}


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of what is written.

    Attributes:
        key: what it is, whatever its place: `choices.feedback`. Lines of one key can be versions of each other.
        text: the words.
        where: the same for people, with its place: "Choice 2, feedback".
    """

    key: str
    text: str
    where: str = field(compare=False)


def course_lines(course: Course) -> list[TextLine]:
    """What is said of a course as a whole: everything but its modules and its minutes."""
    return list(_lines(course, leave_out={*Course.model_fields} - {*CourseOutline.model_fields} | _MINUTES))


def module_lines(module: Module, pages: Mapping[str, str]) -> list[TextLine]:
    """What is said of a module, with the words of its handout; everything but its activities and minutes."""
    lines = list(_lines(module, leave_out={"id", "activities", "minutes"}))
    return lines + (_page_lines("handout", pages[module.handout]) if module.handout else [])


def activity_lines(activity: Activity, pages: Mapping[str, str]) -> list[TextLine]:
    """What an activity says, with the words of its page; everything but its minutes."""
    lines = list(_lines(activity, leave_out={"id", "minutes"}))
    return lines + (_page_lines("page", pages[activity.page]) if isinstance(activity, Reading) else [])


_MINUTES = {"taught_minutes", "reading_minutes"}


def _page_lines(kind: str, markdown: str) -> list[TextLine]:
    """Paragraphs, items and rows of a page as they are written, marks and all: a mark can be what has changed."""
    return [TextLine(f"{kind} text", text, f"On the {kind}") for text in _paragraphs(markdown)]


def _paragraphs(text: str) -> list[str]:
    """Paragraphs, items and rows of a text, each on one line, however its lines were broken."""
    found: list[str] = []
    is_open = False
    for line in text.splitlines():
        words = line.strip()
        if words and is_open and not _BEGINS.match(words):
            found[-1] += f" {words}"
        elif words:
            found.append(words)
        is_open = bool(words)
    return found


def _lines(
    described: Description,
    *,
    leave_out: set[str] | frozenset[str] = frozenset(),
    key: str = "",
    where: str = "",
) -> Iterator[TextLine]:
    for name in type(described).model_fields:
        if name not in leave_out:
            words = _NAMES.get(name, name.replace("_", " "))
            yield from _value(getattr(described, name), name, f"{key}{name}", f"{where}{words}")


def _value(value: Any, name: str, key: str, where: str) -> Iterator[TextLine]:
    if isinstance(value, Description):
        yield from _lines(value, key=f"{key}.", where=f"{where}, ")
    elif isinstance(value, tuple):
        one = where.removesuffix(_NAMES.get(name, name.replace("_", " "))) + _singular(name)
        for number, item in enumerate(value, start=1):
            yield from _value(item, name, key, f"{one} {number}")
    elif isinstance(value, dict):
        for inner, items in value.items():
            yield TextLine(key, f"{inner}: {', '.join(items)}", _shown(where))
    elif isinstance(value, bool):
        yield TextLine(key, "yes" if value else "no", _shown(where))
    elif value is not None:
        for text in _paragraphs(str(value)):
            yield TextLine(key, text, _shown(where))


def _singular(name: str) -> str:
    return _ONE.get(name, name.removesuffix("s"))


def _shown(where: str) -> str:
    return where[:1].upper() + where[1:]
