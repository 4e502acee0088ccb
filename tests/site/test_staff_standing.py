"""What an employer is told, whatever the hours."""

from __future__ import annotations

from datetime import date

import pytest

from courses.attendance.hours import Hours, Mark, Recorded, Slot, fold
from lms.site.staff_standing import (
    ENDED_SHORT,
    FINISHED,
    LEFT,
    NEEDS_HELP,
    NOT_BEGUN,
    ON_TRACK,
    Progress,
    State,
)

SLOTS = [Slot(number, number, 180) for number in range(1, 11)]
LETTERS = {"c": Mark.CAME, "m": Mark.MISSED, "u": Mark.MADE_UP}


def _hours(letters: str) -> Hours:
    marks = [
        Recorded(number, LETTERS[letter], 0 if letter == "m" else 180, number)
        for number, letter in enumerate(letters, start=1)
    ]
    return fold(SLOTS, marks, needed=1_620)


def _progress(letters: str, today: date, *, left: bool = False) -> Progress:
    return Progress(
        cohort="Tuesdays",
        provider="Aire Valley",
        starts_on=date(2026, 1, 13),
        ends_on=date(2026, 3, 24),
        left=left,
        hours=_hours(letters),
        met=0,
        criteria=24,
        awards=(),
        today=today,
    )


DURING, BEFORE, AFTER = date(2026, 2, 20), date(2026, 1, 2), date(2026, 3, 25)


@pytest.mark.parametrize(
    ("letters", "today", "state", "words"),
    [
        ("", BEFORE, NOT_BEGUN, "Begins on Tuesday 13 January."),
        ("cccc", DURING, ON_TRACK, "Should finish by Tuesday 24 March."),
        ("cmcc", DURING, ON_TRACK, "Should finish by Tuesday 24 March."),
        ("cccm", DURING, NEEDS_HELP, "Missing the next one would leave fewer than 27 hours."),
        ("cmcm", DURING, NEEDS_HELP, "Can reach 24 hours here and needs 27. Aire Valley will ring you"),
        ("cmcu", DURING, ON_TRACK, "Should finish by Tuesday 24 March."),
        ("cccccccccc", AFTER, FINISHED, "Finished on Tuesday 24 March"),
        ("cccccccccm", AFTER, FINISHED, "Finished on Tuesday 24 March"),
        ("ccccccccmm", AFTER, ENDED_SHORT, "A certificate of attendance needs 27 hours."),
        ("cccc", AFTER, ENDED_SHORT, "The course has ended."),
    ],
)
def test_state_and_sentence(letters: str, today: date, state: State, words: str) -> None:
    progress = _progress(letters, today)
    assert progress.state == state
    assert words in progress.sentence


def test_who_left_has_left_whatever_the_hours() -> None:
    assert _progress("cccc", DURING, left=True).state == LEFT


def test_days_name_the_year_only_when_it_is_another() -> None:
    assert _progress("", DURING).days == "13 January to 24 March"
    assert _progress("", date(2027, 1, 1)).days == "13 January 2026 to 24 March 2026"
