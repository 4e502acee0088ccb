"""Assessors in training: what they decide counts, and is seen, once a qualified assessor has countersigned it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from assessments.marking import (
    allocating,
    annotating,
    assessors,
    countersigning,
    interests,
    queries,
    service,
    stories,
)
from assessments.marking.allocation_models import Interest
from assessments.marking.annotating import Spot
from assessments.marking.models import AwaitingIqa, Countersignature, Decision, Entry, Stage, Waiting
from assessments.portfolio.snapshot import pieces_for
from assessments.verification import service as verification
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.core.mail import Message
from lms.people import service as people
from lms.people.models import Membership, OrganisationKind
from lms.people.roles import Role
from tests.factories.people import as_actor, make_organisation, make_setting, make_user
from tests.factories.portfolios import NOT_YET, Desk, put_in_training, states


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def trainee(desk):
    return put_in_training(desk)


@pytest.fixture
def proposed(desk, trainee):
    """A submission of two criteria that an assessor in training has decided, one of them as not yet met."""
    submission = desk.send(desk.begin(assessor=trainee), "3.1", "3.2")
    desk.decide(submission, but=("3.1",), by=trainee)
    return submission


def _sequence(submission):
    return service.position_of(submission).sequence


def _subjects(to):
    return [m.subject for m in db.session.query(Message).order_by(Message.id) if m.to == to.email]


def _story(submission, criterion):
    return stories.tell(submission.portfolio_id, criterion, assessor=None, to_learner=True)


def test_nothing_reaches_the_practitioner_until_it_is_signed_and_the_promise_stands(desk, proposed):
    learner = proposed.portfolio.learner
    promised = queries.answers_due(proposed.portfolio_id)
    assert (states(proposed.portfolio)["3.1"], states(proposed.portfolio)["3.2"]) == ("with", "with")
    assert _subjects(learner) == ["Your work is with your assessor"]
    assert _story(proposed, "3.2").said is None
    assert [event.strong for event in _story(proposed, "3.2").events] == ["", ""]
    assert _subjects(desk.assessor) == ["Decisions wait for your signature"]
    countersigning.countersign(proposed, sequence=_sequence(proposed), by=as_actor(desk.assessor))
    assert (states(proposed.portfolio)["3.1"], states(proposed.portfolio)["3.2"]) == ("notyet", "met")
    assert _subjects(learner)[-1] == "Your assessor asks for one more thing"
    assert _story(proposed, "3.1").said.feedback == NOT_YET.feedback
    assert promised is not None
    assert queries.answers_due(proposed.portfolio_id) is None


def test_what_is_questioned_goes_back_with_words_and_nothing_of_the_submission_is_seen(
    desk, trainee, proposed
):
    countersigning.question(
        proposed,
        {"3.1": "Name what is there first."},
        sequence=_sequence(proposed),
        by=as_actor(desk.assessor),
    )
    assert set(states(proposed.portfolio).values()) == {"none", "with"}
    assert _subjects(trainee)[-1] == "Your countersigner asks you to look again"
    draft = queries.drafts(proposed.id)["3.1"]
    assert draft.feedback == NOT_YET.feedback
    waiting = queries.waiting_of(proposed.id)
    assert (waiting.stage, waiting.criteria) == (Stage.ASSESSOR, 1)
    with pytest.raises(Conflict, match="with the assessor again"):
        countersigning.countersign(proposed, sequence=_sequence(proposed), by=as_actor(desk.assessor))
    told = stories.tell(proposed.portfolio_id, "3.1", assessor=None, to_learner=False)
    assert "Name what is there first." in told.events[0].text
    assert "Name what is there first." not in str(_story(proposed, "3.1"))
    service.release(proposed, sequence=_sequence(proposed), by=as_actor(trainee))
    countersigning.countersign(proposed, sequence=_sequence(proposed), by=as_actor(desk.assessor))
    assert states(proposed.portfolio)["3.1"] == "notyet"


def test_what_is_questioned_comes_to_another_assessor_without_the_words_of_the_first(desk, trainee):
    submission = desk.send(desk.begin(assessor=trainee), "3.1")
    piece = pieces_for(submission.snapshot, "3.1")[0]
    annotating.add_note(submission, "3.1", piece, Spot(), "Good.", by=as_actor(trainee))
    desk.decide(submission, by=trainee)
    other = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    allocating.allocate(submission.portfolio, other, by=as_actor(desk.iqa))
    words, sequence = {"3.1": "Say why."}, _sequence(submission)
    countersigning.question(submission, words, sequence=sequence, by=as_actor(desk.assessor))
    assert queries.drafts(submission.id) == {}
    assert annotating.notes_of(submission) == []
    assert _subjects(other)[-1] == "Your countersigner asks you to look again"
    desk.decide(submission, by=other)
    assert states(submission.portfolio)["3.1"] == "met"


def test_nobody_signs_their_own_nor_in_training_nor_as_the_iqa_or_the_practitioner(desk, trainee, proposed):
    other_trainee = put_in_training(desk, name="Ola Nowak")
    people.add_member(proposed.portfolio.learner, desk.provider, Role.ASSESSOR)
    sequence = _sequence(proposed)
    for somebody in (trainee, other_trainee, proposed.portfolio.learner):
        with pytest.raises(Forbidden, match="qualified assessor countersigns"):
            countersigning.countersign(proposed, sequence=sequence, by=as_actor(somebody))
    with pytest.raises(Refused, match="Say what to look at again"):
        countersigning.question(proposed, {"3.1": ""}, sequence=sequence, by=as_actor(desk.assessor))
    with pytest.raises(Conflict, match="Something happened"):
        countersigning.countersign(proposed, sequence=sequence - 1, by=as_actor(desk.assessor))


def test_whoever_verifies_a_practitioner_does_not_countersign_them_and_the_other_way_round(desk, trainee):
    portfolio = desk.begin(assessor=trainee)
    submission = desk.send(portfolio)
    desk.decide(submission, by=trainee)
    assert db.session.scalar(select(func.count()).select_from(AwaitingIqa)) == 0, "not with the IQA yet"
    people.add_member(desk.assessor, desk.provider, Role.IQA)
    people.add_member(desk.iqa, desk.provider, Role.ASSESSOR)
    countersigning.countersign(submission, sequence=_sequence(submission), by=as_actor(desk.assessor))
    assert db.session.scalars(select(AwaitingIqa.portfolio_id)).all() == [portfolio.id]
    with pytest.raises(Forbidden, match="made decisions in this portfolio"):
        service.accept(portfolio, by=as_actor(desk.assessor))
    service.send_back(queries.latest_decisions(portfolio.id)["1.1"], comment="Look.", by=as_actor(desk.iqa))
    desk.decide(submission, by=trainee)
    with pytest.raises(Forbidden, match="is not their IQA"):
        countersigning.countersign(submission, sequence=_sequence(submission), by=as_actor(desk.iqa))


def _row(decision, **changed):
    return {
        "ref": "r" * 22,
        "created_at": decision.created_at,
        "decision_id": decision.id,
        "assessor_id": decision.assessor_id,
        "learner_id": decision.learner_id,
        "in_training": True,
        "outcome": "signed",
        "comment": "",
        **changed,
    }


def test_the_database_refuses_signatures_that_cannot_be(desk, trainee, proposed):
    decision = db.session.scalars(select(Decision).order_by(Decision.id)).first()
    qualified = db.session.scalars(
        select(Decision).where(Decision.submission_id == _decided_by_qualified(desk).id)
    ).first()
    refused = [
        _row(decision, countersigner_id=trainee.id),
        _row(decision, countersigner_id=trainee.id, assessor_id=desk.iqa.id),
        _row(decision, countersigner_id=decision.learner_id),
        _row(decision, countersigner_id=decision.learner_id, learner_id=desk.iqa.id),
        _row(qualified, countersigner_id=desk.iqa.id),
        _row(decision, countersigner_id=desk.assessor.id, outcome="questioned"),
    ]
    for row in refused:
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(insert(Countersignature).values(**row))
    db.session.execute(insert(Countersignature).values(**_row(decision, countersigner_id=desk.assessor.id)))
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(update(Countersignature).values(comment="changed"))


def _decided_by_qualified(desk):
    submission = desk.send(desk.begin(name="Grace Mbatha"), "1.1")
    desk.decide(submission)
    return submission


def test_who_is_qualified_is_a_dated_fact_and_what_was_decided_in_training_still_needs_its_signature(
    desk, trainee, proposed
):
    by = as_actor(desk.iqa)
    with pytest.raises(Refused, match="countersigns their own"):
        assessors.set_training(trainee, desk.provider, countersigner=trainee, by=by)
    with pytest.raises(Refused, match="not a qualified assessor here"):
        assessors.set_training(trainee, desk.provider, countersigner=make_user(Role.ASSESSOR), by=by)
    assessors.set_qualified(trainee, desk.provider, since=proposed.created_at.date(), by=by)
    assert not assessors.standing_of(trainee.id, desk.provider.id).in_training
    assert states(proposed.portfolio)["3.2"] == "with"
    allocating.allocate(proposed.portfolio, desk.assessor, by=by)
    countersigning.countersign(proposed, sequence=_sequence(proposed), by=as_actor(desk.assessor))
    assert states(proposed.portfolio)["3.2"] == "met"


def test_a_plan_of_the_iqa_never_holds_what_is_not_signed(desk, trainee):
    desk.decide(desk.send(desk.begin(assessor=trainee)), by=trainee)
    with pytest.raises(Refused, match="No portfolio of this cohort waits"):
        verification.draw_plan(desk.cohort, seed="s", by=as_actor(desk.iqa))
    assert db.session.scalar(select(func.count()).select_from(Waiting)) == 1
    assert db.session.scalar(select(func.count()).select_from(Entry).where(Entry.kind == "referred")) == 0


def test_whoever_has_an_interest_or_manages_them_neither_sees_nor_signs_what_waits(
    client, desk, trainee, proposed
):
    employer = make_organisation(OrganisationKind.EMPLOYER)
    centre = make_setting(employer)
    proposed.portfolio.enrolment.setting_id = centre.id
    manager = make_user(Role.ASSESSOR, desk.provider, name="Mo Shah")
    people.add_member(manager, employer, Role.EMPLOYER)
    cousin = make_user(Role.ASSESSOR, desk.provider, name="Cy Ash")
    neighbour = make_user(Role.ASSESSOR, desk.provider, name="Di Elm")
    interests.declare(cousin, about=proposed.portfolio.learner, reason="Cousins.", by=as_actor(cousin))
    interests.declare(neighbour, about=centre, reason="I worked there.", by=as_actor(neighbour))
    sequence = _sequence(proposed)
    for somebody in (manager, cousin, neighbour):
        client.sign_in(somebody)
        assert proposed.portfolio.learner.name not in client.see("countersign.index").text
        client.see("countersign.show", submission_ref=proposed.ref, status=404)
        with pytest.raises(Forbidden, match="Another qualified assessor countersigns"):
            countersigning.countersign(proposed, sequence=sequence, by=as_actor(somebody))
    interest = db.session.scalars(select(Interest).where(Interest.assessor_id == cousin.id)).one()
    interests.end(interest, reason="No longer.", by=as_actor(desk.iqa))
    client.sign_in(cousin)
    assert proposed.portfolio.learner.name in client.see("countersign.index").text


def test_whoever_is_named_but_may_not_sign_is_not_asked_and_those_who_may_are(client, desk, trainee):
    employer = make_organisation(OrganisationKind.EMPLOYER)
    manager, other, verifier = (
        make_user(Role.ASSESSOR, desk.provider, name=name) for name in ("Mo Shah", "Tom Vale", "Di Elm")
    )
    people.add_member(manager, employer, Role.EMPLOYER)
    portfolio = desk.begin(assessor=trainee)
    portfolio.enrolment.setting_id = make_setting(employer).id
    first = desk.send(portfolio, "3.1")
    desk.decide(first, by=trainee)
    countersigning.countersign(first, sequence=_sequence(first), by=as_actor(desk.assessor))
    service.agree(portfolio, [queries.latest_decisions(portfolio.id)["3.1"]], by=as_actor(verifier))
    interests.declare(desk.assessor, about=portfolio.learner, reason="Cousins.", by=as_actor(desk.assessor))
    before = _subjects(desk.assessor)
    submission = desk.send(portfolio, "3.2")
    client.sign_in(trainee)
    page = client.see("marking.review", submission_ref=submission.ref)
    assert "A qualified assessor countersigns them" in page.text
    desk.decide(submission, by=trainee)
    assert _subjects(desk.assessor) == before
    assert _subjects(manager) == _subjects(verifier) == []
    assert _subjects(other) == ["Decisions wait for your signature"]


def test_the_last_look_names_nobody_who_has_left(client, desk, trainee):
    submission = desk.send(desk.begin(assessor=trainee), "3.1")
    desk.assessor.disabled_at = clock.now()
    client.sign_in(trainee)
    page = client.see("marking.review", submission_ref=submission.ref).text
    assert "A qualified assessor countersigns them" in page
    assert "Rukhsana Iqbal" not in page


@pytest.mark.parametrize("how", ["the account is closed", "they no longer assess here"])
def test_a_trainee_who_has_left_keeps_nobody_from_being_put_in_training(desk, trainee, how):
    other = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    if how == "the account is closed":
        trainee.disabled_at = clock.now()
    else:
        _end_membership(trainee)
    db.session.flush()
    assessors.set_training(desk.assessor, desk.provider, countersigner=other, by=as_actor(desk.iqa))
    assert assessors.standing_of(desk.assessor.id, desk.provider.id).in_training


def _end_membership(user):
    left = db.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    left.from_on, left.until_on = (clock.today() - timedelta(days=days) for days in (9, 1))


def test_who_countersigns_is_not_put_in_training_and_who_has_left_is_not_written_to(desk, trainee):
    other = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    with pytest.raises(Refused, match="Rukhsana Iqbal countersigns for"):
        assessors.set_training(desk.assessor, desk.provider, countersigner=other, by=as_actor(desk.iqa))
    before = len(_subjects(desk.assessor))
    _end_membership(desk.assessor)
    submission = desk.send(desk.begin(assessor=trainee, name="Bo Ek"), "3.1")
    desk.decide(submission, by=trainee)
    assert len(_subjects(desk.assessor)) == before
    assert _subjects(other) == ["Decisions wait for your signature"]


def test_what_names_somebody_comes_first_in_what_they_may_countersign(client, desk, trainee, proposed):
    other = make_user(Role.ASSESSOR, desk.provider, name="Tom Vale")
    second = put_in_training(desk, name="Ola Nowak")
    assessors.set_training(second, desk.provider, countersigner=other, by=as_actor(desk.iqa))
    for name, by in (("Bo Ek", second), ("Cy Ash", trainee)):
        desk.decide(desk.send(desk.begin(name=name, assessor=by), "3.1"), by=by)
    assessors.set_qualified(trainee, desk.provider, since=clock.today(), by=as_actor(desk.iqa))
    client.sign_in(other)
    page = client.see("countersign.index").text
    assert page.index("Bo Ek") < page.index("Cy Ash")


def test_the_last_look_says_to_a_trainee_what_becomes_of_their_decisions(client, desk, trainee):
    first, second = (
        desk.send(desk.begin(assessor=trainee, name=name), "3.1") for name in ("Bo Ek", "Cy Ash")
    )
    client.sign_in(trainee)
    met = {
        **dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), "y"),
        "outcome": "met",
    }
    for one in (first, second):
        client.send("marking.keep", submission_ref=one.ref, criterion="3.1", data={**met, "version": 0})
    page = client.see("marking.review", submission_ref=first.ref)
    assert "Rukhsana Iqbal countersigns them or sends them back to you" in page.text
    assert "Bo reads them once they are countersigned" in page.text
    assert "Send to Bo" not in page.text
    data = {"sequence": page.field("sequence"), "next": "y"}
    following = client.send("marking.release", submission_ref=first.ref, data=data)
    assert second.ref in following.location
    assert (
        "Send, and go to the next portfolio"
        not in client.see("marking.review", submission_ref=second.ref).text
    )
