"""What completes a course: the standing and the words, from facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from courses.content.schema import Completion
from courses.progress.completion import Facts, Offer, Within, hours_words, judge, other_words

RULES = Completion(taught_minutes=1_620, reading_minutes=240, activities=("a", "b"))
RING = "Leeds Family Learning on 0113 496 0000"
MAY = Offer(date(2027, 5, 4), "session 3 of Beeston block", 180, 180)
JUNE = Offer(date(2027, 6, 1), "session 4 of Beeston block", 180, 180)


def facts(had: int, ahead: int, *offers: Offer, read: int = 240, undone: tuple[str, ...] = ()) -> Facts:
    return Facts(had=had * 60, ahead=(180,) * ahead, read=read, undone=undone, offers=offers)


@pytest.mark.parametrize(
    ("had", "ahead", "within"),
    [
        (27, 1, Within.HAD),
        (27, 0, Within.HAD),
        (0, 10, Within.AHEAD),
        (21, 3, Within.AHEAD),
        (18, 3, Within.NOTHING_TO_SPARE),
        (24, 1, Within.NOTHING_TO_SPARE),
        (24, 0, Within.OUT),
        (15, 3, Within.OUT),
    ],
)
def test_whether_the_hours_are_within_reach(had: int, ahead: int, within: Within) -> None:
    assert judge(RULES, facts(had, ahead)).within is within


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (facts(27, 1), "You have the 27 taught hours that complete the course."),
        (
            facts(24, 2),
            "To complete the course you need one more session. Of the 2 still to come you could miss one.",
        ),
        (
            facts(24, 1, MAY),
            (
                "To complete the course you need one more session, or the catch-up on Tuesday 4 May "
                "(session 3 of Beeston block). There is nothing to spare: if you miss one more session, "
                "27 hours are out of reach here."
            ),
        ),
        (
            facts(18, 3),
            (
                "To complete the course you need three more sessions. There is nothing to spare: if you miss one more "
                "session, 27 hours are out of reach here."
            ),
        ),
        (
            facts(15, 3, MAY, JUNE),
            (
                "You can reach 24 hours here, and 27 complete the course: that cannot be reached in this cohort any more. "
                "The catch-up on Tuesday 4 May (session 3 of Beeston block) brings you there. "
                f"Ring {RING} for a place."
            ),
        ),
        (
            facts(21, 0, MAY, JUNE),
            (
                "You have 21 hours, and 27 complete the course: that cannot be reached in this cohort any more. "
                "The catch-ups on Tuesday 4 May (session 3 of Beeston block) and on Tuesday 1 June "
                f"(session 4 of Beeston block) bring you there. Ring {RING} for a place."
            ),
        ),
        (
            facts(21, 0, MAY, replace(JUNE, more=0)),
            (
                "You have 21 hours, and 27 complete the course: that cannot be reached in this cohort any more. "
                f"Ring {RING} to talk about joining another cohort."
            ),
        ),
        (
            facts(15, 3),
            (
                "You can reach 24 hours here, and 27 complete the course: that cannot be reached in this cohort any more. "
                f"Ring {RING} to talk about joining another cohort."
            ),
        ),
    ],
)
def test_hours_in_words(known: Facts, words: str) -> None:
    assert hours_words(RULES, known, provider=RING) == words


def test_reading_and_activities_complete_a_course_as_well() -> None:
    standing = judge(RULES, facts(27, 0, read=180, undone=("Our plan",)))
    assert not standing.is_complete
    assert other_words(standing) == [
        "1 hour of reading still to tick as read.",
        "Still to do: “Our plan”.",
    ]
    assert judge(RULES, facts(27, 0)).is_complete
    assert other_words(judge(RULES, facts(27, 0))) == []
