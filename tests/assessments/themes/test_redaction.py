"""What is proposed for hiding in a written answer, and what is left of it."""

from __future__ import annotations

import pytest

from assessments.themes import redaction
from assessments.themes.redaction import Known, NotInText, Span

KNOWN = Known(
    people=frozenset(
        {"Rukhsana Iqbal", "Ṣadé Adéyẹmí", "Grace Mbatha", "Agnieszka Łukaszewicz", "Bo Li", "Will Hope"}
    ),
    places=frozenset({"Rowan Tree Children’s Centre", "ARISE Development Ltd"}),
)


def hidden(text: str) -> str:
    return redaction.hide(text, redaction.propose(text, KNOWN))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ring me on 0113 496 0123.", "Ring me on [phone number]."),
        ("I wrote to joy@example.org twice", "I wrote to [email address] twice"),
        ("They live at LS8 1AB now", "They live at [postcode] now"),
        ("She was born on 3 May 2009.", "She was [date of birth]."),
        ("Rukhsana Iqbal helped me", "[name] helped me"),
        ("then rukhsana said no", "then [name] said no"),
        ("SADE ADEYEMI and sadé both came", "[name] and [name] both came"),
        ("Lukaszewicz's visit", "[name]'s visit"),
        ("at Rowan Tree we sing", "at [workplace] we sing"),
        ("at rowan tree children's centre we sing", "at [workplace] we sing"),
        ("her daughter Ellie-Mae cried", "her daughter [name] cried"),
        ("a little boy called Tyrone Marsh", "a little boy called [name]"),
        ("Mrs Okafor and Family Smith", "Mrs [name] and Family [name]"),
        ("I will hope, with grace, for Grace", "I will hope, with grace, for [name]"),
        ("bo is short and Bo is a name", "bo is short and [name] is a name"),
    ],
)
def test_names_numbers_and_places_are_proposed(text, left):
    assert hidden(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "With Family C we set one small goal for the week, bed by eight.",
        "The Family Hub and our Family Support Worker were kind.",
        "I ring the health visitor myself now. 3 of 10 families came in 2010.",
        "",
    ],
)
def test_what_tells_on_nobody_is_left_alone(text):
    assert hidden(text) == text


def test_a_reader_adds_words_wherever_they_stand():
    text = "The house with the blue door. Everybody knows the Blue Door."
    spans = redaction.find_words(text, "blue  door")
    assert redaction.hide(text, spans) == "The house with the [left out]. Everybody knows the [left out]."
    with pytest.raises(NotInText):
        redaction.find_words(text, "red door")
    with pytest.raises(NotInText):
        redaction.find_words(text, "  ")


def test_places_that_overlap_become_one():
    text = "Call Leanne Shaw today"
    spans = [Span(5, 11, redaction.NAME), Span(8, 16, redaction.OTHER), Span(0, 4, redaction.OTHER)]
    assert redaction.hide(text, spans) == "[left out] [left out] today"
    assert redaction.hide(text, []) == text
    with pytest.raises(ValueError, match="no place"):
        redaction.hide(text, [Span(5, 99, redaction.NAME)])


def test_marks_that_stand_apart_from_their_letter_go_with_it():
    text = "Ask Rene\N{COMBINING ACUTE ACCENT} again"
    found = redaction.propose(text, Known(people=frozenset({"René"})))
    assert redaction.hide(text, found) == "Ask [name] again"
