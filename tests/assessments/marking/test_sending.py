"""Sending: what goes is frozen under a declaration, its receipt stays, and the working copy is the author's to change."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from assessments.portfolio import service
from assessments.portfolio.models import Mapping, Submission
from assessments.portfolio.service import Upload
from lms.core.extensions import db
from lms.core.mail import Message
from tests.factories.people import as_actor
from tests.factories.portfolios import (
    Desk,
    add_file,
    add_text,
    declare_unread,
    evidence_form,
    fields_for,
    states,
)

DECLARED = {"declared": "y", "ai_used": "no"}


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def portfolio(desk, client):
    begun = desk.begin()
    client.sign_in(begun.learner)
    return begun


def _picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return Upload(io.BytesIO(out.getvalue()), "page.png")


def _only():
    return db.session.scalars(sa.select(Submission)).one()


def test_what_is_sent_has_a_receipt_that_can_be_read_and_is_mailed(client, portfolio):
    add_text(portfolio, "3.1", "3.2", text="She poured the tea.")
    data = {
        "criteria": ["3.1", "3.2"],
        "declared": "y",
        "ai_used": "yes",
        "ai_statement": "It spelled for me.",
    }
    client.send("portfolio.send", data=data)
    submission = _only()
    page = client.see("submissions.show", submission_ref=submission.ref)
    assert submission.content_hash in page.text
    assert "it is what you sent, unchanged" in page.text
    assert "You said that you used it: It spelled for me." in page.text
    assert "This is my own work" in page.text
    assert "It shows 3.2: she chose the order." in page.text
    assert "She poured the tea." in page.text
    letter = db.session.scalars(sa.select(Message).where(Message.to == portfolio.learner.email)).one()
    assert submission.content_hash in letter.text
    assert "She poured the tea." not in letter.text
    assert "Submission 1" in client.see("submissions.index").text


def test_a_seal_that_does_not_fit_says_so(client, portfolio):
    add_text(portfolio, "3.1")
    client.send("portfolio.send", data={"criteria": ["3.1"], **DECLARED})
    forged = {
        column.name: getattr(_only(), column.name)
        for column in Submission.__table__.columns
        if column.name not in ("id", "ref")
    }
    db.session.execute(sa.insert(Submission).values(**forged | {"number": 2, "ref": "f" * 22}))
    page = client.see("submissions.show", submission_ref="f" * 22)
    assert "This no longer fits what is kept" in page.text


def test_why_is_asked_for_before_it_is_sent_and_can_be_said_there(client, portfolio):
    evidence = add_text(portfolio, "3.1")
    mapping = db.session.scalars(sa.select(Mapping).where(Mapping.evidence_id == evidence.id)).one()
    mapping.why = ""
    page = client.send("portfolio.send", data={"criteria": ["3.1"], **DECLARED}, status=422)
    assert f"Say in a few words why it shows it: “{evidence.title}” for 3.1." in page.text
    said = {f"why-{mapping.ref}": "We wrote down who does what."}
    page = client.send("portfolio.send", data={"criteria": ["3.1"], **said}, status=422)
    assert page.field(f"why-{mapping.ref}") == "We wrote down who does what."
    client.send("portfolio.send", data={"criteria": ["3.1"], **DECLARED, **said})
    assert _only().snapshot["criteria"] == {"3.1": {evidence.ref: "We wrote down who does what."}}


def test_the_working_copy_changes_and_what_was_sent_does_not(client, desk, portfolio):
    evidence = add_file(portfolio, "3.1", upload=_picture())
    sent_file = evidence.files[0]
    client.send("portfolio.send", data={"criteria": ["3.1"], **DECLARED})
    first = _only()

    page = client.see("evidence.show", evidence_ref=evidence.ref)
    assert "Sent, and the same as what you sent" in page.text
    changed = evidence_form(
        "3.1",
        "3.2",
        title="Another name",
        kind="work-product",
        version=evidence.version,
        without=[sent_file.ref],
        file=(_picture().stream, "better.png"),
    )
    client.send("evidence.change", evidence_ref=evidence.ref, data=changed)
    assert "Changed since you sent it" in client.see("evidence.show", evidence_ref=evidence.ref).text
    assert [file.name for file in evidence.files] == ["better.png"]

    receipt = client.see("submissions.show", submission_ref=first.ref)
    assert "page.png" in first.snapshot["evidence"][0]["files"][0]["name"]
    assert "Another name" not in receipt.text
    client.see("evidence.file", file_ref=sent_file.ref)
    client.sign_in(desk.assessor)
    client.see("marking.file", file_ref=sent_file.ref)
    client.see("marking.file", file_ref=evidence.files[0].ref, status=404)

    # with the assessor it waits; once referred, the same piece as it is now is new evidence
    assert states(portfolio)["3.1"] == "with"
    desk.decide(first, but=("3.1",))
    client.sign_in(portfolio.learner)
    declare_unread(evidence, by=portfolio.learner)
    client.send("portfolio.send", data={"criteria": ["3.1"], **DECLARED})
    client.send("evidence.take_back", evidence_ref=evidence.ref)
    client.see("portfolio.index")
    page = client.see("submissions.show", submission_ref=first.ref)
    assert "Show what the two of you agreed." in page.text
    assert "You have an answer by" not in page.text
    newest = client.see("submissions.index")
    assert newest.text.index("Submission 2") < newest.text.index("Submission 1")


def test_what_another_sent_is_not_found(client, desk, portfolio):
    add_text(portfolio, "3.1")
    client.send("portfolio.send", data={"criteria": ["3.1"], **DECLARED})
    client.sign_in(desk.begin(name="Grace Mbatha").learner)
    client.see("submissions.show", submission_ref=_only().ref, status=404)
    assert "Nothing sent yet" in client.see("submissions.index").text


def test_what_the_assessor_has_decided_is_not_shown_before_it_is_sent(client, desk, portfolio):
    submission = desk.send(portfolio, "3.1")
    page = client.see("submissions.show", submission_ref=submission.ref)
    assert "With your assessor" in page.text
    desk.decide(submission)
    assert (
        "You let her choose the order." in client.see("submissions.show", submission_ref=submission.ref).text
    )


def test_somebody_elses_record_is_read_and_used_but_not_changed(client, desk, portfolio):
    observed = service.add_evidence(
        portfolio, fields_for("3.1"), text="I watched them agree the plan.", by=as_actor(desk.assessor)
    )
    page = client.see("evidence.show", evidence_ref=observed.ref)
    assert "Somebody else wrote it" in page.text
    data = evidence_form("3.1", text="Better for me", version=1)
    client.send("evidence.change", evidence_ref=observed.ref, data=data, status=403)
    client.send("evidence.take_back", evidence_ref=observed.ref, status=403)
    client.send(
        "evidence.map_to_criteria",
        evidence_ref=observed.ref,
        data={"criteria": ["3.1", "4.3"], "why-4.3": "The steps are ours."},
    )
    assert "The steps are ours." in client.see("evidence.show", evidence_ref=observed.ref).body
