from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress.standing import Happening, Standing, allowed, fold

START = datetime(2026, 3, 3, 9, tzinfo=UTC)


def happenings(*kinds, activity="reading"):
    return [Happening(activity, kind, START + timedelta(minutes=n)) for n, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "state", "minute"),
    [
        (["started"], "started", 0),
        (["completed"], "done", 0),
        (["started", "completed"], "done", 1),
        (["started", "completed", "reopened"], "started", 2),
        (["completed", "reopened", "completed"], "done", 2),
    ],
)
def test_the_last_event_says_where_it_stands_and_since_when(kinds, state, minute):
    assert fold(happenings(*kinds)) == {"reading": Standing(state, START + timedelta(minutes=minute))}


@pytest.mark.parametrize(
    "kinds",
    [["reopened"], ["started", "reopened"], ["completed", "completed"], ["completed", "started"],
     ["started", "started"], ["opened"]],
)  # fmt: skip
def test_an_impossible_order_is_refused(kinds):
    with pytest.raises(ValueError, match="cannot follow"):
        fold(happenings(*kinds))


def test_activities_do_not_touch_each_other():
    events = happenings("completed") + happenings("started", activity="sheet")
    assert {name: standing.state for name, standing in fold(events).items()} == {
        "reading": "done",
        "sheet": "started",
    }


@given(st.lists(st.integers(0, 2), max_size=12))
def test_any_order_of_allowed_events_folds(picks):
    kinds, standing = [], None
    for pick in picks:
        choices = sorted(allowed(standing))
        kinds.append(choices[pick % len(choices)])
        standing = fold(happenings(*kinds))["reading"]
    assert standing is None or standing.is_done == (kinds[-1] == "completed")
