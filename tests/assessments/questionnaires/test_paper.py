"""Forms on paper: printed, keyed by one or two people, compared, taken in; nobody learns whose they are."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from assessments.questionnaires import (
    comparing,
    keying,
    laying_out,
    library,
    paper_answers,
    paper_codes,
    queries,
    service,
    sheets,
)
from assessments.questionnaires.models import Invitation, Response
from assessments.questionnaires.paper_answers import Unreadable
from assessments.questionnaires.paper_models import KeyedForm, PaperHand, PaperSheet, PaperTask
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.written import Written
from lms.core import clock, jobs
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.model import Base
from lms.people.roles import Role
from tests.assessments.questionnaires.conftest import (
    DATA,
    answer,
    ask_of,
    asked,
    count,
    enrol,
    every_kind,
    make_cohort,
    printed,
)
from tests.factories.people import as_actor, make_user

ANSWERS = {"length": "lt1", "employment": "employed", "bme": "no"}


def lines(instrument):
    words = paper_answers.in_english(instrument)
    return {line.item.code: line for _, here in paper_answers.lines_of(words) for line in here}


@pytest.mark.parametrize(
    ("code", "typed", "answer_is"),
    [
        ("one", "2", "no"),
        ("one", "x", "rather-not-say"),
        ("one", "", None),
        ("some", "12", frozenset({"a", "b"})),
        ("some", "2, 1", frozenset({"a", "b"})),
        ("agree", "1", "D"),
        ("sure", "0", "0"),
        ("sure", "10", "10"),
        ("hours_a_week", "37", "37"),
        ("title", " Outreach worker ", Written("Outreach worker")),
    ],
)
def test_what_is_keyed_is_the_answer_whose_key_stands_beside_the_box(code, typed, answer_is):
    line = lines(library.read(DATA / "every_kind.yaml"))[code]
    assert paper_answers.read(line, typed) == answer_is
    assert paper_answers.read(line, paper_answers.typed_of(line, answer_is)) == answer_is


@pytest.mark.parametrize(
    ("code", "typed"), [("one", "3"), ("one", "12"), ("some", "14"), ("sure", "11"), ("began_on", "31 2 2026"), ("began_on", "May")]
)  # fmt: skip
def test_what_no_box_says_is_refused_in_words(code, typed):
    with pytest.raises(Unreadable, match="Question"):
        paper_answers.read(lines(library.read(DATA / "every_kind.yaml"))[code], typed)


def test_what_waits_between_two_keyings_comes_back_as_it_was():
    given = {
        "a": "x",
        "b": frozenset({"1", "2"}),
        "c": Written("words", may_quote=True),
        "d": Written(day=clock.today()),
    }
    assert paper_answers.from_values(paper_answers.to_values(given)) == given


def test_a_form_with_a_code_is_its_authors_own_answer_in_every_way(app, wave, enrolment, joy):
    """It pairs with what they say on the screen, counts as answered, and is theirs to see and take back."""
    (sheet,) = printed(wave, joy)
    code = paper_codes.code_of(enrolment.ref)
    keying.key(sheet, code=f" {code[:4].lower()} {code[4:]}", answers=ANSWERS, by=joy)
    assert count(Response) == 0, "the last form can still be undone"
    assert keying.finish_keying(by=joy) == 1
    assert queries.own_answers(asked(enrolment)) == ANSWERS
    assert db.session.get(Invitation, (wave.id, enrolment.id)).answered
    assert db.session.scalars(sa.select(Response)).one().complete
    assert count(KeyedForm) == 0
    service.withdraw(asked(enrolment), by=as_actor(enrolment.user))
    assert count(Response) == 0


def test_forms_without_a_code_count_and_do_not_pair(app, wave, joy):
    one, two = printed(wave, joy, many=2)
    for sheet in (one, two):
        keying.key(sheet, code="", answers=ANSWERS, by=joy)
    keying.finish_keying(by=joy)
    assert len({each.pseudonym for each in db.session.scalars(sa.select(Response))}) == 2
    assert not db.session.scalars(sa.select(Invitation.answered).where(Invitation.answered)).all()


def test_the_last_form_can_be_undone_until_the_next_is_keyed(app, wave, joy):
    one, two = printed(wave, joy, many=2)
    keying.key(one, code="", answers=ANSWERS, by=joy)
    db.session.commit()
    assert keying.count_today(joy) == 1
    assert keying.undo_last(by=joy) == one.number
    db.session.commit()
    assert keying.count_today(joy) == 0
    keying.key(one, code="", answers=ANSWERS, by=joy)
    keying.key(two, code="", answers=ANSWERS, by=joy)
    assert count(Response) == 1
    assert keying.undo_last(by=joy) == two.number
    with pytest.raises(Conflict, match="nothing to undo"):
        keying.undo_last(by=joy)
    db.session.commit()
    assert keying.count_today(joy) == 1


def test_a_form_that_was_keyed_last_is_taken_in_by_itself_after_an_hour(app, wave, joy):
    (sheet,) = printed(wave, joy)
    keying.key(sheet, code="", answers=ANSWERS, by=joy)
    db.session.commit()
    jobs.run_all_due()
    assert count(Response) == 0
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        jobs.run_all_due()
    assert count(Response) == 1


def test_two_people_key_alike_and_the_form_is_in(app, wave, joy, rita):
    (sheet,) = printed(wave, joy, twice=True)
    keying.key(sheet, code="", answers=ANSWERS, by=joy)
    assert keying.finish_keying(by=joy) == 0
    with pytest.raises(Conflict, match="Somebody else keys it the second time"):
        keying.key(sheet, code="", answers=ANSWERS, by=joy)
    keying.key(sheet, code="", answers=ANSWERS, by=rita)
    assert keying.finish_keying(by=rita) == 1
    assert count(KeyedForm) == 0


def test_the_database_lets_nobody_key_one_form_twice(app, wave, joy):
    (sheet,) = printed(wave, joy, twice=True)
    for entry in (1, 2):
        db.session.add(KeyedForm(sheet=sheet, entry=entry, keyed_by_id=joy.id, answers={}))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_what_two_people_read_differently_waits_until_somebody_has_looked(app, wave, enrolment, joy, rita):
    (sheet,) = printed(wave, joy, twice=True)
    code = paper_codes.code_of(enrolment.ref)
    keying.key(sheet, code=code, answers=ANSWERS, by=joy)
    keying.key(sheet, code="", answers={**ANSWERS, "length": "gt10", "hours": "full_time"}, by=rita)
    keying.finish_keying(by=rita)
    assert count(Response) == 0
    found = comparing.mismatches(sheet)
    assert [(each.line.item.code if each.line else None, each.first, each.second) for each in found] == [
        (None, code, ""),
        ("length", "1", "4"),
        ("hours", "", "1"),
    ]
    with pytest.raises(Refused, match="still open"):
        comparing.settle(sheet, code=code, chosen={"length": "lt1"}, by=joy)
    comparing.settle(sheet, code=code, chosen={"length": "lt1", "hours": None}, by=joy)
    assert queries.own_answers(asked(enrolment)) == ANSWERS
    assert count(KeyedForm) == 0
    with pytest.raises(Conflict, match="nothing to settle"):
        comparing.settle(sheet, code=code, chosen={}, by=joy)


def test_a_code_of_nobody_here_and_answers_that_are_here_are_refused(app, wave, enrolment, joy):
    one, _ = printed(wave, joy, many=2)
    stranger = paper_codes.code_of(enrol(make_cohort()).ref)
    for code in (stranger, "AAAA2222"):
        with pytest.raises(Refused, match="Nobody in this cohort has this code"):
            keying.key(one, code=code, answers=ANSWERS, by=joy)
    answer(enrolment, {"length": "gt10"})
    with pytest.raises(Conflict, match="what is here stays"):
        keying.key(one, code=paper_codes.code_of(enrolment.ref), answers=ANSWERS, by=joy)
    assert queries.own_answers(asked(enrolment)) == {"length": "gt10"}


def test_what_somebody_said_on_the_screen_since_stays(app, wave, enrolment, joy):
    (sheet,) = printed(wave, joy)
    keying.key(sheet, code=paper_codes.code_of(enrolment.ref), answers=ANSWERS, by=joy)
    answer(enrolment, {"length": "gt10"})
    keying.finish_keying(by=joy)
    assert queries.own_answers(asked(enrolment)) == {"length": "gt10"}


def test_forms_are_keyed_for_two_weeks_after_the_last_day(app, joy):
    wave = service.open_waves(make_cohort(days_ago=20), by=None)[WaveKind.PRE]
    (sheet,) = printed(wave, joy)
    keying.key(sheet, code="", answers=ANSWERS, by=joy)
    keying.finish_keying(by=joy)
    response = db.session.scalars(sa.select(Response)).one()
    assert response.answered_on <= wave.closes_on
    laying_out._set_days(wave, laying_out.Days(wave.opens_on, clock.today() - timedelta(days=15)))
    with pytest.raises(Refused, match="could be keyed until"):
        sheets.print_sheets(wave, sheets=1, keyed_twice=False, by=joy)


def test_who_prints_the_list_of_codes_keys_nothing_and_the_other_way_round(wave, enrolment, joy, rita):
    cohort = wave.cohort
    (sheet,) = printed(wave, joy)
    assert paper_codes.list_codes(cohort, by=joy) == [("Amina Begum", paper_codes.code_of(enrolment.ref))]
    with pytest.raises(Refused, match="Nobody may see both"):
        keying.key(sheet, code="", answers=ANSWERS, by=joy)
    keying.key(sheet, code="", answers=ANSWERS, by=rita)
    with pytest.raises(Refused, match="Nobody may see both"):
        paper_codes.list_codes(cohort, by=rita)
    db.session.add(PaperHand(cohort_id=cohort.id, user_id=joy.id, task=PaperTask.KEYING))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_once_a_form_is_in_nothing_joins_its_sheet_its_code_or_who_keyed_it_to_the_answers(
    app, wave, enrolment, joy
):
    (sheet,) = printed(wave, joy)
    code = paper_codes.code_of(enrolment.ref)
    keying.key(sheet, code=code, answers=ANSWERS, by=joy)
    keying.finish_keying(by=joy)
    db.session.commit()
    rows = [str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(sa.select(table))]
    assert not [row for row in rows if code in row], "a code is never stored once the form is in"
    response = db.session.scalars(sa.select(Response)).one()
    trail = db.session.scalars(sa.select(AuditRecord)).all()
    assert not [each for each in trail if sheet.number in str(each.facts) or response.id in str(each.facts)]


def test_a_parents_second_form_pairs_by_the_number_of_the_first(app, cohort, joy):
    first, last = (
        ask_of(cohort, kind, every_kind()) for kind in (WaveKind.PARENT_START, WaveKind.PARENT_END)
    )
    (start,), (end,) = printed(first, joy), printed(last, joy)
    keying.key(start, code="", answers={"sure": "3"}, by=joy)
    with pytest.raises(Refused, match="No card and no form of this cohort has this number"):
        keying.key(end, code="AAAA2222", answers={"sure": "8"}, by=joy)
    keying.key(end, code=start.number, answers={"sure": "8"}, by=joy)
    keying.finish_keying(by=joy)
    assert len({each.pseudonym for each in db.session.scalars(sa.select(Response))}) == 1


def test_keying_goes_from_form_to_form_without_javascript(client, wave, enrolment, administrator):
    client.sign_in(administrator)
    client.see("questionnaires.paper", wave_ref=wave.ref)
    made = client.send(
        "questionnaires.print_paper", wave_ref=wave.ref, data={"sheets": "2", "language": "en-GB"}
    )
    batch = made.location.partition("batch=")[2].partition("&")[0]
    file = client.get(client.address("questionnaires.paper_forms_pdf", wave_ref=wave.ref, batch=batch))
    with pikepdf.open(BytesIO(file.get_data())) as pdf:
        assert len(pdf.pages) == 8
        assert pdf.Root.MarkInfo.Marked
    assert client.get(client.address("questionnaires.specimen_pdf", wave_ref=wave.ref)).status_code == 200
    number = db.session.scalars(sa.select(PaperSheet.number)).first()
    start = client.see("questionnaires.keying_start")
    assert "0 forms keyed today" in start.text
    wrong = client.get(f"{client.address('questionnaires.keying_start')}?number=ABCD2345")
    assert wrong.status_code == 422
    found = client.get(
        f"{client.address('questionnaires.keying_start')}?number={number[:4].lower()}+{number[4:]}"
    )
    ref = found.location.rsplit("/", 1)[1]
    page = client.see("questionnaires.key_form", sheet_ref=ref)
    assert "Amina" not in page.text
    code = paper_codes.code_of(enrolment.ref)
    typed = {"code": code, "answer-length": "1", "answer-deprivation": "13"}
    # Enter in a box, without JavaScript, presses the first button: nothing is kept, the page goes on where typing stopped
    again = client.send("questionnaires.keep_keyed", sheet_ref=ref, status=422, data={**typed, "go": "check"})
    focused = [box.get("id") for box in again.all("input") if box.get("autofocus") is not None]
    assert focused == ["answer-qualification"]
    bad = client.send(
        "questionnaires.keep_keyed",
        sheet_ref=ref,
        status=422,
        data={**typed, "answer-hours": "7", "go": "save"},
    )
    assert "Question 3 takes a number from 1 to 2, or x." in bad.text
    client.send("questionnaires.keep_keyed", sheet_ref=ref, data={**typed, "go": "save"})
    assert "1 form keyed today" in client.see("questionnaires.keying_start").text
    client.send("questionnaires.undo_keyed")
    client.send("questionnaires.keep_keyed", sheet_ref=ref, data={**typed, "go": "save"})
    client.send("questionnaires.finish_keying")
    db.session.expire_all()
    assert queries.own_answers(asked(enrolment)) == {
        "length": "lt1",
        "deprivation": frozenset({"some_deprived", "some_affluent"}),
    }
    refused = client.send("questionnaires.paper_codes_pdf", cohort_ref=wave.cohort.ref, status=422)
    assert "Nobody may see both" in refused.text
    client.sign_out()
    client.sign_in(enrolment.user)
    assert f"{code[:4]} {code[4:]}" in client.see("questionnaires.index").text


def test_a_neighbour_finds_no_sheet(client, wave, joy):
    (sheet,) = printed(wave, joy)
    ref, number = sheet.ref, sheet.number
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("questionnaires.key_form", sheet_ref=ref, status=404)
    client.see("questionnaires.settle_form", sheet_ref=ref, status=404)
    client.send("questionnaires.keep_keyed", sheet_ref=ref, status=404, data={"go": "save"})
    assert client.get(f"{client.address('questionnaires.keying_start')}?number={number}").status_code == 422
