"""The byte coding: every answer survives the way there and back, and versions meet by option code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.questionnaires import library
from assessments.questionnaires.codes import (
    DECLINED,
    RATHER_NOT_SAY,
    Coded,
    NotAnAnswer,
    blank,
    byte_of,
    decode,
    derivation,
    encode,
    stored_items,
    translation,
)
from assessments.questionnaires.items import Option
from assessments.questionnaires.schema import Instrument

INSTRUMENTS = {instrument.slug: instrument for instrument in library.shipped()}
PRE, POST = INSTRUMENTS["pre-course"], INSTRUMENTS["post-course"]


def answers_of(instrument: Instrument):
    def answer(item):
        codes = st.sampled_from([option.code for option in instrument.options_of(item)])
        given = st.frozensets(codes, min_size=1) if item.kind == "multiple" else codes
        if any(option.declines for option in instrument.options_of(item)):
            return given
        return given | st.just(RATHER_NOT_SAY)

    return st.fixed_dictionaries({}, optional={item.code: answer(item) for item in instrument.items})


@given(answers=answers_of(PRE))
def test_answers_before_the_course_survive_the_coding(answers):
    assert decode(PRE, encode(PRE, answers)) == answers


@given(answers=answers_of(POST))
def test_answers_after_the_course_survive_the_coding(answers):
    assert decode(POST, encode(POST, answers)) == answers


@given(answers=answers_of(PRE))
def test_special_category_answers_are_never_among_the_ordinary_bytes(answers):
    without = {code: answer for code, answer in answers.items() if code not in {"bme", "disability"}}
    assert encode(PRE, answers).codes == encode(PRE, without).codes


def test_one_byte_an_item_and_zero_for_no_answer():
    assert blank(PRE) == Coded(bytes(25), bytes(2))
    assert blank(POST) == Coded(bytes(21), b"")


def test_the_code_is_one_more_than_the_place_in_the_codebook():
    coded = encode(POST, {"post_role_clearer": "NI", "sup_team": "SA"})
    places = [item.code for item in stored_items(POST, special=False)]
    assert coded.codes[places.index("post_role_clearer")] == 5
    assert coded.codes[places.index("sup_team")] == 1


def test_ticks_are_bits():
    deprivation = PRE.by_code["deprivation"]
    options = PRE.options_of(deprivation)
    assert byte_of(deprivation, options, frozenset({"some_deprived", "most_affluent"})) == 0b1001
    assert byte_of(deprivation, options, frozenset()) == 0


def test_declining_is_kept_apart_from_no_answer_and_uses_the_studys_own_code_where_there_is_one():
    coded = encode(PRE, {"length": RATHER_NOT_SAY, "bme": RATHER_NOT_SAY, "disability": RATHER_NOT_SAY})
    assert coded.codes[0] == DECLINED
    assert coded.special == bytes([3, DECLINED])
    assert decode(PRE, coded)["bme"] == "not_said"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("hours", "all day"),
        ("hours", frozenset({"full_time"})),
        ("deprivation", "some_deprived"),
        ("pre_access", "NI"),
    ],
)
def test_an_answer_that_the_item_does_not_have_is_refused_with_what_it_has(code, answer):
    with pytest.raises(NotAnAnswer, match=f"{code} has no answer .*; accepted: "):
        encode(PRE, {code: answer})


def test_an_item_that_the_instrument_does_not_have_is_refused():
    with pytest.raises(KeyError, match="pre-course 1 keeps no byte for shoe_size"):
        encode(PRE, {"shoe_size": "9"})


def test_bytes_of_another_version_are_refused():
    with pytest.raises(ValueError, match="stores 25 bytes, not 3"):
        decode(PRE, Coded(b"abc", b"\0\0"))
    with pytest.raises(ValueError, match="length has no answer with byte 9"):
        decode(PRE, Coded(bytes([9]) + bytes(24), b"\0\0"))


def test_versions_with_reordered_and_changed_options_meet_by_code():
    hours = PRE.by_code["hours"]
    now = PRE.options_of(hours)
    later = (Option(code="sessional", label="By the session"), *reversed(now))
    table = translation(hours, later, now)
    assert table[[0, 1, 2, 3, DECLINED]].tolist() == [0, 0, 2, 1, 0]


def test_ticks_are_translated_bit_by_bit():
    item = PRE.by_code["deprivation"]
    options = PRE.options_of(item)
    table = translation(item, options, tuple(reversed(options)))
    assert table[0b0001] == 0b1000
    assert table[0b0110] == 0b0110
    assert table[DECLINED] == 0


def test_framework_level_and_group_follow_from_the_qualification():
    qualification = [option.code for option in PRE.options_of(PRE.by_code["qualification"])]
    level, group = (derivation(PRE, derived) for derived in PRE.derived)
    stored = np.array(
        [0, *(qualification.index(code) + 1 for code in ("level2", "level6", "not_classified"))]
    )
    assert level[stored].tolist() == [0, 2, 6, 0]
    assert group[stored].tolist() == [0, 1, 2, 0]
