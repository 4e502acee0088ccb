"""By when an assessor has promised to answer: working days, Monday to Friday."""

from __future__ import annotations

from datetime import date, timedelta

FRIDAY = 4


def answer_by(sent_on: date, working_days: int) -> date:
    """The last day of the promise.

    Args:
        sent_on: the day on which the submission was sent; the first working day after it counts as one.
        working_days: how many the unit's rules allow.

    Raises:
        ValueError: fewer than one working day.
    """
    if working_days < 1:
        raise ValueError(f"a promise is at least one working day, not {working_days}")
    day, left = sent_on, working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() <= FRIDAY
    return day
