"""What an IQA returns: reopened, answered, closed, and still to be read; and what else an assessor is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from assessments.cases import answering, opening
from assessments.holds import service as holds
from assessments.holds.models import HoldCause
from assessments.marking import allocating, appealed, countersigning, reversing
from assessments.marking import service as marking
from assessments.marking.queries import latest_decisions
from assessments.portfolio.models import Portfolio, Submission
from assessments.verification import actions, facts, policies, queries, ratings, service, trail
from assessments.verification.actions import ActionState
from assessments.verification.models import Sample, SampleOutcome
from assessments.verification.sampling import Reason, Risk, Stage
from courses.cohorts.models import Cohort
from lms.core import clock
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people.queries import get_person
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import Desk, put_in_training, states
from tests.together import at_once


@pytest.fixture
def desk(app):
    return Desk()


def _drawn(desk, stage=Stage.SUMMATIVE):
    ratings.say(desk.provider, desk.assessor, risk=Risk.RED, reason="New.", by=as_actor(desk.iqa))
    plan = service.draw_plan(desk.cohort, stage=stage, seed="s", by=as_actor(desk.iqa))
    return db.session.scalars(select(Sample).where(Sample.plan_id == plan.id, Sample.drawn)).one()


def _states(portfolio):
    return [row.state for row in actions.list_actions(actions.of_portfolio(portfolio.id))[0]]


def test_a_return_reopens_is_answered_closed_and_stays_to_be_read(client, desk):
    portfolio = desk.meet()
    sample = _drawn(desk)
    client.sign_in(desk.iqa)
    at = {"sample_ref": sample.ref}
    decision = latest_decisions(portfolio.id)["3.1"].ref
    told = {"decision": decision, "outcome": "returned"}
    page = client.send("verification.answer", **at, data=told, status=422)
    assert "Say what the assessor should look at again." in page.text
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    told |= {"comment": "Where is the agreement?"}
    client.send("verification.answer", **at, data=told | {"due_on": yesterday}, status=422)
    due = clock.today() + timedelta(days=5)
    client.send("verification.answer", **at, data=told | {"due_on": due.isoformat()})
    assert states(portfolio)["3.1"] == "with"
    assert "With the assessor" in client.see("verification.actions_list").text

    client.sign_in(desk.assessor)
    page = client.see("verification.own_actions")
    assert "Where is the agreement?" in page.text
    client.sign_in(portfolio.learner)
    assert "Where is the agreement?" not in client.see("portfolio.criterion", criterion="3.1").text
    with time_machine.travel(clock.now() + timedelta(days=6), tick=False):
        assert _states(portfolio) == [ActionState.OVERDUE]

    submission = db.session.scalars(select(type(latest_decisions(portfolio.id)["3.1"].submission))).one()
    desk.decide(submission)
    assert _states(portfolio) == [ActionState.ANSWERED]
    client.sign_in(desk.iqa)
    page = client.see("verification.sample", **at)
    assert "Came back once. Joy Okafor, IQA: Where is the agreement?" in page.text
    client.send("verification.agree_the_rest", **at, data={"on_feedback": "Clear and kind."})
    assert _states(portfolio) == [ActionState.CLOSED]
    assert "Decided again, and looked at." in client.see("verification.actions_list").text
    assert "Came back once." in client.see("verification.sample", **at).text
    client.sign_in(desk.assessor)
    assert "Clear and kind." in client.see("verification.own_actions").text


def test_a_look_on_the_way_agrees_asks_and_tells_the_assessor_how_the_feedback_reads(client, desk):
    portfolio = desk.begin()
    desk.decide(desk.send(portfolio, "1.1", "1.2", "3.1"), but=("3.1",))
    sample = _drawn(desk, Stage.INTERIM)
    client.sign_in(desk.iqa)
    at = {"sample_ref": sample.ref}
    found = latest_decisions(portfolio.id)
    client.send("verification.answer", **at, data={"decision": found["1.1"].ref, "outcome": "agreed"})
    client.send(
        "verification.answer",
        **at,
        data={"decision": found["3.1"].ref, "outcome": "returned", "comment": "I think that it is met."},
    )
    assert (states(portfolio)["1.1"], states(portfolio)["3.1"]) == ("agreed", "notyet")
    page = client.send("verification.finish", **at, data={}, status=422)
    assert "Say how the feedback reads" in page.text
    client.send("verification.ask", **at, data={"note": "Name the evidence in each feedback."})
    client.send("verification.finish", **at, data={"on_feedback": "Kind, but short.", "on_planning": "Well."})
    assert "Kind, but short." not in client.see("verification.index").text

    client.sign_in(desk.assessor)
    page = client.see("verification.own_actions")
    for words in ("Kind, but short.", "Planning: Well.", "I think that it is met.", "Name the evidence"):
        assert words in page.text
    row = next(r for r in actions.list_actions(actions.of_portfolio(portfolio.id))[0] if not r.criterion)
    client.send("verification.action_done", action_ref=row.ref, data={"note": ""}, status=422)
    client.send("verification.action_done", action_ref=row.ref, data={"note": "I do so now."})
    client.send("verification.action_done", action_ref=row.ref, data={"note": "Again."}, status=409)
    client.sign_in(desk.iqa)
    client.send("verification.close_action", action_ref=row.ref, data={"note": "Seen."})
    assert "Seen." in client.see("verification.actions_list").text
    client.sign_in(make_user(Role.ASSESSOR, make_organisation()))
    client.send("verification.action_done", action_ref=row.ref, data={"note": "Mine?"}, status=404)


def test_a_returned_not_yet_met_reopens_nothing_so_its_assessor_is_told_and_answers_in_words(client, desk):
    portfolio = desk.begin()
    desk.decide(desk.send(portfolio, "1.1", "3.1"), but=("3.1",))
    sample = _drawn(desk, Stage.INTERIM)
    client.sign_in(desk.iqa)
    at, found = {"sample_ref": sample.ref}, latest_decisions(portfolio.id)
    told = {"outcome": "returned", "comment": "Look again."}
    db.session.query(Message).delete()
    client.send("verification.answer", **at, data=told | {"decision": found["3.1"].ref})
    assert _subjects(desk.assessor) == ["Your IQA asks you to do something"]
    assert "3.1 stays not yet met. We asked Rukhsana Iqbal." in client.see("verification.sample", **at).text
    client.send("verification.answer", **at, data=told | {"decision": found["1.1"].ref})
    by_criterion = {r.criterion: r for r in actions.list_actions(actions.of_portfolio(portfolio.id))[0]}

    client.sign_in(desk.assessor)
    page = client.see("verification.own_actions")
    assert page.body.count("I have done this") == 1
    done = {"note": "I looked again."}
    client.send("verification.action_done", action_ref=by_criterion["3.1"].ref, data=done)
    page = client.send("verification.action_done", action_ref=by_criterion["1.1"].ref, data=done, status=409)
    assert "It closes when the new decision has been answered." in page.text
    client.sign_in(desk.iqa)
    assert client.see("verification.actions_list").body.count("What came of it?") == 1
    client.send("verification.close_action", action_ref=by_criterion["3.1"].ref, data={"note": "Seen."})
    client.send("verification.close_action", action_ref=by_criterion["1.1"].ref, data={}, status=409)


def test_what_is_returned_after_a_change_of_assessor_is_with_the_new_one_and_not_overdue_of_the_old(
    client, desk
):
    portfolio = desk.meet()
    sample = _drawn(desk)
    now = make_user(Role.ASSESSOR, desk.provider, name="Ben Roy")
    allocating.allocate(portfolio, now, by=as_actor(desk.iqa))
    client.sign_in(desk.iqa)
    at, decision = {"sample_ref": sample.ref}, latest_decisions(portfolio.id)["3.1"]
    told = {"decision": decision.ref, "outcome": "returned", "comment": "Look again."}
    client.send("verification.answer", **at, data=told)
    assert "3.1 is with Ben Roy again." in client.see("verification.sample", **at).text
    today = clock.today() + timedelta(days=60)
    policy = policies.in_force(desk.provider.id, today).policy
    found = facts.facts_of(desk.provider.id, [desk.assessor.id], policy=policy, today=today)
    assert found[desk.assessor.id].overdue == 0


def _subjects(user):
    return [one.subject for one in db.session.query(Message).filter_by(to=user.email)]


def test_a_look_on_the_way_accepts_nothing(desk):
    desk.decide(desk.send(desk.begin(), "1.1"))
    sample, by = _drawn(desk, Stage.INTERIM), as_actor(desk.iqa)
    desk.decide(desk.send(sample.portfolio, *[ref for ref in desk.criteria if ref != "1.1"]))
    with pytest.raises(Conflict, match="it accepts nothing"):
        service.agree_the_rest(sample, by=by)


def test_a_plan_of_looks_on_the_way_accepts_nothing(desk):
    for name in ("Ann", "Bea"):
        desk.decide(desk.send(desk.begin(name=name), "1.1"))
    ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, reason="Good.", by=as_actor(desk.iqa))
    plan = service.draw_plan(desk.cohort, stage=Stage.INTERIM, seed="s", by=as_actor(desk.iqa))
    with pytest.raises(Conflict, match="it accepts nothing"):
        service.accept_undrawn(plan, by=as_actor(desk.iqa))


def test_a_closed_look_takes_no_answer_and_no_question(desk):
    desk.decide(desk.send(desk.begin(), "1.1"))
    sample, by = _drawn(desk, Stage.INTERIM), as_actor(desk.iqa)
    decision = latest_decisions(sample.portfolio_id)["1.1"]
    service.finish(sample, on_feedback="Good.", on_planning="", by=by)
    with pytest.raises(Conflict, match="closed already"):
        service.answer(sample, decision, outcome=SampleOutcome.AGREED, by=by)
    with pytest.raises(Conflict, match="closed already"):
        service.ask(sample, note="One more thing.", by=by)


def test_whose_account_is_closed_is_not_asked_and_not_written_to(desk):
    portfolio = desk.begin()
    desk.decide(desk.send(portfolio, "1.1", "3.1"), but=("3.1",))
    sample, by = _drawn(desk, Stage.INTERIM), as_actor(desk.iqa)
    desk.assessor.disabled_at = clock.now()
    db.session.query(Message).delete()
    with pytest.raises(Refused, match="There is nobody to ask"):
        service.ask(sample, note="Name the evidence.", by=by)
    found = latest_decisions(portfolio.id)
    for ref in ("1.1", "3.1"):
        service.answer(sample, found[ref], outcome=SampleOutcome.RETURNED, comment="Look again.", by=by)
    assert _subjects(desk.assessor) == []


def test_an_accepted_unit_takes_no_question(desk):
    desk.meet()
    sample, by = _drawn(desk), as_actor(desk.iqa)
    service.agree_the_rest(sample, by=by)
    with pytest.raises(Conflict, match="accepted already"):
        service.ask(sample, note="One more thing.", by=by)


def test_what_was_questioned_after_the_draw_is_not_accepted_unseen(client, desk):
    for number in range(4):
        desk.meet(name=f"Learner {number}")
    iqa = as_actor(desk.iqa)
    ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, reason="Good.", by=iqa)
    plan = service.draw_plan(desk.cohort, seed="s", by=iqa)
    drawn = db.session.scalars(select(Sample).where(Sample.plan_id == plan.id, Sample.drawn)).one()
    service.agree_the_rest(drawn, by=iqa)
    held = queries.undrawn_portfolios(plan)[0]
    hold = holds.place(held, cause=HoldCause.APPEAL, reason="An appeal.", by=iqa)
    client.sign_in(desk.iqa)
    client.send("verification.accept_undrawn", plan_ref=plan.ref)
    page = client.see("verification.show_plan", plan_ref=plan.ref)
    assert "2 portfolios accepted." in page.text
    assert (
        f"Not accepted, since it was questioned or changed after this draw: {held.learner.name}." in page.text
    )
    page = client.see("verification.plan", cohort_ref=desk.cohort.ref)
    assert "1 more portfolio is on hold." in page.text
    with pytest.raises(Refused, match="No portfolio of this cohort waits"):
        service.draw_plan(desk.cohort, seed="s", by=iqa)
    holds.lift(hold, reason="Answered.", by=iqa)
    with pytest.raises(Conflict, match="Nothing of this plan is left"):
        service.accept_undrawn(plan, by=iqa)
    second = service.draw_plan(desk.cohort, seed="s", by=iqa)
    assert [(row.learner, row.reason) for row in queries.plan_rows(second)] == [
        (held.learner.name, Reason.DISPUTED)
    ]


def test_what_was_opened_again_after_the_draw_is_not_accepted_unseen(desk):
    for number in range(2):
        desk.meet(name=f"Learner {number}")
    iqa = as_actor(desk.iqa)
    ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, reason="Good.", by=iqa)
    plan = service.draw_plan(desk.cohort, seed="s", by=iqa)
    drawn = db.session.scalars(select(Sample).where(Sample.plan_id == plan.id, Sample.drawn)).one()
    service.agree_the_rest(drawn, by=iqa)
    (changed,) = queries.undrawn_portfolios(plan)
    met = latest_decisions(changed.id)["3.1"]
    reversing.reopen(met, why="Look again.", by=iqa)
    desk.decide(met.submission)
    with pytest.raises(Conflict, match="Nothing of this plan is left"):
        service.accept_undrawn(plan, by=iqa)
    second = service.draw_plan(desk.cohort, seed="s", by=iqa)
    assert [(row.learner, row.reason) for row in queries.plan_rows(second)] == [
        (changed.learner.name, Reason.BORDERLINE)
    ]
    with pytest.raises(Refused, match="No portfolio of this cohort waits"):
        service.draw_plan(desk.cohort, seed="t", by=iqa)


def test_of_two_who_draw_at_once_one_draws(app, desk):
    desk.meet()
    cohort_id, iqa_id = desk.cohort.id, desk.iqa.id

    def draw():
        cohort = db.session.get_one(Cohort, cohort_id)
        service.draw_plan(cohort, seed="s", by=get_person(iqa_id))

    assert sorted(at_once(app, draw, draw)) == [
        "",
        "No portfolio of this cohort waits for a plan that you may draw.",
    ]
    assert len(db.session.scalars(select(Sample)).all()) == 1


@pytest.mark.parametrize("kind", ["complaint", "appeal"])
def test_whoever_complained_or_appealed_is_always_drawn(desk, kind):
    for number in range(6):
        desk.meet(name=f"Learner {number}")
    iqa = as_actor(desk.iqa)
    ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, reason="Good.", by=iqa)
    portfolio = desk.begin(name="Eve")
    desk.decide(desk.send(portfolio, "1.1", "3.1"), but=("3.1",))
    by = as_actor(portfolio.learner)
    if kind == "complaint":
        opening.complain(portfolio.enrolment, words="Nobody rang me back.", by=by)
    else:
        case = opening.appeal(latest_decisions(portfolio.id)["3.1"], words="It shows it.", by=by)
        answering.withdraw(case, by=by)
    on_the_way = service.draw_plan(desk.cohort, stage=Stage.INTERIM, seed="s", by=iqa)
    assert [row.reason for row in queries.plan_rows(on_the_way)] == [Reason.DISPUTED]
    desk.decide(desk.send(portfolio, *[ref for ref in desk.criteria if ref != "1.1"]))
    plan = service.draw_plan(desk.cohort, seed="s", by=iqa)
    reasons = {row.learner: row.reason for row in queries.plan_rows(plan) if row.drawn}
    assert reasons.pop("Eve") is Reason.DISPUTED
    assert len(reasons) < 6


def test_what_is_on_hold_is_not_answered(desk):
    portfolio = desk.begin()
    desk.decide(desk.send(portfolio, "1.1", "3.1"), but=("3.1",))
    sample, by = _drawn(desk, Stage.INTERIM), as_actor(desk.iqa)
    holds.place(portfolio, cause=HoldCause.APPEAL, reason="An appeal.", criterion="1.1", by=by)
    decision = latest_decisions(portfolio.id)["1.1"]
    for outcome in SampleOutcome:
        with pytest.raises(Conflict, match=r"1\.1 is on hold"):
            service.answer(sample, decision, outcome=outcome, comment="Look again.", by=by)


def test_what_waits_to_be_countersigned_is_not_looked_at_yet(desk):
    trainee = put_in_training(desk)
    portfolio = desk.begin(assessor=trainee)
    desk.decide(desk.send(portfolio, "1.1"), by=trainee)
    by = as_actor(desk.iqa)
    with pytest.raises(Refused, match="No portfolio of this cohort waits"):
        service.draw_plan(desk.cohort, stage=Stage.INTERIM, seed="s", by=by)
    submission = db.session.scalars(select(Submission)).one()
    sequence = marking.position_of(submission).sequence
    countersigning.countersign(submission, sequence=sequence, by=as_actor(desk.assessor))
    assert len(service.draw_plan(desk.cohort, stage=Stage.INTERIM, seed="s", by=by).rule["population"]) == 1


def test_what_is_with_its_assessor_again_has_nothing_to_answer(desk):
    portfolio, by = desk.begin(), as_actor(desk.iqa)
    desk.decide(desk.send(portfolio, "1.1", "3.1"), but=("3.1",))
    sample = _drawn(desk, Stage.INTERIM)
    decision = latest_decisions(portfolio.id)["3.1"]
    appealed.reconsider(decision, why="The appeal was upheld.", by=by)
    with pytest.raises(Conflict, match="with its assessor"):
        service.answer(sample, decision, outcome=SampleOutcome.AGREED, by=by)


def test_what_was_reopened_is_always_drawn(desk):
    for name in ("Ann", "Bea", "Cat", "Dot", "Eve"):
        desk.meet(name=name)
    by = as_actor(desk.iqa)
    ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, reason="Good.", by=by)
    portfolio = db.session.scalars(select(Portfolio).order_by(Portfolio.id.desc())).first()
    decision = latest_decisions(portfolio.id)["3.1"]
    reversing.reopen(decision, why="Look again.", by=by)
    desk.decide(decision.submission)
    rows = queries.plan_rows(service.draw_plan(desk.cohort, seed="s", by=by))
    assert [row.learner for row in rows if row.reason is Reason.BORDERLINE] == [portfolio.learner.name]


def test_the_trail_tells_what_was_asked_changed_and_put_on_hold(desk):
    portfolio = desk.meet()
    sample, by = _drawn(desk), as_actor(desk.iqa)
    service.ask(sample, note="Name the evidence.", by=by)
    holds.lift(
        holds.place(portfolio, cause=HoldCause.APPEAL, reason="An appeal.", by=by), reason="Answered.", by=by
    )
    reversing.reopen(latest_decisions(portfolio.id)["3.1"], why="Look again.", by=by)
    db.session.commit()
    assert [line.what for line in trail.trail_of(portfolio.id)][-4:] == [
        "Quality assurance asked the assessor",
        "Put on hold",
        "No longer on hold",
        "A decision was changed",
    ]


def test_what_was_not_drawn_waits_for_a_look_on_the_way_to_be_closed(desk):
    first, second = desk.begin(name="Ann"), desk.begin(name="Bea")
    for portfolio in (first, second):
        desk.decide(desk.send(portfolio, "1.1"))
    iqa = as_actor(desk.iqa)
    ratings.say(desk.provider, desk.assessor, risk=Risk.RED, reason="New.", by=iqa)
    interim = service.draw_plan(desk.cohort, stage=Stage.INTERIM, seed="s", by=iqa)
    for portfolio in (first, second):
        desk.decide(desk.send(portfolio, *[ref for ref in desk.criteria if ref != "1.1"]))
    ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, reason="Good.", by=iqa)
    plan = service.draw_plan(desk.cohort, seed="s", by=iqa)
    drawn = db.session.scalars(select(Sample).where(Sample.plan_id == plan.id, Sample.drawn)).one()
    service.agree_the_rest(drawn, by=iqa)
    with pytest.raises(Conflict, match="First close what was looked at on the way: Bea"):
        service.accept_undrawn(plan, by=iqa)
    for sample in db.session.scalars(select(Sample).where(Sample.plan_id == interim.id)):
        service.finish(sample, on_feedback="Good.", on_planning="", by=iqa)
    assert service.accept_undrawn(plan, by=iqa) == 1


def test_an_action_needs_words_and_a_day_to_come(desk):
    desk.meet()
    sample, by = _drawn(desk), as_actor(desk.iqa)
    with pytest.raises(Refused, match="Say what"):
        actions.ask(sample, desk.assessor, note="", by=by)
    with pytest.raises(Refused, match="still to come"):
        actions.ask(sample, desk.assessor, note="x", due_on=clock.today() - timedelta(days=1), by=by)
    assert actions.ask(sample, desk.assessor, note="x", by=by).due_on == clock.today() + timedelta(days=10)


def test_lists_cost_the_same_for_any_number(client, desk):
    desk.meet()
    sample = _drawn(desk)

    def add():
        actions.ask(sample, desk.assessor, note="One more thing.", by=as_actor(desk.iqa))
        db.session.commit()

    client.sign_in(desk.iqa)

    def look():
        client.see("verification.actions_list")
        client.see("verification.sample", sample_ref=sample.ref)

    assert_flat(add, look)
