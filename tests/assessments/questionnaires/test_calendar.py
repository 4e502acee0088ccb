"""The policy of waves, as days. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.questionnaires import calendar
from assessments.questionnaires.calendar import Days
from assessments.questionnaires.schema import WaveKind

firsts = st.dates(date(2026, 1, 1), date(2032, 12, 31))


@given(firsts, st.integers(0, 400))
def test_the_waves_of_one_person_never_overlap_whatever_the_course(first, lasts):
    waves = calendar.usual_days(first, first + timedelta(days=lasts))
    for kind, days in waves.items():
        assert days.opens_on <= days.closes_on
        assert calendar.overlapping(kind, days, {k: d for k, d in waves.items() if k is not kind}) is None


@pytest.mark.parametrize(
    ("kind", "opens_on", "closes_on"),
    [
        (WaveKind.PRE, date(2026, 12, 29), date(2027, 1, 18)),
        (WaveKind.POST, date(2027, 3, 31), date(2027, 4, 28)),
        (WaveKind.ONE_MONTH, date(2027, 4, 29), date(2027, 5, 26)),
        (WaveKind.THREE_MONTHS, date(2027, 6, 30), date(2027, 7, 31)),
        (WaveKind.MANAGER, date(2027, 6, 30), date(2027, 7, 31)),
    ],
)
def test_a_weekly_cohort_is_asked_on_these_days(kind, opens_on, closes_on):
    assert calendar.usual_days(date(2027, 1, 12), date(2027, 3, 31))[kind] == Days(opens_on, closes_on)


def test_before_the_course_closes_with_a_block_that_is_shorter_than_a_week():
    assert calendar.usual_days(date(2027, 1, 11), date(2027, 1, 14))[WaveKind.PRE].closes_on == date(
        2027, 1, 14
    )


MAY = Days(date(2027, 5, 1), date(2027, 5, 28))


def test_reminders_lie_after_the_first_day_and_before_the_end():
    assert calendar.reminder_days(MAY) == (date(2027, 5, 4), date(2027, 5, 26))
    assert calendar.reminder_days(Days(date(2027, 5, 1), date(2027, 5, 2))) == ()


@pytest.mark.parametrize(
    ("today", "wanted", "becomes"),
    [
        (
            date(2027, 4, 1),
            Days(date(2027, 5, 8), date(2027, 6, 4)),
            Days(date(2027, 5, 8), date(2027, 6, 4)),
        ),
        (
            date(2027, 5, 2),
            Days(date(2027, 5, 8), date(2027, 6, 4)),
            Days(date(2027, 5, 1), date(2027, 6, 4)),
        ),
        (
            date(2027, 5, 20),
            Days(date(2027, 4, 1), date(2027, 5, 3)),
            Days(date(2027, 5, 1), date(2027, 5, 20)),
        ),
        (date(2027, 6, 1), Days(date(2027, 7, 1), date(2027, 7, 9)), MAY),
    ],
    ids=["not yet open", "open: stays open", "open: does not close in the past", "closed: stays closed"],
)
def test_a_moved_calendar_moves_what_is_still_to_come(today, wanted, becomes):
    assert calendar.moved(MAY, wanted, today=today) == becomes
