"""Counting working days: Monday to Friday without the bank holidays of England and Wales. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from courses.cohorts.bank_holidays import bank_holidays

FRIDAY = 4


def is_working_day(day: date) -> bool:
    """Whether people are at work on a day."""
    return day.weekday() <= FRIDAY and day not in bank_holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The working day that many working days after a day, which itself does not count.

    Raises:
        ValueError: fewer than one.
    """
    if count < 1:
        raise ValueError(f"a time limit is at least one working day, not {count}")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
