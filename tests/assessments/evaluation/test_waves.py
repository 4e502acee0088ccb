"""Answers of follow-ups, managers, focus groups and parents as a matrix, beside the study's and never in them."""

from __future__ import annotations

import numpy as np
import pytest

from assessments.evaluation import waves
from assessments.evaluation.codebook import Kind, study_codebook
from assessments.questionnaires import library, queries, respondents, service
from assessments.questionnaires.schema import STUDY, WaveKind
from assessments.questionnaires.written import Written
from tests.assessments.questionnaires.conftest import answer, asked, enrol, make_cohort
from tests.factories.people import as_actor


@pytest.fixture
def cohort(app):
    return make_cohort()


FOLLOWED = (WaveKind.PRE, WaveKind.POST, WaveKind.ONE_MONTH)


def ask(cohort, kind, *who):
    """A shipped questionnaire as somebody without an enrolment meets it."""
    wave = service.open_waves(cohort, by=None, kinds=[kind])[kind]
    return respondents.Asked(wave, None, library.from_document(wave.instrument_version.document), who)


def save(asked_, answers):
    service.save_answers(asked_, answers, by=None, on=asked_.wave.opens_on)


def test_a_practitioners_three_waves_stand_in_one_row(cohort):
    service.open_waves(cohort, by=None, kinds=[WaveKind.ONE_MONTH])
    people = [enrol(cohort) for _ in range(3)]
    for person, before in zip(people, ("SA", "A", "D"), strict=True):
        answer(person, {"pre_role_clear": before})
        answer(person, {"post_role_clearer": "A"}, WaveKind.POST)
    mine = asked(people[2], WaveKind.ONE_MONTH)
    later = {"m1_role_clearer": "NI", "m1_hours": "37", "m1_changed": Written("Shorter visits.")}
    service.save_answers(mine, later, by=as_actor(people[2].user), on=mine.wave.opens_on)
    found = waves.answers_of([cohort.id], FOLLOWED).responses
    rows = sorted(
        zip(
            found.column("pre_role_clear").tolist(),
            found.column("post_role_clearer").tolist(),
            found.column("m1_role_clearer").tolist(),
            strict=True,
        )
    )
    assert rows == [(1, 2, 0), (2, 2, 0), (3, 2, 5)]
    assert np.nanmax(waves.numbers_of(found, "m1_hours")) == 37
    assert np.isnan(waves.numbers_of(found, "m1_hours")).sum() == 2
    assert not found.has("m1_changed")


def test_what_others_answer_never_stands_among_the_studys_respondents(cohort):
    answer(enrol(cohort), {"length": "lt1"})
    before = queries.paired_answers([cohort.id])
    for number in range(4):
        save(ask(cohort, WaveKind.MANAGER, f"m{number}"), {"mgr_reflect": "SA"})
        save(ask(cohort, WaveKind.FOCUS_GROUP, f"g{number}"), {"fg_role_before": "3", "fg_role_after": "7"})
    after = queries.paired_answers([cohort.id])
    assert after.variables == before.variables
    assert np.array_equal(after.codes, before.codes)
    managers = waves.answers_of([cohort.id], [WaveKind.MANAGER]).responses
    assert len(managers) == 4
    assert managers.column("mgr_reflect").tolist() == [1] * 4
    group = waves.answers_of([cohort.id], [WaveKind.FOCUS_GROUP]).responses
    assert waves.numbers_of(group, "fg_role_after").tolist() == [7.0] * 4


def test_a_parents_start_and_end_stand_in_one_row_and_pair(cohort):
    for code, start, end in (("A", "2", "6"), ("B", "5", "5")):
        save(ask(cohort, WaveKind.PARENT_START, "ref", code), {"ps_home": start})
        save(ask(cohort, WaveKind.PARENT_END, "ref", code), {"pe_home": end, "pe_helped": "a_lot"})
    found = waves.answers_of([cohort.id], [WaveKind.PARENT_START, WaveKind.PARENT_END]).responses
    changes = waves.numbers_of(found, "pe_home") - waves.numbers_of(found, "ps_home")
    assert sorted(changes.tolist()) == [0.0, 4.0]
    assert ("ps_home", "pe_home") in found.codebook.pairs
    with pytest.raises(ValueError, match="could not convert"):
        waves.numbers_of(found, "pe_helped")


def test_the_studys_waves_have_the_studys_codebook():
    book, study = waves.codebook_of(STUDY), study_codebook()
    assert dict(book.variables) == {
        variable.name: variable
        for variable in study.variables.values()
        if variable.kind is not Kind.ADMINISTRATIVE
    }
    assert sorted(book.pairs) == sorted(study.pairs)


def test_statements_asked_again_pair_with_those_before_and_count_as_statements():
    book = waves.codebook_of([WaveKind.PRE, WaveKind.THREE_MONTHS])
    assert ("pre_access", "m3_services_need") in book.pairs
    assert len(book.pairs) == 12
    assert book.variables["m3_services_need"].kind is Kind.POST
    assert {variable.kind for variable in waves.codebook_of([WaveKind.MANAGER]).statements} == {Kind.POST}
