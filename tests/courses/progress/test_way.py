from datetime import UTC, date, datetime, timedelta

import pytest

from courses.content import loader
from courses.progress.standing import Standing
from courses.progress.way import Meeting, NextMeeting, NextPart, walk

FIRST = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
DONE_AT = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def course():
    return loader.load(loader.LIBRARY / "families-going-forward").document.course


def weekly(had=()):
    return [
        meeting(n, FIRST + timedelta(weeks=n - 1), 180, had[n - 1] if n <= len(had) else None)
        for n in range(1, 11)
    ]


def block():
    return [meeting(n, FIRST + timedelta(days=n - 1), 360) for n in range(1, 6)]


def meeting(number, starts_at, minutes, had=None):
    return Meeting(
        number, starts_at, starts_at + timedelta(minutes=minutes), starts_at.date(), minutes, "The hall", had
    )


def done(course, *modules, but=()):
    return {
        step.id: Standing("done", DONE_AT)
        for module in course.modules
        if module.number in modules
        for step in module.steps
        if step.id not in but
    }


def at(day, hour=12):
    return {"now": datetime(2026, 1, day, hour, tzinfo=UTC), "today": date(2026, 1, day)}


def test_before_the_course_the_first_unread_page_is_next_and_is_due_before_session_1(course):
    way = walk(course, done(course, 0, but=("local-practice", "your-directory")), weekly(), **at(3))
    assert isinstance(way.next, NextPart)
    assert (way.next.activity.id, way.next.is_started) == ("local-practice", False)
    assert way.next.before is not None
    assert way.next.before.number == 1
    assert [(stone.state, stone.done, stone.total) for stone in way.stones[:2]] == [
        ("now", 7, 9),
        ("todo", 0, 7),
    ]


def test_when_all_is_read_the_next_step_is_to_come(course):
    way = walk(course, done(course, 0), weekly(), **at(3))
    assert isinstance(way.next, NextMeeting)
    assert (way.next.meeting.number, way.next.module.id) == (1, "the-role-and-what-you-bring")
    assert [stone.state for stone in way.stones[:3]] == ["done", "now", "todo"]
    assert way.stones[0].finished_at == DONE_AT


def test_on_the_day_of_a_session_its_parts_open_and_are_due_before_the_next(course):
    way = walk(course, done(course, 0), weekly(), **at(6, hour=15))
    assert (way.next.activity.id, way.next.before.number) == ("what-you-bring", 2)


def test_who_is_behind_is_asked_before_the_session_that_comes_next_and_never_for_the_past(course):
    way = walk(course, {}, weekly(had=(180, 180, 180)), **at(22))
    assert (way.next.activity.id, way.next.before.number) == ("why-you-came", 4)


def test_a_started_part_is_carried_on(course):
    standings = {"why-you-came": Standing("started", DONE_AT)}
    assert walk(course, standings, weekly(), **at(3)).next.is_started


def test_weekly_modules_have_a_session_each_and_block_days_have_two(course):
    assert [s.meeting.number for s in walk(course, {}, weekly(), **at(1)).stones[1:]] == list(range(1, 11))
    assert [s.meeting.number for s in walk(course, {}, block(), **at(1)).stones[1:]] == [
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
        5,
        5,
    ]
    assert walk(course, {}, weekly(), **at(1)).stones[0].meeting is None


def test_a_module_without_material_is_done_when_its_session_was_had(course):
    late = {"now": datetime(2026, 4, 1, tzinfo=UTC), "today": date(2026, 4, 1)}
    there, away = (
        walk(course, done(course, *range(9)), weekly(had=(180,) * 9 + (last,)), **late) for last in (180, 0)
    )
    assert [(stone.state, stone.was_there) for stone in there.stones[9:]] == [("now", True), ("done", True)]
    assert [(stone.state, stone.was_there) for stone in away.stones[9:]] == [("now", True), ("todo", False)]


def test_after_the_last_session_unfinished_parts_have_no_date_and_then_nothing_is_left(course):
    late = {"now": datetime(2026, 4, 1, tzinfo=UTC), "today": date(2026, 4, 1)}
    way = walk(course, done(course, 0, 1, 2), weekly(had=(180,) * 10), **late)
    assert (way.next.activity.id, way.next.before, way.upcoming) == ("first-contact", None, None)
    assert walk(course, done(course, *range(11)), weekly(had=(180,) * 10), **late).next is None


def test_a_cohort_without_sessions_still_has_a_way(course):
    way = walk(course, done(course, 0), [], **at(3))
    assert (way.next.activity.id, way.next.before, way.upcoming) == ("what-you-bring", None, None)


def test_a_session_under_way_is_still_the_next_one(course):
    assert walk(course, done(course, 0), weekly(), **at(6, hour=10)).upcoming.number == 1
    assert walk(course, done(course, 0), weekly(), **at(6, hour=13)).upcoming.number == 2
