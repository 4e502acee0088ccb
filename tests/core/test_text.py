"""How the product writes dates, hours and percentages, and what Markdown may not do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lms.core import text


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0"), (1260, "21"), (1170, "19.5"), (1800, "30"), (600, "10"), (50, "0.8")]
)
def test_hours(minutes: int, words: str) -> None:
    assert text.hours(minutes) == words


def test_times_are_londons_on_both_sides_of_the_clock_change() -> None:
    assert text.clock_time(datetime(2026, 3, 10, 9, 30, tzinfo=UTC)) == "9.30am"
    assert text.clock_time(datetime(2026, 6, 10, 9, 30, tzinfo=UTC)) == "10.30am"
    assert text.clock_time(datetime(2026, 3, 10, 12, 0, tzinfo=UTC)) == "12pm"
    assert text.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wednesday 1 July"


def test_days() -> None:
    assert text.day(date(2026, 3, 10)) == "Tuesday 10 March"
    assert text.day_year(date(2026, 3, 10)) == "10 March 2026"


def test_percentages_round_halves_up() -> None:
    assert [text.whole_percent(value) for value in (0.5, 84.49, 84.5)] == ["1%", "84%", "85%"]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "<style>a{}</style>",
    ],
)
def test_markdown_runs_nothing(source: str) -> None:
    html = text.markdown(source)
    assert "<script" not in html
    assert "<style" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html or "onerror" not in html


def test_initials_of_any_name() -> None:
    assert text.initials("Ṣadé Adéyẹmí") == "ṢA"
    assert text.initials("Madonna") == "M"
    assert text.initials("Đặng Thùy Linh") == "ĐL"
