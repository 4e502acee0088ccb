"""Every kind of question: what its answers are, how they are kept, and what is no answer."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assessments.questionnaires import own_waves, queries, respondents, service
from assessments.questionnaires.codes import DECLINED, RATHER_NOT_SAY, decode, encode
from assessments.questionnaires.items import Item
from assessments.questionnaires.models import Response, WrittenAnswer
from assessments.questionnaires.schema import AnsweredBy, WaveKind
from assessments.questionnaires.written import Written
from courses.cohorts.leaving import Leaving
from courses.places import withdrawals
from lms.core.access import Reach
from lms.core.errors import Forbidden, NotFound, Refused
from lms.core.extensions import db
from tests.assessments.questionnaires.conftest import answer, ask_of, enrol, every_kind, everything
from tests.factories.people import as_actor

KINDS = every_kind()
BASE = {"code": "x", "wording": "?", "standing": "new", "source": "tests"}
SCALE = {"kind": "scale", "lowest": 1, "highest": 10, "lowest_words": "Low", "highest_words": "High"}


@given(sure=st.integers(0, 10), hours=st.integers(0, 80))
def test_a_number_is_one_byte_from_its_lowest_on(sure, hours):
    given_answers = {"sure": str(sure), "hours_a_week": str(hours), "health": RATHER_NOT_SAY}
    coded = encode(KINDS, given_answers)
    assert decode(KINDS, coded) == given_answers
    assert coded.codes == bytes([0, 0, 0, 1 + sure, 1 + hours])
    assert coded.special == bytes([DECLINED])


def test_what_is_written_never_stands_among_the_bytes():
    assert len(encode(KINDS, {}).codes) == 5
    assert not {"began_on", "title", "story"} & set(KINDS.variables)
    with pytest.raises(KeyError, match="keeps no byte for story"):
        encode(KINDS, {"story": "words"})


NO_ITEM = {
    "a scale of another length": {**SCALE, "highest": 7},
    "a scale without words": {**SCALE, "lowest_words": None},
    "a number without a unit": {"kind": "number", "lowest": 0, "highest": 9},
    "a number that fits no byte": {"kind": "number", "lowest": 0, "highest": 253, "unit": "days"},
    "a number the wrong way round": {"kind": "number", "lowest": 9, "highest": 3, "unit": "days"},
    "a text with options": {"kind": "text", "options": ({"code": "a", "label": "A"},)},
    "a text of a special category": {"kind": "long_text", "special_category": True, "optional": True},
    "a statement with ends": {"kind": "likert", "scale": "agreement", "lowest": 1, "highest": 3},
}


@pytest.mark.parametrize("case", NO_ITEM)
def test_a_question_that_is_none_of_the_kinds_is_refused(case):
    with pytest.raises(ValidationError):
        Item.model_validate({**BASE, **NO_ITEM[case]})


def test_a_number_may_have_as_many_values_as_fit_a_byte():
    item = Item.model_validate({**BASE, "kind": "number", "lowest": 5, "highest": 257, "unit": "days"})
    assert len(item.values) == 253


def test_every_kind_is_saved_and_read_back(enrolment):
    mine, person = everything(enrolment), as_actor(enrolment.user)
    said = {
        "sure": "10",
        "health": "3",
        "began_on": Written(day=date(2011, 2, 28)),
        "title": Written("Outreach worker"),
        "story": Written("First.\n\nSecond.", may_quote=True),
    }
    service.save_answers(mine, {"one": "yes"}, by=person)
    service.save_answers(mine, said, by=person)
    assert queries.own_answers(mine) == {"one": "yes", **said}
    assert list(queries.own_answers(mine)) == ["one", *said]


def test_words_are_kept_without_what_nobody_can_see_and_a_line_stays_a_line(enrolment):
    mine = everything(enrolment)
    said = {"title": Written(" Outreach\r\nworker \x00"), "story": Written("  One\r\ntwo\x07  ")}
    service.save_answers(mine, said, by=as_actor(enrolment.user))
    assert queries.own_answers(mine) == {"title": Written("Outreach worker"), "story": Written("One\ntwo")}


def test_words_can_be_changed_taken_back_and_their_quoting_too(enrolment):
    mine, person = everything(enrolment), as_actor(enrolment.user)
    service.save_answers(mine, {"story": Written("One", may_quote=True)}, by=person)
    service.save_answers(mine, {"story": Written("Two")}, by=person)
    assert queries.own_answers(mine) == {"story": Written("Two")}
    service.save_answers(mine, {"story": Written("  "), "began_on": None}, by=person)
    assert queries.own_answers(mine) == {}
    assert db.session.scalars(sa.select(WrittenAnswer)).all() == []


def test_taking_answers_back_takes_the_words_too_and_nobody_elses(cohort, enrolment):
    mine, other = everything(enrolment), enrol(cohort)
    theirs = queries.get_own_wave(mine.wave.ref, within=Reach(other.user_id))
    service.save_answers(mine, {"one": "yes", "story": Written("Mine")}, by=as_actor(enrolment.user))
    service.save_answers(theirs, {"story": Written("Theirs")}, by=as_actor(other.user))
    service.withdraw(mine, by=as_actor(enrolment.user))
    assert queries.own_answers(mine) == {}
    assert [each.text for each in db.session.scalars(sa.select(WrittenAnswer))] == ["Theirs"]


REFUSED = {
    "a long title": ({"title": Written("x" * 201)}, "at most 200 characters, and there are 201"),
    "a long story": ({"story": Written("x" * 4_001)}, "at most 4,000 characters"),
    "a day in the year 11": ({"began_on": Written(day=date(11, 2, 1))}, "Write it with four figures"),
    "words for a day": ({"began_on": Written("Monday")}, "another kind of answer"),
    "a day for words": ({"story": Written(day=date(2011, 2, 1))}, "another kind of answer"),
    "words for a choice": ({"one": Written("Yes")}, "another kind of answer"),
    "a choice for words": ({"story": "yes"}, "another kind of answer"),
    "more than the most": ({"hours_a_week": "81"}, "no such answer"),
    "a number with a plus": ({"sure": "+3"}, "no such answer"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_answer_is_refused_in_words(enrolment, case):
    answers, told = REFUSED[case]
    with pytest.raises(Refused, match=told) as refusal:
        service.save_answers(everything(enrolment), answers, by=as_actor(enrolment.user))
    assert refusal.value.field == next(iter(answers))


def test_who_answers_belongs_to_the_kind_of_wave():
    by = {kind.value: kind.answered_by for kind in WaveKind}
    assert {kind for kind, who in by.items() if who is AnsweredBy.PRACTITIONER} == {
        "pre", "post", "one_month", "three_months",
    }  # fmt: skip
    assert by["parent_start"] is by["parent_end"] is AnsweredBy.PARENT


def test_a_practitioner_is_not_asked_what_managers_and_parents_are_asked(cohort, enrolment):
    wave = ask_of(cohort, WaveKind.MANAGER, KINDS)
    service.open_waves(cohort, by=None)
    reach = Reach(enrolment.user_id)
    with pytest.raises(NotFound):
        queries.get_own_wave(wave.ref, within=reach)
    assert [own.kind for own in own_waves.list_own_waves(within=reach)] == [WaveKind.PRE, WaveKind.POST]


def of_others(cohort, kind, *who):
    return respondents.Asked(ask_of(cohort, kind, KINDS), None, KINDS, who)


def test_a_manager_answers_without_an_enrolment_and_is_matched_with_nobody(cohort, enrolment):
    pre = answer(enrolment, {"length": "lt1"})
    view = of_others(cohort, WaveKind.MANAGER, enrolment.ref)
    service.save_answers(view, {"one": "no", "story": Written("Calmer visits.")}, by=None)
    service.finish(view, by=None)
    kept = db.session.scalars(sa.select(Response).where(Response.wave_id == view.wave.id)).one()
    assert kept.complete
    assert kept.pseudonym != pre.pseudonym, "the same words for another purpose give another pseudonym"
    service.withdraw(view, by=None)
    assert queries.own_answers(view) == {}


def test_a_parents_start_and_end_pair_with_each_other(cohort):
    start = of_others(cohort, WaveKind.PARENT_START, "employer", "F-014")
    end = of_others(cohort, WaveKind.PARENT_END, "employer", "F-014")
    other = respondents.Asked(start.wave, None, KINDS, ("employer", "F-015"))
    names = [service.save_answers(each, {"sure": "4"}, by=None).pseudonym for each in (start, end, other)]
    assert names[0] == names[1] != names[2]


def test_nobody_answers_in_the_wrong_role(cohort, enrolment):
    mine = everything(enrolment)
    with pytest.raises(Forbidden):
        service.save_answers(mine, {"one": "yes"}, by=None)
    for wrong in (
        respondents.Asked(ask_of(cohort, WaveKind.MANAGER, KINDS), enrolment, KINDS),
        respondents.Asked(mine.wave, None, KINDS, ("somebody",)),
        respondents.Asked(ask_of(cohort, WaveKind.FOCUS_GROUP, KINDS), None, KINDS),
    ):
        with pytest.raises(ValueError, match="is answered by"):
            respondents.own_pseudonym(wrong)


def test_the_database_keeps_written_answers_apart_and_short(enrolment):
    mine = everything(enrolment)
    service.save_answers(mine, {"story": Written("x" * 4_000)}, by=as_actor(enrolment.user))
    db.session.flush()
    row = {"id": "y" * 22, "pseudonym": "0" * 32, "wave_id": mine.wave.id, "item": "story", "text": "x", "day": None, "may_quote": False}  # fmt: skip
    wrong = [
        {"text": None}, {"day": date(2011, 1, 1)}, {"text": ""}, {"text": "x" * 4_001},
        {"text": None, "day": date(2011, 1, 1), "may_quote": True}, {"pseudonym": "Amina Begum"}, {"id": "1"},
    ]  # fmt: skip
    for each in wrong:
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.insert(WrittenAnswer).values(**{**row, **each}))
    db.session.execute(sa.insert(WrittenAnswer).values(**row))


def test_who_left_the_course_can_still_take_words_back(enrolment):
    mine, person = everything(enrolment), as_actor(enrolment.user)
    service.save_answers(mine, {"story": Written("One")}, by=person)
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, note="", by=person)
    service.withdraw(mine, by=person)
    assert db.session.scalars(sa.select(WrittenAnswer)).all() == []
