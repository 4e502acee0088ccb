"""When things happen in the demonstration: everything is counted back from today. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta

from courses.cohorts.calendar import CannotLayOut, Pattern, Timetable, lay_out
from lms.core.clock import LONDON

TUESDAY = 1
HELD = 7
"""Sessions that the live cohort has behind it."""
WEEKS_SEARCHED = 40
MODULES = (180,) * 10
"""The minutes of the taught modules of Families Going Forward."""
WEEKLY_STARTS = time(9, 30)
BLOCK_STARTS = time(9)
BLOCK_BEFORE = timedelta(days=70)
"""The finished cohort begins at least this long before the live one."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the demonstration.

    Attributes:
        today: the day on which it is built.
        live_first: the first day of the live cohort, a Tuesday.
        live_without: days on which the live cohort does not meet.
        live: the days of its sessions, in order.
        finished: the five days of the finished cohort.
        founded: the day on which its provider came.
    """

    today: date
    live_first: date
    live_without: frozenset[date]
    live: tuple[date, ...]
    finished: tuple[date, ...]
    founded: date

    def ago(self, days: int) -> date:
        """Some days before today."""
        return self.today - timedelta(days=days)


def days_for(today: date) -> Days:
    """The days of the demonstration as of today: the live cohort has had seven sessions of ten.

    Raises:
        RuntimeError: no such timetable exists, which no calendar of England has been seen to do.
    """
    last_tuesday = today - timedelta(days=(today.weekday() - TUESDAY - 1) % 7 + 1)
    without = frozenset(_christmas_weeks(today))
    for weeks in range(HELD - 1, WEEKS_SEARCHED):
        first = last_tuesday - timedelta(weeks=weeks)
        live = _session_days(Pattern.WEEKLY, first, WEEKLY_STARTS, without)
        if sum(day < today for day in live) == HELD:
            finished = _block_on_or_before(first - BLOCK_BEFORE)
            return Days(today, first, without, live, finished, finished[0] - timedelta(days=60))
    raise RuntimeError(f"no weekly cohort has had {HELD} sessions by {today}")


def _christmas_weeks(today: date) -> list[date]:
    return [
        date(year, 12, 21) + timedelta(days=offset)
        for year in (today.year - 1, today.year)
        for offset in range(14)
    ]


def _block_on_or_before(day: date) -> tuple[date, ...]:
    monday = day - timedelta(days=day.weekday())
    for weeks in range(WEEKS_SEARCHED):
        days = _session_days(Pattern.BLOCK, monday - timedelta(weeks=weeks), BLOCK_STARTS, frozenset())
        if days:
            return days
    raise RuntimeError(f"no block can begin before {day}")


def _session_days(pattern: Pattern, first: date, starts: time, without: Collection[date]) -> tuple[date, ...]:
    try:
        timetable: Timetable = lay_out(
            pattern, modules=MODULES, first_day=first, starts=starts, without=without
        )
    except CannotLayOut:
        return ()
    return tuple(session.starts_at.astimezone(LONDON).date() for session in timetable.sessions)
