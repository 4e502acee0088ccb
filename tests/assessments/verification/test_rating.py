"""Rating assessors and drawing by policy, as an IQA does it on the pages, and what the database refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from assessments.marking import allocating, reversing
from assessments.marking import service as marking
from assessments.marking.queries import latest_decisions
from assessments.verification import policies, ratings, service
from assessments.verification.facts import _Known, _newer_version
from assessments.verification.models import Sample, SampleOutcome, SamplePlan
from assessments.verification.rating_models import RiskRating
from assessments.verification.sampling import Reason, Risk, Stage
from lms.core import clock
from lms.core.errors import Forbidden
from lms.core.extensions import db
from lms.people import service as people
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import MET, Desk


@pytest.fixture
def desk(app):
    return Desk()


def _standing(desk, assessor=None):
    today = clock.today()
    someone = assessor or desk.assessor
    in_policy = policies.in_force(desk.provider.id, today)
    return ratings.standings(desk.provider.id, [someone.id], in_policy=in_policy, today=today)[someone.id]


def _words(desk, assessor=None):
    return {one.fact: (one.words, one.points) for one in _standing(desk, assessor).now.contributions}


def _rate(desk, risk, reason="I know her work."):
    return ratings.say(desk.provider, desk.assessor, risk=risk, reason=reason, by=as_actor(desk.iqa))


def test_facts_come_from_what_happened(desk):
    for number in range(3):
        desk.meet(name=f"Learner {number}")
    _rate(desk, Risk.RED)
    plan = service.draw_plan(desk.cohort, seed="s", by=as_actor(desk.iqa))
    sample = db.session.scalars(select(Sample).where(Sample.plan_id == plan.id)).first()
    assert _words(desk)["Portfolios"] == ("has decided in 3 portfolios so far", 0)
    assert _words(desk)["Disagreement"][0].startswith("IQAs disagreed with 0 of 0 decisions")
    decision = latest_decisions(sample.portfolio_id)["3.1"]
    service.answer(
        sample, decision, outcome=SampleOutcome.RETURNED, comment="Look again.", by=as_actor(desk.iqa)
    )
    assert _words(desk)["Returned"][1] == 2
    assert _words(desk)["Disagreement"][0].startswith("IQAs disagreed with 1 of 1 decision")
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        assert _words(desk)["Late feedback"][0].startswith("1 of 4 answers after the promised day"), (
            "it waits"
        )
        assert _words(desk)["Actions past their day"] == ("1 action", 2)


def test_whoever_takes_over_and_reverses_has_not_answered_late(desk):
    portfolio = desk.begin()
    submission = desk.send(portfolio, "1.1")
    desk.decide(submission, but=("1.1",))
    other = make_user(Role.ASSESSOR, desk.provider)
    allocating.allocate(portfolio, other, by=as_actor(desk.iqa))
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        sequence = marking.position_of(submission).sequence
        reversing.reverse(submission, "1.1", MET, why="It is there.", sequence=sequence, by=as_actor(other))
        db.session.flush()
        assert _words(desk)["Late feedback"][0].startswith("0 of 1 answer")
        assert _words(desk, other)["Late feedback"][0].startswith("0 of 0 answers")


def test_a_new_version_of_any_unit_counts_and_of_several_the_one_decided_least():
    known = _Known(
        decided_on={("a", 1): 4, ("a", 2): 9, ("b", 1): 4, ("b", 2): 1, ("c", 1): 2},
        given={("a", 2), ("b", 2), ("c", 1)},
    )
    assert _newer_version(known) == ("b", 2)
    assert _newer_version(_Known(decided_on={("a", 1): 4}, given={("a", 1)})) is None


def test_whose_account_is_closed_is_no_assessor_any_more(desk):
    assert ratings.assessor_ids(desk.provider.id, today=clock.today()) == [desk.assessor.id]
    desk.assessor.disabled_at = clock.now()
    assert ratings.assessor_ids(desk.provider.id, today=clock.today()) == []


def test_what_was_said_long_ago_no_longer_holds_and_the_page_says_so(client, desk):
    for number in range(3):
        desk.meet(name=f"Learner {number}")
    at = {"provider_ref": desk.provider.ref, "assessor_ref": desk.assessor.ref}
    with time_machine.travel(clock.now() + timedelta(days=200), tick=False):
        _rate(desk, Risk.RED)
    with time_machine.travel(clock.now() + timedelta(days=600), tick=False):
        client.sign_in(desk.iqa)
        page = client.see("verification.assessor", **at)
        assert "That no longer holds: it is more than" in page.text
        assert "Until an IQA says something, it is green." in page.text
        assert "The facts have changed" not in page.text


def test_a_return_raises_a_risk_that_was_confirmed_as_green(desk):
    for number in range(3):
        desk.meet(name=f"Learner {number}")
    with time_machine.travel(clock.now() + timedelta(days=200), tick=False):
        assert _standing(desk).risk is Risk.GREEN
        ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, by=as_actor(desk.iqa))
        plan = service.draw_plan(desk.cohort, seed="s", by=as_actor(desk.iqa))
        sample = db.session.scalars(select(Sample).where(Sample.plan_id == plan.id, Sample.drawn)).first()
        service.answer(
            sample,
            latest_decisions(sample.portfolio_id)["3.1"],
            outcome=SampleOutcome.RETURNED,
            comment="Look again.",
            by=as_actor(desk.iqa),
        )
        assert _standing(desk).risk is Risk.AMBER
        assert _standing(desk).needs_word


def test_an_iqa_confirms_or_overrides_with_a_reason_and_the_history_stays(client, desk):
    client.sign_in(desk.iqa)
    assert "Red: look at everything" in client.see("verification.assessors").text
    at = {"provider_ref": desk.provider.ref, "assessor_ref": desk.assessor.ref}
    page = client.see("verification.assessor", **at)
    assert "Has decided in 0 portfolios so far" in page.text
    page = client.send("verification.rate_assessor", **at, data={"risk": "green"}, status=422)
    assert "The facts suggest red. Say why it should be green." in page.text
    client.send("verification.rate_assessor", **at, data={"risk": "red"})
    client.send(
        "verification.rate_assessor", **at, data={"risk": "amber", "reason": "Twenty years elsewhere."}
    )
    page = client.see("verification.assessor", **at)
    assert "Twenty years elsewhere." in page.text
    assert page.text.index("Twenty years") < page.text.index("The facts suggested red. ")
    with pytest.raises(DatabaseError, match="never changed"), db.session.begin_nested():
        db.session.execute(update(RiskRating).values(risk=Risk.GREEN))


def test_nobody_rates_themselves(client, desk):
    people.add_member(desk.assessor, desk.provider, Role.IQA)
    with pytest.raises(Forbidden, match="Nobody rates themselves"):
        ratings.say(desk.provider, desk.assessor, risk=Risk.RED, by=as_actor(desk.assessor))
    rating = _rate(desk, Risk.RED)
    row = {column.name: getattr(rating, column.name) for column in RiskRating.__table__.columns}
    row |= {"id": None, "ref": "r" * 22, "iqa_id": desk.assessor.id}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(RiskRating).values(**{k: v for k, v in row.items() if v is not None}))
    client.sign_in(make_user(Role.IQA, make_organisation()))
    client.see(
        "verification.assessor", provider_ref=desk.provider.ref, assessor_ref=desk.assessor.ref, status=404
    )


def test_a_provider_changes_its_rates_from_a_day_on_and_old_plans_keep_theirs(client, desk):
    for number in range(4):
        desk.meet(name=f"Learner {number}")
    _rate(desk, Risk.GREEN)
    old = service.draw_plan(desk.cohort, seed="s", by=as_actor(desk.iqa))
    client.sign_in(desk.iqa)
    page = client.see("verification.policy", provider_ref=desk.provider.ref)
    data = {name: page.field(name) for name in ("floor_per_quarter", "action_days", "holds_from")}
    data |= {
        f"{s}_{c}": page.field(f"{s}_{c}")
        for s in ("summative", "interim")
        for c in ("red", "amber", "green")
    }
    client.send("verification.change_policy", provider_ref=desk.provider.ref, data=data, status=422)
    data |= {"summative_green": "75", "why": "A new awarding body asks for it."}
    client.send("verification.change_policy", provider_ref=desk.provider.ref, data=data)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    client.send(
        "verification.change_policy",
        provider_ref=desk.provider.ref,
        data=data | {"holds_from": yesterday},
        status=422,
    )
    assert (
        "A new awarding body asks for it."
        in client.see("verification.policy", provider_ref=desk.provider.ref).text
    )
    for number in range(4):
        desk.meet(name=f"Later {number}")
    new = service.draw_plan(desk.cohort, seed="s", by=as_actor(desk.iqa))
    assert (old.rule["rates"]["green"], new.rule["rates"]["green"]) == (20, 75)
    drawn = db.session.query(Sample).filter_by(drawn=True)
    assert (drawn.filter_by(plan_id=old.id).count(), drawn.filter_by(plan_id=new.id).count()) == (1, 3)
    other = make_organisation()
    assert policies.in_force(other.id, clock.today()).policy.summative.green == 20


def test_portfolios_on_the_way_are_looked_at_once_a_quarter_and_resubmissions_always(client, desk):
    portfolio = desk.begin()
    desk.decide(desk.send(portfolio, "1.1", "3.1"), but=("3.1",))
    client.sign_in(desk.iqa)
    assert "1 portfolio on the way has decisions" in client.see("verification.index").text
    at = {"cohort_ref": desk.cohort.ref}
    seed = client.see("verification.plan", **at, stage="interim").field("seed")
    drawn = client.send("verification.draw", **at, data={"seed": seed, "stage": "interim"})
    page = client.see("verification.show_plan", plan_ref=drawn.location.split("/")[-1])
    assert "Sent again after a referral" in page.text
    assert "Drawn again just now from what was recorded, it comes out the same." in page.text
    assert "on the way" not in client.see("verification.index").text
    client.send("verification.draw", **at, data={"seed": seed, "stage": "interim"}, status=422)
    with time_machine.travel(clock.now() + timedelta(days=93), tick=False):
        client.sign_in(desk.iqa)
        assert "1 portfolio on the way" in client.see("verification.index").text


def test_a_draw_that_was_meddled_with_is_noticed(app, client, desk):
    for number in range(6):
        desk.meet(name=f"Learner {number}")
    _rate(desk, Risk.GREEN)
    plan = service.draw_plan(desk.cohort, seed="s", by=as_actor(desk.iqa))
    db.session.commit()
    runner = app.test_cli_runner()
    unknown = "-v" + "x" * 20
    assert f"there is no plan {unknown}" in runner.invoke(args=["verification", "repeat", unknown]).output
    answer = runner.invoke(args=["verification", "repeat", plan.ref])
    assert (answer.exit_code, "2 of 6: the same" in answer.output) == (0, True), answer.output
    learners = db.session.query(Sample).filter_by(plan_id=plan.id)
    other = SamplePlan(cohort_id=desk.cohort.id, iqa_id=desk.iqa.id, seed="s", rule=plan.rule)
    db.session.add(other)
    db.session.flush()
    db.session.add_all(
        Sample(
            plan_id=other.id,
            portfolio_id=one.portfolio_id,
            learner_id=one.learner_id,
            drawn=False,
            reason=Reason.NOT_DRAWN,
        )
        for one in learners
    )
    db.session.commit()
    answer = runner.invoke(args=["verification", "repeat"])
    assert answer.exit_code == 1
    assert "repeated it is drawn (first-portfolio)" in answer.output
    client.sign_in(desk.iqa)
    assert (
        "Drawn again, it comes out otherwise."
        in client.see("verification.show_plan", plan_ref=other.ref).text
    )
    assert "Its place by the seed is" in client.see("verification.show_plan", plan_ref=plan.ref).text


def test_pages_cost_the_same_for_any_number(client, desk):
    def add():
        desk.meet()
        db.session.commit()

    client.sign_in(desk.iqa)
    at = {"cohort_ref": desk.cohort.ref, "stage": Stage.SUMMATIVE.value}

    def look():
        client.see("verification.assessors")
        client.see("verification.plan", **at)

    assert_flat(add, look)
