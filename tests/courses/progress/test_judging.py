"""What is said to the answers of a knowledge check."""

import pytest
from pydantic import ValidationError

from courses.content.knowledge_checks import Check
from courses.progress.judging import judge

QUESTIONS = [
    {
        "id": "many",
        "text": "Which?",
        "choose": "many",
        "options": [
            {"id": "a", "text": "A", "right": True, "feedback": "Yes."},
            {"id": "b", "text": "B", "feedback": "No."},
            {"id": "c", "text": "C", "right": True, "feedback": "Yes, too."},
        ],
    },
    {
        "id": "in-order",
        "text": "In which order?",
        "choose": "order",
        "steps": [{"id": name, "text": name} for name in ("first", "second", "third")],
        "feedback": "Because.",
    },
    {
        "id": "pairs",
        "text": "What belongs together?",
        "choose": "match",
        "pairs": [
            {"id": "x", "text": "X", "match": "one", "feedback": "X is one."},
            {"id": "y", "text": "Y", "match": "two", "feedback": "Y is two."},
        ],
    },
    {
        "id": "words",
        "text": "What must you have?",
        "choose": "short",
        "accept": ["consent", "say yes"],
        "model": "Her consent.",
        "feedback": "Ask first.",
    },
]


def check(*questions):
    return Check.model_validate(
        {"kind": "check", "id": "c", "title": "C", "minutes": 5, "questions": list(questions)}, strict=False
    )


RIGHT = {
    "q_many": ["a", "c"],
    "q_in_order__first": "1",
    "q_in_order__second": "2",
    "q_in_order__third": "3",
    "q_pairs__x": "one",
    "q_pairs__y": "two",
    "q_words": "I need their Consent.",
}


def judged(**changes):
    return judge(check(*QUESTIONS), RIGHT | changes)


def test_all_of_it_right():
    assert [each.right for each in judged()] == [True] * 4


def test_a_wrong_and_a_forgotten_tick_are_told_apart():
    assert [(each.text, each.note) for each in judged(q_many=["a", "b"])[0].remarks] == [
        ("A", "you chose this"),
        ("B", "you chose this; think again"),
        ("C", "this is right too"),
    ]


def test_steps_come_back_in_the_right_order_with_where_they_were_put():
    order = judged(q_in_order__first="2", q_in_order__second="1")[1]
    assert [(each.text, each.right, each.note) for each in order.remarks] == [
        ("1. first", False, "you put this in place 2"),
        ("2. second", False, "you put this in place 1"),
        ("3. third", True, "you put this here"),
    ]
    assert (order.right, order.feedback) == (False, "Because.")


def test_each_pair_says_what_was_chosen_instead():
    match = judged(q_pairs__y="one")[2]
    assert [(each.text, each.note) for each in match.remarks] == [
        ("X: one", "you matched these"),
        ("Y: two", "you chose “one”"),
    ]


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("consent", True),
        ("They SAY YES, first.", True),
        ("They consented", True),
        ("a nonconsent form", False),
        ("", False),
    ],
)
def test_a_short_answer_is_right_when_it_holds_the_words(answer, right):
    assert judged(q_words=answer)[3].right is right
    assert judged(q_words=answer)[3].remarks[-1].text == "Her consent."


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (QUESTIONS[1] | {"steps": [{"id": "a", "text": "A"}] * 3}, "two steps have the same id"),
        (QUESTIONS[2] | {"pairs": [QUESTIONS[2]["pairs"][0]] * 2}, "two pairs have the same id"),
        (
            QUESTIONS[2] | {"pairs": [each | {"match": "one"} for each in QUESTIONS[2]["pairs"]]},
            "nobody could tell which is meant",
        ),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(question, message):
    with pytest.raises(ValidationError, match=message):
        check(question)
