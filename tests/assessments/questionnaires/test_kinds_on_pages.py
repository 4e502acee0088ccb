"""The pages of the newer kinds of question: typed answers, what is taught when they cannot be read, and nothing lost."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.questionnaires import library, queries, service
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from lms.core.access import Reach
from lms.core.extensions import db
from tests.assessments.questionnaires.conftest import DATA, ask_of, everything
from tests.factories.people import as_actor

ROUTED = library.read(DATA / "routed.yaml")


@pytest.fixture
def every(client, enrolment):
    """What Amina is asked, one question of every kind; she is signed in."""
    asked = everything(enrolment)
    client.sign_in(enrolment.user)
    return asked


def said(every):
    db.session.expire_all()
    return queries.own_answers(every)


def fields_of(page):
    """What a browser would send of the boxes of a page as it came."""
    sent = {
        each.get("name"): each.get("value") or ""
        for each in page.all("input")
        if each.get("name") and each.get("type") not in {"radio", "checkbox"}
    }
    return sent | {each.get("name"): (each.text or "").lstrip("\n") for each in page.all("textarea")}


def save(client, every, number, data, status=303):
    return client.send(
        "questionnaires.save_part", wave_ref=every.wave.ref, number=number, data=data, status=status
    )


def test_numbers_are_chosen_typed_and_declined(client, every):
    page = client.see("questionnaires.part", wave_ref=every.wave.ref, number=1)
    assert "0 is “Not at all”, 10 is “Entirely”." in page.text
    assert "A whole number from 0 to 80." in page.text
    save(client, every, 1, {"answer-sure": "7", "answer-hours_a_week": " 037 ", "answer-health": "10"})
    assert said(every) == {"sure": "7", "hours_a_week": "37", "health": "10"}
    save(client, every, 1, {"answer-hours_a_week": "", "answer-hours_a_week-declined": "rather-not-say"})
    assert said(every)["hours_a_week"] == "rather-not-say"
    review = client.see("questionnaires.review", wave_ref=every.wave.ref)
    assert "I would rather not say" in review.text


def day(*parts):
    return dict(
        zip(("answer-began_on-day", "answer-began_on-month", "answer-began_on-year"), parts, strict=True)
    )


TAUGHT = {
    "the 31st of February": (
        2,
        day("31", "02", "2011"),
        "February 2011 has 28 days, so there is no 31 February.",
    ),
    "a thirteenth month": (2, day("1", "13", "2011"), "There is no month 13."),
    "a year of two figures": (2, day("1", "2", "11"), "Write the year with four figures"),
    "half a day": (2, day("1", "", ""), "A day, a month and a year, please."),
    "a month in words": (2, day("1", "March", "2011"), "figures only"),
    "the year 0": (2, day("1", "2", "0000"), "Write the year"),
    "half an hour": (1, {"answer-hours_a_week": "37.5"}, "“37.5” is not a whole number from 0 to 80."),
    "a long week": (1, {"answer-hours_a_week": "168"}, "“168” is not a whole number from 0 to 80."),
    "figures of another script": (1, {"answer-hours_a_week": "٣"}, "not a whole number"),
    "a title like a story": (2, {"answer-title": "x" * 201}, "at most 200 characters, and there are 201"),
}


@pytest.mark.parametrize("case", TAUGHT)
def test_what_cannot_be_read_is_taught_and_stays_in_its_box(client, every, case):
    number, typed, told = TAUGHT[case]
    beside = {"answer-one": "yes"} if number == 1 else {"answer-story": "Keep me."}
    page = save(client, every, number, {**typed, **beside}, status=422)
    assert told in page.text
    assert "Put right: " in page.body
    assert {name: fields_of(page)[name] for name in typed} == typed
    kept = dict(fields_of(page)) | typed
    for name in typed:
        kept[name] = ""
    save(client, every, number, {**kept, **beside})
    assert set(said(every)) == {"one" if number == 1 else "story"}, (
        "what was right beside it is saved with the mended page"
    )


def test_words_and_days_are_saved_shown_and_quoted_only_with_leave(client, every):
    words = {
        "answer-title": "Outreach worker",
        "answer-story": "One.\r\n\r\nTwo.",
        "answer-story-quote": "yes",
    }
    save(client, every, 2, {**day("27", "3", "2011"), **words})
    assert said(every) == {
        "began_on": Written(day=date(2011, 3, 27)),
        "title": Written("Outreach worker"),
        "story": Written("One.\n\nTwo.", may_quote=True),
    }
    page = client.see("questionnaires.part", wave_ref=every.wave.ref, number=2)
    assert day("27", "3", "2011").items() <= fields_of(page).items()
    review = client.see("questionnaires.review", wave_ref=every.wave.ref).text
    assert "27 March 2011" in review
    assert review.count("You agreed that we may quote this without your name.") == 1
    save(client, every, 2, {**fields_of(page), "answer-story": "One.\r\n\r\nTwo."})
    assert said(every)["story"] == Written("One.\n\nTwo."), "an unticked box takes the leave back"
    save(client, every, 2, {**fields_of(page), "answer-story": "", **day("", "", "")})
    assert said(every) == {"title": Written("Outreach worker")}


def test_a_page_that_was_open_for_long_does_not_put_old_words_back(client, every, enrolment):
    service.save_answers(every, {"story": Written("Old."), "hours_a_week": "20"}, by=as_actor(enrolment.user))
    db.session.commit()
    old = [fields_of(client.see("questionnaires.part", wave_ref=every.wave.ref, number=n)) for n in (1, 2)]
    service.save_answers(every, {"story": Written("New."), "hours_a_week": "30"}, by=as_actor(enrolment.user))
    db.session.commit()
    save(client, every, 1, old[0])
    save(client, every, 2, {**old[1], "answer-title": "Outreach"})
    assert said(every) == {"hours_a_week": "30", "title": Written("Outreach"), "story": Written("New.")}


def test_words_written_in_two_places_are_both_kept(client, every, enrolment):
    old = fields_of(client.see("questionnaires.part", wave_ref=every.wave.ref, number=2))
    service.save_answers(every, {"story": Written("From the phone.")}, by=as_actor(enrolment.user))
    db.session.commit()
    page = save(client, every, 2, {**old, "answer-story": "From the desk."}, status=409)
    assert "You wrote here in two places." in page.text
    both = fields_of(page)
    assert both["answer-story"] == "From the phone.\n\nFrom the desk."
    assert said(every)["story"] == Written("From the phone.")
    save(client, every, 2, both)
    assert said(every)["story"] == Written("From the phone.\n\nFrom the desk.")


def autosave(client, every, data, status=200):
    return client.send(
        "questionnaires.autosave", wave_ref=every.wave.ref, number=2, data=data, status=status
    ).json


def test_words_are_saved_as_they_are_written_and_a_second_device_is_told(client, every, enrolment):
    old = fields_of(client.see("questionnaires.part", wave_ref=every.wave.ref, number=2))
    for text in ("F", "Fro", "From the desk."):
        assert autosave(client, every, {**old, "answer-story": text})["saved_at"]
    service.save_answers(every, {"story": Written("From the phone.")}, by=as_actor(enrolment.user))
    db.session.commit()
    told = autosave(client, every, {**old, "answer-story": "From the desk, again."}, status=409)
    assert told["values"] == {"answer-story": "From the phone."}
    assert autosave(client, every, {**old, "answer-story": "Both."})["saved_at"], (
        "having seen both, one stands"
    )
    assert said(every)["story"] == Written("Both.")


def test_a_day_half_typed_is_no_fault_while_typing_and_the_rest_is_saved(client, every):
    told = autosave(client, every, {**day("31", "2", ""), "answer-title": "Outreach"})
    assert told["message"] is None
    told = autosave(client, every, {**day("31", "2", "2011"), "answer-story": "Saved beside it."})
    assert "there is no 31 February" in told["message"]
    assert said(every) == {"title": Written("Outreach"), "story": Written("Saved beside it.")}


def test_without_javascript_an_answer_brings_its_questions_one_page_later(client, enrolment):
    wave = ask_of(enrolment.cohort, WaveKind.ONE_MONTH, ROUTED)
    mine = queries.get_own_wave(wave.ref, within=Reach(enrolment.user_id))
    client.sign_in(enrolment.user)

    def send(number, **data):
        return save(client, mine, number, {"go": "next", **data}).location

    page = client.see("questionnaires.part", wave_ref=wave.ref, number=1)
    assert "part 1 of 2" in page.text
    assert "0 of 2 questions answered" in page.body
    hidden = [each for each in page.all("fieldset") if each.get("hidden") is not None]
    assert [each.get("data-asked-if") for each in hidden] == ["answer-supervised", "answer-how_often"]
    assert all(each.get("disabled") is not None for each in hidden)
    more = send(1, **{"answer-supervised": "yes"})
    assert more.endswith("parts/1?more=1#answer-how_often")
    again = client.see("questionnaires.part", wave_ref=wave.ref, number=1, more=1)
    assert "Your answer brings one more question" in again.text
    assert "part 1 of 3" in again.text
    assert send(1, shown="how_often", **{"answer-supervised": "yes", "answer-how_often": "12"}).endswith(
        "/parts/2"
    )
    assert send(2, **{"answer-helps": "Time."}).endswith("/parts/3")
    assert send(1, **{"answer-supervised": "no"}).endswith("/parts/3"), (
        "the part in between is no longer asked"
    )
    assert client.see("questionnaires.part", wave_ref=wave.ref, number=2, status=303).location.endswith(
        "/parts/3"
    )
    review = client.see("questionnaires.review", wave_ref=wave.ref)
    assert "How often" not in review.text
    assert "Questions without an answer: 1." in review.text
    assert send(3, go="back").endswith("/parts/1")
