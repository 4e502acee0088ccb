"""What of the themes may be shown, and when it may come out."""

from __future__ import annotations

import json

from assessments.evaluation.policy import Policy
from assessments.themes import results
from assessments.themes.results import Before, Counted

POLICY = Policy()


def shown(count: int, answers: int = 30, *earlier: Before):
    (figure,) = results.protect([Counted("a", "A", "About a.", count)], answers, POLICY, earlier)
    return figure.share and figure.share.percent


def test_few_and_all_but_few_are_hidden_and_so_is_everything_of_too_few():
    assert [shown(count) for count in (0, 1, 4, 5, 25, 26, 29, 30)] == [
        0,
        None,
        None,
        17,
        83,
        None,
        None,
        100,
    ]
    assert shown(10, answers=22) is None
    assert shown(10, answers=23) == 43


def test_what_few_newcomers_said_is_not_to_be_had_by_taking_the_old_from_the_new():
    before = Before(30, 1, {"a": 10})
    assert shown(12, 60, before) is None, "two of the newcomers"
    assert shown(38, 60, before) is None, "all but two of the newcomers"
    assert shown(20, 60, before) == 33
    assert shown(11, 30, before) == 37, "the same answers, coded otherwise"


def test_figures_are_held_against_all_that_came_out_and_not_only_the_last():
    first, second = Before(30, 1, {"a": 20}), Before(55, 2, {"a": 12})
    assert shown(22, 60, second) == 37
    assert shown(22, 60, first, second) is None, "two more than the first time"


def test_figures_come_out_the_most_frequent_first_and_can_be_read_back():
    themes = [Counted(name, name, name, count) for name, count in (("b", 3), ("c", 9), ("a", 20), ("d", 9))]
    figures = results.protect(themes, 30, POLICY, [])
    assert [each.name for each in figures] == ["a", "c", "d", "b"]
    stored = json.loads(json.dumps(results.to_stored(figures, themes)))
    assert results.from_stored(stored) == figures


def test_after_a_withdrawal_nothing_new_comes_out_until_many_more_have_answered():
    before = Before(30, 1, {})
    assert results.why_not_yet(30, 1, POLICY, [before]) == ""
    assert "taken an answer back" in results.why_not_yet(29, 1, POLICY, [before])
    assert results.why_not_yet(52, 2, POLICY, [before]) == ""
    assert "Fewer than 23" in results.why_not_yet(22, 1, POLICY, [])
