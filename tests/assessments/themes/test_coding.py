"""Small groups are never read, two people code blind, differences are settled, and the codebook may change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.evaluation.policy import Policy
from assessments.questionnaires import service as questionnaires
from assessments.questionnaires.written import Written
from assessments.themes import code_queries, codebook, coding, queries, service, standings
from assessments.themes.codebook import Words
from assessments.themes.models import Redaction
from assessments.themes.redaction import Span
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.assessments.themes.conftest import ITEM
from tests.factories.people import as_actor, make_user


@pytest.fixture
def small(app, world):
    """The same rules at a size that is quick to write: three answers are enough."""
    app.config["PERCENTAGE_BASE"] = 3
    world.policy = Policy(percent_base=3)
    return world


def key_of(text: str) -> str:
    return db.session.query(Redaction).filter_by(text=text).one().answer_id


@pytest.fixture
def coded(small):
    """Three answers: both see goals in the first, only the second sees time in the second, nobody anything in the third."""
    small.write(["one", "two", "three"])
    question = small.take_in()
    small.redact_all(question)
    goals, time = small.themes(question, "Goals", "Time")
    small.code(question, small.first, lambda text: [goals] if text == "one" else [])
    assert code_queries.codes_of(question).answers == (), "nothing is shown before both are done"
    small.code(question, small.second, lambda text: {"one": [goals], "two": [time]}.get(text, []))
    return small, question, goals, time


def test_answers_of_a_small_group_are_never_read_and_late_ones_wait_for_as_many_again(client, world):
    world.write([f"Words {each}" for each in range(22)])
    with pytest.raises(Refused, match="Fewer than 23"):
        world.take_in()
    client.sign_in(world.first)
    assert "Too few to read yet" in client.see("themes.programme", programme_ref=world.programme.ref).text
    world.write(["Words 22"])
    question = world.take_in()
    world.write(["A late one"])
    with pytest.raises(Refused, match="Fewer than 23"):
        world.take_in()
    assert standings.count_answers(question) == 23
    # one is taken back, and what is left is too few to be read any more
    questionnaires.withdraw(world.asked[3], by=None)
    assert "Fewer than 23" in client.see("themes.question", question_ref=question.ref).text
    client.see("themes.code", status=404, question_ref=question.ref, place=1)
    client.sign_in(world.reader)
    client.see("themes.redact_next", status=404, question_ref=question.ref)


def test_answers_of_a_questionnaire_that_is_open_are_not_read(small):
    small.write(["one", "two", "three"])
    small.waves[0].closes_on = clock.today()
    (offer,) = queries.list_offers(small.programme)
    assert offer.waiting == 1, "those of the other wave"
    small.waves[1].closes_on = clock.today() + timedelta(days=1)
    assert queries.list_offers(small.programme) == []


def test_a_corrected_answer_loses_what_was_made_of_it_and_waits_like_a_new_one(coded):
    world, question, *_ = coded
    for wave in world.waves:
        wave.closes_on = clock.today()
    questionnaires.save_answers(world.asked[0], {ITEM: Written("one", may_quote=False)}, by=None)
    assert standings.count_answers(question) == 3, "consent alone does not make it another answer"
    questionnaires.save_answers(world.asked[0], {ITEM: Written("One, but otherwise.")}, by=None)
    db.session.expire_all()
    assert {each.text for each in code_queries.codes_of(question).answers} == {"two", "three"}
    assert db.session.query(Redaction).filter_by(text="one").count() == 0
    assert standings.count_answers(question) == 2


def test_two_code_and_no_third_and_only_they_settle(coded):
    world, question, goals, time = coded
    third = make_user(Role.ADMINISTRATOR)
    with pytest.raises(Conflict, match="Two people code"):
        coding.join(question, by=as_actor(third))
    with pytest.raises(Forbidden):
        coding.code(question, key_of("one"), [], by=as_actor(third))
    with pytest.raises(Forbidden):
        coding.settle(question, key_of("two"), [], by=as_actor(third))
    with pytest.raises(Conflict, match="fixed"):
        coding.code(question, key_of("one"), [time.id], by=as_actor(world.first))
    with pytest.raises(Refused, match="fixed"):
        coding.stand_down(question, 2, by=as_actor(world.first))
    with pytest.raises(Conflict, match="nothing to settle"):
        coding.settle(question, key_of("one"), [], by=as_actor(world.first))
    (difference,) = code_queries.codes_of(question).open
    assert (difference.first, difference.second) == (frozenset(), {time.id})
    coding.settle(question, difference.id, [goals.id], by=as_actor(world.second))
    codes = code_queries.codes_of(question)
    assert codes.open == ()
    assert [each.settled.by for each in codes.settled] == [world.second.name]
    assert {each.text for each in codes.of(goals.id)} == {"one", "two"}
    assert codes.of(time.id) == ()


def test_what_is_fixed_is_shown_and_cannot_be_changed(client, coded):
    world, question, *_ = coded
    client.sign_in(world.second)
    page = client.see("themes.code", question_ref=question.ref, place=1)
    assert "what you said is fixed" in page.text
    assert not [field for field in page.all("input") if field.get("name") == "themes"]


def test_who_has_stopped_leaves_nothing_behind(small):
    small.write(["one", "two", "three"])
    question = small.take_in()
    small.redact_all(question)
    (goals,) = small.themes(question, "Goals")
    small.code(question, small.first, lambda _text: [goals])
    coding.stand_down(question, 1, by=as_actor(small.second))
    standing = standings.standing(question)
    assert standing.coders == ()
    small.code(question, small.first, lambda _text: [])
    assert queries.get_to_code(question, 1, coder_id=small.first.id).themes == frozenset()
    with pytest.raises(Refused, match="Nobody codes"):
        coding.stand_down(question, 2, by=as_actor(small.first))


def test_merged_themes_count_as_one_and_retired_ones_not_at_all(coded):
    world, question, goals, time = coded
    by = as_actor(world.first)
    with pytest.raises(Refused, match="another theme"):
        codebook.merge(time, time, by=by)
    codebook.merge(time, goals, by=by)
    codes = code_queries.codes_of(question)
    assert [theme.name for theme in queries.list_offered(question)] == ["Goals"]
    assert {each.text: set(each.second) for each in codes.answers if each.second} == {
        "one": {goals.id},
        "two": {goals.id},
    }
    with pytest.raises(Refused, match="offered no more"):
        coding.settle(question, key_of("two"), [time.id], by=by)
    codebook.retire(goals, by=by)
    assert all(not each.second for each in code_queries.codes_of(question).answers)
    codebook.bring_back(goals, by=by)
    codebook.bring_back(time, by=by)
    assert {each.text: set(each.second) for each in code_queries.codes_of(question).answers} == {
        "one": {goals.id},
        "two": {time.id},
        "three": set(),
    }


def test_a_codebook_has_one_theme_of_a_name_and_says_what_is_missing(client, coded):
    world, question, goals, time = coded
    client.sign_in(world.second)
    again = client.send(
        "themes.add_theme",
        data={"name": "Goals", "meaning": "As well."},
        status=409,
        question_ref=question.ref,
    )
    assert "There is a theme called “Goals” already" in again.text
    bare = client.send("themes.add_theme", data={"name": "Trust"}, status=422, question_ref=question.ref)
    assert "Say in a sentence what the theme is" in bare.text
    client.send("themes.reword_theme", data={"name": "Small goals", "meaning": "Steps."}, theme_ref=goals.ref)
    client.send("themes.merge_theme", data={"into": goals.ref}, theme_ref=time.ref)
    page = client.see("themes.codebook_page", question_ref=question.ref)
    assert "Small goals" in page.text
    assert "merged into another" in page.text
    client.send("themes.bring_theme_back", theme_ref=time.ref)
    client.send("themes.retire_theme", theme_ref=time.ref)
    assert queries.list_offered(question) == [goals]
    with pytest.raises(Refused, match="letters"):
        codebook.add(question, Words("x" * 81, "Long."), by=as_actor(world.first))


def test_a_redaction_is_of_the_answer_that_was_read_and_can_be_done_again(small):
    small.write(["Ask Bea and Bea.", "two", "three"])
    question = small.take_in()
    small.redact_all(question)
    key = key_of("Ask Bea and Bea.")
    reader = as_actor(small.reader)
    service.redact(question, key, service.words_to_hide("Ask Bea and Bea.", "bea"), by=reader)
    assert db.session.get(Redaction, key).text == "Ask [left out] and [left out]."
    with pytest.raises(Refused, match="not where it was"):
        service.redact(question, key, [Span(0, 99, "name")], by=reader)
    questionnaires.withdraw(small.asked[0], by=None)
    with pytest.raises(Conflict, match="taken back"):
        service.redact(question, key, [], by=reader)
