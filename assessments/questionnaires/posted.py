"""Reads what a posted part says: answers by item code, and in words whatever cannot be read. Pure.

A question that the page did not hold stays as it is, and so does a box that nobody changed: a page that was open for long
does not put back what another device has changed since.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from assessments.questionnaires.codes import RATHER_NOT_SAY, Answer
from assessments.questionnaires.items import Item
from assessments.questionnaires.questions import PREFIX, Typed, fingerprint
from assessments.questionnaires.schema import Section
from assessments.questionnaires.written import NotWritten, Written, checked

FIGURES_OF_A_YEAR = 4


class Fields(Protocol):
    """What is read of a posted form."""

    def get(self, key: str) -> str | None:
        """The first value of a field."""

    def getlist(self, key: str) -> list[str]:
        """All values of a field."""

    def __contains__(self, key: object) -> bool:
        """Whether the field was sent."""


@dataclass
class Posted:
    """What a posted part says.

    Attributes:
        answers: by item code; None takes an answer back.
        faults: what is wrong with what was typed, by item code.
        unfinished: questions among the faults that somebody may still be typing in, such as a day without a year.
        typed: what stood in the boxes of the faulty ones.
        was: fingerprints of the written answers that the page was made with, by item code.
    """

    answers: dict[str, Answer | Written | None] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)
    typed: dict[str, Typed] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)


class _Fault(ValueError):
    """Something typed that is no answer."""

    def __init__(self, what: str, typed: Typed, *, is_unfinished: bool = False) -> None:
        super().__init__(what)
        self.typed = typed
        self.is_unfinished = is_unfinished


Read = dict[str, Answer | Written | None]


def read_part(section: Section, fields: Fields) -> Posted:
    """Everything that a posted part says about the questions of a section."""
    posted = Posted()
    for item in section.items:
        name = PREFIX + item.code
        try:
            posted.answers |= _READERS[item.kind](item, name, fields)
        except _Fault as fault:
            posted.faults[item.code] = str(fault)
            posted.typed[item.code] = fault.typed
            if fault.is_unfinished:
                posted.unfinished.add(item.code)
        if item.is_written and f"{name}-was" in fields:
            posted.was[item.code] = fields.get(f"{name}-was") or ""
    return posted


def _chosen(item: Item, name: str, fields: Fields) -> Read:
    value = fields.get(name)
    return {item.code: value} if value else {}


def _ticked(item: Item, name: str, fields: Fields) -> Read:
    """Ticks beside "I would rather not say" give way to it."""
    ticks = frozenset(fields.getlist(name)) - {""}
    if RATHER_NOT_SAY in ticks:
        return {item.code: RATHER_NOT_SAY}
    return {item.code: ticks or None} if name in fields else {}


def _number(item: Item, name: str, fields: Fields) -> Read:
    if name not in fields:
        return {}
    if f"{name}-declined" in fields:
        return {item.code: RATHER_NOT_SAY}
    text = (fields.get(name) or "").strip()
    was = fields.get(f"{name}-was") or ""
    if not text:
        return {} if fingerprint(None) == was else {item.code: None}
    if fingerprint(text) == was:
        return {}
    if (
        not (text.isascii() and text.isdecimal())
        or int(text) > (item.highest or 0)
        or int(text) < (item.lowest or 0)
    ):
        raise _Fault(
            f"“{text}” is not a whole number from {item.lowest} to {item.highest}. "
            "Write it in figures, without a comma or a point.",
            Typed(text, was=was),
        )
    return {item.code: str(int(text))}


def _day(item: Item, name: str, fields: Fields) -> Read:
    if f"{name}-day" not in fields:
        return {}
    day, month, year = ((fields.get(f"{name}-{part}") or "").strip() for part in ("day", "month", "year"))
    typed = Typed(day=(day, month, year), was=fields.get(f"{name}-was") or "")
    if not (day or month or year):
        found = Written()
    elif not (day and month and year):
        raise _Fault("A day, a month and a year, please.", typed, is_unfinished=True)
    elif not all(part.isascii() and part.isdecimal() for part in (day, month, year)):
        raise _Fault("Write the day in figures only, such as 27 3 2011.", typed)
    elif len(year) != FIGURES_OF_A_YEAR or not int(year):
        raise _Fault("Write the year with four figures, such as 2011.", typed, is_unfinished=True)
    else:
        found = _kept(item, Written(day=_in_the_calendar(int(day), int(month), int(year), typed)), typed)
    return {} if fingerprint(None if found.is_empty else found) == typed.was else {item.code: found}


def _in_the_calendar(day: int, month: int, year: int, typed: Typed) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        if not 1 <= month <= len(calendar.month_name) - 1:
            raise _Fault(f"There is no month {month}. The months are 1 to 12.", typed) from error
        days = calendar.monthrange(year, month)[1]
        name = calendar.month_name[month]
        raise _Fault(f"{name} {year} has {days} days, so there is no {day} {name}.", typed) from error


def _words(item: Item, name: str, fields: Fields) -> Read:
    if name not in fields:
        return {}
    may_quote = f"{name}-quote" in fields
    text = fields.get(name) or ""
    was = fields.get(f"{name}-was") or ""
    found = _kept(item, Written(text, may_quote=may_quote), Typed(text, may_quote=may_quote, was=was))
    return {} if fingerprint(None if found.is_empty else found) == was else {item.code: found}


def _kept(item: Item, written: Written, typed: Typed) -> Written:
    try:
        return checked(item, written)
    except NotWritten as fault:
        raise _Fault(str(fault), typed) from fault


_READERS: Mapping[str, Callable[[Item, str, Fields], Read]] = {
    **dict.fromkeys(("single", "likert", "scale"), _chosen),
    "multiple": _ticked,
    "number": _number,
    "date": _day,
    "text": _words,
    "long_text": _words,
}
