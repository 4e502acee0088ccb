"""Keyed forms that nobody settles: listed with their age, reminded of, and taken in as far as they are sure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from assessments.questionnaires import personal_codes, queries
from assessments.questionnaires.models import Response
from assessments.questionnaires.paper import keying
from assessments.questionnaires.paper.models import KeyedForm
from courses.cohorts.leaving import Leaving
from courses.places import transfers, withdrawals
from lms.core import clock, jobs
from lms.core.audit import Act, AuditRecord
from lms.core.clock import LONDON
from lms.core.errors import Conflict
from lms.core.extensions import db
from lms.core.mail import Message
from tests.assessments.questionnaires.conftest import answer, asked, count, enrol, make_cohort, printed
from tests.factories.people import as_actor

ANSWERS = {"length": "lt1", "employment": "employed", "bme": "no"}
OTHER = {**ANSWERS, "length": "gt10", "hours": "full_time"}


def pass_days(last: int, *, first: int = 1) -> None:
    """Let days go by, from one number of days after today to another, each with its morning's work."""
    db.session.commit()
    today = clock.today()
    for number in range(first, last + 1):
        with clock.set_to(datetime.combine(today + timedelta(days=number), time(8), tzinfo=LONDON)):
            jobs.run_all_due()
    db.session.expire_all()


def letters() -> list[Message]:
    found = sa.select(Message).where(Message.template.contains("forms_wait")).order_by(Message.id)
    return list(db.session.scalars(found))


def test_what_two_keyed_differently_is_taken_in_as_far_as_it_is_sure(app, wave, enrolment, joy, rita):
    (sheet,) = printed(wave, joy, twice=True)
    code = personal_codes.code_of(enrolment.ref)
    keying.key(sheet, code=code, answers=ANSWERS, by=joy)
    keying.key(sheet, code=code, answers=OTHER, by=rita)
    keying.finish_keying(by=rita)
    pass_days(28)
    assert count(Response) == 0, "it waits for four weeks"
    pass_days(29, first=29)
    sure = {item: answer for item, answer in ANSWERS.items() if item != "length"}
    assert queries.own_answers(asked(enrolment)) == sure
    assert count(KeyedForm) == 0
    assert sheet.is_taken_in
    (entry,) = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.act == Act.FORM_TAKEN_IN.value))
    assert (entry.actor_id, entry.facts) == (None, {"left_out": 2})
    assert not db.session.scalars(
        sa.select(jobs.Job).where(jobs.Job.name == keying.TEND, jobs.Job.state == jobs.JobState.WAITING)
    ).all(), "nothing waits, so nobody looks again"


def test_of_two_codes_that_differ_neither_is_believed(app, wave, enrolment, joy, rita):
    (sheet,) = printed(wave, joy, twice=True)
    keying.key(sheet, code=personal_codes.code_of(enrolment.ref), answers=ANSWERS, by=joy)
    keying.key(sheet, code="", answers=ANSWERS, by=rita)
    pass_days(29)
    assert count(Response) == 1
    assert queries.own_answers(asked(enrolment)) == {}


def test_what_nobody_keys_a_second_time_counts_when_nobody_can_any_more(app, wave, enrolment, joy):
    """The questionnaire closes in a week, so forms are keyed for three; after that the form has nothing to wait for."""
    (sheet,) = printed(wave, joy, twice=True)
    keying.key(sheet, code=personal_codes.code_of(enrolment.ref), answers=ANSWERS, by=joy)
    last = (wave.closes_on - clock.today()).days + 14
    assert last < 28
    pass_days(last)
    assert count(Response) == 0
    pass_days(last + 1, first=last + 1)
    assert queries.own_answers(asked(enrolment)) == ANSWERS


