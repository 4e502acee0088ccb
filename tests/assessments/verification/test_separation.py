"""Nobody judges their own work and nobody verifies their own decision: the database itself refuses the rows."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from assessments.marking import queries as marking_queries
from assessments.marking import service as marking
from assessments.marking.models import Allocation, Countersignature, Decision, Outcome, SignOutcome
from assessments.verification import ratings, service
from assessments.verification.models import Sample, SampleAction, SampledDecision, SampleOutcome, SamplePlan
from assessments.verification.sampling import Reason, Risk
from lms.core.errors import Conflict, Forbidden
from lms.core.extensions import db
from lms.people import service as people
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import Desk, put_in_training


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def sample(desk):
    portfolio = desk.meet()
    plan = SamplePlan(cohort_id=desk.cohort.id, iqa_id=desk.iqa.id, seed="s", rule={})
    db.session.add(plan)
    db.session.flush()
    made = Sample(
        plan_id=plan.id,
        portfolio_id=portfolio.id,
        learner_id=portfolio.learner_id,
        drawn=True,
        reason=Reason.FIRST,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _decision(sample):
    return db.session.scalars(select(Decision).order_by(Decision.id)).first()


def _row(sample, decision, **changed):
    return {
        "ref": "r" * 22,
        "created_at": sample.created_at,
        "sample_id": sample.id,
        "learner_id": sample.learner_id,
        "decision_id": decision.id,
        "assessor_id": decision.assessor_id,
        "outcome": SampleOutcome.AGREED,
        "comment": "",
        **changed,
    }


def _refused(row, table=SampledDecision, match=None):
    with pytest.raises(IntegrityError, match=match), db.session.begin_nested():
        db.session.execute(insert(table).values(**row))


def test_the_database_refuses_an_iqa_who_made_the_decision(desk, sample):
    decision = _decision(sample)
    _refused(_row(sample, decision, iqa_id=desk.assessor.id))


def test_the_database_refuses_an_answer_that_names_another_assessor_to_get_round_it(desk, sample):
    decision = _decision(sample)
    _refused(_row(sample, decision, iqa_id=desk.assessor.id, assessor_id=desk.iqa.id))


def test_the_database_takes_another_iqa_once_and_refuses_a_second_answer(desk, sample):
    decision = _decision(sample)
    db.session.execute(insert(SampledDecision).values(**_row(sample, decision, iqa_id=desk.iqa.id)))
    _refused({**_row(sample, decision, iqa_id=desk.iqa.id), "ref": "q" * 22})


def test_a_return_without_an_action_is_refused(desk, sample):
    _refused(_row(sample, _decision(sample), iqa_id=desk.iqa.id, outcome=SampleOutcome.RETURNED))


def test_the_database_refuses_a_learner_as_their_own_assessor(desk):
    portfolio = desk.begin()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Allocation).values(assessor_id=portfolio.learner_id))


def test_an_answer_is_never_changed(desk, sample):
    service.answer(sample, _decision(sample), outcome=SampleOutcome.AGREED, by=as_actor(desk.iqa))
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(update(SampledDecision).values(comment="changed"))


def test_the_service_says_so_in_words_before(desk, sample):
    people.add_member(desk.assessor, desk.provider, Role.IQA)
    with pytest.raises(Forbidden, match="Nobody verifies a decision that they made"):
        service.answer(sample, _decision(sample), outcome=SampleOutcome.AGREED, by=as_actor(desk.assessor))
    with pytest.raises(Forbidden, match="Nobody verifies a decision that they made"):
        service.agree_the_rest(sample, by=as_actor(desk.assessor))


def test_whose_decision_was_overtaken_asks_nothing_and_accepts_nothing(desk, sample):
    first = make_user(Role.ASSESSOR, desk.provider)
    again = _decision_row(_decision(sample).submission, assessor_id=first.id)
    db.session.execute(insert(Decision).values(**again))
    people.add_member(first, desk.provider, Role.IQA)
    assert first.id not in {
        one.assessor_id for one in marking_queries.latest_decisions(sample.portfolio_id).values()
    }
    with pytest.raises(Forbidden, match="You made decisions in this portfolio"):
        marking.accept(sample.portfolio, by=as_actor(first))
    with pytest.raises(Forbidden, match="Nobody verifies a decision that they made"):
        service.ask(sample, note="Name the evidence.", by=as_actor(first))


def test_a_plan_leaves_out_what_the_iqa_decided(desk):
    people.add_member(desk.assessor, desk.provider, Role.IQA)
    desk.meet()
    with pytest.raises(Exception, match="No portfolio of this cohort waits"):
        service.draw_plan(desk.cohort, seed="s", by=as_actor(desk.assessor))


def test_what_was_not_drawn_is_accepted_only_when_the_sample_is_closed(desk):
    for number in range(5):
        desk.meet(name=f"Learner {number}")
    iqa = as_actor(desk.iqa)
    ratings.say(desk.provider, desk.assessor, risk=Risk.GREEN, reason="I know her work.", by=iqa)
    plan = service.draw_plan(desk.cohort, seed="s", by=iqa)
    samples = db.session.scalars(select(Sample).where(Sample.plan_id == plan.id, Sample.drawn)).all()
    assert [one.reason for one in samples] == [Reason.FIRST]
    with pytest.raises(Conflict, match="First close what was drawn"):
        service.accept_undrawn(plan, by=iqa)
    service.agree_the_rest(samples[0], by=iqa)
    assert service.accept_undrawn(plan, by=iqa) == 4
    with pytest.raises(Conflict, match="Nothing of this plan is left"):
        service.accept_undrawn(plan, by=iqa)


def _decision_row(submission, **changed):
    return {
        "ref": "d" * 22,
        "created_at": submission.created_at,
        "submission_id": submission.id,
        "learner_id": submission.learner_id,
        "criterion": "1.1",
        "outcome": Outcome.MET,
        **dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), True),
        "reason": "",
        "feedback": "",
        **changed,
    }


def test_the_database_refuses_an_iqa_who_decided_anything_of_the_same_portfolio(desk, sample):
    other, decision = make_user(Role.ASSESSOR, desk.provider), _decision(sample)
    with db.session.begin_nested():
        row = _decision_row(decision.submission, assessor_id=other.id)
        db.session.execute(insert(Decision).values(**row))
    _refused(
        _row(sample, decision, iqa_id=other.id), match="nobody verifies in a portfolio in which they decided"
    )


def test_the_database_refuses_a_decision_by_whoever_verifies_the_same_portfolio(desk, sample):
    decision = _decision(sample)
    db.session.execute(insert(SampledDecision).values(**_row(sample, decision, iqa_id=desk.iqa.id)))
    row = _decision_row(decision.submission, assessor_id=desk.iqa.id)
    _refused(row, Decision, match="nobody decides in a portfolio that they verify")


def test_the_database_refuses_the_learner_as_iqa_of_their_own_work(desk, sample):
    decision = _decision(sample)
    _refused(_row(sample, decision, iqa_id=sample.learner_id))
    _refused(_row(sample, decision, iqa_id=sample.learner_id, learner_id=desk.iqa.id))


def test_the_database_refuses_an_action_to_oneself(desk, sample):
    row = {
        "ref": "a" * 22,
        "created_at": sample.created_at,
        "sample_id": sample.id,
        "criterion": "",
        "assessor_id": desk.iqa.id,
        "iqa_id": desk.iqa.id,
        "note": "x",
        "due_on": sample.created_at.date(),
    }
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(SampleAction).values(**row))


def test_the_database_keeps_countersigner_and_iqa_of_a_portfolio_apart(desk):
    trainee = put_in_training(desk)
    submission = desk.send(desk.begin(assessor=trainee), "3.1")
    desk.decide(submission, by=trainee)
    decision = db.session.scalars(select(Decision)).one()
    plan = SamplePlan(cohort_id=desk.cohort.id, iqa_id=desk.iqa.id, seed="s", rule={})
    db.session.add(plan)
    db.session.flush()
    sample = Sample(
        plan_id=plan.id,
        portfolio_id=submission.portfolio_id,
        learner_id=submission.learner_id,
        drawn=True,
        reason=Reason.FIRST,
    )
    db.session.add(sample)
    db.session.flush()
    signed = {
        "ref": "s" * 22,
        "created_at": sample.created_at,
        "decision_id": decision.id,
        "assessor_id": decision.assessor_id,
        "learner_id": decision.learner_id,
        "in_training": True,
        "countersigner_id": desk.assessor.id,
        "outcome": SignOutcome.SIGNED,
        "comment": "",
    }
    verified = _row(sample, decision, iqa_id=desk.assessor.id)
    with db.session.begin_nested() as both:
        db.session.execute(insert(Countersignature).values(**signed))
        _refused(verified, match="nobody verifies in a portfolio in which they countersigned")
        assert desk.assessor.id in marking_queries.judges_in(submission.portfolio_id)
        both.rollback()
    db.session.execute(insert(SampledDecision).values(**verified))
    _refused(signed, Countersignature, match="nobody countersigns in a portfolio that they verify")
