"""Asking and answering: what is saved, when, for whom, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assessments.questionnaires import own_waves, queries, respondents, service
from assessments.questionnaires.asking import counts
from assessments.questionnaires.codes import RATHER_NOT_SAY
from assessments.questionnaires.models import (
    InstrumentVersion,
    Invitation,
    Pairing,
    Response,
    SpecialAnswers,
    Wave,
)
from assessments.questionnaires.respondents import Standing
from assessments.questionnaires.schema import WaveKind
from courses.cohorts.leaving import Leaving
from courses.places import withdrawals
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import Conflict, Forbidden, NotFound, Refused
from lms.core.extensions import db
from tests.assessments.questionnaires.conftest import answer, asked, enrol, make_cohort
from tests.factories.people import as_actor


def count(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_opening_asks_before_and_after_and_invites_everybody_enrolled(cohort):
    people = [enrol(cohort) for _ in range(3)]
    waves = service.open_waves(cohort, by=None)
    assert set(waves) == {WaveKind.PRE, WaveKind.POST}
    assert waves[WaveKind.PRE].opens_on < cohort.starts_on <= waves[WaveKind.PRE].closes_on
    assert waves[WaveKind.POST].opens_on == cohort.ends_on
    assert count(Invitation) == 2 * len(people)


def test_opening_again_adds_only_those_who_enrolled_since(cohort):
    enrol(cohort)
    service.open_waves(cohort, by=None)
    late = enrol(cohort)
    service.open_waves(cohort, by=None)
    assert count(Wave) == 2
    assert count(InstrumentVersion) == 2
    assert count(Invitation) == 4
    assert db.session.get(Invitation, (asked(late).wave.id, late.id)) is not None


def test_a_file_changed_under_a_published_number_is_refused(cohort):
    db.session.add(
        InstrumentVersion(slug="pre-course", number=1, title="As it was", content_hash="0" * 64, document={})
    )
    db.session.flush()
    with pytest.raises(Refused, match="Give the changed questionnaire the number 2"):
        service.open_waves(cohort, by=None)


def test_answers_are_saved_one_by_one_and_read_back(enrolment):
    answer(enrolment, {"length": "lt1"})
    answer(enrolment, {"deprivation": frozenset({"most_deprived", "some_affluent"})})
    answer(enrolment, {"bme": "yes", "pre_access": RATHER_NOT_SAY})
    assert queries.own_answers(asked(enrolment)) == {
        "length": "lt1",
        "deprivation": {"most_deprived", "some_affluent"},
        "bme": "yes",
        "pre_access": RATHER_NOT_SAY,
    }
    assert count(Response) == 1


def test_an_answer_can_be_changed_and_taken_back(enrolment):
    answer(enrolment, {"length": "lt1", "disability": "yes"})
    answer(enrolment, {"length": "gt10", "disability": None})
    assert queries.own_answers(asked(enrolment)) == {"length": "gt10"}
    assert count(SpecialAnswers) == 0


def test_the_same_pseudonym_before_and_after_and_another_for_everybody_else(cohort):
    one, two = enrol(cohort), enrol(cohort)
    first = [answer(person, {"length": "lt1"}).pseudonym for person in (one, two)]
    after = [answer(person, {"sup_team": "A"}, WaveKind.POST).pseudonym for person in (one, two)]
    assert first == after
    assert len(set(first)) == 2


def test_nobody_answers_for_another(cohort, enrolment):
    other = as_actor(enrol(cohort).user)
    mine = asked(enrolment)
    for act in (
        lambda: service.save_answers(mine, {}, by=other),
        lambda: service.finish(mine, by=other),
        lambda: service.withdraw(mine, by=other),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_wave_of_another_cohort_is_not_found(enrolment):
    stranger = enrol(make_cohort())
    with pytest.raises(NotFound):
        queries.get_own_wave(asked(enrolment).wave.ref, within=Reach(stranger.user_id))


@pytest.mark.parametrize(("kind", "word"), [(WaveKind.POST, "opens on"), (WaveKind.PRE, "closed on")])
def test_before_and_after_its_days_a_wave_takes_no_answers_and_says_so(app, kind, word):
    enrolment = enrol(make_cohort(days_ago=20))
    mine = asked(enrolment, kind)
    with pytest.raises(Refused, match=word):
        service.save_answers(mine, {}, by=as_actor(enrolment.user))


def test_who_has_left_the_course_answers_no_more_but_can_take_answers_back(enrolment):
    answer(enrolment, {"length": "lt1"})
    mine, person = asked(enrolment), as_actor(enrolment.user)
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, note="moved away", by=person)
    with pytest.raises(Refused, match="left this course"):
        service.save_answers(mine, {"length": "gt10"}, by=person)
    service.withdraw(mine, by=person)
    assert count(Response) == 0


def test_an_answer_or_a_question_that_is_not_there_is_refused(enrolment):
    mine, person = asked(enrolment), as_actor(enrolment.user)
    with pytest.raises(Refused) as refusal:
        service.save_answers(mine, {"pre_access": "NI"}, by=person)
    assert refusal.value.field == "pre_access"
    with pytest.raises(Refused, match="no question shoe_size"):
        service.save_answers(mine, {"shoe_size": "9"}, by=person)


def test_finishing_counts_once_and_can_still_be_changed(cohort, enrolment):
    enrol(cohort)
    answer(enrolment, {"length": "lt1"})
    assert [wave.answered for wave in counts.list_wave_counts(cohort)] == [0, 0]
    answer(enrolment, {"length": "gt10"}, finish=True)
    answer(enrolment, {"length": "y1_5"}, finish=True)
    before, after = counts.list_wave_counts(cohort)
    assert (before.asked, before.answered, before.imported) == (2, 1, 0)
    assert (after.asked, after.answered) == (2, 0)
    assert queries.own_answers(asked(enrolment)) == {"length": "y1_5"}


def test_taking_answers_back_deletes_all_of_them_and_the_count(cohort, enrolment):
    answer(enrolment, {"length": "lt1", "bme": "no"}, finish=True)
    answer(enrolment, {"sup_team": "A"}, WaveKind.POST)
    service.withdraw(asked(enrolment), by=as_actor(enrolment.user))
    assert count(SpecialAnswers) == 0
    assert queries.own_answers(asked(enrolment)) == {}
    assert queries.own_answers(asked(enrolment, WaveKind.POST)) == {"sup_team": "A"}
    assert [wave.answered for wave in counts.list_wave_counts(cohort)] == [0, 0]
    with pytest.raises(NotFound, match="no answers of yours"):
        service.withdraw(asked(enrolment), by=as_actor(enrolment.user))


def test_a_response_is_dated_by_its_week(enrolment):
    response = answer(enrolment, {"length": "lt1"})
    day = asked(enrolment).wave.opens_on
    assert response.answered_on.weekday() == 0
    assert timedelta(0) <= day - response.answered_on < timedelta(days=7)


def test_another_key_is_refused_and_loses_nothing(app, enrolment):
    answer(enrolment, {"length": "lt1"})
    mine = asked(enrolment)
    right = app.config["RESPONSE_KEY"]
    app.config["RESPONSE_KEY"] = "a quite different key " * 3
    for act in (
        lambda: queries.own_answers(mine),
        lambda: service.save_answers(mine, {"length": "gt10"}, by=as_actor(enrolment.user)),
        lambda: service.open_waves(enrolment.cohort, by=None),
    ):
        with pytest.raises(Conflict, match="key"):
            act()
    app.config["RESPONSE_KEY"] = right
    assert queries.own_answers(mine) == {"length": "lt1"}


STANDINGS = [
    (-1, False, False, Standing.NOT_YET),
    (0, False, False, Standing.OPEN),
    (5, True, False, Standing.STARTED),
    (5, True, True, Standing.FINISHED),
    (6, True, True, Standing.KEPT),
    (6, False, False, Standing.MISSED),
]


@pytest.mark.parametrize(("day", "started", "complete", "standing"), STANDINGS)
def test_standing_by_day(day, started, complete, standing):
    opens = clock.today()
    seen = respondents.standing_of(
        opens,
        opens + timedelta(days=5),
        started=started,
        complete=complete,
        today=opens + timedelta(days=day),
    )
    assert seen is standing


def test_the_list_shows_ones_own_and_what_waits_first(cohort, enrolment):
    other = make_cohort(days_ago=-7)
    enrol(other)
    service.open_waves(cohort, by=None)
    service.open_waves(other, by=None)
    mine = own_waves.list_own_waves(within=Reach(enrolment.user_id))
    assert [(wave.cohort, wave.kind, wave.standing) for wave in mine] == [
        (cohort.name, WaveKind.PRE, Standing.OPEN),
        (cohort.name, WaveKind.POST, Standing.NOT_YET),
    ]
    waiting = own_waves.find_next_questionnaire(within=Reach(enrolment.user_id))
    assert waiting is not None
    assert waiting.kind is WaveKind.PRE
    answer(enrolment, {}, finish=True)


def rows_refused(statement, **values):
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(statement, values)


def test_the_database_keeps_one_response_a_wave_and_one_key_a_cohort(enrolment):
    response = answer(enrolment, {"length": "lt1"})
    same = {
        "id": "x" * 22,
        "wave_id": response.wave_id,
        "key_check": response.key_check,
        "pseudonym": response.pseudonym,
        "answered_on": response.answered_on,
        "codes": response.codes,
        "complete": False,
    }
    insert = sa.insert(Response)
    rows_refused(insert.values(**same))
    rows_refused(insert.values(**{**same, "pseudonym": "Amina Begum"}))
    rows_refused(insert.values(**{**same, "pseudonym": "0" * 31 + "G"}))
    rows_refused(insert.values(**{**same, "pseudonym": "0" * 32, "key_check": "0" * 16}))
    rows_refused(insert.values(**{**same, "pseudonym": "0" * 32, "codes": b""}))
    rows_refused(sa.insert(Pairing).values(cohort_id=enrolment.cohort_id, key_check="0" * 16))
    rows_refused(sa.update(Wave).where(Wave.id == response.wave_id).values(key_check="0" * 16))
    db.session.execute(insert.values(**{**same, "pseudonym": "0" * 32}))
