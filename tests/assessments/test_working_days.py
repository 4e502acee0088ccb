"""By when somebody answers, counted in working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.working_days import is_working_day, working_days_after


@pytest.mark.parametrize(
    ("sent_on", "by"),
    [
        (date(2026, 3, 1), date(2026, 3, 13)),  # a Sunday
        (date(2026, 3, 2), date(2026, 3, 16)),  # a Monday
        (date(2026, 3, 6), date(2026, 3, 20)),  # a Friday
        (date(2026, 3, 27), date(2026, 4, 14)),  # over Good Friday and Easter Monday
        (
            date(2026, 12, 18),
            date(2027, 1, 6),
        ),  # over Christmas, Boxing Day (observed on Monday) and New Year
    ],
)
def test_ten_working_days(sent_on, by):
    assert working_days_after(sent_on, 10) == by


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_it_is_a_working_day_and_holds_the_promised_number(sent_on, days):
    by = working_days_after(sent_on, days)
    assert is_working_day(by)
    between = [sent_on + timedelta(days=n) for n in range(1, (by - sent_on).days + 1)]
    assert sum(map(is_working_day, between)) == days


def test_christmas_is_not_a_working_day():
    assert working_days_after(date(2025, 12, 24), 1) == date(2025, 12, 29)


def test_no_promise_of_no_days():
    with pytest.raises(ValueError, match="at least one"):
        working_days_after(date(2026, 3, 1), 0)
