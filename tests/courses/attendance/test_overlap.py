"""Minutes had at several sessions: each minute of the course counts once."""

from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.hours import Mark
from courses.attendance.overlap import covered, presence


def at(mark, begins, of, minutes):
    return presence(mark, begins=begins, session_minutes=of, minutes=minutes)


def test_a_whole_session_elsewhere_counts_as_the_own_one_and_twice_is_once():
    guest = at(Mark.CAME, 180, 180, 180)
    assert covered([guest], begins=180, ends=360) == 180
    assert covered([guest, guest], begins=180, ends=360) == 180


def test_one_weekly_session_is_half_of_a_day_and_two_are_the_whole():
    third, fourth = at(Mark.CAME, 360, 180, 180), at(Mark.ONLINE, 540, 180, 180)
    assert covered([third], begins=360, ends=720) == 180
    assert covered([third, fourth], begins=360, ends=720) == 360
    assert covered([third, fourth], begins=0, ends=360) == 0


def test_who_left_at_lunch_makes_up_the_afternoon():
    morning = at(Mark.LEFT_EARLY, 360, 360, 180)
    assert covered([morning, at(Mark.CAME, 540, 180, 180)], begins=360, ends=720) == 360
    assert covered([morning, at(Mark.CAME, 360, 180, 180)], begins=360, ends=720) == 180


def test_who_came_late_has_the_end():
    late = at(Mark.LATE, 0, 180, 160)
    assert (late.begins, late.ends) == (20, 180)
    assert covered([late, at(Mark.LEFT_EARLY, 0, 180, 20)], begins=0, ends=180) == 180


def test_part_of_it_counts_for_its_share():
    assert covered([at(Mark.PART, 0, 180, 90)], begins=0, ends=180) == 90
    assert covered([at(Mark.PART, 0, 360, 90)], begins=0, ends=180) == 45


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Mark.CAME, Mark.LATE, Mark.LEFT_EARLY, Mark.PART]),
            st.integers(0, 9),
            st.integers(1, 180),
        ),
        max_size=6,
    )
)
def test_more_marks_never_take_away_and_never_give_more_than_the_session(entries):
    there = [at(mark, 180 * slot, 180, minutes) for mark, slot, minutes in entries]
    for slot in range(10):
        had = covered(there, begins=180 * slot, ends=180 * slot + 180)
        best = max((minutes for _, other, minutes in entries if other == slot), default=0)
        assert best <= had <= 180
        assert covered([*there, *there], begins=180 * slot, ends=180 * slot + 180) == had
