"""The journal is private to its author, and nothing typed in it is lost."""

import pytest
from sqlalchemy import select

from courses.progress.models import DraftCopy, JournalEntry
from lms.core.audit import AuditRecord
from lms.core.extensions import db
from lms.people.roles import Role
from tests import budget
from tests.factories import learning
from tests.factories.people import make_user


@pytest.fixture
def learner(app):
    return learning.make_learner()


@pytest.fixture
def signed_in(client, learner):
    client.sign_in(learner.user)
    return client


def keep(client, text, version="0", **more):
    return client.send("progress.keep_entry", data={"text": text, "version": version}, **more)


def autosave(client, text, version="0", status=200):
    return client.send("progress.save_jot", data={"text": text, "version": version}, status=status).json


def test_lines_stand_newest_first_and_the_box_is_empty_again(signed_in):
    keep(signed_in, "First line")
    keep(signed_in, "Second line\nwith two rows")
    page = signed_in.see("progress.journal")
    assert page.text.index("Second line") < page.text.index("First line")
    assert page.field("text").strip() == ""


def test_a_line_being_written_on_the_first_page_is_there_on_the_journals(signed_in):
    saved = autosave(signed_in, "Half a thou")
    assert signed_in.see("progress.home").field("text").strip() == "Half a thou"
    page = signed_in.see("progress.journal")
    assert page.field("text").strip() == "Half a thou"
    assert f"Saved at {saved['saved_at']}" in page.text


def test_an_old_tab_cannot_bring_back_words_that_were_kept_without_saying_so(signed_in):
    autosave(signed_in, "A line")
    keep(signed_in, "A line", version="1")
    assert autosave(signed_in, "A line and more", version="1", status=202)["values"] == {}
    page = signed_in.see("progress.journal")
    assert page.field("text").strip() == ""
    assert "A line and more" in page.text
    copy = db.session.scalars(select(DraftCopy)).one()
    signed_in.send("progress.settle_jot", copy_ref=copy.ref)
    assert signed_in.see("progress.journal").field("text").strip() == "A line and more"


def test_an_empty_line_is_not_kept(signed_in):
    assert "There is nothing here yet. Write a line" in keep(signed_in, "  \n ", status=422).text
    assert db.session.scalars(select(JournalEntry)).all() == []


def test_an_entry_too_long_is_refused_and_stays_in_the_box(signed_in):
    page = keep(signed_in, "x" * 20_001, status=422)
    assert "An entry holds 20,000 letters" in page.text
    assert page.field("text").strip() == "x" * 20_001


def test_an_entry_is_changed_and_its_draft_is_kept_until_then(signed_in):
    keep(signed_in, "Family A was out.")
    entry = db.session.scalars(select(JournalEntry)).one()
    signed_in.send(
        "progress.save_entry_draft",
        entry_ref=entry.ref,
        data={"text": "Family A was in.", "version": "0"},
        status=200,
    )
    page = signed_in.see("progress.entry", entry_ref=entry.ref)
    assert page.field("text").strip() == "Family A was in."
    assert db.session.scalar(select(JournalEntry.text)) == "Family A was out."
    signed_in.send(
        "progress.change_entry",
        entry_ref=entry.ref,
        data={"text": "Family A was in.", "version": page.field("version")},
    )
    assert "Family A was in." in signed_in.see("progress.journal").text
    signed_in.send("progress.change_entry", entry_ref=entry.ref, data={"text": " "}, status=422)


def test_words_are_shown_as_text_and_never_as_markup(signed_in):
    keep(signed_in, "<script>alert(1)</script> <b>bold</b>")
    body = signed_in.see("progress.journal").body
    assert "&lt;script&gt;alert(1)" in body
    assert "<b>bold" not in body


def test_nobody_else_opens_an_entry_whatever_they_are(client, signed_in, learner):
    keep(signed_in, "Private words")
    entry = db.session.scalars(select(JournalEntry)).one()
    other = learning.make_learner(learner.cohort, name="Đặng Thùy Linh")
    client.sign_in(other.user)
    client.see("progress.entry", entry_ref=entry.ref, status=404)
    client.send("progress.change_entry", entry_ref=entry.ref, data={"text": "Mine now"}, status=404)
    assert "Private words" not in client.see("progress.journal").text
    for role in (Role.FACILITATOR, Role.PROVIDER_ADMINISTRATOR, Role.ASSESSOR, Role.ADMINISTRATOR):
        client.sign_in(make_user(role))
        client.see("progress.entry", entry_ref=entry.ref, status=403)


def test_the_audit_trail_holds_no_words(signed_in):
    autosave(signed_in, "Secret words")
    keep(signed_in, "Secret words", version="1")
    assert "Secret" not in str([record.facts for record in db.session.scalars(select(AuditRecord))])


def test_a_long_journal_costs_no_more_queries(signed_in):
    budget.assert_flat(lambda: keep(signed_in, "Another line"), lambda: signed_in.see("progress.journal"))
