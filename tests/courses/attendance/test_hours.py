"""Hours from register marks: the latest mark counts, and nobody's certificate hangs on the order rows come back in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.hours import Mark, NotPart, Recorded, Slot, described, fold, minutes_of

WEEKLY = [Slot(key=100 + number, number=number, minutes=180) for number in range(1, 11)]
LETTERS = {"c": (Mark.CAME, 180), "p": (Mark.PART, 90), "m": (Mark.MADE_UP, 180), "x": (Mark.MISSED, 0)}


def marked(text):
    """Return marks for sessions 1, 2, 3...: c came, p part of it, m made up elsewhere, x missed, . none."""
    return [
        Recorded(session=101 + place, mark=LETTERS[letter][0], minutes=LETTERS[letter][1], order=place)
        for place, letter in enumerate(text)
        if letter != "."
    ]


# hand-worked: hours had, hours still reachable, can reach 27, to ring
STANDINGS = [
    ("", 0, 30, True, False),
    ("ccccccc", 21, 30, True, False),
    ("cccmccc", 21, 30, True, False),
    ("ccpcccc", 19.5, 28.5, True, False),
    ("cccccmx", 18, 27, True, True),
    ("xcccxcc", 15, 24, False, True),
    ("xcccccc", 18, 27, True, False),
    ("cccccccccx", 27, 27, True, False),
    ("ccccccccxx", 24, 24, False, True),
    ("ccccccccxm", 27, 27, True, False),
    ("ppcccccccc", 27, 27, True, False),
    ("pppccccccc", 25.5, 25.5, False, True),
    ("cc.cccc", 18, 30, True, False),
    ("x", 0, 27, True, True),
    ("xx", 0, 24, False, True),
    ("cccccccccc", 30, 30, True, False),
]


@pytest.mark.parametrize(("text", "had", "reachable", "can_reach", "to_ring"), STANDINGS)
def test_standings_worked_by_hand(text, had, reachable, can_reach, to_ring):
    hours = fold(WEEKLY, marked(text), needed=1_620)
    assert (hours.had / 60, hours.reachable / 60, hours.can_reach, hours.to_ring) == (
        had,
        reachable,
        can_reach,
        to_ring,
    )
    assert hours.taught == 1_800
    assert hours.needed == 1_620


def test_attended_and_made_up_are_counted_apart():
    hours = fold(WEEKLY, marked("ccmpx"), needed=1_620)
    assert (hours.attended, hours.made_up, hours.lost, hours.open) == (450, 180, 270, 900)
    assert hours.marks == (
        Mark.CAME,
        Mark.CAME,
        Mark.MADE_UP,
        Mark.PART,
        Mark.MISSED,
        None,
        None,
        None,
        None,
        None,
    )
    assert not hours.has_enough
    assert fold(WEEKLY, marked("ccccccccc"), needed=1_620).has_enough


def test_a_correction_replaces_the_mark_and_the_first_one_stays_in_the_history():
    marks = [*marked("cx"), Recorded(session=102, mark=Mark.MADE_UP, minutes=180, order=50)]
    assert fold(WEEKLY, marks, needed=1_620).had == 360
    assert fold(WEEKLY, reversed(marks), needed=1_620).had == 360


def test_a_mark_for_another_cohorts_session_does_not_count():
    assert fold(WEEKLY, [Recorded(session=7, mark=Mark.CAME, minutes=180, order=1)], needed=1_620).had == 0


def test_a_mark_is_never_worth_more_than_its_session():
    assert (
        fold(WEEKLY, [Recorded(session=101, mark=Mark.CAME, minutes=999, order=1)], needed=1_620).had == 180
    )


@pytest.mark.parametrize("minutes", [0, 180, 181, -1])
def test_part_of_a_session_is_more_than_nothing_and_less_than_all(minutes):
    with pytest.raises(ValueError, match="part of a session is 1 to 179 minutes"):
        minutes_of(Mark.PART, session_minutes=180, minutes=minutes)


@given(st.lists(st.tuples(st.integers(1, 10), st.sampled_from("cpmx")), max_size=40), st.randoms())
def test_the_order_in_which_rows_arrive_does_not_matter_and_minutes_add_up(entries, random):
    marks = [
        Recorded(session=100 + number, mark=LETTERS[letter][0], minutes=LETTERS[letter][1], order=order)
        for order, (number, letter) in enumerate(entries)
    ]
    hours = fold(WEEKLY, marks, needed=1_620)
    assert hours.attended + hours.made_up + hours.lost + hours.open == 1_800
    assert 0 <= hours.had <= hours.reachable <= 1_800
    last = {100 + number: LETTERS[letter][1] for number, letter in entries}
    assert hours.had == sum(last.values())
    random.shuffle(marks)
    assert fold(WEEKLY, marks, needed=1_620) == hours


@pytest.mark.parametrize(
    ("mark", "minutes", "worth"),
    [
        (Mark.CAME, None, 180),
        (Mark.ONLINE, None, 180),
        (Mark.LATE, 20, 160),
        (Mark.LEFT_EARLY, 45, 135),
        (Mark.PART, None, 90),
        (Mark.PART, 100, 100),
        (Mark.MADE_UP, None, 180),
        (Mark.APOLOGIES, None, 0),
        (Mark.MISSED, None, 0),
        (Mark.TAKEN_BACK, None, 0),
    ],
)
def test_what_each_mark_is_worth(mark, minutes, worth):
    assert minutes_of(mark, session_minutes=180, minutes=minutes) == worth


@pytest.mark.parametrize(
    ("mark", "minutes", "words"),
    [
        (Mark.LATE, None, "late is 1 to 179 minutes"),
        (Mark.LATE, 180, "late is 1 to 179 minutes"),
        (Mark.LEFT_EARLY, 0, "early is 1 to 179 minutes"),
    ],
)
def test_late_and_early_need_minutes_that_leave_something(mark, minutes, words):
    with pytest.raises(NotPart, match=words):
        minutes_of(mark, session_minutes=180, minutes=minutes)


@pytest.mark.parametrize(
    ("mark", "minutes", "words"),
    [
        (Mark.LATE, 160, "came 20 minutes late"),
        (Mark.LATE, 179, "came 1 minute late"),
        (Mark.LEFT_EARLY, 135, "left 45 minutes early"),
        (Mark.PART, 90, "came for 90 of 180 minutes"),
        (Mark.MADE_UP, 180, "made up elsewhere"),
        (Mark.MADE_UP, 90, "made up 90 of 180 minutes elsewhere"),
        (Mark.APOLOGIES, 0, "sent apologies"),
    ],
)
def test_marks_in_words(mark, minutes, words):
    assert described(mark, minutes=minutes, session_minutes=180) == words


def test_apologies_are_told_apart_from_a_miss_and_count_as_little():
    marks = [*marked("c"), Recorded(session=102, mark=Mark.APOLOGIES, minutes=0, order=9)]
    hours = fold(WEEKLY, marks, needed=1_620)
    assert (hours.had, hours.lost, hours.missed_last) == (180, 180, True)
    assert hours.marks[1] is Mark.APOLOGIES


def test_a_mark_that_was_taken_back_is_no_mark():
    marks = [*marked("cx"), Recorded(session=102, mark=Mark.TAKEN_BACK, minutes=0, order=9)]
    hours = fold(WEEKLY, marks, needed=1_620)
    assert hours.marks[:2] == (Mark.CAME, None)
    assert (hours.lost, hours.open, hours.worths[:2]) == (0, 1_620, (180, 0))
