"""What people wrote, read by question and cohort: nothing of who, when or what else."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.questionnaires import queries, service, written_queries
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from lms.core.access import Reach
from lms.core.errors import NotFound
from tests.assessments.questionnaires.conftest import ask_of, enrol, every_kind, make_cohort
from tests.budget import assert_flat
from tests.factories.people import as_actor


def write(cohort, wave, **answers):
    person = enrol(cohort)
    mine = queries.get_own_wave(wave.ref, within=Reach(person.user_id))
    service.save_answers(mine, answers, by=as_actor(person.user))
    return mine, as_actor(person.user)


def test_texts_are_counted_and_listed_by_question_within_some_cohorts(cohort):
    wave, elsewhere = ask_of(cohort, WaveKind.ONE_MONTH, every_kind()), make_cohort()
    for text in ("b", "a", "c"):
        write(
            cohort, wave, story=Written(text, may_quote=text == "a"), began_on=Written(day=date(2011, 1, 3))
        )
    write(cohort, wave, title=Written("Outreach"))
    other = ask_of(elsewhere, WaveKind.ONE_MONTH, every_kind())
    write(elsewhere, other, story=Written("elsewhere"))
    assert [
        (each.kind, each.item, each.answers, each.quotable)
        for each in written_queries.count_written([cohort.id])
    ] == [(WaveKind.ONE_MONTH, "story", 3, 1), (WaveKind.ONE_MONTH, "title", 1, 0)]
    listed = written_queries.list_written([cohort.id], "story")
    assert sorted(each.text for each in listed) == ["a", "b", "c"]
    assert [each.id for each in listed] == sorted(each.id for each in listed)
    assert {each.text for each in listed if each.may_quote} == {"a"}
    assert written_queries.list_written([cohort.id], "began_on") == []
    (stranger,) = written_queries.list_written([elsewhere.id], "story")
    with pytest.raises(NotFound):
        written_queries.get_written(stranger.id, cohort_ids=[cohort.id])
    assert_flat(
        lambda: write(cohort, wave, story=Written("more")),
        lambda: written_queries.list_written([cohort.id], "story"),
    )


def test_a_text_that_is_taken_back_is_gone(cohort):
    wave = ask_of(cohort, WaveKind.ONE_MONTH, every_kind())
    mine, person = write(cohort, wave, story=Written("Mine."))
    (listed,) = written_queries.list_written([cohort.id], "story")
    assert written_queries.get_written(listed.id, cohort_ids=[cohort.id]) == listed
    service.withdraw(mine, by=person)
    with pytest.raises(NotFound):
        written_queries.get_written(listed.id, cohort_ids=[cohort.id])
