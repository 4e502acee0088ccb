"""A pack for a visit: one press, a job with progress, whole, for the provider and the visitor; never twice at once."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from pypdf import PdfReader
from sqlalchemy import event, update

from assessments.dossier.models import VisitPack
from assessments.marking import service as marking
from assessments.portfolio import service
from assessments.portfolio.checking import Reason
from assessments.portfolio.checking_queries import check
from assessments.portfolio.checking_service import leave
from assessments.portfolio.models import Evidence, Portfolio
from assessments.portfolio.quarantine_models import Seen
from assessments.portfolio.quarantine_service import quarantine
from assessments.portfolio.service import Upload
from assessments.portfolio.snapshot import WITHHELD
from assessments.verification import visit_service
from lms.core import clock, files, jobs
from lms.core.audit import AuditRecord
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.jobs import Job, JobState
from lms.core.withheld import Withheld
from lms.people.roles import Role
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import OWN_WORK, Desk, add_file, add_text


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def admin(desk):
    return make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)


@pytest.fixture
def eqa(app):
    return make_user(Role.EQA, name="Peter Marsh")


@pytest.fixture
def visit(desk, admin, eqa):
    return _visit_to(desk, admin, eqa, *(desk.meet(name=name) for name in ("Grace Mbatha", "Amina Yusuf")))


def _visit_to(desk, admin, eqa, *portfolios):
    today = clock.today()
    made = visit_service.open_visit(desk.provider, eqa=eqa, from_on=today, until_on=today, by=as_actor(admin))
    visit_service.choose(made, [portfolio.ref for portfolio in portfolios], by=as_actor(eqa))
    db.session.commit()
    return made


def _run():
    with writing():
        jobs.run_all_due()


def _taken(client, endpoint, visit):
    with client.see(endpoint, visit_ref=visit.ref).response as response:
        return zipfile.ZipFile(io.BytesIO(response.data))


def test_a_pack_is_made_in_one_press_and_holds_everything(client, visit, admin, eqa):
    client.sign_in(admin)
    client.see("packs.download", visit_ref=visit.ref, status=404)
    client.send("packs.ask", visit_ref=visit.ref)
    client.send("packs.ask", visit_ref=visit.ref, audited=False)
    assert db.session.query(VisitPack).count() == 1
    assert "0 of 2 portfolios so far" in client.see("packs.show", visit_ref=visit.ref).text
    _run()
    assert "2 portfolios" in client.see("packs.show", visit_ref=visit.ref).text
    pack = _taken(client, "packs.download", visit)
    names = pack.namelist()
    assert {"index.html", "visit.pdf", "records.json", "manifest.sha256"} <= set(names)
    folders = {name.rsplit("/", 1)[0] for name in names if name.startswith("portfolios/")}
    assert folders == {"portfolios/001-Grace-Mbatha", "portfolios/002-Amina-Yusuf"}
    for line in pack.read("manifest.sha256").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(pack.read(name)).hexdigest() == digest
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pack.read("visit.pdf"))).pages)
    for said in ("Grace Mbatha", "Rukhsana Iqbal", "No sample has been planned yet", "Separation of duties"):
        assert said in words
    assert _holds(pack, "We agreed who would do what.")
    page = pack.read("portfolios/001-Grace-Mbatha/index.html").decode()
    assert "You let her choose the order." in page
    data = json.loads(pack.read("records.json"))
    assert data["people"]
    assert "ratings" in data
    stored = db.session.query(StoredFile).filter_by(purpose="visit-pack").one()
    client.sign_in(eqa)
    assert "2 portfolios" in client.see("packs.offered", visit_ref=visit.ref).text
    with client.see("packs.take", visit_ref=visit.ref).response as response:
        assert hashlib.sha256(response.data).hexdigest() == stored.sha256
    client.sign_in(make_user(Role.EQA))
    client.see("packs.take", visit_ref=visit.ref, status=404)


def test_progress_is_seen_while_it_goes_on_and_a_kill_leaves_it_to_be_made_anew(app, client, visit, admin):
    client.sign_in(admin)
    client.send("packs.ask", visit_ref=visit.ref)
    steps = jobs._handlers["dossier.visit-pack"]
    seen = []

    def cut_short(payload):
        for come in steps(payload):
            yield come
            seen.append(client.see("packs.show", visit_ref=visit.ref).text)
            raise OSError("the disk is full")

    jobs._handlers["dossier.visit-pack"] = cut_short
    try:
        _run()
    finally:
        jobs._handlers["dossier.visit-pack"] = steps
    assert "1 of 2 portfolios so far" in seen[0]
    db.session.expire_all()
    job = db.session.query(Job).filter_by(name="dossier.visit-pack").one()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert db.session.query(VisitPack).one().file_id is None
    job.due_at = clock.now()
    db.session.commit()
    _run()
    assert _taken(client, "packs.download", visit).testzip() is None
    assert db.session.query(StoredFile).filter_by(purpose="visit-pack").count() == 1


SECRET = "Quagmirella"


@pytest.fixture
def named(desk):
    """Two pieces that were sent, with a name in the words of one, and in the file of the other and its name."""
    portfolio = desk.begin(name="Grace Mbatha")
    by = as_actor(portfolio.learner)
    upload = Upload(io.BytesIO(f"Plan of {SECRET}".encode()), f"{SECRET}.txt")
    pieces = [
        add_text(portfolio, "3.1", text=f"I sat with {SECRET}."),
        add_file(portfolio, "3.2", upload=upload),
    ]
    for piece in pieces:
        for found in check(piece).found:
            leave(piece, found.key, reason=Reason.NOBODY, by=by)
    marking.send(portfolio, ["3.1", "3.2"], declaration=OWN_WORK, by=by)
    return pieces


@pytest.fixture
def visit_to_named(desk, admin, eqa, named):
    return _visit_to(desk, admin, eqa, named[0].portfolio)


def _holds(pack, said=SECRET):
    return any(said in name or said in _read(name, pack.read(name)) for name in pack.namelist())


def _read(name, content):
    """What a file says: the words of a document, with single spaces, or its bytes as they are."""
    if not name.endswith(".pdf"):
        return content.decode("latin-1")
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_name_in_a_piece_that_was_taken_out_is_nowhere_in_the_pack(
    client, desk, visit_to_named, named, admin
):
    client.sign_in(admin)
    client.send("packs.ask", visit_ref=visit_to_named.ref)
    _run()
    with _taken(client, "packs.download", visit_to_named) as pack:
        assert _holds(pack)
    stored = db.session.query(StoredFile).filter_by(purpose="visit-pack").one()
    path = files.path_of(stored)
    for piece in named:
        quarantine(piece, [Seen.NAME], by=as_actor(desk.assessor))
    db.session.commit()
    client.see("packs.download", visit_ref=visit_to_named.ref, status=404)
    with pytest.raises(Withheld):
        files.path_of(stored)
    client.send("packs.ask", visit_ref=visit_to_named.ref)
    _run()
    with _taken(client, "packs.download", visit_to_named) as pack:
        assert not _holds(pack)
        assert WITHHELD in pack.read("portfolios/001-Grace-Mbatha/index.html").decode()
    for piece in named:
        service.remove_evidence(piece, by=as_actor(piece.portfolio.learner))
    db.session.commit()
    jobs.run_all_due()
    assert not path.exists()


def test_there_is_nothing_to_pack_before_something_is_chosen_or_proposed(client, desk, admin, eqa):
    today = clock.today()
    made = visit_service.open_visit(desk.provider, eqa=eqa, from_on=today, until_on=today, by=as_actor(admin))
    client.sign_in(admin)
    client.send("packs.ask", visit_ref=made.ref, status=422)
    client.sign_in(make_user(Role.PROVIDER_ADMINISTRATOR))
    client.send("packs.ask", visit_ref=made.ref, status=404)


def test_a_piece_that_is_taken_out_while_a_pack_is_made_is_not_in_it(client, visit, admin, desk):
    client.sign_in(admin)
    client.send("packs.ask", visit_ref=visit.ref)
    said = "We agreed who would do what."
    assert db.session.query(Evidence).filter_by(text=said).count() == 2
    steps = jobs._handlers["dossier.visit-pack"]

    def take_out(payload):
        for come in steps(payload):
            if come == (1, 2):
                with writing():
                    for piece in db.session.query(Evidence).filter_by(text=said).all():
                        quarantine(piece, [Seen.STORY], by=as_actor(desk.assessor))
                    db.session.commit()
            yield come

    jobs._handlers["dossier.visit-pack"] = take_out
    try:
        _run()
    finally:
        jobs._handlers["dossier.visit-pack"] = steps
    pack = _taken(client, "packs.download", visit)
    assert not _holds(pack, said)
    assert (
        "Taken out: somebody could be recognised in it"
        in pack.read("portfolios/001-Grace-Mbatha/index.html").decode()
    )
    assert db.session.query(StoredFile).filter_by(purpose="visit-pack").count() == 1
    assert {job.state for job in db.session.query(Job).filter_by(name="dossier.visit-pack")} == {
        JobState.DONE
    }


def test_a_visitor_takes_one_portfolio_as_a_document(client, visit, eqa):
    client.sign_in(eqa)
    portfolio = db.session.query(Portfolio).order_by(Portfolio.id).first()
    page = client.see("packs.document", portfolio_ref=portfolio.ref)
    words = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(page.response.data)).pages)
    assert "Grace Mbatha" in words


def test_others_can_write_while_a_document_is_made(app, client, visit, eqa):
    written = []

    def write(_connection, _cursor, statement, *_):
        if "FROM stored_file" in statement and not written:
            with writing(), db.engine.begin() as other:
                written.append(other.execute(update(Job).values(trouble="")).rowcount)

    client.sign_in(eqa)
    portfolio = db.session.query(Portfolio).order_by(Portfolio.id).first()
    event.listen(db.engine, "before_cursor_execute", write)
    try:
        client.see("packs.document", portfolio_ref=portfolio.ref)
    finally:
        event.remove(db.engine, "before_cursor_execute", write)
    assert written
    noted = db.session.query(AuditRecord).order_by(AuditRecord.sequence.desc()).first()
    assert noted.facts["what"] == "document"
