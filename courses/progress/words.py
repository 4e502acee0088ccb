"""What the parts of a course are called on the page, and what doing the next thing is called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from courses.content.schema import Activity, Module
from courses.progress.way import Stone
from lms.core import text


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of activity in words.

    Attributes:
        name: As in "Reading, 8 minutes".
        icon: Its icon.
        verb: What one does with it, before its title.
        begin: The button that opens it.
        promise: What takes the worry out of starting.
    """

    name: str
    icon: str
    verb: str
    begin: str
    promise: str = "You can stop and come back."


KINDS: dict[str, Kind] = {
    "reading": Kind("Reading", "book", "Read", "Start reading"),
    "scenario": Kind("Scenario", "signpost-2", "Think through", "Begin"),
    "reflection": Kind(
        "Journal",
        "journal-text",
        "Write about",
        "Start writing",
        "Your words are saved as you type. Only you can see them.",
    ),
    "worksheet": Kind(
        "Worksheet", "clipboard-check", "Fill in", "Open the worksheet", "Your words are saved as you type."
    ),
    "check": Kind("Check", "patch-question", "Try", "Begin"),
    "session-plan": Kind("Session plan", "easel", "Run", "Open the plan"),
}

NUMBERS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)
MINUTES_AN_HOUR = 60


def kind_of(activity: Activity) -> Kind:
    """An activity's kind in words."""
    return KINDS[activity.kind]


def count(number: int, one: str) -> str:
    """A count at the start of a sentence: Three parts, 14 parts."""
    figure = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{figure} {one if number == 1 else one + 's'}"


def hours(minutes: int) -> int | float:
    """Minutes as hours for a figure on a page: 30, 19.5."""
    whole, rest = divmod(minutes, MINUTES_AN_HOUR)
    return round(minutes / MINUTES_AN_HOUR, 1) if rest else whole


def name_of(module: Module) -> str:
    """Where a module is in the course: Module 3, or Before the course."""
    return f"Module {module.number}" if module.is_taught else "Before the course"


def short_day(value: date | datetime) -> str:
    """A day where there is little room, in London: 10 March."""
    return _short_day(text.london(value).date() if isinstance(value, datetime) else value)


@lru_cache(maxsize=1024)
def _short_day(on: date) -> str:
    return f"{on.day} {on:%B}"


def stone_text(stone: Stone, *, met_on: str | None, finished_on: str | None) -> str:
    """The quiet line under a module on the path.

    Args:
        stone: The module and where the practitioner is with it.
        met_on: The day of its session, in words.
        finished_on: The day its last part was done, in words.
    """
    if finished_on:
        return f"Finished {finished_on}"
    if stone.total == 0:
        when = "You were there" if stone.was_there else met_on
        return f"{when}. Pages to come" if when else "Pages to come"
    if stone.state == "now":
        return f"You are here: {stone.done} of {stone.total} parts done"
    if stone.done:
        return f"{stone.done} of {stone.total} parts done"
    return f"Session {stone.meeting.number}, {met_on}" if stone.meeting else count(stone.total, "part")


def modules_named(modules: Iterable[Module]) -> str:
    """Modules by number, such as "modules 4, 5 and 10"; empty when there are none."""
    numbers = [str(module.number) for module in modules]
    if not numbers:
        return ""
    *first, last = numbers
    return f"modules {', '.join(first)} and {last}" if first else f"module {last}"
