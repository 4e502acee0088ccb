"""Feedback that is spoken besides being written: who hears it, from when, and what it never stands instead of."""

from __future__ import annotations

import io
import wave

import pytest
from sqlalchemy import select

from assessments.marking import countersigning, queries, service
from assessments.marking.models import Decision
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import Desk, put_in_training

TYPED = {
    **dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), "y"),
    "outcome": "met",
    "feedback": "You waited.",
    "version": 0,
}


@pytest.fixture
def desk(app):
    return Desk()


def _recording(name="to-sade.wav"):
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\1" * 800)
    sound.seek(0)
    return (sound, name)


def _speak(client, submission, **others):
    where = {"submission_ref": submission.ref, "criterion": "3.1"}
    return client.send("marking.keep", **where, data={**TYPED, "file": _recording(), **others})


def _ref():
    return db.session.scalars(select(StoredFile.ref).where(StoredFile.purpose == "feedback")).one()


def _status(client, endpoint, ref):
    return client.get(client.address(endpoint, file_ref=ref)).status_code


def test_the_practitioner_hears_it_with_the_decision_and_nobody_else_outside(client, desk):
    submission = desk.send(desk.begin(), "3.1")
    learner = submission.portfolio.learner
    client.sign_in(desk.assessor)
    _speak(client, submission)
    ref = _ref()
    page = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert "Spoken by you. Ṣadé cannot hear it yet" in page.text
    assert _status(client, "marking.file", ref) == 200
    client.sign_in(learner)
    assert _status(client, "history.own", ref) == 404

    service.release(submission, sequence=1, by=as_actor(desk.assessor))
    assert _status(client, "history.own", ref) == 200
    for endpoint, at in (
        ("portfolio.criterion", {"criterion": "3.1"}),
        ("history.for_learner", {"criterion": "3.1"}),
        ("submissions.show", {"submission_ref": submission.ref}),
    ):
        page = client.see(endpoint, **at)
        assert "Spoken by Rukhsana Iqbal" in page.text
        assert client.address("history.own", file_ref=ref) in page.body
    client.sign_in(desk.iqa)
    assert _status(client, "history.verified", ref) == 200
    other = Desk()
    for stranger, endpoint in (
        (desk.begin(name="Bo Ek").learner, "history.own"),
        (other.assessor, "marking.file"),
        (other.iqa, "history.verified"),
    ):
        client.sign_in(stranger)
        assert _status(client, endpoint, ref) == 404


def test_what_is_spoken_in_training_is_heard_by_who_signs_and_by_the_practitioner_after_that(client, desk):
    trainee = put_in_training(desk)
    submission = desk.send(desk.begin(assessor=trainee), "3.1")
    client.sign_in(trainee)
    _speak(client, submission)
    service.release(submission, sequence=1, by=as_actor(trainee))
    ref = _ref()
    client.sign_in(submission.portfolio.learner)
    assert _status(client, "history.own", ref) == 404
    client.sign_in(desk.assessor)
    assert "Spoken by" in client.see("countersign.show", submission_ref=submission.ref).text
    assert _status(client, "countersign.file", ref) == 200

    at = service.position_of(submission).sequence
    countersigning.question(submission, {"3.1": "Say why."}, sequence=at, by=as_actor(desk.assessor))
    assert queries.drafts(submission.id)["3.1"].spoken.ref == ref, "it comes back with the words"
    service.release(submission, sequence=service.position_of(submission).sequence, by=as_actor(trainee))
    at = service.position_of(submission).sequence
    countersigning.countersign(submission, sequence=at, by=as_actor(desk.assessor))
    client.sign_in(submission.portfolio.learner)
    assert _status(client, "history.own", ref) == 200


def test_a_refused_page_says_that_the_recording_has_to_be_chosen_again(client, desk):
    submission = desk.send(desk.begin(), "3.1")
    where = {"submission_ref": submission.ref, "criterion": "3.1"}
    again = "Choose your files once more"
    client.sign_in(desk.assessor)
    lost = {**TYPED, "feedback": "", "file": _recording()}
    assert again in client.send("marking.keep", **where, data=lost, status=422).text
    silent = {**TYPED, "feedback": ""}
    assert again not in client.send("marking.keep", **where, data={**silent, "outcome": ""}, status=422).text
    assert again not in client.see("marking.decide", **where).text
    _speak(client, submission)
    stale = {**TYPED, "feedback": "Another thing.", "file": _recording()}
    assert again in client.send("marking.keep", **where, data=stale, status=409).text


def test_it_stands_beside_written_words_and_can_be_taken_back(client, desk):
    submission = desk.send(desk.begin(), "3.1")
    where = {"submission_ref": submission.ref, "criterion": "3.1"}
    client.sign_in(desk.assessor)
    refused = client.send(
        "marking.keep", **where, data={**TYPED, "feedback": "", "file": _recording()}, status=422
    )
    assert "Write the main point too" in refused.text
    page = {**TYPED, "file": _recording("letter.pdf")}
    assert (
        "We cannot take files ending in .pdf here"
        in client.send("marking.keep", **where, data=page, status=422).text
    )
    _speak(client, submission)
    client.send("marking.autosave", **where, data={**TYPED, "version": 1, "feedback": ""}, status=200)
    silent = client.send("marking.keep", **where, data={**TYPED, "version": 2, "feedback": ""}, status=422)
    assert "Write the main point too" in silent.text
    client.send("marking.keep", **where, data={**TYPED, "version": 2, "unsay": "y"})
    assert queries.drafts(submission.id)["3.1"].spoken is None
    service.release(submission, sequence=1, by=as_actor(desk.assessor))
    assert db.session.scalars(select(Decision)).one().spoken is None
    client.sign_in(make_user(Role.ASSESSOR, desk.provider))
    assert _status(client, "marking.file", _ref()) == 404
