"""Questions that hang on others: who meets them, what becomes of their answers, and which files are refused."""

from __future__ import annotations

import pytest

from assessments.questionnaires import library, queries, routing, service
from assessments.questionnaires.library import InstrumentFault
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from lms.core.access import Reach
from tests.assessments.questionnaires.conftest import DATA, ask_of
from tests.factories.people import as_actor

ROUTED = library.read(DATA / "routed.yaml")
ALWAYS = {"supervised", "tools"}
WAYS = [
    ({}, set()),
    ({"supervised": "no"}, set()),
    ({"supervised": "rather-not-say"}, set()),
    ({"supervised": "yes"}, {"how_often", "helps"}),
    ({"supervised": "yes", "how_often": "2"}, {"how_often", "helps", "too_rare"}),
    ({"supervised": "yes", "how_often": "3"}, {"how_often", "helps"}),
    ({"supervised": "no", "how_often": "2"}, set()),
    ({"tools": frozenset({"map", "other"})}, {"which_other"}),
    ({"tools": frozenset({"map"})}, set()),
]


@pytest.mark.parametrize(("answers", "more"), WAYS)
def test_what_is_asked_follows_from_earlier_answers(answers, more):
    assert routing.asked_codes(ROUTED, answers) == ALWAYS | more


def test_a_part_in_which_nothing_is_asked_is_left_out():
    asked = routing.asked_codes(ROUTED, {"supervised": "no"})
    parts = routing.asked_sections(ROUTED, asked)
    assert [(number, [item.code for item in items]) for number, _, items in parts] == [
        (1, ["supervised"]),
        (3, ["tools"]),
    ]


def test_an_answer_goes_when_its_question_is_no_longer_asked(enrolment):
    wave = ask_of(enrolment.cohort, WaveKind.ONE_MONTH, ROUTED)
    mine, person = queries.get_own_wave(wave.ref, within=Reach(enrolment.user_id)), as_actor(enrolment.user)
    yes = {"supervised": "yes", "how_often": "2", "too_rare": "no", "helps": Written("Time.")}
    service.save_answers(mine, {**yes, "tools": frozenset({"map"})}, by=person)
    assert queries.own_answers(mine) == {**yes, "tools": {"map"}}
    service.save_answers(mine, {"how_often": "9"}, by=person)
    assert set(queries.own_answers(mine)) == {"supervised", "how_often", "helps", "tools"}
    service.save_answers(mine, {"supervised": "no", "how_often": "1"}, by=person)
    assert queries.own_answers(mine) == {"supervised": "no", "tools": {"map"}}
    service.save_answers(mine, {"which_other": Written("A quilt")}, by=person)
    assert "which_other" not in queries.own_answers(mine), "it is not asked of her"


REFUSED = {
    "a later question": ("{item: how_often, is:", "{item: tools, is:", "no earlier question"),
    "a question that is not there": ("{item: how_often, is:", "{item: howoften, is:", "no earlier question"),
    "an answer that is not there": ('is: ["0", "1", "2"]', 'is: ["0", "91"]', "91 is not among the options"),
    "itself": ("{item: tools, is: [other]}", "{item: which_other, is: [other]}", "no earlier question"),
    "words": ("{item: tools, is: [other]}", "{item: helps, is: [other]}", "answered in writing"),
    "a section on itself": ("asked_if: {item: supervised, is:", "asked_if: {item: helps, is:", "no earlier"),
    "no answer at all": ("is: [other]", "is: []", "at least 1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_route_that_leads_nowhere_is_refused(tmp_path, case):
    found, instead, told = REFUSED[case]
    text = (DATA / "routed.yaml").read_text(encoding="utf-8")
    at = text.rindex(found)
    broken = tmp_path / "broken.yaml"
    broken.write_text(text[:at] + instead + text[at + len(found) :], encoding="utf-8")
    with pytest.raises(InstrumentFault, match=told) as refusal:
        library.read(broken)
    assert refusal.value.faults[0].startswith("broken.yaml, line ")


def test_a_published_version_keeps_its_routes():
    assert library.from_document(library.to_document(ROUTED)) == ROUTED
