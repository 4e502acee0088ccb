"""Read the days and times of sessions as somebody lists them, one session a line. Pure.

A line is a day, when it starts and when it ends, and how long of that is a break where there is one:
`12/01/2027 09:30 to 16:30 break 60`. A dash or "until" serves for "to", and 9.30am for 09:30.
"""

import re
from datetime import time

from courses.cohorts.calendar import ListedDay
from lms.core.spreadsheets import read_day

EXAMPLE = "12/01/2027 09:30 to 12:30"
MOST_LINES = 60
"""Sessions that one cohort may have; more is a paste gone wrong."""

_LINE = re.compile(
    r"(?P<day>[\d/.-]+),?\s+(?P<starts>[\d:.]+\s*[ap]?m?)\s*(?:-|–|—|to|until)\s*(?P<ends>[\d:.]+\s*[ap]?m?)"
    r"(?:,?\s*(?:with\s+)?(?:a\s+)?break(?:\s+of)?\s+(?P<pause>\d{1,3})(?:\s*min(?:ute)?s?)?)?",
    re.IGNORECASE,
)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?", re.IGNORECASE)
_NOON = 12


class CannotRead(ValueError):
    """A line that is no session; the message says which and how to write it."""


def read_listed(text: str) -> list[ListedDay]:
    """Read the sessions that a text lists. Empty lines are passed over.

    Raises:
        CannotRead: naming the first line that cannot be read, and what is wrong with it.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise CannotRead(f"List the sessions, one a line, such as {EXAMPLE}.")
    if len(lines) > MOST_LINES:
        raise CannotRead(f"These are {len(lines)} sessions. One cohort has {MOST_LINES} at most.")
    return [_read(number, line) for number, line in lines]


def _read(number: int, line: str) -> ListedDay:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise CannotRead(f"Line {number}, “{line[:60]}”, is not a session. Write it as {EXAMPLE}.")
    day = read_day(parts["day"])
    if day is None:
        raise CannotRead(
            f"Line {number}: {parts['day']} is not a date in the calendar. Write it as 12/01/2027."
        )
    starts, ends = _time(parts["starts"]), _time(parts["ends"])
    if starts is None or ends is None:
        wrong = parts["starts"] if starts is None else parts["ends"]
        raise CannotRead(f"Line {number}: {wrong.strip()} is not a time of day. Write it as 09:30.")
    if ends <= starts:
        raise CannotRead(f"Line {number}: the session ends before it starts. Write it as {EXAMPLE}.")
    return ListedDay(day, starts, ends, int(parts["pause"] or 0))


def _time(text: str) -> time | None:
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        return None
    hour, minute, half = int(parts[1]), int(parts[2] or 0), (parts[3] or "").lower()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None
