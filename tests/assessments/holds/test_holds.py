"""What a hold stops, in words, and that it ends once and for a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from assessments.holds import queries, service
from assessments.holds.models import HoldCause, HoldLifting
from assessments.marking import queries as marking_queries
from assessments.marking import service as marking
from certificates import cases
from certificates.facts import CertificateKind
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import MET, OWN_WORK, Desk, add_text

WHY = "The recording named the wrong visit."


@pytest.fixture
def desk(app):
    return Desk()


def _place(desk, portfolio, criterion="", cause=HoldCause.APPEAL):
    return service.place(portfolio, cause=cause, reason=WHY, criterion=criterion, by=as_actor(desk.iqa))


def test_a_criterion_on_hold_is_neither_sent_nor_decided_nor_released(desk):
    portfolio = desk.begin()
    submission = desk.send(portfolio, "3.1", "3.2")
    assessor, learner = as_actor(desk.assessor), as_actor(portfolio.learner)
    marking.save_draft(submission, "3.1", MET, version=0, by=assessor)
    hold = _place(desk, portfolio, "3.1")

    with pytest.raises(Conflict, match=r"3\.1 is on hold while an appeal is answered"):
        marking.save_draft(submission, "3.1", MET, version=1, by=assessor)
    marking.save_draft(submission, "3.2", MET, version=0, by=assessor)
    sequence = marking.position_of(submission).sequence
    with pytest.raises(Conflict, match=r"3\.1 is on hold"):
        marking.release(submission, sequence=sequence, by=assessor)
    _place(desk, portfolio, "1.1", HoldCause.COMPLAINT)
    add_text(portfolio, "1.1")
    with pytest.raises(Conflict, match=r"1\.1 is on hold while a complaint is answered"):
        marking.send(portfolio, ["1.1"], declaration=OWN_WORK, by=learner)

    service.lift(hold, reason="Answered.", by=as_actor(desk.iqa))
    marking.release(submission, sequence=sequence, by=assessor)
    assert [hold.criterion for hold in queries.standing(portfolio.id)] == ["1.1"]


def test_a_hold_stops_the_iqa_and_then_the_claim(desk):
    portfolio = desk.meet()
    hold = _place(desk, portfolio, cause=HoldCause.MALPRACTICE)
    with pytest.raises(
        Conflict, match="This portfolio is on hold while a concern about the work is looked into"
    ):
        marking.accept(portfolio, by=as_actor(desk.iqa))
    decisions = list(marking_queries.latest_decisions(portfolio.id).values())
    with pytest.raises(Conflict, match="on hold"):
        marking.agree(portfolio, decisions, by=as_actor(desk.iqa))

    service.lift(hold, reason="Nothing was found.", by=as_actor(desk.iqa))
    marking.accept(portfolio, by=as_actor(desk.iqa))
    _place(desk, portfolio, "2.1", HoldCause.APPEAL)
    reasons = cases.get_case(portfolio.enrolment).reasons(CertificateKind.UNIT, today=clock.today())
    assert "2.1 is on hold while an appeal is answered." in reasons


def test_who_may_end_a_hold_and_how_often(desk):
    portfolio = desk.begin()
    hold = _place(desk, portfolio, cause=HoldCause.MALPRACTICE)
    admin = as_actor(make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider))
    with pytest.raises(Forbidden, match="own work"):
        service.lift(hold, reason="It was nothing.", by=as_actor(portfolio.learner))
    with pytest.raises(Refused):
        service.lift(hold, reason=" ", by=admin)
    service.lift(hold, reason="Answered.", by=admin)
    with pytest.raises(Conflict, match="lifted before"):
        service.lift(hold, reason="Again.", by=admin)
    another = _place(desk, portfolio, cause=HoldCause.MALPRACTICE)
    with pytest.raises(IntegrityError, match="not_own_work"), db.session.begin_nested():
        db.session.execute(
            insert(HoldLifting).values(
                hold_id=another.id,
                learner_id=another.learner_id,
                cause=another.cause,
                reason="x",
                lifted_by_id=another.learner_id,
            )
        )
