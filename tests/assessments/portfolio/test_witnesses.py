"""A witness by a mailed link: asked, opened, answered once, read and used; and everything that the link does not open."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from assessments.marking import service as marking
from assessments.portfolio import witnesses
from assessments.portfolio.models import Evidence
from assessments.portfolio.sending import as_it_is
from assessments.portfolio.snapshot import WITHHELD, pieces_of
from assessments.portfolio.witness_models import Testimony as Statement
from assessments.portfolio.witness_models import WitnessRequest
from assessments.portfolio.witness_queries import state_of
from lms.core import clock
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.core.mail import Message
from tests.budget import assert_flat
from tests.factories.people import as_actor
from tests.factories.portfolios import OWN_WORK, Desk, add_text

SAW = "She asked the mother what she would like, and waited. They wrote the plan together."
ASKED = {"name": "Bev Clarke", "email": "bev@centre.example", "about": "The group on Tuesdays in March"}
SAID = {
    "name": "Bev Clarke",
    "role": "Centre manager",
    "relationship_to": "I am her line manager",
    "contact": "0113 496 0000",
    "how_known": "We have run the group together since January.",
    "seen_on": "2026-03-10",
    "saw": SAW,
    "is_expert": "no",
    "declared": "y",
    "signature": "B Clarke",
}


@pytest.fixture
def portfolio(app, client):
    begun = Desk().begin()
    client.sign_in(begun.learner)
    return begun


def _link():
    letter = db.session.scalars(
        sa.select(Message).where(Message.to == ASKED["email"]).order_by(Message.id.desc())
    ).first()
    return re.search(r"/witness/([\w-]{43})", letter.text)[1]


def _asked():
    return db.session.scalars(sa.select(WitnessRequest)).one()


def _open(client):
    client.sign_out()
    client.see("testimony.follow", token=_link(), status=303)


def _give(client, **others):
    _open(client)
    return client.send("testimony.give", data=SAID | others)


def test_a_witness_answers_without_an_account_and_the_practitioner_chooses_to_use_it(client, portfolio):
    client.send("witnesses.ask", data=ASKED)
    assert "Sent, not opened yet" in client.see("witnesses.index").text
    _open(client)
    page = client.see("testimony.index")
    assert "Ṣadé Adéyẹmí asks you to say what you saw" in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    client.send("testimony.start")
    client.sign_in(portfolio.learner)
    assert "Opened" in client.see("witnesses.index").text

    _give(client)
    client.send("testimony.give", data=SAID, audited=False)
    client.see("testimony.write", status=404)
    client.see("testimony.follow", token=_link(), status=404)
    assert _letters_to(portfolio.learner) == ["Bev Clarke has said what they saw"]

    client.sign_in(portfolio.learner)
    page = client.see("witnesses.show", witness_request_ref=_asked().ref)
    for words in (SAW, "B Clarke", "Centre manager", "I am her line manager", "0113 496 0000"):
        assert words in page.text
    client.send("witnesses.use", witness_request_ref=_asked().ref)
    client.send("witnesses.use", witness_request_ref=_asked().ref, audited=False)
    evidence = db.session.scalars(sa.select(Evidence)).one()
    client.send("evidence.change", evidence_ref=evidence.ref, data={"title": "x"}, status=422)
    mapped = {"criteria": ["3.1"], "why-3.1": "They wrote the plan together."}
    client.send("evidence.map_to_criteria", evidence_ref=evidence.ref, data=mapped)
    submission = marking.send(portfolio, ["3.1"], declaration=OWN_WORK, by=as_actor(portfolio.learner))
    (piece,) = pieces_of(submission.snapshot)
    assert (piece.text, piece.witness.name, piece.witness.signature) == (SAW, "Bev Clarke", "B Clarke")
    assert "Signed B Clarke" in client.see("submissions.show", submission_ref=submission.ref).text


def _letters_to(person):
    return [
        letter.subject for letter in db.session.scalars(sa.select(Message).where(Message.to == person.email))
    ]


def test_a_link_dies_when_it_is_called_back_sent_again_or_too_old(client, portfolio):
    client.send("witnesses.ask", data=ASKED)
    first = _link()
    _open(client)
    client.sign_in(portfolio.learner)
    client.send("witnesses.call_back", witness_request_ref=_asked().ref)
    client.sign_out()
    client.see("testimony.follow", token=first, status=404)

    client.sign_in(portfolio.learner)
    client.send("witnesses.send_again", witness_request_ref=_asked().ref)
    assert _link() != first
    client.sign_out()
    client.see("testimony.follow", token=first, status=404)
    client.see("testimony.follow", token="x" * 43, status=404)
    client.see("testimony.follow", token=_link(), status=303)
    with clock.set_to(clock.now() + witnesses.LASTS + timedelta(minutes=1)):
        assert state_of(_asked())[0] == "over"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"saw": ""}, "Write what you saw, in your own words"),
        ({"signature": ""}, "Type your name as your signature"),
        ({"declared": ""}, "Tick the box to say that it is true"),
        ({"is_expert": "yes"}, "Say how you know the standard"),
        ({"saw": "They live at LS1 4AP"}, "a postcode"),
        ({"saw": "NHS 943 476 5919", "identifiers_stay": "y"}, "an NHS number"),
        ({"seen_on": "2999-01-01"}, "That day is still to come"),
    ],
)
def test_what_a_witness_cannot_send_is_said_and_what_was_typed_stays(client, portfolio, changed, says):
    client.send("witnesses.ask", data=ASKED)
    _open(client)
    page = client.send("testimony.give", data=SAID | changed, status=422)
    assert says in page.text
    assert page.field("role") == "Centre manager"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Statement)) == 0


def test_nothing_else_opens_and_the_practitioner_is_not_their_own_witness(client, portfolio):
    client.send("witnesses.ask", data={**ASKED, "email": portfolio.learner.email}, status=422)
    client.send("witnesses.ask", data={**ASKED, "about": "The visit to LS1 4AP"}, status=422)
    client.send("witnesses.ask", data=ASKED)
    client.see("testimony.follow", token=_link(), status=303)
    client.see("testimony.write", status=403)
    _open(client)
    for endpoint in ("portfolio.index", "witnesses.index", "submissions.index"):
        assert "/sign-in" in client.see(endpoint, status=302).location
    client.sign_in(Desk().begin(name="Amina Yusuf").learner)
    client.send("witnesses.use", witness_request_ref=_asked().ref, status=404)
    client.send("witnesses.call_back", witness_request_ref=_asked().ref, status=404)


def test_what_a_witness_is_writing_is_kept_for_them_alone_until_they_send_it(client, portfolio):
    client.send("witnesses.ask", data=ASKED)
    _open(client)
    answer = client.send("testimony.keep_draft", data={"saw": "She asked", "seen_on": "2026-0"}, status=200)
    assert answer.json["version"] == 1
    other = client.send("testimony.keep_draft", data={"saw": "On the other phone", "version": 0}, status=409)
    assert other.json["values"]["saw"] == "She asked"
    _open(client)
    assert "She asked" in client.see("testimony.write").body
    client.send("testimony.give", data=SAID)
    assert _asked().draft == {}


def test_no_more_letters_than_ten_a_day(client, portfolio):
    client.send("witnesses.ask", data=ASKED)
    for _ in range(9):
        client.send("witnesses.send_again", witness_request_ref=_asked().ref)
    page = client.send("witnesses.ask", data={**ASKED, "email": "jo@centre.example"}, status=422)
    assert "Send more tomorrow" in page.text


def test_letters_of_other_days_do_not_count(client, portfolio):
    client.send("witnesses.ask", data=ASKED)
    for _ in range(9):
        client.send("witnesses.send_again", witness_request_ref=_asked().ref)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        client.sign_in(portfolio.learner)
        for _ in range(2):
            client.send("witnesses.send_again", witness_request_ref=_asked().ref)


def test_what_was_taken_out_is_not_asked_again(client, portfolio):
    client.send("witnesses.ask", data=ASKED)
    _asked().about = WITHHELD
    client.send("witnesses.send_again", witness_request_ref=_asked().ref, status=409, audited=False)
    assert "Send it again" not in client.see("witnesses.index").text


def test_neither_the_database_nor_the_audit_trail_holds_the_token_and_nobody_changes_what_was_said(
    client, portfolio, capsys
):
    client.send("witnesses.ask", data=ASKED)
    token = _link()
    _give(client)
    rows = [*db.session.execute(sa.select(sa.text("*")).select_from(WitnessRequest.__table__))]
    entries = db.session.scalars(sa.select(AuditRecord)).all()
    kept = json.dumps([[str(cell) for cell in row] for row in rows] + [str(entry.facts) for entry in entries])
    assert token not in kept
    assert SAW not in kept
    assert token not in capsys.readouterr().out
    with pytest.raises(sa.exc.DatabaseError, match="never changed"):
        db.session.execute(sa.text("UPDATE testimony SET saw = 'Better'"))


def test_an_expert_witness_counts_as_an_observation(client, portfolio):
    add_text(portfolio, "3.1", "1.1")
    client.send("witnesses.ask", data=ASKED)
    _give(client, is_expert="yes", expert_basis="I hold an assessor award and judge such work each month.")
    client.sign_in(portfolio.learner)
    assert "Somebody watches you work" in client.see("portfolio.review").text
    client.send("witnesses.use", witness_request_ref=_asked().ref)
    evidence = db.session.scalars(sa.select(Evidence).where(Evidence.testimony_id.is_not(None))).one()
    client.send("evidence.map_to_criteria", evidence_ref=evidence.ref, data={"criteria": ["3.1"]})
    assert "Somebody watches you work" not in client.see("portfolio.review").text


def test_what_any_number_of_witnesses_wrote_is_read_in_the_same_queries(client, portfolio):
    def add_one():
        client.sign_in(portfolio.learner)
        client.send("witnesses.ask", data=ASKED)
        _give(client)
        client.sign_in(portfolio.learner)
        newest = db.session.scalars(sa.select(WitnessRequest).order_by(WitnessRequest.id.desc())).first()
        client.send("witnesses.use", witness_request_ref=newest.ref)

    def look():
        db.session.expire_all()
        return as_it_is(db.session.scalars(sa.select(Evidence.id)))

    assert_flat(add_one, look)
    assert [piece["testimony"]["name"] for piece in look()["evidence"]] == ["Bev Clarke"] * 3
