"""A learner keeps a copy: one document and one zip, whole, readable anywhere, and theirs alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import html5lib
import pytest
from PIL import Image
from pypdf import PdfReader

from assessments.dossier.gathering import gather, plain_name
from assessments.dossier.models import PortfolioCopy
from assessments.marking import queries as marking
from assessments.marking import reversing
from assessments.planning import service as planning
from assessments.portfolio import putting_back, service
from assessments.portfolio.models import Evidence, Mapping
from assessments.portfolio.quarantine_models import Seen
from assessments.portfolio.quarantine_service import quarantine
from assessments.portfolio.service import Upload
from assessments.portfolio.unit_schema import EvidenceKind
from lms.core import clock, jobs, pdf_flow
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.jobs import Job, JobState
from lms.core.pdf import About
from lms.core.pdf_flow import chapter
from lms.core.pdf_looks import PRINT
from lms.core.prose import Heading, Paragraph, Span, Table
from lms.core.text import day_year
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import Desk, add_file, add_text, declare_unread, fields_for, put_in_training


@pytest.fixture
def desk(app):
    return Desk()


PAGES = pdf_flow.document(
    [
        Heading(1, (Span("What she wanted"),)),
        Paragraph((Span("We wrote it down."),)),
        chapter("What we did", PRINT),
    ],
    About("A plan", "Somebody", "Work", clock.now()),
    foot="A plan",
)


def _picture(size=(60, 40)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture
def portfolio(desk):
    """Two criteria sent, one asked for again; one picture sent; one text that has not been sent."""
    made = desk.begin()
    photo = add_file(made, "1.1", upload=Upload(_picture(), "../../the card: no. 1 ♥.jpg"))
    declare_unread(photo, by=made.learner)
    submission = desk.send(made, "1.1", "1.2")
    desk.decide(submission, but=("1.2",))
    add_text(made, "1.3", text="Not sent yet 👋.\n\nSecond <b>paragraph</b>.")
    db.session.commit()
    return made


def _make(client):
    client.send("dossier.ask")
    _run()


def _run():
    with writing():
        jobs.run_all_due()


def _zip(client):
    _make(client)
    with client.see("dossier.everything").response as response:
        return zipfile.ZipFile(io.BytesIO(response.data))


def _files():
    return db.session.query(StoredFile).filter_by(purpose="portfolio-copy").count()


def _paper(client):
    _make(client)
    with client.see("dossier.document").response as response:
        return PdfReader(io.BytesIO(response.data))


def test_the_zip_holds_everything_and_its_hashes(client, portfolio):
    client.sign_in(portfolio.learner)
    kept = _zip(client)
    names = kept.namelist()
    picture = "files/E1-1-the-card-no.-1-.jpg"
    assert names == [
        picture, "portfolio.pdf", "criteria.csv", "portfolio.json", "index.html", "manifest.sha256"
    ]  # fmt: skip
    listed = dict(
        reversed(line.split("  ", 1)) for line in kept.read("manifest.sha256").decode().splitlines()
    )
    assert listed == {
        name: hashlib.sha256(kept.read(name)).hexdigest() for name in names if name != "manifest.sha256"
    }
    data = json.loads(kept.read("portfolio.json"))
    assert [item["number"] for item in data["evidence"]] == ["E1", "E2", "E3"]
    assert data["evidence"][0]["files"][0]["sha256"] == listed[picture]
    assert data["evidence"][2]["sent_in"] == []
    assert data["evidence"][2]["text"].startswith("Not sent yet 👋.")
    rows = {row["criterion"]: row for row in csv.DictReader(io.StringIO(kept.read("criteria.csv").decode()))}
    assert (rows["1.1"]["state"], rows["1.1"]["E1"], rows["1.1"]["E3"]) == ("Met", "x", "")
    assert (rows["1.2"]["state"], rows["1.3"]["E3"]) == ("Not yet met", "x")


def test_the_page_in_the_zip_opens_without_script_or_network(client, portfolio):
    client.sign_in(portfolio.learner)
    kept = _zip(client)
    source = kept.read("index.html").decode()
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(source)
    assert not page.findall(".//script")
    assert "//" not in source.replace("<!doctype html>", "")
    targets = {link.get("href") for link in page.iter("a")} | {image.get("src") for image in page.iter("img")}
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    for target in targets:
        assert target[1:] in ids if target.startswith("#") else target in kept.namelist()
    assert all(image.get("alt") for image in page.iter("img"))
    assert "You listened well. Show what the two of you agreed." in source
    assert "It shows one visit of three." not in source, "the assessor's reason is not for the learner"
    assert "&lt;b&gt;paragraph" in source


def test_the_document_says_it_all_and_is_tagged(client, portfolio):
    client.sign_in(portfolio.learner)
    read = _paper(client)
    words = " ".join(page.extract_text() for page in read.pages)
    words = " ".join(words.split())
    for said in (
        "Ṣadé Adéyẹmí",
        "Centre-devised",
        "3 of 24 criteria have evidence.",
        "1 of 24 criteria are met.",
        "Submission 1",
        "This is my own work",
        "Decided: not yet met. Rukhsana Iqbal",
        "Rules of evidence that do not hold: sufficient.",
        "Not sent yet □.",
        "Second <b>paragraph</b>.",
    ):
        assert said in words
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert [mark.title for mark in read.outline if not isinstance(mark, list)] == [
        "Where it stands", "Evidence index", "Assessment plan", "What was sent", "Decisions, criterion by criterion",
        "The evidence",
    ]  # fmt: skip
    assert sum(len(page.images) for page in read.pages) == 1


def test_a_file_that_was_changed_on_the_disk_is_named(client, portfolio, app):
    for path in app.config["FILES"].glob("??/*"):
        path.write_bytes(b"something else")
    client.sign_in(portfolio.learner)
    assert "is not as it was when it was sent" in _zip(client).read("index.html").decode()


def test_nobody_else_is_handed_it(client, portfolio, desk):
    client.sign_in(make_user(Role.PRACTITIONER, desk.provider))
    for endpoint in ("dossier.index", "dossier.document", "dossier.everything"):
        client.see(endpoint, status=404)


def test_a_learner_asks_on_the_portfolio_and_takes_it_when_it_is_ready(client, portfolio):
    client.sign_in(portfolio.learner)
    assert "Keep a copy" in client.see("portfolio.index").text
    page = client.see("dossier.index")
    assert "3 pieces" in page.text
    assert "your 1 file" in page.text
    client.see("dossier.everything", status=404)
    client.send("dossier.ask")
    client.send("dossier.ask", audited=False)
    assert db.session.query(PortfolioCopy).count() == 1
    assert "We are making it" in client.see("dossier.index").text
    _run()
    assert "Ready to keep" in client.see("dossier.index").text
    first = client.see("dossier.document").response.data
    add_text(portfolio, "1.4", text="Written later.")
    db.session.commit()
    assert client.see("dossier.document").response.data == first
    _make(client)
    assert db.session.query(PortfolioCopy).count() == 1
    assert _files() == 2, "the one before went with its files"
    assert "Written later." in _words(PdfReader(io.BytesIO(client.see("dossier.document").response.data)))


def test_how_far_it_has_come_is_seen_and_a_kill_leaves_it_to_be_made_anew(client, portfolio):
    client.sign_in(portfolio.learner)
    client.send("dossier.ask")
    steps = jobs._handlers["dossier.copy"]
    seen = []

    def cut_short(payload):
        for come in steps(payload):
            yield come
            seen.append(client.see("dossier.index").text)
            raise OSError("the disk is full")

    jobs._handlers["dossier.copy"] = cut_short
    try:
        _run()
    finally:
        jobs._handlers["dossier.copy"] = steps
    assert "1 of 4 steps so far" in seen[0]
    db.session.expire_all()
    job = db.session.query(Job).filter_by(name="dossier.copy").one()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    client.see("dossier.everything", status=404)
    job.due_at = clock.now()
    db.session.commit()
    _run()
    with client.see("dossier.everything").response as response:
        assert zipfile.ZipFile(io.BytesIO(response.data)).testzip() is None
    assert _files() == 2


def test_a_copy_whose_days_are_over_goes_with_its_files(app, client, portfolio):
    client.sign_in(portfolio.learner)
    _make(client)
    with clock.set_to(clock.now() + timedelta(days=app.config["KEEP_COPIES"] + 1)):
        assert app.test_cli_runner().invoke(args=["retention", "clear-up"]).exit_code == 0
    db.session.expire_all()
    assert db.session.query(PortfolioCopy).count() == 0
    assert _files() == 0, "nobody could find them to take a piece out"


def test_whose_decision_does_not_count_yet_is_not_named_to_the_learner(client, desk):
    trainee = put_in_training(desk)
    made = desk.begin(assessor=trainee)
    desk.decide(desk.send(made, "1.1"), by=trainee)
    db.session.commit()
    assert trainee.name not in gather(made, to_learner=True).decided_by
    assert trainee.name in gather(made, to_learner=False).decided_by


def test_what_is_taken_out_goes_from_copies_that_are_ready_and_from_one_in_the_making(client, desk):
    made = desk.begin()
    desk.send(made, "1.1")
    said = db.session.query(Evidence).one()
    client.sign_in(made.learner)
    _make(client)
    client.send("dossier.ask")
    quarantine(said, [Seen.STORY], by=as_actor(desk.assessor))
    db.session.commit()
    client.see("dossier.everything", status=404)
    assert "We are making it" in client.see("dossier.index").text
    _run()
    with client.see("dossier.everything").response as response:
        held = zipfile.ZipFile(io.BytesIO(response.data))
    assert b"We agreed who would do what." not in held.read("index.html")
    assert b"We agreed who would do what." not in held.read("portfolio.json")
    assert "We agreed who would do what." not in _words(PdfReader(io.BytesIO(held.read("portfolio.pdf"))))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("..\\..\\evil.exe", "evil.exe"),
        ("Ωμέγα", "file"),
        ("a" * 300 + ".docx", "a" * 60 + ".docx"),
        ("con", "con"),
        ("x/../../y.pdf", "x-..-..-y.pdf"),
    ],
)
def test_names_are_made_plain(name, plain):
    assert plain_name(name) == plain


def test_an_empty_portfolio_can_be_kept_too(client, desk):
    made = desk.begin()
    client.sign_in(made.learner)
    assert "There is no evidence yet" in _zip(client).read("index.html").decode()


def test_the_pages_of_a_pdf_are_shown_and_read_out(client, desk):
    made = desk.begin()
    add_file(made, "1.1", upload=Upload(io.BytesIO(PAGES), "plan.pdf"))
    db.session.commit()
    client.sign_in(made.learner)
    read = _paper(client)
    assert sum(len(page.images) for page in read.pages) == 2
    words = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert "Its first 2 pages, as pictures" in words
    assert b"What she wanted" in b"".join(_alternatives(read))


def _alternatives(read):
    """What is read out in place of figures."""
    elements = [read.trailer["/Root"]["/StructTreeRoot"]]
    while elements:
        element = elements.pop().get_object()
        if not hasattr(element, "get"):
            continue
        if "/Alt" in element:
            yield str(element["/Alt"]).encode()
        children = element.get("/K")
        elements += list(children) if isinstance(children, list) else []


def _words(read):
    """Every word of a document that stands on its paper, with single spaces."""
    said = []
    for page in read.pages:

        def note(text, _transform, at, _font, _size):
            if at[5] > 0:
                said.append(text)

        page.extract_text(visitor_text=note)
    return " ".join(" ".join(said).split())


def test_nothing_runs_off_the_paper_however_long_it_is(client, desk):
    made = desk.begin()
    photo = add_file(made, *desk.criteria, upload=Upload(_picture(), "card.jpg"))
    photo.note = "A long walk. " * 40 + "The end of the walk."
    for mapping in db.session.query(Mapping).filter_by(evidence_id=photo.id):
        mapping.why = "It shows it. " * 20 + f"The end of {mapping.criterion}."
    db.session.commit()
    client.sign_in(made.learner)
    words = _words(_paper(client))
    for last in ("The end of the walk.", *(f"The end of {ref}." for ref in desk.criteria)):
        assert last in words


def _evidence(client):
    return json.loads(_zip(client).read("portfolio.json"))["evidence"]


def test_a_piece_that_was_changed_since_is_kept_as_it_was_and_as_it_is(client, desk):
    made = desk.begin()
    desk.send(made, "1.1")
    evidence = db.session.query(Evidence).one()
    evidence.place, evidence.seen_by = "Beeston", "A colleague"
    fields = replace(fields_for("1.1", "1.2"), title="Told anew")
    service.change_evidence(
        evidence, fields, text="We met twice.", version=evidence.version, by=as_actor(made.learner)
    )
    db.session.commit()
    client.sign_in(made.learner)
    sent, now = _evidence(client)
    assert (sent["text"], sent["sent_in"]) == ("We agreed who would do what.", [1])
    assert (now["text"], now["sent_in"], now["title"]) == ("We met twice.", [], "Told anew")
    assert now["criteria"] == {ref: f"It shows {ref}: she chose the order." for ref in ("1.1", "1.2")}
    assert now["author"] == made.learner.name


def test_what_has_not_been_sent_says_where_and_who_saw_it(client, desk):
    made = desk.begin()
    evidence = add_text(made, "1.3")
    evidence.place, evidence.seen_by = "Beeston", "A colleague"
    db.session.commit()
    client.sign_in(made.learner)
    (kept,) = _evidence(client)
    assert kept["criteria"] == {"1.3": "It shows 1.3: she chose the order."}
    assert (kept["place"], kept["said_by"]) == ("Beeston", "Seen by A colleague")


def test_what_was_taken_out_and_what_was_put_in_its_place_say_so(client, desk):
    made = desk.begin()
    desk.send(made, "1.1")
    evidence = db.session.query(Evidence).one()
    quarantine(evidence, [Seen.STORY], by=as_actor(desk.assessor))
    db.session.commit()
    client.sign_in(made.learner)
    (gone,) = _evidence(client)
    assert (gone["is_withheld"], gone["text"]) == (True, "")
    page = _zip(client).read("index.html").decode()
    assert "Taken out: somebody could be recognised in it. Its words and files" in page
    service.change_evidence(
        evidence, fields_for("1.1"), text="Told anew.", version=evidence.version, by=as_actor(made.learner)
    )
    putting_back.put_back(evidence, by=as_actor(made.learner))
    db.session.commit()
    (back,) = _evidence(client)
    assert (back["is_replaced"], back["text"], back["sent_in"]) == (True, "Told anew.", [1])
    words = _words(_paper(client))
    assert "Put here later, in the place of what was sent" in words


def test_a_row_that_is_taller_than_a_page_is_set_cell_by_cell():
    about = About("Notes", "A provider", "Notes", clock.now())
    cells = ((Span("One"),), (Span("A long walk. " * 1200 + "The end of the walk."),))
    table = Table(((Span("No."),), (Span("What"),)), (cells,))
    made = pdf_flow.document([Heading(1, (Span("Notes"),)), table], about, foot="Notes")
    words = _words(PdfReader(io.BytesIO(made)))
    assert "What : A long walk." in words
    assert "The end of the walk." in words


def test_a_decision_stays_in_the_copy_while_it_is_made_once_more_and_says_why(client, desk):
    made = desk.begin()
    desk.decide(desk.send(made, "1.1"))
    decision = marking.latest_decisions(made.id)["1.1"]
    reversing.reopen(decision, why="It is another family.", by=as_actor(desk.iqa))
    db.session.commit()
    client.sign_in(made.learner)
    first = json.loads(_zip(client).read("portfolio.json"))["criteria"][0]
    assert first["state"] == "with"
    assert [one["what"] for one in first["history"]] == [
        "Sent, in submission 1", "Decided: met", "Reopened: decided once more"
    ]  # fmt: skip
    assert first["history"][-1]["said"] == ["It is another family."]


def test_the_assessment_plan_is_in_the_copy_with_every_step(client, desk):
    made = desk.begin()
    terms = planning.Terms(
        method=EvidenceKind.OBSERVATION,
        criteria=("3.1", "3.2"),
        on_day=clock.today() + timedelta(days=7),
        place="Seacroft centre",
        who="Family B",
        note="Have your notes with you.",
    )
    planned = planning.propose(made, terms, by=as_actor(desk.assessor))
    planning.ask(planned, "A week later is better.", by=as_actor(made.learner))
    later = replace(terms, on_day=clock.today() + timedelta(days=14))
    planning.propose_anew(planned, later, by=as_actor(desk.assessor))
    planning.agree(planned, by=as_actor(made.learner))
    seen = replace(fields_for("3.1"), kind=EvidenceKind.OBSERVATION, happened_on=clock.today())
    planning.record(made, seen, text="She let them choose.", planned=planned, by=as_actor(desk.assessor))
    db.session.commit()
    client.sign_in(made.learner)
    held = _zip(client)
    (plan,) = json.loads(held.read("portfolio.json"))["plan"]
    assert (plan["place"], plan["who"], plan["state"]) == ("Seacroft centre", "Family B", "Done")
    assert plan["on_day"] == later.on_day.isoformat()
    assert [step["what"] for step in plan["steps"]] == [
        f"Put forward: {day_year(terms.on_day)}, Seacroft centre",
        "Asked for another way",
        f"Put forward: {day_year(later.on_day)}, Seacroft centre",
        "Agreed",
        "Done, as E1",
    ]
    assert plan["steps"][1]["said"] == ["A week later is better."]
    assert "Done, as E1" in held.read("index.html").decode()
    words = _words(PdfReader(io.BytesIO(held.read("portfolio.pdf"))))
    for said in (
        "Assessment plan",
        "Also there: Family B",
        "Have your notes with you.",
        "Done, as E1",
        "Rukhsana Iqbal, assessor",
    ):
        assert said in words
