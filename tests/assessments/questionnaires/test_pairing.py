"""Joining waves by pseudonym: no row lost, doubled or crossed, whatever the order."""

import json
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assessments.questionnaires import library
from assessments.questionnaires.codes import DECLINED, encode, stored_items
from assessments.questionnaires.pairing import Block, ids_of, join, variables_of
from assessments.questionnaires.schema import STUDY, Instrument

INSTRUMENTS = library.shipped_for(STUDY)
BY_SLUG = {instrument.slug: instrument for instrument in INSTRUMENTS}
PRE, POST = BY_SLUG["pre-course"], BY_SLUG["post-course"]
VARIABLES = variables_of(INSTRUMENTS)


def block(instrument, responses, *, special=False, cohort=1):
    """A block from {pseudonym number: answers}."""
    coded = {person: encode(instrument, answers) for person, answers in responses.items()}
    items = stored_items(instrument, special=special)
    codes = b"".join(response.special if special else response.codes for response in coded.values())
    return Block(
        instrument,
        instrument.waves[0],
        items,
        ids_of(b"".join(person.to_bytes(16, "big") for person in coded)),
        np.full(len(coded), cohort),
        np.frombuffer(codes, np.uint8).reshape(len(coded), len(items)),
    )


def column(matrix, code):
    return matrix[:, VARIABLES.index(code)].tolist()


def test_before_after_and_special_answers_meet_in_one_row():
    before = {
        7: {"pre_role_clear": "D", "bme": "yes"},
        3: {"pre_role_clear": "SA", "qualification": "level6"},
    }
    after = {3: {"post_role_clearer": "NI"}, 9: {"post_role_clearer": "A"}}
    matrix = join(
        [block(PRE, before), block(PRE, before, special=True), block(POST, after)], INSTRUMENTS
    ).codes
    assert matrix.shape == (3, 50)
    rows = set(
        zip(
            *(column(matrix, code) for code in ("pre_role_clear", "bme", "nqf_group", "post_role_clearer")),
            strict=True,
        )
    )
    assert rows == {(1, 0, 2, 5), (3, 1, 0, 0), (0, 0, 0, 2)}


@given(
    before=st.dictionaries(st.integers(0, 2**128 - 1), st.sampled_from(["SA", "A", "D", "SD"])),
    after=st.dictionaries(st.integers(0, 2**128 - 1), st.sampled_from(["SA", "A", "D", "SD", "NI"])),
    twice=st.booleans(),
)
def test_every_response_is_in_the_row_of_its_pseudonym(before, after, twice):
    if twice:  # the same people answered both
        after = {person: after.get(person, "NI") for person in before}
    matrix = join(
        [
            block(PRE, {person: {"pre_access": answer} for person, answer in before.items()}),
            block(POST, {person: {"post_services_need": answer} for person, answer in after.items()}),
        ],
        INSTRUMENTS,
    ).codes
    scale = {None: 0, "SA": 1, "A": 2, "D": 3, "SD": 4, "NI": 5}
    expected = sorted((scale[before.get(p)], scale[after.get(p)]) for p in before.keys() | after.keys())
    assert (
        sorted(zip(column(matrix, "pre_access"), column(matrix, "post_services_need"), strict=True))
        == expected
    )


def test_pseudonyms_that_share_half_their_bytes_stay_apart():
    people = {1 << 64: "SA", (1 << 64) + 1: "A", 1: "D"}
    matrix = join(
        [block(PRE, {p: {"pre_access": answer} for p, answer in people.items()})], INSTRUMENTS
    ).codes
    assert sorted(column(matrix, "pre_access")) == [1, 2, 3]


def test_an_older_version_with_other_options_and_a_dropped_item_reads_into_todays_codes():
    document = PRE.model_dump(mode="json")
    scale = document["scales"][0]
    scale["options"] = [*reversed(scale["options"]), {"code": "DK", "label": "I do not know"}]
    document["sections"][4]["items"][0]["code"] = "pre_dropped"
    older = Instrument.model_validate_json(json.dumps(document))
    answers = {1: {"pre_access": "SA", "pre_dropped": "A"}, 2: {"pre_access": "DK"}}
    matrix = join([block(older, answers), block(PRE, {3: {"pre_access": "SD"}})], INSTRUMENTS).codes
    assert sorted(column(matrix, "pre_access")) == [0, 1, 4]
    assert not any(column(matrix, "pre_role_clear"))


def test_declined_is_no_answer():
    declined = replace(block(PRE, {1: {}}), codes=np.full((1, 25), DECLINED, np.uint8))
    assert not join([declined], INSTRUMENTS).codes.any()


def test_nobody_at_all_is_a_matrix_without_rows():
    assert join([], INSTRUMENTS).codes.shape == (0, 50)
    assert join([block(PRE, {})], INSTRUMENTS).codes.shape == (0, 50)


def test_the_matrix_is_column_major_bytes():
    matrix = join([block(PRE, {1: {}, 2: {}})], INSTRUMENTS).codes
    assert matrix.dtype == np.uint8
    assert matrix.flags.f_contiguous


def test_pseudonyms_that_share_their_first_half_are_different_people():
    near = {(7 << 64) + last: {"pre_access": answer} for last, answer in ((1, "SA"), (2, "A"), (3, "D"))}
    after = {person: {"post_services_need": "NI"} for person in [*near][::2]}
    joined = join([block(PRE, near), block(POST, after)], INSTRUMENTS)
    assert sorted(
        zip(column(joined.codes, "pre_access"), column(joined.codes, "post_services_need"), strict=True)
    ) == [(1, 5), (2, 0), (3, 5)]


def test_who_answered_in_two_cohorts_is_named_with_both():
    before = block(PRE, {1: {"pre_access": "SA"}, 2: {"pre_access": "A"}}, cohort=5)
    after = block(POST, {2: {"post_services_need": "A"}}, cohort=6)
    joined = join([before, after], INSTRUMENTS)
    (row,) = joined.several
    assert joined.codes[row, VARIABLES.index("pre_access")] == 2
    assert joined.several[row] == {(5, before.kind), (6, after.kind)}
    assert joined.cohort_ids[1 - row] == 5
