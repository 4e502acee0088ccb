"""Lay the sessions of a cohort on days: 30 taught hours, in a block or week by week. Pure.

Bank holidays of England and Wales follow from the Banking and Financial Dealings Act 1971, schedule 1, the yearly
proclamations that add New Year's Day and the early May holiday and move those that fall on a weekend, and the list at
GOV.UK, "UK bank holidays" (for the years that had a day of their own: 2011, 2012, 2020, 2022, 2023).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
TAUGHT_MINUTES = 1_800
EARLIEST_START = time(7)
LATEST_END = time(21, 30)
_SATURDAY = 5
_MONTHS_LOOKED_AHEAD = 18


class Pattern(StrEnum):
    """How the 30 taught hours are spread."""

    BLOCK = "block"
    WEEKLY = "weekly"

    @property
    def sessions(self) -> int:
        """Return how many sessions the pattern has."""
        return 5 if self is Pattern.BLOCK else 10

    @property
    def minutes(self) -> int:
        """Return the taught minutes of one session; sessions times minutes is always 1,800."""
        return TAUGHT_MINUTES // self.sessions

    @property
    def break_minutes(self) -> int:
        """Return the minutes of the midday break, which are not taught: an hour in a six-hour day."""
        return 60 if self is Pattern.BLOCK else 0


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session as laid out.

    Attributes:
        number: from 1.
        starts_at: aware, UTC.
        ends_at: aware, UTC; later than starts_at by the taught minutes and the break.
        minutes: taught minutes.
    """

    number: int
    starts_at: datetime
    ends_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day that would have had a session, and why it has none."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The sessions in order, and the days that were passed over."""

    sessions: tuple[PlannedSession, ...]
    skipped: tuple[SkippedDay, ...]


class CannotLayOut(ValueError):
    """The wishes cannot be laid on days; the message says why, for the person who asked."""


def lay_out(pattern: Pattern, *, first_day: date, starts: time, without: Collection[date] = ()) -> Timetable:
    """Lay out the sessions of a cohort.

    A block takes five weekdays in a row, a weekly cohort the same weekday of ten weeks. Bank holidays and the days in
    `without` are passed over and the cohort ends later for it. The time on the wall stays the same when the clocks
    change.

    Args:
        pattern: block or weekly.
        first_day: the day of session 1.
        starts: when each session starts, London time.
        without: days on which the cohort does not meet, such as half-term.

    Returns:
        Sessions that add up to 1,800 taught minutes.

    Raises:
        CannotLayOut: the first day is not a day to teach on, the hours run into the night, or too many days are left out.
    """
    ends = (
        datetime.combine(first_day, starts) + timedelta(minutes=pattern.minutes + pattern.break_minutes)
    ).time()
    if starts < EARLIEST_START or ends > LATEST_END or ends <= starts:
        raise CannotLayOut("Sessions start at 7am or later and end by 9.30pm. Choose another time.")
    if pattern is Pattern.BLOCK and first_day.weekday() >= _SATURDAY:
        raise CannotLayOut(f"{_named(first_day)} is at the weekend. Choose a weekday for the first day.")
    holiday = bank_holidays(first_day.year).get(first_day)
    if holiday:
        raise CannotLayOut(f"{_named(first_day)} is a bank holiday ({holiday}). Choose another first day.")
    if first_day in without:
        raise CannotLayOut(f"{_named(first_day)} is among the days left out. Choose another first day.")
    sessions: list[PlannedSession] = []
    skipped: list[SkippedDay] = []
    for day in _days(pattern, first_day):
        reason = bank_holidays(day.year).get(day) or ("left out" if day in without else None)
        if reason:
            skipped.append(SkippedDay(day, reason))
            continue
        sessions.append(_planned(pattern, len(sessions) + 1, day, starts))
        if len(sessions) == pattern.sessions:
            return Timetable(tuple(sessions), tuple(skipped))
    raise CannotLayOut(
        "So many days are left out that the cohort would take more than 18 months. Leave fewer out."
    )


def _days(pattern: Pattern, first_day: date) -> Iterator[date]:
    step = timedelta(days=1 if pattern is Pattern.BLOCK else 7)
    day, last = first_day, first_day + timedelta(days=31 * _MONTHS_LOOKED_AHEAD)
    while day <= last:
        if pattern is Pattern.WEEKLY or day.weekday() < _SATURDAY:
            yield day
        day += step


def _planned(pattern: Pattern, number: int, day: date, starts: time) -> PlannedSession:
    starts_at = datetime.combine(day, starts, tzinfo=LONDON).astimezone(UTC)
    return PlannedSession(
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=pattern.minutes + pattern.break_minutes),
        minutes=pattern.minutes,
    )


def _named(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


_ONE_OFF: dict[int, dict[date, str]] = {
    2011: {date(2011, 4, 29): "the royal wedding"},
    2012: {date(2012, 6, 5): "the Diamond Jubilee"},
    2022: {date(2022, 6, 3): "the Platinum Jubilee", date(2022, 9, 19): "the funeral of Queen Elizabeth II"},
    2023: {date(2023, 5, 8): "the coronation of King Charles III"},
}
_MOVED_EARLY_MAY = {2020: date(2020, 5, 8)}
_MOVED_SPRING = {2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> dict[date, str]:
    """Return the bank holidays of England and Wales in a year, with their names.

    Known to agree with GOV.UK's list for 2010 to 2027; later years follow the same rules until a proclamation says otherwise.
    """
    easter = easter_sunday(year)
    days = {
        _weekday_on_or_after(date(year, 1, 1)): "New Year’s Day",
        easter - timedelta(days=2): "Good Friday",
        easter + timedelta(days=1): "Easter Monday",
        _MOVED_EARLY_MAY.get(year, _first_monday(date(year, 5, 1))): "the early May bank holiday",
        _MOVED_SPRING.get(year, _first_monday(date(year, 5, 25))): "the spring bank holiday",
        _first_monday(date(year, 8, 25)): "the summer bank holiday",
    }
    # a Christmas Day at the weekend moves past Boxing Day: Monday is then Boxing Day's own or its substitute
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    days[christmas if christmas.weekday() < _SATURDAY else date(year, 12, 27)] = "Christmas Day"
    moved_boxing = {5: date(year, 12, 28), 6: date(year, 12, 28)}
    days[moved_boxing.get(boxing.weekday(), boxing)] = "Boxing Day"
    return days | _ONE_OFF.get(year, {})


def _weekday_on_or_after(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= _SATURDAY else day


def _first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped_leaps, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - skipped_leaps - moon_shift + 15) % 30
    leaps, year_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
