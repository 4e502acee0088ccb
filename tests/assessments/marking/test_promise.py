"""By when the assessor answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.promise import answer_by


@pytest.mark.parametrize(
    ("sent_on", "by"),
    [
        (date(2026, 3, 1), date(2026, 3, 13)),  # a Sunday
        (date(2026, 3, 2), date(2026, 3, 16)),  # a Monday
        (date(2026, 3, 6), date(2026, 3, 20)),  # a Friday
    ],
)
def test_ten_working_days(sent_on, by):
    assert answer_by(sent_on, 10) == by


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_it_is_a_working_day_and_holds_the_promised_number(sent_on, days):
    by = answer_by(sent_on, days)
    assert by.weekday() <= 4
    between = [sent_on + timedelta(days=n) for n in range(1, (by - sent_on).days + 1)]
    assert sum(day.weekday() <= 4 for day in between) == days


def test_no_promise_of_no_days():
    with pytest.raises(ValueError, match="at least one"):
        answer_by(date(2026, 3, 1), 0)