def test_whoever_keyed_is_reminded_twice_at_most_and_not_of_what_is_settled(app, wave, joy, rita):
    one, two = printed(wave, joy, twice=True, many=2)
    for sheet in (one, two):
        keying.key(sheet, code="", answers=ANSWERS, by=joy)
    keying.key(one, code="", answers=OTHER, by=rita)
    pass_days(6)
    assert not letters()
    pass_days(8, first=7)
    assert len(letters()) == 2, "one letter a person, however many forms"
    to_joy = next(each for each in letters() if each.to == people_email(joy))
    assert "2 forms on paper" in to_joy.text
    assert "1 form was read differently" in to_joy.text
    assert "1 form is still to be keyed a second time" in to_joy.text
    assert "left out" in to_joy.text
    keying.key(two, code="", answers=ANSWERS, by=rita)
    keying.finish_keying(by=rita)
    pass_days(28, first=9)
    assert len(letters()) == 4
    assert "1 form on paper" in letters()[-1].text
    assert "after" in letters()[-1].text


def people_email(actor) -> str:
    return db.session.scalar(sa.text('SELECT email FROM "user" WHERE id = :id').bindparams(id=actor.id))


def test_the_page_says_how_long_a_form_has_waited_and_what_becomes_of_it(client, wave, administrator, rita):
    one, two, three, _ = printed(wave, rita, twice=True, many=4)
    me = as_actor(administrator)
    with clock.set_to(clock.now() - timedelta(days=3)):
        keying.key(one, code="", answers=ANSWERS, by=rita)
        keying.key(one, code="", answers=OTHER, by=me)
        keying.key(two, code="", answers=ANSWERS, by=rita)
        keying.key(three, code="", answers=ANSWERS, by=me)
        db.session.commit()
    client.sign_in(administrator)
    page = client.see("questionnaires.keying_start").text
    assert "1 form to compare" in page
    paper = client.see("questionnaires.paper", wave_ref=wave.ref).text
    assert "4 forms are printed: 0 are in, 3 are keyed and wait, 1 is still out." in paper
    assert "1 form for you to key a second time" in page
    assert "1 form of yours for somebody else" in page
    assert page.count("Has waited 3 days") == 3
    assert "what both read alike is taken in and the rest is left out" in page


def test_a_form_of_somebody_who_has_left_counts_without_its_code_and_holds_up_nobody(
    app, wave, enrolment, joy
):
    one, two = printed(wave, joy, many=2)
    keying.key(one, code=personal_codes.code_of(enrolment.ref), answers=ANSWERS, by=joy)
    withdrawals.withdraw(enrolment, reason=Leaving.OTHER, on=clock.today(), note="", by=joy)
    keying.key(two, code="", answers=ANSWERS, by=joy)
    keying.finish_keying(by=joy)
    assert count(Response) == 2
    assert count(KeyedForm) == 0


def test_answers_that_somebody_brought_from_another_cohort_refuse_their_form(app, wave, joy):
    mover = enrol(make_cohort(wave.cohort.provider))
    answer(mover, ANSWERS, finish=True)
    transfers.transfer(mover, wave.cohort, by=joy)
    (sheet,) = printed(wave, joy)
    with pytest.raises(Conflict, match="what is here stays"):
        keying.key(sheet, code=personal_codes.code_of(mover.ref), answers=OTHER, by=joy)


def test_the_daily_clearing_ends_what_is_past_its_time_where_no_worker_is(app, wave, enrolment, joy, rita):
    one, two = printed(wave, joy, twice=True, many=2)
    old = keying.key(one, code=personal_codes.code_of(enrolment.ref), answers=ANSWERS, by=joy)
    old.created_at -= timedelta(days=29, hours=1)
    keying.key(two, code="", answers=ANSWERS, by=rita)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["retention", "clear-up"])
    assert "What was keyed from a form on paper" in result.output, result.output
    assert queries.own_answers(asked(enrolment)) == ANSWERS
    assert [each.sheet_id for each in db.session.scalars(sa.select(KeyedForm))] == [two.id]
