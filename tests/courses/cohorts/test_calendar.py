"""Sessions on days: the course's hours, never on a bank holiday, the same time on the wall when the clocks change."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from courses.cohorts import calendar
from courses.cohorts.bank_holidays import bank_holidays, easter_sunday
from courses.cohorts.calendar import CannotLayOut, Pattern, Wishes, lay_out_listed, session_minutes
from courses.cohorts.listed_days import CannotRead, read_listed
from lms.core.clock import LONDON

HALF_PAST_NINE = time(9, 30)
FAMILIES = (180,) * 10
"""The taught modules of Families Going Forward."""
AMBASSADORS = (120,) * 5
"""A shorter course: five modules of two hours."""


def lay_out(pattern, modules=FAMILIES, **wishes):
    return calendar.lay_out(pattern, modules=modules, **wishes)


def days_of(timetable):
    return [session.starts_at.astimezone(LONDON).date() for session in timetable.sessions]


def test_ten_tuesdays_of_three_hours():
    timetable = lay_out(Pattern.WEEKLY, first_day=date(2026, 1, 13), starts=HALF_PAST_NINE)
    assert days_of(timetable) == [date(2026, 1, 13) + timedelta(weeks=week) for week in range(10)]
    assert {session.minutes for session in timetable.sessions} == {180}
    assert timetable.sessions[0].starts_at == datetime(2026, 1, 13, 9, 30, tzinfo=UTC)
    assert timetable.sessions[0].ends_at == datetime(2026, 1, 13, 12, 30, tzinfo=UTC)
    assert timetable.skipped == ()


def test_a_block_is_five_weekdays_of_six_taught_hours_with_an_hour_for_lunch():
    timetable = lay_out(Pattern.BLOCK, first_day=date(2026, 3, 9), starts=HALF_PAST_NINE)
    assert days_of(timetable) == [date(2026, 3, day) for day in (9, 10, 11, 12, 13)]
    assert {session.minutes for session in timetable.sessions} == {360}
    assert {session.ends_at - session.starts_at for session in timetable.sessions} == {timedelta(hours=7)}


def test_a_block_that_starts_on_thursday_goes_on_after_the_weekend():
    timetable = lay_out(Pattern.BLOCK, first_day=date(2026, 3, 12), starts=HALF_PAST_NINE)
    assert [f"{day:%a}" for day in days_of(timetable)] == ["Thu", "Fri", "Mon", "Tue", "Wed"]


def test_easter_and_half_term_make_the_cohort_end_later_and_say_why():
    half_term = [date(2026, 5, 25), date(2026, 3, 23)]
    timetable = lay_out(Pattern.WEEKLY, first_day=date(2026, 3, 16), starts=HALF_PAST_NINE, without=half_term)
    assert [(skip.day, skip.reason) for skip in timetable.skipped] == [
        (date(2026, 3, 23), "left out"),
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 5, 4), "the early May bank holiday"),
        (date(2026, 5, 25), "the spring bank holiday"),
    ]
    assert days_of(timetable)[-1] == date(2026, 6, 15)
    assert sum(session.minutes for session in timetable.sessions) == 1_800


def test_the_time_on_the_wall_stays_when_the_clocks_change():
    timetable = lay_out(Pattern.WEEKLY, first_day=date(2026, 3, 10), starts=HALF_PAST_NINE)
    assert {session.starts_at.astimezone(LONDON).time() for session in timetable.sessions} == {HALF_PAST_NINE}
    assert [session.starts_at.hour for session in timetable.sessions] == [9, 9, 9] + [8] * 7


@pytest.mark.parametrize(
    ("pattern", "first_day", "starts", "without", "words"),
    [
        (
            Pattern.BLOCK,
            date(2026, 3, 14),
            time(9),
            (),
            "Saturday 14 March 2026 is at the weekend. Choose a weekday for the first day.",
        ),
        (
            Pattern.WEEKLY,
            date(2026, 4, 6),
            time(9),
            (),
            "Monday 6 April 2026 is a bank holiday (Easter Monday). Choose another first day.",
        ),
        (
            Pattern.WEEKLY,
            date(2026, 3, 9),
            time(9),
            (date(2026, 3, 9),),
            "Monday 9 March 2026 is among the days left out. Choose another first day.",
        ),
        (
            Pattern.WEEKLY,
            date(2026, 3, 9),
            time(6, 59),
            (),
            "Sessions start at 7am or later and end by 9.30pm. Choose another time.",
        ),
        (
            Pattern.WEEKLY,
            date(2026, 3, 9),
            time(18, 31),
            (),
            "Sessions start at 7am or later and end by 9.30pm. Choose another time.",
        ),
        (
            Pattern.BLOCK,
            date(2026, 3, 9),
            time(23),
            (),
            "Sessions start at 7am or later and end by 9.30pm. Choose another time.",
        ),
        (
            Pattern.WEEKLY,
            date(2026, 3, 9),
            time(9),
            [date(2026, 3, 9) + timedelta(weeks=week) for week in range(1, 80)],
            "So many days are left out that the cohort would take more than 18 months. Leave fewer out.",
        ),
    ],
)
def test_wishes_that_cannot_be_met_are_answered_in_words(pattern, first_day, starts, without, words):
    with pytest.raises(CannotLayOut) as caught:
        lay_out(pattern, first_day=first_day, starts=starts, without=without)
    assert str(caught.value) == words


@given(
    st.sampled_from([Pattern.BLOCK, Pattern.WEEKLY]),
    st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    st.times(time(7), time(14, 30)),
    st.sets(st.dates(date(2010, 1, 1), date(2032, 1, 1)), max_size=5),
)
def test_every_timetable_adds_up_to_thirty_hours_on_days_of_teaching(pattern, first_day, starts, without):
    starts = starts.replace(second=0, microsecond=0)
    try:
        timetable = lay_out(pattern, first_day=first_day, starts=starts, without=without)
    except CannotLayOut:
        reject()
    days = days_of(timetable)
    assert sum(session.minutes for session in timetable.sessions) == 1_800
    assert [session.number for session in timetable.sessions] == list(
        range(1, 6 if pattern is Pattern.BLOCK else 11)
    )
    assert days == sorted(set(days))
    assert days[0] == first_day
    assert not any(day in bank_holidays(day.year) or day in without for day in days)
    assert all(session.starts_at.tzinfo is UTC for session in timetable.sessions)
    if pattern is Pattern.WEEKLY:
        assert {day.weekday() for day in days} == {first_day.weekday()}
    else:
        assert all(day.weekday() < 5 for day in days)


def published():
    """By year, from GOV.UK, "UK bank holidays", England and Wales, as bundled by the Ministry of Justice's
    govuk-bank-holidays in February 2026 (Open Government Licence 3.0); 2010 and 2011 from GOV.UK's archive."""
    days = defaultdict(list)
    with (Path(__file__).parent / "data" / "bank-holidays.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            days[int(row["date"][:4])].append(row["date"])
    return days


@pytest.mark.parametrize("year", range(2010, 2029))
def test_bank_holidays_are_those_published(year):
    assert [day.isoformat() for day in sorted(bank_holidays(year))] == published()[year]


@pytest.mark.parametrize(
    ("year", "day"), [(2028, "04-16"), (2029, "04-01"), (2030, "04-21"), (2038, "04-25"), (2285, "03-22")]
)
def test_easter_is_found_years_ahead(year, day):
    assert f"{easter_sunday(year):%m-%d}" == day


@pytest.mark.parametrize("year", range(2028, 2061))
def test_later_years_have_eight_bank_holidays_all_on_weekdays(year):
    assert len(bank_holidays(year)) == 8
    assert all(day.weekday() < 5 and day.year == year for day in bank_holidays(year))


# ---- another course, with no code changed


def test_sessions_follow_from_the_course():
    assert session_minutes(Pattern.WEEKLY, FAMILIES) == (180,) * 10
    assert session_minutes(Pattern.BLOCK, FAMILIES) == (360,) * 5
    assert session_minutes(Pattern.WEEKLY, AMBASSADORS) == (120,) * 5
    assert session_minutes(Pattern.BLOCK, AMBASSADORS) == (360, 240)
    assert session_minutes(Pattern.BLOCK, (120,) * 4) == (360, 120)
    assert session_minutes(Pattern.BLOCK, (400, 60)) == (400, 60)


def test_a_shorter_course_is_laid_out_weekly_and_in_a_block():
    weekly = lay_out(Pattern.WEEKLY, AMBASSADORS, first_day=date(2027, 2, 2), starts=time(18))
    assert days_of(weekly) == [date(2027, 2, 2) + timedelta(weeks=week) for week in range(5)]
    assert {session.ends_at - session.starts_at for session in weekly.sessions} == {timedelta(hours=2)}
    block = lay_out(Pattern.BLOCK, AMBASSADORS, first_day=date(2027, 2, 2), starts=time(10))
    assert [(session.minutes, session.ends_at - session.starts_at) for session in block.sessions] == [
        (360, timedelta(hours=7)),
        (240, timedelta(hours=4)),
    ]


def test_a_course_without_taught_modules_has_nothing_to_lay_out():
    with pytest.raises(CannotLayOut, match="no taught modules"):
        lay_out(Pattern.WEEKLY, (), first_day=date(2027, 2, 2), starts=time(10))


@pytest.mark.parametrize(
    ("pattern", "modules", "words"),
    [
        (Pattern.WEEKLY, FAMILIES, "Weekly: 10 sessions of 3 hours"),
        (Pattern.BLOCK, FAMILIES, "In a block: 5 days of 6 hours"),
        (Pattern.WEEKLY, AMBASSADORS, "Weekly: 5 sessions of 2 hours"),
        (Pattern.BLOCK, AMBASSADORS, "In a block: 2 days with 10 hours in all"),
        (Pattern.WEEKLY, (90,), "Weekly: 1 session of 1 hour 30 minutes"),
        (Pattern.CUSTOM, FAMILIES, "On days that you list"),
    ],
)
def test_a_pattern_is_described_for_its_course(pattern, modules, words):
    assert calendar.describe(pattern, modules) == words


# ---- days that are listed


def listed(text):
    return lay_out_listed(read_listed(text), modules=AMBASSADORS)


def test_listed_days_come_in_order_of_time_and_may_be_saturdays():
    timetable = listed(
        "06/03/2027 10:00 to 16:00 break 60\n\n13/02/2027 09:30-12:00\n13/02/2027, 1pm until 3.30pm\n"
    )
    assert [(session.number, session.minutes) for session in timetable.sessions] == [
        (1, 150),
        (2, 150),
        (3, 300),
    ]
    assert days_of(timetable) == [date(2027, 2, 13), date(2027, 2, 13), date(2027, 3, 6)]
    assert timetable.sessions[2].ends_at - timetable.sessions[2].starts_at == timedelta(hours=6)


def test_listed_days_keep_the_time_on_the_wall_across_both_changes_of_the_clocks():
    timetable = listed(
        "\n".join(
            f"{day} 09:30 to 11:30"
            for day in ("27/03/2027", "28/03/2027", "30/10/2027", "31/10/2027", "01/11/2027")
        )
    )
    assert [session.starts_at.hour for session in timetable.sessions] == [9, 8, 8, 9, 9]
    assert {session.starts_at.astimezone(LONDON).time() for session in timetable.sessions} == {HALF_PAST_NINE}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "13/02/2027 09:30 to 18:30",
            "These sessions teach 9 hours; the course has 10 hours. They are 1 hour short. Add 1 hour.",
        ),
        (
            "13/02/2027 09:30 to 20:10",
            "These sessions teach 10 hours 40 minutes; the course has 10 hours. They are 40 minutes too long. Take out 40 minutes.",
        ),
        (
            "29/03/2027 09:30 to 19:30",
            "Monday 29 March 2027 is a bank holiday (Easter Monday). Choose another day.",
        ),
        (
            "13/02/2027 09:30 to 14:30\n13/02/2027 14:00 to 19:00",
            "Two sessions on Saturday 13 February 2027 overlap. Move one of them.",
        ),
        (
            "13/02/2027 06:30 to 16:30",
            "Sessions start at 7am or later and end by 9.30pm. Choose another time.",
        ),
        (
            "13/02/2027 10:00 to 11:00 break 60",
            "The session on Saturday 13 February 2027 has no taught time. Put its end after its start.",
        ),
        (
            "13/02/2027 10:00 to 15:00\n13/02/2029 10:00 to 15:00",
            "The first and the last session are more than 18 months apart. Check the years.",
        ),
    ],
)
def test_listed_days_that_cannot_be_are_answered_in_words(text, words):
    with pytest.raises(CannotLayOut) as caught:
        listed(text)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "List the sessions, one a line, such as 12/01/2027 09:30 to 12:30."),
        (
            "12/01/2027 09:30 to 12:30\nTuesday",
            "Line 2, “Tuesday”, is not a session. Write it as 12/01/2027 09:30 to 12:30.",
        ),
        (
            "31/02/2027 09:30 to 12:30",
            "Line 1: 31/02/2027 is not a date in the calendar. Write it as 12/01/2027.",
        ),
        ("12/01/2027 25:00 to 26:00", "Line 1: 25:00 is not a time of day. Write it as 09:30."),
        ("12/01/2027 09:30 to 13pm", "Line 1: 13pm is not a time of day. Write it as 09:30."),
        (
            "12/01/2027 12:30 to 09:30",
            "Line 1: the session ends before it starts. Write it as 12/01/2027 09:30 to 12:30.",
        ),
        ("12/01/2027 09:30 to 12:30\n" * 61, "These are 61 sessions. One cohort has 60 at most."),
    ],
)
def test_a_line_that_is_no_session_is_named(text, words):
    with pytest.raises(CannotRead) as caught:
        read_listed(text)
    assert str(caught.value) == words


def test_wishes_for_a_pattern_need_a_first_day():
    with pytest.raises(CannotLayOut, match="Choose the first day"):
        Wishes(Pattern.WEEKLY).lay_out(FAMILIES)


@given(
    st.lists(st.integers(30, 600), min_size=1, max_size=20),
    st.sampled_from([Pattern.BLOCK, Pattern.WEEKLY]),
)
def test_whatever_the_modules_the_sessions_add_up_to_them(modules, pattern):
    lengths = session_minutes(pattern, modules)
    assert sum(lengths) == sum(modules)
    assert pattern is Pattern.WEEKLY or all(minutes <= 360 or minutes in modules for minutes in lengths)
