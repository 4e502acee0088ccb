"""Evidence through the pages: written or a file, kept, changed, taken back; and every way it can be refused."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from assessments.portfolio.models import Evidence
from lms.core.extensions import db
from lms.people.roles import Role
from tests.budget import assert_flat
from tests.factories.people import make_user
from tests.factories.portfolios import Desk, add_text, evidence_form


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def portfolio(desk, client):
    begun = desk.begin()
    client.sign_in(begun.learner)
    return begun


def _picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return out.getvalue()


def _pdf():
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def _docx():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def _upload(content, name):
    return evidence_form("3.1", kind="work-product", file=(io.BytesIO(content), name))


def _all():
    return db.session.scalars(select(Evidence)).all()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (_picture(), "page.png"),
        (_picture("JPEG"), "PAGE.JPEG"),
        (_pdf(), "plan.pdf"),
        (_docx(), "letter.docx"),
    ],
)
def test_a_file_is_taken_and_given_back_safely(client, portfolio, content, name):
    client.send("evidence.add_file", data=_upload(content, name))
    (evidence,) = _all()
    page = client.see("evidence.show", evidence_ref=evidence.ref)
    assert evidence.files[0].name in page.body
    answer = client.see("evidence.file", file_ref=evidence.files[0].ref).response
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].split(";")[0] in {"inline", "attachment"}
    if name.endswith(".docx"):
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "empty.pdf", "That file is empty"),
        (b"<html><script>alert(1)</script></html>", "photo.jpg", "is not a JPEG picture"),
        (_pdf(), "photo.png", "is not a PNG picture"),
        (b"MZ\x90\x00", "tool.exe", "We cannot take files ending in .exe"),
        (b"<svg/>", "drawing.svg", "We cannot take files ending in .svg"),
        (b"%PDF-1.7 broken", "plan.pdf", "is not a PDF"),
    ],
)
def test_a_file_that_cannot_be_used_is_answered_in_words_and_keeps_what_was_typed(
    client, portfolio, content, name, says
):
    page = client.send("evidence.add_file", data=_upload(content, name), status=422)
    assert says in page.text
    assert page.field("title") == "First visit with Family B"
    assert _all() == []


def test_a_file_over_the_limit_is_answered_in_words(app, client, portfolio):
    app.config["LARGEST_UPLOAD"] = 1024
    page = client.send("evidence.add_file", data=_upload(_pdf() + b" " * 2000, "plan.pdf"), status=413)
    assert "larger than" in page.text


def test_no_file_chosen_is_answered_in_words(client, portfolio):
    page = client.send("evidence.add_file", data=evidence_form("3.1"), status=422)
    assert "choose a photo or file" in page.text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title": ""}, "Give it a name"),
        ({"criteria": []}, "Tick at least one criterion"),
        ({"criteria": ["9.9"]}, "“9.9” is not one of these"),
        ({"happened_on": "2999-01-01"}, "That day is still to come"),
        ({"happened_on": "31/02/2011"}, "date"),
        ({"family_code": "Hussain"}, "Write one letter, such as B"),
        ({"own_work": ""}, "Tick this when it is your own work"),
        ({"names_covered": ""}, "Look through it once more"),
        ({"text": ""}, "Write what happened"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(client, portfolio, changed, says):
    data = evidence_form("3.1", text="We agreed who would do what.") | changed
    page = client.send("evidence.add_written", data=data, status=422)
    assert says in page.text
    assert page.text.startswith("Put right:")
    assert _all() == []


@pytest.mark.parametrize(
    "changed", [{"text": "Her NHS number is 943 476 5919"}, {"note": "They live at LS1 4AP"}]
)
def test_what_could_identify_somebody_is_kept_and_leads_to_the_check_for_names(client, portfolio, changed):
    data = evidence_form("3.1", text="We agreed who would do what.") | changed
    page = client.send("evidence.add_written", data=data)
    (evidence,) = _all()
    assert page.location.endswith(f"/portfolio/evidence/{evidence.ref}/names")


def test_a_double_click_adds_one_piece(client, portfolio):
    data = evidence_form("3.1", text="Once.", submission_key="k" * 20)
    client.send("evidence.add_written", data=data)
    client.send("evidence.add_written", data=data, audited=False)
    assert len(_all()) == 1


def test_it_is_changed_and_taken_out(client, desk, portfolio):
    evidence = add_text(portfolio, "3.1", "3.2")
    data = evidence_form("3.1", text="Better words.", version=evidence.version)
    client.send("evidence.change", evidence_ref=evidence.ref, data=data)
    assert db.session.get(Evidence, evidence.id).text == "Better words."
    client.send("evidence.take_back", evidence_ref=evidence.ref)
    client.see("evidence.show", evidence_ref=evidence.ref, status=404)


def test_a_form_from_an_older_version_keeps_what_was_typed(client, portfolio):
    evidence = add_text(portfolio, "3.1")
    data = evidence_form("3.1", text="From the phone.", version=1)
    client.send("evidence.change", evidence_ref=evidence.ref, data=data)
    data = evidence_form("3.1", text="From the computer.", version=1)
    page = client.send("evidence.change", evidence_ref=evidence.ref, data=data, status=409)
    assert "From the computer." in page.body
    assert "From the phone." in page.body
    assert db.session.get(Evidence, evidence.id).text == "From the phone."
    data = evidence_form("3.1", text="From the computer and the phone.", version=page.field("version"))
    client.send("evidence.change", evidence_ref=evidence.ref, data=data)
    assert db.session.get(Evidence, evidence.id).text == "From the computer and the phone."


def test_words_being_written_are_kept_and_come_back(client, portfolio):
    answer = client.send("evidence.keep_draft", data={"text": "Half a sent", "version": 0}, status=200)
    assert answer.json["version"] == 1
    assert "Half a sent" in client.see("evidence.write").body
    client.send("evidence.add_written", data=evidence_form("3.1", text="A whole sentence."))
    assert "Half a sent" not in client.see("evidence.write").body


def test_somebody_else_finds_nothing(client, desk, portfolio):
    client.send("evidence.add_file", data=_upload(_picture(), "page.png"))
    (evidence,) = _all()
    neighbour = Desk().begin(name="Amina Yusuf")
    for other in (neighbour.learner, desk.begin(name="Grace Mbatha").learner):
        client.sign_in(other)
        client.see("evidence.show", evidence_ref=evidence.ref, status=404)
        client.see("evidence.file", file_ref=evidence.files[0].ref, status=404)
        client.send("evidence.take_back", evidence_ref=evidence.ref, status=404)
    client.sign_in(make_user(Role.EMPLOYER))
    client.see("evidence.file", file_ref=evidence.files[0].ref, status=403)
    client.sign_in(desk.assessor)
    client.see("marking.file", file_ref=evidence.files[0].ref, status=404)


def test_the_portfolio_costs_the_same_queries_whatever_it_holds(client, portfolio):
    def add_one():
        add_text(portfolio, "3.1")
        db.session.commit()

    assert_flat(add_one, lambda: client.see("portfolio.index"))


def test_files_that_came_in_a_form_which_is_shown_again_are_asked_for_once_more(client, portfolio):
    for title, content in (("", b"A plan."), ("My plan", b"<!DOCTYPE html><script>x</script>")):
        data = evidence_form(
            "3.1", title=title, note="Typed", kind="work-product", file=(io.BytesIO(content), "plan.txt")
        )
        page = client.send("evidence.add_file", data=data, status=422, audited=False)
        assert "Choose your files once more" in page.text
        assert "Typed" in page.body
    assert "plan.txt is not a plain text" in page.text
