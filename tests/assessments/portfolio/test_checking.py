"""Before evidence is sent its author looks at what could identify somebody: covers it, or says why it stays."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import select

from assessments.marking import service as marking
from assessments.portfolio import service
from assessments.portfolio.checking import WRITTEN_FIELDS, Reason
from assessments.portfolio.checking_models import NameAnswer
from assessments.portfolio.checking_queries import check
from assessments.portfolio.checking_service import Unchecked, cover, leave
from assessments.portfolio.models import Submission
from assessments.portfolio.service import Upload
from lms.core import files, jobs, previews
from lms.core.extensions import db
from lms.core.files import StoredFile
from tests.budget import assert_flat
from tests.factories.documents import docx
from tests.factories.people import as_actor
from tests.factories.portfolios import OWN_WORK, Desk, add_file, add_text, fields_for

VISIT = "I went to see Leanne. Leanne said that Kai had been up since four.\n\nIn May we looked at the plan again."


@pytest.fixture
def portfolio(app, client):
    begun = Desk().begin()
    client.sign_in(begun.learner)
    return begun


def send(portfolio, *criteria):
    return marking.send(portfolio, criteria, declaration=OWN_WORK, by=as_actor(portfolio.learner))


def keys(evidence):
    return {found.words: found.key for found in check(evidence).found}


def test_nothing_is_sent_while_a_name_stands_in_it(client, portfolio):
    add_text(portfolio, "3.1", text=VISIT)
    page = client.send(
        "portfolio.send",
        data={"criteria": ["3.1"], "declared": "y", "ai_used": "no"},
        status=422,
        audited=False,
    )
    assert "Check for names first" in page.body
    assert db.session.scalar(select(Submission)) is None
    listed = client.see("names.index")
    assert "2 things to look at" in listed.text


def test_each_is_shown_in_its_sentence_and_covered_with_one_press_wherever_it_stands(client, portfolio):
    evidence = add_text(portfolio, "3.1", text=VISIT)
    page = client.see("names.show", evidence_ref=evidence.ref)
    assert "I went to see <mark>Leanne</mark>. Leanne said" in page.body
    found = keys(evidence)
    client.send("names.cover", data={"key": found["Leanne"]}, evidence_ref=evidence.ref)
    client.send("names.cover", data={"key": found["Kai"], "with": "code"}, evidence_ref=evidence.ref)
    assert check(evidence).left == 0
    submission = send(portfolio, "3.1")
    (piece,) = submission.snapshot["evidence"]
    assert piece["text"].startswith("I went to see [name]. [name] said that Family B had been up")
    assert "Leanne" not in evidence.text
    assert db.session.scalars(select(NameAnswer)).all() == []


def test_what_is_covered_goes_nowhere_from_whichever_field_it_stood_in(portfolio):
    by = as_actor(portfolio.learner)
    names = dict.fromkeys(WRITTEN_FIELDS, "At the home of Leanne Cole.")
    pieces = [add_text(portfolio, "3.1"), add_text(portfolio, "3.1")]
    for evidence in pieces:
        for name, words in names.items():
            setattr(evidence, name, words)
        for found in check(evidence).waiting:
            cover(evidence, found.key, by=by)
    submission = send(portfolio, "3.1")
    assert "Leanne" not in str(submission.snapshot)
    for piece in submission.snapshot["evidence"]:
        assert {piece[name] for name in names} == {"At the home of [name]."}


def test_what_has_no_room_for_its_cover_is_to_be_shortened_first(client, portfolio):
    evidence = add_text(portfolio, "3.1")
    evidence.seen_by = ("Seen by Kai. " * 20)[:156] + "Kai."
    key = keys(evidence)["Kai"]
    refused = client.send(
        "names.cover",
        data={"key": key, "with": "code"},
        evidence_ref=evidence.ref,
        status=422,
        audited=False,
    )
    assert "160 is the most. Shorten it first" in refused.text
    db.session.refresh(evidence)
    evidence.seen_by = "Seen by Kai."
    cover(evidence, key, by=as_actor(portfolio.learner))
    evidence.seen_by = ("Seen by Kai. " * 20)[:156] + "Kai."
    with pytest.raises(service.Refused, match="Shorten it first"):
        send(portfolio, "3.1")


def test_a_cover_is_undone_until_it_is_sent(client, portfolio):
    evidence = add_text(portfolio, "3.1", text=VISIT)
    key = keys(evidence)["Leanne"]
    client.send("names.cover", data={"key": key}, evidence_ref=evidence.ref)
    assert "is covered: [name]" in client.see("names.show", evidence_ref=evidence.ref).text
    client.send("names.undo", data={"key": key}, evidence_ref=evidence.ref)
    assert check(evidence).left == 2
    db.session.refresh(evidence)
    assert evidence.text == VISIT


def test_what_stays_has_a_reason_which_the_assessor_reads(client, portfolio):
    evidence = add_text(portfolio, "3.1", text="Rogers said it first. I talked it over with Denise.")
    key = keys(evidence)["Denise"]
    refused = client.send(
        "names.leave",
        data={"key": key, "reason": "other"},
        evidence_ref=evidence.ref,
        status=422,
        audited=False,
    )
    assert "Say in a few words why it stays" in refused.body
    client.send(
        "names.leave",
        data={"key": key, "reason": "colleague", "said": "my supervisor"},
        evidence_ref=evidence.ref,
    )
    submission = send(portfolio, "3.1")
    client.sign_in(marking.queries.assessor_of(portfolio.id))
    page = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert "Denise" in page.text
    assert "my supervisor" in page.text


def test_a_change_elsewhere_asks_nothing_again_but_the_same_name_once_more_does(portfolio):
    by = as_actor(portfolio.learner)
    evidence = add_text(portfolio, "3.1", text="I talked it over with Denise.")
    leave(evidence, keys(evidence)["Denise"], reason=Reason.COLLEAGUE, by=by)
    evidence.text = "On Friday I talked it over with Denise. It helped."
    assert check(evidence).left == 0
    evidence.text += " Then her mum, Denise, came in."
    assert check(evidence).left == 1


def test_a_number_that_nothing_needs_can_only_be_covered(client, portfolio):
    evidence = add_text(portfolio, "3.1")
    evidence.note = "Her NHS number is 943 476 5919."
    key = keys(evidence)["943 476 5919"]
    refused = client.send(
        "names.leave",
        data={"key": key, "reason": "nobody"},
        evidence_ref=evidence.ref,
        status=422,
        audited=False,
    )
    assert "may never stay" in refused.body
    client.send("names.cover", data={"key": key}, evidence_ref=evidence.ref)
    send(portfolio, "3.1")
    assert evidence.note == "Her NHS number is [NHS number]."


def test_of_a_word_document_a_covered_copy_is_made_and_a_text_file_too(client, portfolio):
    for upload in (
        Upload(docx("Visit to Lea|nne on Tues|day.", "A plan & a step."), "plan.docx"),
        Upload(io.BytesIO(b"Visit to Leanne on Tuesday.\nA plan & a step."), "plan.txt"),
    ):
        evidence = add_file(portfolio, "3.1", upload=upload)
        old = evidence.files[0].ref, files.path_of(evidence.files[0])
        client.send("names.cover", data={"key": keys(evidence)["Leanne"]}, evidence_ref=evidence.ref)
        db.session.expire_all()
        (file,) = evidence.files
        assert file.name == upload.name
        assert previews.text(file).split("\n")[0] == "Visit to [name] on Tuesday."
        assert "A plan & a step." in previews.text(file)
        assert check(evidence).left == 0
        jobs.run_all_due()
        assert db.session.scalar(select(StoredFile).where(StoredFile.ref == old[0])) is None
        assert not old[1].exists()


def test_a_word_document_in_other_letters_is_read_and_has_to_be_covered_by_hand(client, portfolio):
    upload = Upload(docx("Visit to Leanne on Tuesday.", encoding="utf-16"), "plan.docx")
    evidence = add_file(portfolio, "3.1", upload=upload)
    refused = client.send(
        "names.cover",
        data={"key": keys(evidence)["Leanne"]},
        evidence_ref=evidence.ref,
        status=422,
        audited=False,
    )
    assert "Cover the words yourself, and put the new file in its place" in refused.text


def test_a_file_that_was_sent_stays_when_a_copy_is_covered(client, portfolio):
    evidence = add_file(portfolio, "3.1", upload=Upload(io.BytesIO(b"Seen with Denise."), "plan.txt"))
    (key,) = keys(evidence).values()
    leave(evidence, key, reason=Reason.COLLEAGUE, by=as_actor(portfolio.learner))
    send(portfolio, "3.1")
    sent = evidence.files[0]
    client.send("names.cover", data={"key": key}, evidence_ref=evidence.ref)
    jobs.run_all_due()
    assert files.read(sent) == b"Seen with Denise."


def test_a_piece_whose_title_alone_names_a_family_is_not_sent_unseen(client, portfolio):
    evidence = add_text(portfolio, "3.1")
    evidence.title = "Okonkwo family"
    evidence.family_code = ""
    with pytest.raises(Unchecked):
        send(portfolio, "3.1")
    assert "Okonkwo" in client.see("names.show", evidence_ref=evidence.ref).text
    cover(evidence, keys(evidence)["Okonkwo"], by=as_actor(portfolio.learner))
    assert send(portfolio, "3.1").snapshot["evidence"][0]["title"] == "[name] family"


def test_an_assessor_told_of_old_work_reads_no_title_that_is_not_sent(app, client):
    desk = Desk()
    portfolio = desk.begin()
    old = add_text(portfolio, "2.1")
    old.title, old.happened_on = "Plan of Leanne", date(2019, 3, 10)
    cover(old, keys(old)["Leanne"], by=as_actor(portfolio.learner))
    submission = desk.send(portfolio, "3.1")
    client.sign_in(desk.assessor)
    for page in (
        client.see("marking.decide", submission_ref=submission.ref, criterion="3.1"),
        client.see("marking.review", submission_ref=submission.ref),
    ):
        assert "“Reflective account” of 10 March 2019 is more than" in page.text
        assert "Leanne" not in page.body


def test_a_name_in_a_file_s_name_is_found_and_covered(client, portfolio):
    evidence = add_file(portfolio, "3.1", upload=Upload(io.BytesIO(b"A plan."), "plan_for_Leanne.txt"))
    client.send("names.cover", data={"key": keys(evidence)["Leanne"]}, evidence_ref=evidence.ref)
    db.session.expire_all()
    assert evidence.files[0].name == "plan for [name].txt"


def test_of_what_cannot_be_read_somebody_says_that_nobody_can_be_recognised(client, portfolio):
    from tests.assessments.portfolio.test_evidence import _picture

    picture = Upload(io.BytesIO(_picture()), "wall.png")
    evidence = service.add_evidence(
        portfolio, fields_for("3.1"), uploads=[picture], by=as_actor(portfolio.learner)
    )
    page = client.see("names.show", evidence_ref=evidence.ref)
    assert "We cannot read “wall.png”" in page.text
    assert "No face, name, badge" in page.text
    client.send("names.declare", data={"key": evidence.files[0].sha256}, evidence_ref=evidence.ref)
    assert send(portfolio, "3.1").number == 1


def test_the_families_page_holds_codes_and_counts_only(client, portfolio):
    assert "first one is Family A" in client.see("names.my_families").text
    add_text(portfolio, "3.1")
    add_text(portfolio, "3.1")
    page = client.see("names.my_families")
    assert "Family B" in page.text
    assert "in 2 pieces" in page.text
    assert "Never write here which family is which" in page.text


def test_somebody_else_s_piece_is_not_to_be_checked(client, portfolio):
    other = add_text(Desk().begin(name="Another One"), "3.1", text=VISIT)
    client.see("names.show", evidence_ref=other.ref, status=404)
    client.send("names.cover", data={"key": "x"}, evidence_ref=other.ref, status=404, audited=False)


def test_the_page_of_all_pieces_asks_the_database_no_more_for_more(client, portfolio):
    def add_one():
        add_text(portfolio, "3.1", text=VISIT)
        db.session.commit()

    assert_flat(add_one, lambda: client.see("names.index"))
