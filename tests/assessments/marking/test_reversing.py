"""Changing a decision that was sent: a new one with its reason, by the right person, and the practitioner is told."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from assessments.marking import queries, reversing, service
from assessments.marking.models import AwaitingIqa, Decision, EntryKind
from assessments.marking.outcomes import UnitState
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from tests.factories.people import as_actor
from tests.factories.portfolios import MET, NOT_YET, Desk, put_in_training, states

RULES = dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), "y")


@pytest.fixture
def desk(app):
    return Desk()


def _standing(portfolio):
    return queries.positions([portfolio.id])[portfolio.id].standing


def _subjects(to):
    return [m.subject for m in db.session.query(Message).order_by(Message.id) if m.to == to.email]


def test_an_assessor_changes_what_was_sent_with_a_reason_and_both_decisions_stay(client, desk):
    portfolio = desk.begin()
    submission = desk.send(portfolio, "3.1", "3.2")
    desk.decide(submission)
    client.sign_in(desk.assessor)
    where = {"submission_ref": submission.ref, "criterion": "3.1"}
    page = client.see("reversal.show", **where)
    data = {
        **RULES,
        "sufficient": "",
        "reason": "One visit.",
        "outcome": "not-yet-met",
        "feedback": "Show the second visit too.",
        "sequence": page.field("sequence"),
    }
    data = {name: value for name, value in data.items() if value != ""}
    assert (
        "Say why the decision is changed"
        in client.send("reversal.change", **where, data=data, status=422).text
    )
    client.send("reversal.change", **where, data={**data, "why": "I read the wrong page."})
    assert states(portfolio)["3.1"] == "notyet"
    assert _subjects(portfolio.learner)[-1] == "A decision on your portfolio has changed"
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 3
    client.sign_in(portfolio.learner)
    history = client.see("history.for_learner", criterion="3.1").text
    assert "Rukhsana Iqbal changed it: I read the wrong page." in history
    assert "Show the second visit too." in history
    assert "One visit." not in history, "the reason of a rule is for the IQA"
    desk.send(portfolio, "3.1")
    with pytest.raises(Conflict, match="cannot be changed from here"):
        _reverse(submission, MET, by=desk.assessor)


def _reverse(submission, judgement, *, by, why="Misread.", criterion="3.1"):
    sequence = service.position_of(submission).sequence
    reversing.reverse(submission, criterion, judgement, why=why, sequence=sequence, by=as_actor(by))


def test_who_may_not_change_and_what_is_no_change(desk):
    submission = desk.send(desk.begin(), "3.1")
    desk.decide(submission)
    with pytest.raises(Refused, match="That is what was decided"):
        _reverse(submission, MET, by=desk.assessor)
    with pytest.raises(Forbidden, match="with another assessor"):
        _reverse(submission, NOT_YET, by=desk.iqa)
    trainee = put_in_training(desk)
    theirs = desk.send(desk.begin(assessor=trainee), "3.1")
    with pytest.raises(Forbidden, match="changed by a qualified assessor"):
        _reverse(theirs, NOT_YET, by=trainee)


def test_an_iqa_reopens_an_accepted_unit_and_the_acceptance_falls_until_it_is_decided_again(client, desk):
    portfolio = desk.meet()
    iqa = as_actor(desk.iqa)
    decisions = queries.latest_decisions(portfolio.id)
    service.agree(portfolio, list(decisions.values()), by=iqa)
    service.accept(portfolio, by=iqa)
    db.session.commit()
    assert _standing(portfolio).unit is UnitState.ACCEPTED
    with pytest.raises(Forbidden, match="Nobody reopens a decision that they made"):
        reversing.reopen(decisions["4.6"], why="Look.", by=as_actor(desk.assessor))
    client.sign_in(desk.iqa)
    page = client.see("history.for_iqa", portfolio_ref=portfolio.ref, criterion="4.6")
    assert "Reopen 4.6" in page.text
    # what is pressed again after a refusal is heard, by the same form
    at, key = {"decision_ref": decisions["4.6"].ref}, page.field("submission_key")
    refused = client.send("reversal.reopen", **at, data={"why": " ", "submission_key": key}, status=422)
    assert "Say why it is decided again" in refused.text
    again = {"why": "It is another family.", "submission_key": key}
    client.send("reversal.reopen", **at, data=again)
    assert _standing(portfolio).unit is UnitState.SUBMITTED
    assert db.session.scalar(select(queries.is_accepted(portfolio.id))) is False
    assert _subjects(portfolio.learner)[-1] == "A decision on your portfolio has changed"
    assert _subjects(desk.assessor)[-1] == "Your IQA asks you to look again"
    submission = decisions["4.6"].submission
    desk.decide(submission)
    assert db.session.scalars(select(AwaitingIqa.portfolio_id)).all() == [portfolio.id]
    service.accept(portfolio, by=iqa)
    assert db.session.scalar(select(queries.is_accepted(portfolio.id))) is True
    told = [one.kind for one in queries.happenings(portfolio.id)][:3]
    assert told == [EntryKind.ACCEPTED, EntryKind.DECIDED, EntryKind.REOPENED]
