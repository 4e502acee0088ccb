"""The assessor's one screen without script: notes in their places, comments used again, two versions, and the queue."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import count

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from assessments.holds import service as holds
from assessments.holds.models import HoldCause
from assessments.marking import annotating, assessor_queries, comment_bank, passages, queries, service
from assessments.marking.annotating import Area, Spot
from assessments.marking.models import Waiting
from assessments.marking.note_models import BankComment, Note, NoteDraft
from assessments.portfolio.service import Upload
from assessments.portfolio.snapshot import pieces_for
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import Conflict, Forbidden, Refused
from lms.core.extensions import db
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import OWN_WORK, Desk, add_file, declare_unread, put_in_training

RULES = dict.fromkeys(("valid", "authentic", "current", "sufficient", "reliable"), "y")
TYPED = {**RULES, "outcome": "met", "feedback": "You waited.", "version": 0}


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def submission(desk):
    return desk.send(desk.begin(), "3.1")


def _piece(submission, criterion="3.1"):
    return pieces_for(submission.snapshot, criterion)[0]


def _count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def _where(submission, criterion="3.1"):
    return {"submission_ref": submission.ref, "criterion": criterion}


def test_a_note_keeps_what_is_typed_beside_it_and_reaches_the_practitioner_with_the_decision(
    client, desk, submission
):
    client.sign_in(desk.assessor)
    piece = _piece(submission)
    note = {f"note-{piece.ref}-words": "agreed  who would", f"note-{piece.ref}-comment": "Name the day."}
    client.send("notes.add", **_where(submission), on_ref=piece.ref, data={**TYPED, **note})
    assert queries.drafts(submission.id)["3.1"].feedback == "You waited."
    page = client.see("marking.decide", **_where(submission))
    assert '<mark class="gf-noted" data-at="3">agreed who would</mark>' in page.body
    assert "Name the day." in page.text

    # other words for the note, then sent
    ref = db.session.scalars(select(NoteDraft.ref)).one()
    changed = {**TYPED, "version": 1, f"words-{ref}": "Name the day and the place."}
    client.send("notes.change", note_ref=ref, criterion="3.1", data=changed)
    client.sign_in(submission.portfolio.learner)
    assert "Name the day" not in client.see("history.for_learner", criterion="3.1").text
    service.release(submission, sequence=1, by=as_actor(desk.assessor))
    db.session.commit()
    assert _count(NoteDraft) == 0
    page = client.see("history.for_learner", criterion="3.1")
    assert "Name the day and the place." in page.text
    assert "“agreed who would”" in page.text
    assert "You waited." in page.text


def test_a_note_that_cannot_be_kept_says_why_and_loses_nothing(client, desk, submission):
    client.sign_in(desk.assessor)
    piece = _piece(submission)
    for words, comment, says in (
        ("not in it", "Why?", "Those words are not in that paragraph"),
        ("agreed", "", "Write the note first"),
    ):
        version = queries.drafts(submission.id)["3.1"].version if queries.drafts(submission.id) else 0
        data = {
            **TYPED,
            "version": version,
            f"note-{piece.ref}-words": words,
            f"note-{piece.ref}-comment": comment,
        }
        page = client.send("notes.add", **_where(submission), on_ref=piece.ref, data=data, status=422)
        assert says in page.text
        assert words in page.body
        assert "You waited." in page.body
    assert _count(NoteDraft) == 0


def _picture(width):
    picture = io.BytesIO()
    Image.new("RGB", (width, 40), "white").save(picture, "PNG")
    picture.seek(0)
    return picture


def _box(piece, **said):
    return {f"note-{piece.ref}-{name}": value for name, value in said.items()}


def test_a_note_that_was_only_typed_is_kept_whatever_is_pressed(client, desk, submission):
    client.sign_in(desk.assessor)
    piece = _piece(submission)
    client.send(
        "marking.keep", **_where(submission), data={**TYPED, **_box(piece, comment="Typed, then saved.")}
    )
    bank = {**TYPED, "version": 1, "bank": "y", **_box(piece, comment="Typed, then a comment.")}
    client.send("marking.use_comment", **_where(submission), data=bank)
    assert list(db.session.scalars(select(NoteDraft.comment))) == [
        "Typed, then saved.",
        "Typed, then a comment.",
    ]
    first = db.session.scalars(select(NoteDraft.ref).order_by(NoteDraft.id)).first()
    other = {**TYPED, "version": 2, f"words-{first}": "Other words, then saved."}
    client.send("marking.keep", **_where(submission), data=other)
    assert "Other words, then saved." in client.see("marking.decide", **_where(submission)).text


def test_a_note_is_kept_as_it_is_typed_once_however_often_it_is_sent(client, desk, submission):
    client.sign_in(desk.assessor)
    piece = _piece(submission)
    page = client.see("marking.decide", **_where(submission))
    known = page.field(f"note-{piece.ref}-ref")
    for version, words in enumerate(("Na", "Name the day", "")):
        box = _box(piece, ref=known, comment=words, words="agreed")
        saved = client.send(
            "marking.autosave", **_where(submission), data={**TYPED, "version": version, **box}, status=200
        )
        assert "message" not in saved.json
        assert list(db.session.scalars(select(NoteDraft.comment))) == ([words] if words else [])
    half = {**TYPED, "version": 3, **_box(piece, ref=known, comment="Why?", words="not in it")}
    saved = client.send("marking.autosave", **_where(submission), data=half, status=200)
    assert "All is saved but a note. Those words are not in that paragraph" in saved.json["message"]
    assert queries.drafts(submission.id)["3.1"].version == 4

    # what cannot be kept leaves nothing behind, not even another version of the rest
    whole = {**half, "version": 4, "feedback": "Other."}
    page = client.send("marking.keep", **_where(submission), data=whole, status=422)
    assert 'data-autosave-version="4"' in page.body
    assert queries.drafts(submission.id)["3.1"].feedback == "You waited."


def test_what_is_typed_into_a_note_comes_back_with_a_refusal(client, desk, submission):
    client.sign_in(desk.assessor)
    client.send(
        "marking.keep", **_where(submission), data={**TYPED, **_box(_piece(submission), comment="The first.")}
    )
    note = db.session.scalars(select(NoteDraft)).one()
    stale = {**TYPED, f"words-{note.ref}": "Other words.", **_box(_piece(submission), comment="One more.")}
    page = client.send("marking.keep", **_where(submission), data=stale, status=409)
    assert "Other words." in page.body
    assert "One more." in page.body
    assert "The first." in page.text
    empty = {**TYPED, "version": 1, f"words-{note.ref}": ""}
    client.send("notes.change", note_ref=note.ref, criterion="3.1", data=empty, status=422)
    client.send("notes.change", note_ref=note.ref, criterion="3.1", data={**empty, "note": "remove"})
    assert _count(NoteDraft) == 0


def test_a_note_kept_as_it_was_typed_stands_once_on_a_refused_page_and_a_change_to_it_is_not_undone(
    client, desk, submission
):
    client.sign_in(desk.assessor)
    piece = _piece(submission)
    known = client.see("marking.decide", **_where(submission)).field(f"note-{piece.ref}-ref")
    box = _box(piece, ref=known, comment="Old")
    client.send("marking.autosave", **_where(submission), data={**TYPED, **box}, status=200)
    half = {**TYPED, **box, "version": 1, "outcome": ""}
    page = client.send("marking.keep", **_where(submission), data=half, status=422)
    assert page.field(f"note-{piece.ref}-ref") == known
    assert f'name="words-{known}"' not in page.body, "it stands in its box, and nowhere else"

    changed = {**TYPED, **box, "version": 1, f"words-{known}": "New"}
    client.send("notes.change", note_ref=known, criterion="3.1", data=changed)
    assert list(db.session.scalars(select(NoteDraft.comment))) == ["New"]


def test_a_hold_is_called_a_hold_and_no_second_version(client, desk, submission):
    client.sign_in(desk.assessor)
    client.send("marking.keep", **_where(submission), data=TYPED)
    holds.place(
        submission.portfolio, cause=HoldCause.MALPRACTICE, reason="A question.", by=as_actor(desk.iqa)
    )
    page = client.send("marking.keep", **_where(submission), data={**TYPED, "version": 1}, status=409)
    assert "on hold" in page.text
    assert "Two versions" not in page.text
    refused = client.send("marking.autosave", **_where(submission), data={**TYPED, "version": 1}, status=422)
    assert "on hold" in refused.json["message"]
    by = as_actor(desk.assessor)
    with pytest.raises(Conflict, match="on hold"):
        annotating.add_note(submission, "3.1", _piece(submission), Spot(), "Why?", by=by)


def test_nothing_is_announced_that_a_refusal_undoes(client, desk, submission):
    client.sign_in(desk.assessor)
    client.send("marking.keep", **_where(submission), data=TYPED)
    stale = {**TYPED, "bank": "y", "feedback": "Another thing."}
    page = client.send("marking.use_comment", **_where(submission), data=stale, status=409)
    assert "Kept among your comments" not in page.text
    assert "Kept among your comments" not in client.see("marking.queue").text
    assert _count(BankComment) == 0


def test_a_note_is_by_the_assessor_and_beside_what_is_still_to_be_decided(desk, submission):
    other = make_user(Role.ASSESSOR, desk.provider, name="Ann Oak")
    piece, by = _piece(submission), as_actor(desk.assessor)
    with pytest.raises(Forbidden, match="another assessor"):
        annotating.add_note(submission, "3.1", piece, Spot(), "Mine.", by=as_actor(other))
    note = annotating.add_note(submission, "3.1", piece, Spot(), "Good.", by=by)
    with pytest.raises(Forbidden, match="another assessor"):
        annotating.remove_note(note, by=as_actor(other))
    desk.decide(submission)
    with pytest.raises(Conflict, match="not to be decided any more"):
        annotating.add_note(submission, "3.1", piece, Spot(), "Late.", by=by)


def test_a_place_on_a_picture_is_drawn_in_fractions_and_said_in_words(client, desk):
    portfolio = desk.begin()
    evidence = add_file(portfolio, "3.1", upload=Upload(_picture(60), "wall.png"))
    declare_unread(evidence, by=portfolio.learner)
    submission = service.send(portfolio, ["3.1"], declaration=OWN_WORK, by=as_actor(portfolio.learner))
    file = _piece(submission).files[0]
    client.sign_in(desk.assessor)
    key = f"note-{file.ref}"
    data = {**TYPED, f"{key}-place": "upper right", f"{key}-comment": "What is this?"}
    client.send("notes.add", **_where(submission), on_ref=file.ref, data=data)
    drawn = {
        **TYPED,
        "version": 1,
        f"{key}-page": 1,
        f"{key}-x": "0.25",
        f"{key}-y": "0.5",
        f"{key}-comment": "Here.",
    }
    client.send("notes.add", **_where(submission), on_ref=file.ref, data=drawn)
    page = client.see("marking.decide", **_where(submission))
    assert "Page 1, upper right" in page.text
    assert "Page 1, left" in page.text
    assert 'cx="25.0%" cy="50.0%"' in page.body
    client.get(f"/marking/files/{file.ref}")
    with pytest.raises(Refused, match="not on the page"):
        annotating.add_note(
            submission,
            "3.1",
            _piece(submission),
            Spot(file_ref=file.ref, page=1, area=Area(0.9, 0, 0.2, 0.1)),
            "Off.",
            by=as_actor(desk.assessor),
        )
    beyond = {**TYPED, "version": 2, f"{key}-page": 2, f"{key}-comment": "Where?"}
    refused = client.send("notes.add", **_where(submission), on_ref=file.ref, data=beyond, status=422)
    assert "There is one page." in refused.text


def test_notes_of_a_decision_in_training_wait_for_the_signature_and_come_back_to_be_changed(client, desk):
    trainee = put_in_training(desk)
    submission = desk.send(desk.begin(assessor=trainee), "3.1")
    by = as_actor(trainee)
    annotating.add_note(submission, "3.1", _piece(submission), Spot(starts=0, ends=9), "Good.", by=by)
    desk.decide(submission, by=trainee)
    assert _count(Note) == 1
    db.session.commit()
    client.sign_in(submission.portfolio.learner)
    assert "Good." not in client.see("history.for_learner", criterion="3.1").text
    client.sign_in(desk.assessor)
    page = client.see("countersign.show", submission_ref=submission.ref)
    assert "Good." in page.text
    sequence = page.field("sequence")
    words = {"sequence": sequence, "answer": "sign", "words-3.1": "Say why."}
    refused = client.send("countersign.answer", submission_ref=submission.ref, data=words, status=422)
    assert "You wrote words under 3.1" in refused.text
    client.send("countersign.answer", submission_ref=submission.ref, data={**words, "answer": "back"})
    assert _count(NoteDraft) == 1
    client.see("countersign.show", submission_ref=submission.ref, status=404)
    client.sign_in(trainee)
    page = client.see("marking.queue")
    assert "Back from your countersigner" in page.text
    assert "did not sign: Say why." in client.see("marking.decide", **_where(submission)).text


def test_two_versions_are_both_shown_and_what_is_pressed_next_stands(client, desk, submission):
    client.sign_in(desk.assessor)
    client.send("marking.keep", **_where(submission), data={**TYPED, "feedback": "The first."})
    page = client.send(
        "marking.keep", **_where(submission), data={**TYPED, "feedback": "The second."}, status=409
    )
    assert "Two versions of 3.1" in page.text
    assert "The first." in page.text
    assert "The second." in page.body
    data = {**TYPED, "feedback": "The second.", "version": page.field("version")}
    client.send("marking.keep", **_where(submission), data=data)
    assert queries.drafts(submission.id)["3.1"].feedback == "The second."


def test_a_comment_is_used_again_in_one_press_and_kept_tidy(client, desk, submission):
    client.sign_in(desk.assessor)
    client.send("marking.use_comment", **_where(submission), data={**TYPED, "bank": "y"})
    mine = db.session.scalars(select(BankComment)).one()
    again = {**TYPED, "version": 1, "feedback": "One more.", "comment": mine.ref}
    client.send("marking.use_comment", **_where(submission), data=again)
    assert queries.drafts(submission.id)["3.1"].feedback == "One more.\n\nYou waited."
    client.send("comments.change", comment_ref=mine.ref, data={"text": "You waited for her.", "version": 1})
    late = client.send(
        "comments.change", comment_ref=mine.ref, data={"text": "Other", "version": 1}, status=409
    )
    assert "Somebody changed this comment" in late.text
    assert "Other</textarea>" in late.body, "what was typed is there still"
    client.send("comments.add", provider_ref=desk.provider.ref, data={"text": "Shared.", "shared": "y"})
    client.send(
        "comments.add", provider_ref=desk.provider.ref, data={"text": "shared.", "shared": "y"}, audited=False
    )
    assert _count(BankComment) == 2
    stranger = Desk().assessor
    client.sign_in(stranger)
    assert "Shared." not in client.see("comments.index").text
    client.send("comments.change", comment_ref=mine.ref, data={"text": "x", "version": 2}, status=404)
    with pytest.raises(Forbidden, match="kept by qualified assessors"):
        comment_bank.add_comment(desk.provider.id, "x", is_shared=True, by=as_actor(put_in_training(desk)))


def test_the_queue_says_how_much_waits_shows_a_part_of_it_and_leads_on(client, desk):
    first, second = (desk.send(desk.begin(name=name), "1.1") for name in ("Ada Young", "Ben Okri"))
    db.session.execute(
        update(Waiting)
        .where(Waiting.submission_id == first.id)
        .values(since=clock.now() - timedelta(days=20), answer_by=clock.today() - timedelta(days=6))
    )
    db.session.commit()
    client.sign_in(desk.assessor)
    page = client.see("marking.queue")
    assert page.text.index("Ada Young") < page.text.index("Ben Okri")
    assert "20 daysthe oldest waits" in page.text
    late = client.see("marking.queue", part="late")
    assert "Ben Okri" not in late.text
    assert "Late (1)" in late.text
    assert "Nothing here now" in client.see("marking.queue", part="back", page="9").text
    reach = Reach(desk.assessor.id, frozenset({desk.provider.id}))
    assert assessor_queries.next_in_queue(first, within=reach).ref == second.ref
    assert assessor_queries.next_in_queue(second, within=reach).ref == first.ref, "round again"
    assert "Next portfolio: Ben Okri" in client.see("marking.decide", **_where(first, "1.1")).text


def test_the_other_pages_cost_the_same_queries_whatever_waits(client, desk):
    trainee = put_in_training(desk)

    def propose():
        desk.decide(desk.send(desk.begin(assessor=trainee), "1.1"), by=trainee)
        db.session.commit()

    client.sign_in(desk.assessor)
    assert_flat(propose, lambda: client.see("countersign.index"))
    portfolio = desk.begin()

    sizes = count(20)

    def ask_again():
        add_file(portfolio, "2.1", upload=Upload(_picture(next(sizes)), "wall.png"))
        desk.decide(desk.send(portfolio, "2.1"), but=("2.1",))
        db.session.commit()

    where = {"portfolio_ref": portfolio.ref, "criterion": "2.1"}
    assert_flat(ask_again, lambda: client.see("history.for_assessor", **where))


@pytest.mark.parametrize(
    ("text", "ranges", "marked"),
    [
        ("one two", [(1, 4, 7)], ["two"]),
        ("one\ntwo\n\nthree", [(1, 1, 6)], ["ne", "tw"]),
        ("one two three", [(1, 0, 7), (2, 4, 13)], ["one ", "two", " three"]),
    ],
)
def test_marked_words_are_cut_where_notes_begin_and_end(text, ranges, marked):
    found = [
        segment
        for paragraph in passages.paragraphs(text, ranges)
        for line in paragraph.lines
        for segment in line
    ]
    assert [segment.text for segment in found if segment.numbers] == marked
    assert all(text[one.start : one.start + len(one.text)] == one.text for one in found)
