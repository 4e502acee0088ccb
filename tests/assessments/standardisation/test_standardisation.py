"""Standardisation: one anonymous script judged blind, agreement, discussion, and minutes whose actions go on until closed."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from assessments.marking import service as marking
from assessments.portfolio import service as portfolio_service
from assessments.portfolio.checking import Reason
from assessments.portfolio.checking_queries import check
from assessments.portfolio.checking_service import leave
from assessments.portfolio.quarantine_models import Seen
from assessments.portfolio.quarantine_service import quarantine
from assessments.standardisation import exercises, meetings, queries, reminders, results
from assessments.standardisation.exercises import Said
from assessments.standardisation.models import Exercise, MeetingAction, ScriptJudgement, ScriptPiece
from assessments.verification import ratings, visit_service
from assessments.verification import service as verification
from assessments.verification.sampling import Risk
from lms.core import clock, withheld
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people import service as people
from lms.people.models import Membership
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import OWN_WORK, Desk, add_text, fields_for

CRITERIA = ("1.1", "1.2", "1.3", "2.1", "3.1", "3.2")


@pytest.fixture
def desk(app):
    desk = Desk()
    desk.others = [make_user(Role.ASSESSOR, desk.provider, name=name) for name in ("Ada Ncube", "Ben Roy")]
    return desk


def _exercise(desk, *, is_open=True):
    by = as_actor(desk.iqa)
    made = exercises.prepare(desk.provider, desk.unit, title="First visits", criteria=CRITERIA, by=by)
    exercises.add_piece(made, title="A visit", text="Family A let me in.", by=by)
    if is_open:
        exercises.open_to_assessors(made, is_anonymous=True, by=by)
    return made


def _all(*, but=()):
    return {ref: Said(ref not in but, "It shows one visit." if ref in but else "") for ref in CRITERIA}


def _judge(exercise, user, **said):
    exercises.judge(exercise, _all(**said), by=as_actor(user))


def test_a_script_copied_from_a_portfolio_loses_the_practitioners_name(client, desk):
    portfolio = desk.meet()
    # whoever sends is asked about names first; this one is a word of the text, to see that it goes
    portfolio.learner.name = "We Mbatha"
    by = as_actor(desk.iqa)
    ratings.say(desk.provider, desk.assessor, risk=Risk.RED, reason="New.", by=by)
    verification.draw_plan(desk.cohort, seed="s", by=by)
    client.sign_in(desk.iqa)
    at = {"provider_ref": desk.provider.ref}
    client.send("standardisation.prepare", **at, data={"title": "x", "unit": desk.unit.ref}, status=422)
    data = {"title": "First visits", "unit": desk.unit.ref, "criteria": list(CRITERIA)}
    made = client.send("standardisation.prepare", **at, data=data).location.split("/")[-1]
    client.send("standardisation.copy", exercise_ref=made, data={"portfolio": "x" * 22}, status=404)
    client.send("standardisation.copy", exercise_ref=made, data={"portfolio": portfolio.ref})
    page = client.see("standardisation.exercise", exercise_ref=made)
    assert "the practitioner agreed who would do what." in page.body
    piece = db.session.scalars(select(ScriptPiece)).one()
    client.send("standardisation.open_exercise", exercise_ref=made, data={}, status=422)
    number = {"title": "A visit", "text": "Her number is QQ 12 34 56 C, or AB123456C."}
    client.send("standardisation.change_piece", piece_ref=piece.ref, data=number)
    page = client.send(
        "standardisation.open_exercise", exercise_ref=made, data={"is_anonymous": "y"}, status=422
    )
    assert "There is a National Insurance number in it" in page.text
    client.send(
        "standardisation.change_piece", piece_ref=piece.ref, data={"title": "A visit", "text": "Clean."}
    )
    client.send("standardisation.open_exercise", exercise_ref=made, data={"is_anonymous": "y"})
    client.send(
        "standardisation.change_piece", piece_ref=piece.ref, data={"title": "x", "text": "y"}, status=409
    )


def test_a_piece_keeps_to_its_lengths_and_its_name_names_nobody(client, desk):
    made = _exercise(desk, is_open=False)
    piece = db.session.scalars(select(ScriptPiece)).one()
    client.sign_in(desk.iqa)
    long = {"title": "x" * 161, "text": "y"}
    for endpoint, at in (
        ("add_piece", {"exercise_ref": made.ref}),
        ("change_piece", {"piece_ref": piece.ref}),
    ):
        page = client.send(f"standardisation.{endpoint}", **at, data=long, status=422)
        assert "Keep it under 160 letters." in page.text
    page = client.send(
        "standardisation.change_piece",
        piece_ref=piece.ref,
        data={"title": "x" * 161, "text": "No name any more."},
        status=422,
    )
    assert "No name any more." in page.text, "what was typed is still there"
    as_long_as_evidence = {"title": "A long visit", "text": "A visit. " * 3_000}
    client.send("standardisation.change_piece", piece_ref=piece.ref, data=as_long_as_evidence)
    number = {"title": "Of AB123456C", "text": "A visit."}
    client.send("standardisation.change_piece", piece_ref=piece.ref, data=number)
    with pytest.raises(Refused, match="National Insurance number"):
        exercises.open_to_assessors(made, is_anonymous=True, by=as_actor(desk.iqa))


def test_a_copied_name_that_grows_when_the_practitioner_goes_is_cut(desk):
    portfolio = desk.begin()
    fields = replace(fields_for("1.1"), title="We " * 50)
    by = as_actor(portfolio.learner)
    portfolio_service.add_evidence(portfolio, fields, text="We agreed who would do what.", by=by)
    desk.decide(desk.send(portfolio, "1.1"))
    portfolio.learner.name = "We Mbatha"
    made = _exercise(desk, is_open=False)
    assert exercises.copy_from(made, portfolio, by=as_actor(desk.iqa)) == 2
    assert max(len(one.title) for one in queries.pieces(made)) == 160


def test_a_long_piece_that_was_copied_can_be_made_anonymous(client, desk):
    _exercise(desk, is_open=False)
    piece = db.session.scalars(select(ScriptPiece)).one()
    client.sign_in(desk.iqa)
    data = {"title": "A visit", "text": "y" * 25_000}
    client.send("standardisation.change_piece", piece_ref=piece.ref, data=data)
    assert piece.text == "y" * 25_000


def test_whose_account_is_closed_is_neither_asked_nor_expected(desk):
    desk.others[0].disabled_at = clock.now()
    assert desk.others[0] not in queries.assessors(desk.provider.id)
    assert desk.others[0] not in meetings.members(desk.provider.id)


def test_what_a_unit_lacks_is_not_judged_and_what_is_settled_is_of_a_criterion(desk):
    by = as_actor(desk.iqa)
    with pytest.raises(Refused, match=r"This unit has no criterion 9\.9"):
        exercises.prepare(desk.provider, desk.unit, title="x", criteria=["1.1", "9.9"], by=by)
    exercise = _exercise(desk)
    _judge(exercise, desk.assessor)
    exercises.close(exercise, by=by)
    with pytest.raises(Refused, match="Choose the criterion"):
        exercises.remark(exercise, text="One visit is not enough.", met=False, by=by)


def test_an_iqa_alone_settles_and_nobody_else_than_those_asked_speaks(desk):
    exercise = _exercise(desk)
    exercises.close(exercise, by=as_actor(desk.iqa))
    with pytest.raises(Forbidden, match="An IQA sets down"):
        exercises.remark(exercise, text="It is met.", criterion="1.1", met=True, by=as_actor(desk.others[0]))
    for stranger in (
        make_user(Role.ASSESSOR, desk.provider, name="Came later"),
        make_user(Role.IQA, make_organisation()),
    ):
        with pytest.raises(Forbidden, match="who were there"):
            exercises.remark(exercise, text="I think so too.", by=as_actor(stranger))
    exercises.remark(exercise, text="I think so too.", by=as_actor(desk.others[0]))


def test_what_was_taken_out_of_a_portfolio_is_no_piece_and_a_files_name_names_nobody(desk):
    made, by = _exercise(desk, is_open=False), as_actor(desk.iqa)
    plan = (io.BytesIO(b"A plan."), "plan.txt")
    stored = exercises.add_piece(made, title="A plan", upload=plan, by=by).file
    withheld.withhold(stored.id)
    again = (io.BytesIO(b"A plan."), "again.txt")
    with pytest.raises(Refused, match="was taken away"):
        exercises.add_piece(made, title="A plan", upload=again, by=by)
    telling = (io.BytesIO(b"Another plan."), "plan of AB123456C.txt")
    exercises.add_piece(made, title="Another plan", upload=telling, by=by)
    with pytest.raises(Refused, match="National Insurance number"):
        exercises.open_to_assessors(made, is_anonymous=True, by=by)


def test_a_script_goes_out_of_sight_of_an_assessor_who_has_left(client, desk):
    exercise = _exercise(desk)
    client.sign_in(desk.others[0])
    assert exercise.title in client.see("standardisation.mine").text
    elsewhere = make_organisation()
    people.add_member(desk.others[0], elsewhere, Role.ASSESSOR)
    membership = db.session.scalars(
        select(Membership).where(
            Membership.user_id == desk.others[0].id, Membership.organisation_id == desk.provider.id
        )
    ).one()
    membership.until_on = clock.today() - timedelta(days=1)
    membership.from_on = clock.today() - timedelta(days=9)
    db.session.commit()
    client.sign_in(desk.others[0])
    assert exercise.title not in client.see("standardisation.mine").text
    client.see("standardisation.script", script_ref=exercise.ref, status=404)


def test_a_name_in_a_piece_that_was_taken_out_is_neither_on_the_script_s_page_nor_in_its_table(client, desk):
    secret = "Quagmirella"
    portfolio = desk.begin()
    piece = add_text(portfolio, "3.1", text=f"I sat with {secret}.")
    piece.title = f"Visit to {secret}"
    for found in check(piece).found:
        leave(piece, found.key, reason=Reason.NOBODY, by=as_actor(portfolio.learner))
    desk.decide(marking.send(portfolio, ["3.1"], declaration=OWN_WORK, by=as_actor(portfolio.learner)))
    iqa = as_actor(desk.iqa)
    exercise = exercises.prepare(desk.provider, desk.unit, title="Visits", criteria=("3.1",), by=iqa)
    exercises.copy_from(exercise, portfolio, by=iqa)
    exercises.open_to_assessors(exercise, is_anonymous=True, by=iqa)
    script = db.session.scalars(select(ScriptPiece)).one()
    assert secret in script.title
    assert secret in script.text

    def seen():
        client.sign_in(desk.iqa)
        pages = client.see("standardisation.exercise", exercise_ref=exercise.ref).body
        client.sign_in(desk.assessor)
        return pages + client.see("standardisation.script", script_ref=exercise.ref).body

    assert seen().count(secret) > 1
    quarantine(piece, [Seen.NAME], by=as_actor(desk.assessor))
    db.session.commit()
    assert secret not in seen()
    assert not [row for row in db.session.execute(select(ScriptPiece.__table__)) if secret in repr(row)]


def test_everybody_judges_blind_and_sees_the_rest_when_all_have(client, desk):
    exercise = _exercise(desk)
    client.sign_in(desk.assessor)
    assert "Waits for you" in client.see("standardisation.mine").text
    at = {"script_ref": exercise.ref}
    data = {f"met-{ref}": "met" for ref in CRITERIA}
    page = client.send("standardisation.judge", **at, data={**data, "met-3.1": "not"}, status=422)
    assert "3.1: say why it is not yet met." in page.text
    page = client.send("standardisation.judge", **at, data={"why-1.1": "kept"}, status=422)
    assert "kept" in page.body
    client.send(
        "standardisation.judge", **at, data={**data, "met-3.1": "not", "why-3.1": "Where is the agreement?"}
    )
    assert (
        "You see what the others say when all have judged." in client.see("standardisation.script", **at).text
    )
    client.send("standardisation.judge", **at, data=data, status=409)
    client.send("standardisation.own_remark", **at, data={"text": "So?", "criterion": ""}, status=409)
    _judge(exercise, desk.others[0])
    client.sign_in(desk.others[1])
    assert "Where is the agreement?" not in client.see("standardisation.script", **at).text
    client.sign_in(desk.iqa)
    assert (
        "Where is the agreement?"
        not in client.see("standardisation.exercise", exercise_ref=exercise.ref).text
    )
    _judge(exercise, desk.others[1], but=("3.1", "3.2"))
    page = client.see("standardisation.exercise", exercise_ref=exercise.ref)
    for words in (
        "78 of 100 pairs",
        "Fleiss’ kappa is",
        "Where is the agreement?",
        "Of one criterion in one script",
    ):
        assert words in page.text
    client.send(
        "standardisation.remark",
        exercise_ref=exercise.ref,
        data={"criterion": "3.1", "text": "One visit is not enough.", "met": "not"},
    )
    client.sign_in(desk.assessor)
    page = client.see("standardisation.script", **at)
    assert "Settled: not yet met. One visit is not enough." in page.text
    client.send("standardisation.own_remark", **at, data={"text": "I see.", "criterion": "3.1"})
    assert "I see." in client.see("standardisation.script", **at).text


def test_two_are_compared_by_cohen_and_where_there_is_no_kappa_it_says_why(desk):
    exercise = _exercise(desk)
    _judge(exercise, desk.assessor)
    with pytest.raises(Conflict, match="The discussion begins"):
        exercises.remark(exercise, text="x", by=as_actor(desk.iqa))
    exercises.close(exercise, by=as_actor(desk.iqa))
    found = results.of(exercise)
    assert (found.people, found.missing) == (1, ("Ada Ncube", "Ben Roy"))
    assert found.overall.why_not == "Agreement needs two people at least."
    with pytest.raises(Conflict, match="This exercise is closed"):
        _judge(exercise, desk.others[0])
    with pytest.raises(Forbidden):
        _judge(exercise, desk.iqa)


def test_the_database_keeps_what_was_said_and_refuses_whoever_is_not_asked(desk):
    exercise = _exercise(desk)
    _judge(exercise, desk.assessor)
    with pytest.raises(DatabaseError, match="never changed"), db.session.begin_nested():
        db.session.execute(update(ScriptJudgement).values(met=False, why="x"))
    row = {
        "ref": "r" * 22,
        "created_at": clock.now(),
        "exercise_id": exercise.id,
        "assessor_id": desk.iqa.id,
        "criterion": "1.1",
        "met": True,
        "why": "",
    }
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(ScriptJudgement).values(**row))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Exercise).values(is_anonymous=False))


def test_an_exercise_keeps_to_its_provider_and_needs_two_assessors(client, desk):
    exercise = _exercise(desk)
    client.sign_in(make_user(Role.IQA, make_organisation()))
    client.see("standardisation.exercise", exercise_ref=exercise.ref, status=404)
    client.sign_in(make_user(Role.ASSESSOR, desk.provider, name="Came later"))
    client.see("standardisation.script", script_ref=exercise.ref, status=404)
    alone = Desk()
    with pytest.raises(Refused, match="takes two assessors"):
        _exercise(alone)
    by = as_actor(desk.iqa)
    empty = exercises.prepare(desk.provider, desk.unit, title="x", criteria=["1.1"], by=by)
    with pytest.raises(Refused, match="Put something"):
        exercises.open_to_assessors(empty, is_anonymous=True, by=by)


def test_actions_go_from_meeting_to_meeting_until_they_are_closed(client, desk):
    client.sign_in(desk.iqa)
    assert "A meeting is due. There has been none yet." in client.see("standardisation.index").text
    at = {"provider_ref": desk.provider.ref}
    due = (clock.today() + timedelta(days=30)).isoformat()
    data = {
        "title": "Autumn",
        "held_on": clock.today().isoformat(),
        "minutes": "We looked at 3.1.",
        "came": [desk.iqa.ref, desk.assessor.ref],
        "words_0": "Write down what 3.1 asks.",
        "owner_0": desk.others[0].ref,
        "due_0": due,
    }
    client.send("standardisation.hold_meeting", **at, data=data | {"came": []}, status=422)
    client.send("standardisation.hold_meeting", **at, data=data | {"owner_0": ""}, status=422)
    first = client.send("standardisation.hold_meeting", **at, data=data).location.split("/")[-1]
    page = client.see("standardisation.meeting", meeting_ref=first)
    assert "Came: Joy Okafor, Rukhsana Iqbal. Away: Ada Ncube, Ben Roy." in page.text
    assert "A meeting is due" not in client.see("standardisation.index").text
    page = client.see("standardisation.new_meeting", **at)
    assert "Write down what 3.1 asks." in page.text
    assert "you can leave this out" not in re.sub(r"(?s)^.*Action 1", "", page.text), "an action needs them"
    second = client.send(
        "standardisation.hold_meeting", **at, data=data | {"title": "Winter", "words_0": ""}
    ).location.split("/")[-1]
    page = client.see("standardisation.meeting", meeting_ref=second)
    assert "Carried forward from before" in page.text
    deed = db.session.scalars(select(MeetingAction)).one()
    pressed = {"submission_key": f"deed-{deed.ref}"}
    page = client.send(
        "standardisation.close_deed", deed_ref=deed.ref, data={"words": "", **pressed}, status=422
    )
    assert "Say in a line what came of it." in page.text
    told = {"words": "It is on the wall.", **pressed}
    client.send("standardisation.close_deed", deed_ref=deed.ref, data=told)
    with pytest.raises(Conflict, match="closed already"):
        meetings.close(deed, words="Again.", by=as_actor(desk.iqa))
    assert "It is on the wall." in client.see("standardisation.meeting", meeting_ref=second).text
    third = client.send(
        "standardisation.hold_meeting", **at, data=data | {"title": "Spring", "words_0": ""}
    ).location.split("/")[-1]
    assert "Carried forward" not in client.see("standardisation.meeting", meeting_ref=third).text
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        client.sign_in(desk.iqa)
        assert "more than 12 months ago" in client.see("standardisation.index").text


def test_a_visitor_reads_the_record_on_the_days_of_the_visit(client, desk):
    exercise = _exercise(desk)
    for user in (desk.assessor, *desk.others):
        _judge(exercise, user, but=("3.1",) if user is desk.assessor else ())
    expected = meetings.members(desk.provider.id)
    meetings.hold(
        desk.provider,
        title="Autumn",
        held_on=clock.today(),
        minutes="We looked at 3.1.",
        came={expected[0].id},
        exercises=[exercise],
        actions=[],
        by=as_actor(desk.iqa),
    )
    portfolio, eqa = desk.begin(), make_user(Role.EQA)
    visit = visit_service.open_visit(
        desk.provider,
        eqa=eqa,
        from_on=clock.today(),
        until_on=clock.today(),
        portfolio_refs=[portfolio.ref],
        by=as_actor(desk.iqa),
    )
    client.sign_in(eqa)
    page = client.see("standardisation.record", visit_ref=visit.ref)
    for words in ("First visits", "kappa is", "We looked at 3.1.", "Talked about: First visits."):
        assert words in page.text
    client.sign_in(make_user(Role.EQA))
    client.see("standardisation.record", visit_ref=visit.ref, status=404)


def test_pages_cost_the_same_for_any_number(client, desk):
    def add():
        _exercise(desk)
        db.session.commit()

    client.sign_in(desk.iqa)
    assert_flat(add, lambda: client.see("standardisation.index"))
    assert len(queries.exercises(Exercise.provider_id == desk.provider.id)) == 3


def test_the_record_costs_the_same_for_any_number(client, desk):
    eqa, today, by = make_user(Role.EQA), clock.today(), as_actor(desk.iqa)
    visit = visit_service.open_visit(
        desk.provider, eqa=eqa, from_on=today, until_on=today, portfolio_refs=[desk.begin().ref], by=by
    )

    def add():
        exercise = _exercise(desk)
        _judge(exercise, desk.assessor)
        exercises.close(exercise, by=by)
        exercises.remark(exercise, text="It is met.", by=by)
        agreed = meetings.NewAction("Write down what 3.1 asks.", desk.assessor, today)
        meetings.hold(
            desk.provider,
            title="Autumn",
            held_on=today,
            minutes="We looked at 3.1.",
            came={desk.assessor.id},
            exercises=[exercise],
            actions=[agreed],
            by=by,
        )
        db.session.commit()

    client.sign_in(eqa)
    assert_flat(add, lambda: client.see("standardisation.record", visit_ref=visit.ref))


def test_iqas_are_written_to_once_a_month_when_a_meeting_is_due(app, desk):
    def subjects():
        return [one.subject for one in db.session.query(Message).filter_by(to=desk.iqa.email)]

    assert reminders.remind() == 0, "nothing has been decided yet"
    desk.decide(desk.send(desk.begin(), "1.1"))
    db.session.commit()
    answer = app.test_cli_runner().invoke(args=["standardisation", "remind"])
    assert answer.output == "1 providers reminded\n"
    assert reminders.remind() == 0
    assert subjects() == ["A standardisation meeting is due"]
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        assert reminders.remind() == 1
    meetings.hold(
        desk.provider,
        title="Autumn",
        held_on=clock.today(),
        minutes="x",
        came={desk.iqa.id},
        exercises=[],
        actions=[],
        by=as_actor(desk.iqa),
    )
    with time_machine.travel(clock.now() + timedelta(days=300), tick=False):
        assert reminders.remind() == 0
    with time_machine.travel(clock.now() + timedelta(days=370), tick=False):
        assert reminders.remind() == 1
