"""Marking: who may decide what, what a judgement must hold, and what happens when two people act at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from assessments.marking import allocating, annotating, ledger, queries, service
from assessments.marking.annotating import Spot
from assessments.marking.models import AwaitingIqa, Decision, Entry, Waiting
from assessments.marking.note_models import NoteDraft
from assessments.marking.outcomes import UnitState
from assessments.portfolio.snapshot import pieces_for
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people import service as people
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import MET, NOT_YET, Desk, add_text

RULES = dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), "y")
MET_FORM = {**RULES, "outcome": "met", "feedback": "You kept quiet.", "version": 0}


@pytest.fixture
def desk(app):
    return Desk()


def _count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_the_queue_is_the_assessors_own_and_costs_the_same_queries_whatever_waits(client, desk):
    other = Desk()
    other.send(other.begin(name="Neighbour"), "1.1")
    client.sign_in(desk.assessor)
    assert_flat(
        lambda: desk.send(desk.begin(name="Grace Mbatha"), "1.1"), lambda: client.see("marking.queue")
    )
    page = client.see("marking.queue")
    assert "Grace Mbatha" in page.text
    assert "Neighbour" not in page.text


def test_the_marking_page_costs_the_same_queries_whatever_was_sent(client, desk):
    portfolio = desk.begin()
    client.sign_in(desk.assessor)
    sent = []

    def send_one():
        ref = ("1.1", "2.1", "3.1")[len(sent)]
        sent.append((ref, desk.send(portfolio, ref).ref))
        db.session.commit()

    def look():
        ref, submission_ref = sent[-1]
        client.see("marking.decide", submission_ref=submission_ref, criterion=ref)

    assert_flat(send_one, look)


def test_outside_the_allocation_there_is_nothing(client, desk):
    submission = desk.send(desk.begin(), "3.1")
    colleague = make_user(Role.ASSESSOR, desk.provider)
    neighbour = Desk().assessor
    for other in (colleague, neighbour):
        client.sign_in(other)
        client.see("marking.decide", submission_ref=submission.ref, criterion="3.1", status=404)
        client.send("marking.keep", submission_ref=submission.ref, criterion="3.1", data=MET_FORM, status=404)
        client.send("marking.release", submission_ref=submission.ref, data={"sequence": 1}, status=404)
    client.sign_in(submission.portfolio.learner)
    client.see("marking.decide", submission_ref=submission.ref, criterion="3.1", status=403)
    with pytest.raises(Forbidden, match="with another assessor"):
        service.save_draft(submission, "3.1", MET, version=0, by=as_actor(colleague))


def test_an_assessor_whose_job_has_ended_sees_nothing(client, desk):
    submission = desk.send(desk.begin(), "3.1")
    other = make_user(Role.ASSESSOR)
    allocating.allocate(submission.portfolio, other, by=as_actor(desk.iqa))
    client.sign_in(other)
    client.see("marking.decide", submission_ref=submission.ref, criterion="3.1", status=404)


def test_nobody_is_given_their_own_work(desk):
    portfolio = desk.begin()
    people.add_member(portfolio.learner, desk.provider, Role.ASSESSOR)
    with pytest.raises(Refused, match="cannot assess their own portfolio"):
        allocating.allocate(portfolio, portfolio.learner, by=as_actor(desk.iqa))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"outcome": ""}, "Choose met or not yet met"),
        ({"valid": ""}, "Evidence that is not valid cannot meet a criterion"),
        ({"outcome": "not-yet-met", "feedback": ""}, "Say what is there, what is missing"),
        ({"outcome": "not-yet-met", "current": ""}, "Say why a rule you left unticked does not hold"),
    ],
)
def test_a_judgement_that_lacks_something_is_asked_for_it_and_keeps_the_words(client, desk, changed, says):
    submission = desk.send(desk.begin(), "3.1")
    client.sign_in(desk.assessor)
    data = {name: value for name, value in {**MET_FORM, **changed}.items() if value != ""}
    page = client.send("marking.keep", submission_ref=submission.ref, criterion="3.1", data=data, status=422)
    assert says in page.text
    if "feedback" not in changed:
        assert "You kept quiet." in page.body


def test_a_stale_page_is_refused_and_keeps_what_was_typed(client, desk):
    submission = desk.send(desk.begin(), "3.1", "3.2")
    client.sign_in(desk.assessor)
    where = {"submission_ref": submission.ref, "criterion": "3.1"}
    client.send("marking.keep", **where, data=MET_FORM)
    page = client.send(
        "marking.keep", **where, data={**MET_FORM, "feedback": "From the other tab."}, status=409
    )
    assert "changed in another window" in page.text
    assert "From the other tab." in page.body
    assert queries.drafts(submission.id)["3.1"].feedback == "You kept quiet."


def test_autosave_keeps_half_a_judgement_and_gives_back_what_stands(client, desk):
    submission = desk.send(desk.begin(), "3.1")
    client.sign_in(desk.assessor)
    where = {"submission_ref": submission.ref, "criterion": "3.1"}
    saved = client.send("marking.autosave", **where, data={"feedback": "You lis", "version": 0}, status=200)
    assert saved.json["version"] == 1
    assert "You lis" in client.see("marking.decide", **where).body
    late = client.send("marking.autosave", **where, data={"feedback": "Other", "version": 0}, status=409)
    assert late.json["values"]["feedback"] == "You lis"


def test_two_who_send_at_once_one_wins(client, desk):
    submission = desk.send(desk.begin(), "3.1")
    client.sign_in(desk.assessor)
    client.send("marking.keep", submission_ref=submission.ref, criterion="3.1", data=MET_FORM)
    sequence = client.see("marking.review", submission_ref=submission.ref).field("sequence")
    client.send("marking.release", submission_ref=submission.ref, data={"sequence": sequence})
    page = client.send(
        "marking.release", submission_ref=submission.ref, data={"sequence": sequence}, status=409
    )
    assert "Something happened to this portfolio" in page.text
    assert _count(Decision) == 1


def test_a_double_click_on_send_sends_once(client, desk):
    portfolio = desk.begin()
    add_text(portfolio, "3.1")
    client.sign_in(portfolio.learner)
    data = {"criteria": ["3.1"], "declared": "y", "ai_used": "no", "submission_key": "k" * 20}
    client.send("portfolio.send", data=data)
    client.send("portfolio.send", data=data, audited=False)
    again = client.send("portfolio.send", data={**data, "submission_key": "j" * 20}, status=409)
    assert "you have sent that already" in again.text
    assert _count(Waiting) == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"criteria": ["3.1"]}, "Tick the box to say that this is your own work"),
        ({"declared": "y", "ai_used": "no"}, "Tick at least one criterion"),
        ({"criteria": ["4.1"], "declared": "y", "ai_used": "no"}, "4.1: nothing new is linked to it"),
        ({"criteria": ["3.1"], "declared": "y"}, "Say whether a tool such as AI helped you"),
        ({"criteria": ["3.1"], "declared": "y", "ai_used": "yes"}, "Say which tool you used, and what for"),
    ],
)
def test_what_cannot_be_sent_is_said_in_words(client, desk, data, says):
    portfolio = desk.begin()
    add_text(portfolio, "3.1")
    client.sign_in(portfolio.learner)
    page = client.send("portfolio.send", data=data, status=422)
    assert says in page.text
    assert _count(Entry) == 0


def test_nothing_is_released_while_a_criterion_is_open(desk):
    submission = desk.send(desk.begin(), "3.1", "3.2")
    service.save_draft(submission, "3.1", NOT_YET, version=0, by=as_actor(desk.assessor))
    with pytest.raises(Refused, match=r"3\.2: decide it first"):
        service.release(submission, sequence=1, by=as_actor(desk.assessor))
    assert _count(Decision) == 0


def test_what_was_sent_does_not_change_when_the_portfolio_does(client, desk):
    portfolio = desk.begin()
    submission = desk.send(portfolio, "3.1")
    before = submission.snapshot
    add_text(portfolio, "3.1", text="Something new.")
    client.sign_in(desk.assessor)
    page = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert "Something new." not in page.text
    assert db.session.get(type(submission), submission.id).snapshot == before


def test_the_queues_agree_with_the_fold(desk):
    done, asked = desk.meet(), desk.begin()
    desk.decide(desk.send(asked, "1.1", "1.2"), but=("1.2",))
    assert _count(Waiting) == 0
    assert db.session.scalars(select(AwaitingIqa.portfolio_id)).all() == [done.id]
    desk.send(asked, "1.2", "2.1")
    assert db.session.scalars(select(Waiting.criteria)).all() == [2]
    standing = queries.positions([done.id, asked.id])
    assert standing[done.id].standing.unit is UnitState.MET
    assert standing[asked.id].standing.unit is UnitState.SUBMITTED


def test_home_is_told_two_numbers_and_what_waits(desk):
    portfolio = desk.begin()
    assert queries.standing_for_home(portfolio.learner_id).have_evidence == 0
    assert queries.standing_for_home(portfolio.learner_id).waiting == ()
    desk.decide(desk.send(portfolio, "3.1", "3.2"), but=("3.1",))
    counts = queries.standing_for_home(portfolio.learner_id)
    assert (counts.have_evidence, counts.met, counts.total) == (2, 1, 24)
    (fact,) = counts.waiting
    assert fact.title == "Your assessor asks for one more thing in 3.1"
    assert fact.values == {"criterion": "3.1"}
    assert queries.standing_for_home(desk.assessor.id) is None


def test_work_is_shared_evenly_and_moves_with_its_drafts_left_behind(client, desk):
    other = make_user(Role.ASSESSOR, desk.provider, name="Amina Yusuf")
    submission = desk.send(desk.begin(), "3.1")
    service.save_draft(submission, "3.1", MET, version=0, by=as_actor(desk.assessor))
    piece = pieces_for(submission.snapshot, "3.1")[0]
    annotating.add_note(submission, "3.1", piece, Spot(), "Mine alone.", by=as_actor(desk.assessor))
    admin = make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)
    client.sign_in(admin)
    enrolment = submission.portfolio.enrolment
    client.send("allocation.save", cohort_ref=desk.cohort.ref, data={f"person_{enrolment.ref}": other.ref})
    assert queries.assessor_of(submission.portfolio_id).id == other.id
    assert queries.drafts(submission.id) == {}
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.see("allocation.show", cohort_ref=desk.cohort.ref, status=404)
    client.sign_in(other)
    page = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert "Mine alone." not in page.text
    assert _count(NoteDraft) == 0


def test_a_decision_race_between_two_sessions_is_met_by_the_database(desk):
    portfolio = desk.begin()
    desk.send(portfolio, "3.1")
    seen = queries.positions([portfolio.id])[portfolio.id]
    desk.send(portfolio, "3.2")
    with pytest.raises(Conflict, match="Something happened to this portfolio"):
        ledger.append(portfolio, seen, [Entry(kind="submitted")], by=as_actor(desk.assessor))
