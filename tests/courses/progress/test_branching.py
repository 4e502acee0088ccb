"""The way through a scenario: forward only, as far as it is answered."""

import pytest
from pydantic import ValidationError

from courses.content.scenarios import Scenario
from courses.progress.branching import field_name, is_at_its_end, way_through


def choice(identifier, leads_to=None):
    return {"id": identifier, "text": identifier, "fit": "strong", "feedback": "So.", "leads_to": leads_to}


def scene(identifier, *choices):
    return {"id": identifier, "situation": "Now.", "question": "What now?", "choices": list(choices)}


def scenario(*scenes, opening=None):
    return Scenario.model_validate(
        {
            "kind": "scenario",
            "id": "the-door",
            "title": "The door",
            "minutes": 5,
            "situation": "A door.",
            "question": "What do you do?",
            "choices": opening or [choice("knock", "she-answers"), choice("go")],
            "scenes": list(scenes),
            "learning": "Wait.",
        },
        strict=False,
    )


STORY = scenario(
    scene("she-answers", choice("sit", "tea"), choice("stand")), scene("tea", choice("sip"), choice("leave"))
)


def chosen(values):
    return [(each.scene.id, each.chosen.id if each.chosen else None) for each in way_through(STORY, values)]


def test_it_begins_at_the_opening_and_stops_at_the_first_question_without_an_answer():
    assert chosen({}) == [("", None)]
    assert chosen({"choice": "knock"}) == [("", "knock"), ("she-answers", None)]


def test_it_ends_where_a_choice_leads_nowhere():
    assert is_at_its_end(way_through(STORY, {"choice": "go"}))
    whole = {"choice": "knock", field_name("she-answers"): "sit", field_name("tea"): "sip"}
    assert chosen(whole) == [("", "knock"), ("she-answers", "sit"), ("tea", "sip")]
    assert is_at_its_end(way_through(STORY, whole))


def test_answers_off_the_way_and_choices_nobody_offered_are_passed_over():
    assert chosen({"choice": "go", field_name("tea"): "sip"}) == [("", "go")]
    assert chosen({"choice": "jump"}) == [("", None)]


@pytest.mark.parametrize(
    ("scenes", "opening", "message"),
    [
        ([], None, "leads to 'she-answers', which is not a scene after its own"),
        ([scene("she-answers", choice("a", "she-answers"), choice("b"))], None, "not a scene after its own"),
        ([scene("alone", choice("a"), choice("b"))], [choice("a"), choice("b")], "no choice leads to the scene 'alone'"),
        ([scene("x", choice("a"), choice("b"))] * 2, [choice("a", "x"), choice("b")], "two scenes have the same id"),
    ],
)  # fmt: skip
def test_a_scenario_that_turns_back_or_leads_nowhere_is_refused(scenes, opening, message):
    with pytest.raises(ValidationError, match=message):
        scenario(*scenes, opening=opening)
