"""A piece in which somebody can be recognised is out for everybody at once, and gone for good once it is replaced."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from assessments.marking import service as marking
from assessments.planning import service as planning
from assessments.portfolio import evidence_queries, service
from assessments.portfolio.checking import Reason
from assessments.portfolio.checking_queries import check
from assessments.portfolio.checking_service import cover, leave
from assessments.portfolio.evidence_queries import reasons_of
from assessments.portfolio.models import Evidence, SentWords, Submission
from assessments.portfolio.quarantine_models import Mistake, Purge, SealedWords, Seen, Undone
from assessments.portfolio.quarantine_queries import standing_quarantine
from assessments.portfolio.quarantine_service import quarantine
from assessments.portfolio.quarantine_telling import CLEANED
from assessments.portfolio.quarantine_undoing import undo
from assessments.portfolio.sending import is_intact
from assessments.portfolio.service import Upload
from assessments.portfolio.unit_schema import EvidenceKind
from assessments.verification import service as quality
from assessments.verification import visit_service as verification
from assessments.verification.models import Sample
from courses.progress import drafts
from lms.core import clock, files, jobs, previews, uploads
from lms.core.audit import AuditRecord
from lms.core.errors import Conflict
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.mail import Message
from lms.core.purging import PurgeWarrant
from lms.people.models import OrganisationKind
from lms.people.roles import Role
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import OWN_WORK, Desk, add_file, add_text, evidence_form, fields_for

SECRET = "Quagmirella"
"""A name that stands nowhere else in the database."""
TEXT = f"On the third visit I sat with {SECRET} and we looked at the plan that she had made for the spring."


@pytest.fixture
def desk(app):
    return Desk()


@pytest.fixture
def portfolio(desk):
    return desk.begin()


@pytest.fixture
def admin(desk):
    return make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider)


def send(portfolio, *criteria):
    return marking.send(portfolio, criteria, declaration=OWN_WORK, by=as_actor(portfolio.learner))


def left_in(evidence):
    """Leave everything in, as somebody does who does not look."""
    for found in check(evidence).found:
        leave(evidence, found.key, reason=Reason.NOBODY, by=as_actor(evidence.portfolio.learner))
    return evidence


def everywhere_once(desk, portfolio, admin):
    """A name in a text, in a document and its name, in drafts, in a submission, in a visit and a sample."""
    by = as_actor(portfolio.learner)
    key = f"portfolio:{portfolio.ref}"
    drafts.save({"title": "Visit", "text": TEXT}, key=key, based_on=0, by=by)
    drafts.save({"title": "Visit", "text": f"{TEXT}\nOn another phone."}, key=key, based_on=0, by=by)
    written = left_in(add_text(portfolio, "3.1", text=TEXT))
    document = Upload(io.BytesIO(f"Plan of {SECRET}".encode()), f"{SECRET}.txt")
    filed = left_in(add_file(portfolio, "3.2", upload=document))
    came_in_pieces(filed.files[0])
    submission = send(portfolio, "3.1", "3.2")
    drafts.save({"text": f"{TEXT} More."}, key=f"evidence:{written.ref}", based_on=0, by=by)
    eqa = make_user(Role.EQA, name="Peter Marsh")
    today = clock.today()
    visit = verification.open_visit(
        desk.provider,
        eqa=eqa,
        from_on=today,
        until_on=today,
        portfolio_refs=[portfolio.ref],
        by=as_actor(admin),
    )
    verification.choose(visit, [portfolio.ref], by=as_actor(eqa))
    db.session.commit()
    return written, filed, submission, eqa, visit


def came_in_pieces(stored):
    """Leave behind what an upload in pieces does, once the form has taken its file."""
    db.session.add(
        uploads.Upload(
            owner_id=stored.owner_id,
            purpose=stored.purpose,
            name=stored.name,
            size=stored.size,
            mark="",
            received=stored.size,
            file_id=stored.id,
            taken_at=clock.now(),
        )
    )


def walk(client, known):
    """Every address of the site that a GET can be sent to with what the test knows; gives back where the secret was."""
    told = set()
    for rule in client.application.url_map.iter_rules():
        if (
            "GET" not in rule.methods
            or rule.endpoint.endswith("static")
            or not rule.arguments <= known.keys()
        ):
            continue
        names = sorted(rule.arguments)
        for values in product(*(known[name] for name in names)):
            answer = client.get(client.address(rule.endpoint, **dict(zip(names, values, strict=True))))
            said = answer.get_data() + answer.headers.get("Content-Disposition", "").encode()
            if SECRET.encode() in said:
                told.add(rule.endpoint)
            answer.close()
    return told


@pytest.mark.once
@pytest.mark.slow
def test_after_the_return_no_address_gives_anybody_a_letter_of_it(client, desk, portfolio, admin):
    written, filed, submission, eqa, visit = everywhere_once(desk, portfolio, admin)
    files = list(db.session.scalars(select(StoredFile.ref)))
    previews.text(filed.files[0])
    people = [
        portfolio.learner,
        desk.assessor,
        desk.iqa,
        eqa,
        admin,
        make_user(Role.FACILITATOR, desk.provider),
        make_user(Role.EMPLOYER, make_organisation(OrganisationKind.EMPLOYER)),
        make_user(Role.COMMISSIONER, make_organisation(OrganisationKind.COMMISSIONER)),
        make_user(Role.ADMINISTRATOR, make_organisation(OrganisationKind.OPERATOR)),
    ]
    db.session.commit()
    pieces = (written, filed)
    known = {
        "submission_ref": [submission.ref],
        "evidence_ref": [piece.ref for piece in pieces],
        "file_ref": files,
        "portfolio_ref": [portfolio.ref],
        "visit_ref": [visit.ref],
        "criterion": ["3.1", "3.2"],
        "number": [1],
        "page": [1],
    }
    before = set()
    for person in people[:2]:
        client.sign_in(person)
        before |= walk(client, known)
    assert {"evidence.show", "evidence.file", "marking.file", "submissions.show", "names.show"} <= before
    client.sign_in(desk.assessor)
    for piece in pieces:
        page = client.see("returning.ask", submission_ref=submission.ref, evidence_ref=piece.ref)
        assert "Nobody can open it from now on" in page.text
        client.send(
            "returning.take_out",
            data={"seen": ["name"]},
            submission_ref=submission.ref,
            evidence_ref=piece.ref,
        )
    for person in people:
        client.sign_in(person)
        assert walk(client, known) == set(), person.name
    client.sign_in(desk.assessor)
    shown = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert "Somebody could be recognised in it, so nobody can open it" in shown.text


def test_once_replaced_the_words_are_in_no_table_and_the_bytes_on_no_disk(
    app, client, desk, portfolio, admin
):
    written, filed, _, _, _ = everywhere_once(desk, portfolio, admin)
    path = Path(app.config["FILES"]) / filed.files[0].path
    assert {path} < set(everything_on_disk(app))
    assert {"evidence", "sent_words", "draft_copy", "stored_file", "name_answer", "upload"} <= set(
        tables_with(SECRET)
    )
    by = as_actor(desk.assessor)
    for piece in (written, filed):
        quarantine(piece, [Seen.NAME], by=by)
    db.session.commit()
    client.sign_in(portfolio.learner)
    assert "One piece was taken out" in client.see("portfolio.index").text
    client.send(
        "evidence.change",
        data=evidence_form(
            "3.1", text="I sat with the mother.", title="Third visit", version=written.version
        ),
        evidence_ref=written.ref,
    )
    client.send(
        "evidence.change",
        data=evidence_form(
            "3.2",
            title="Her plan",
            kind="work-product",
            version=filed.version,
            file=(io.BytesIO(b"A plan."), "plan.txt"),
        ),
        evidence_ref=filed.ref,
    )
    db.session.commit()
    jobs.run_all_due()
    db.session.remove()
    assert not path.exists()
    assert everything_on_disk(app) == []
    assert tables_with(SECRET) == []
    purges = db.session.scalars(select(Purge)).all()
    assert [len(purge.files) for purge in purges] == [0, 1]
    assert all(len(sha256) == 64 for purge in purges for sha256 in purge.words + purge.files)
    acts = set(db.session.scalars(select(AuditRecord.act)))
    assert {"portfolio:evidence:quarantined", "portfolio:evidence:purged"} <= acts


def everything_on_disk(app):
    """Files, of the database too, in which the secret stands."""
    folders = {Path(app.config["FILES"]), Path(app.config["MAIL_FOLDER"])}
    if db.engine.dialect.name == "sqlite":
        folders.add(Path(db.engine.url.database).parent)
    found = {path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()}
    return [path for path in found if SECRET.encode() in path.read_bytes()]


def tables_with(secret):
    """Tables in which it stands in any column of any row."""
    return [
        table.name
        for table in db.metadata.sorted_tables
        for row in db.session.execute(sa.select(table))
        if secret in repr(tuple(row))
    ]


def test_what_was_replaced_goes_back_where_it_was_once_it_is_checked(client, desk, portfolio, admin):
    written, _, submission, _, _ = everywhere_once(desk, portfolio, admin)
    quarantine(written, [Seen.NAME], by=as_actor(desk.assessor))
    db.session.commit()
    client.sign_in(portfolio.learner)
    by = as_actor(portfolio.learner)
    fields = fields_for("3.1")
    service.change_evidence(written, fields, text="I sat with Denise.", version=written.version, by=by)
    db.session.commit()
    refused = client.send("quarantine.return_piece", evidence_ref=written.ref, audited=False)
    assert "names" in refused.location
    assert len(db.session.scalars(select(SentWords)).all()) == 1
    (found,) = check(written).found
    cover(written, found.key, by=by)
    assert "Put it back in what you sent" in client.see("names.show", evidence_ref=written.ref).text
    client.send("quarantine.return_piece", evidence_ref=written.ref)
    client.sign_in(desk.assessor)
    page = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert "I sat with [name]." in page.text
    assert "Put here later" in page.text
    sent = db.session.get(Submission, submission.id)
    assert is_intact(sent)
    assert sent.snapshot["criteria"]["3.1"] == {written.ref: fields.why.get("3.1", "")}


def test_a_piece_that_is_out_can_neither_be_sent_nor_kept_as_it_is(desk, portfolio, admin):
    written, _, _, _, _ = everywhere_once(desk, portfolio, admin)
    quarantine(written, [Seen.NAME], by=as_actor(desk.assessor))
    by = as_actor(portfolio.learner)
    with pytest.raises(service.Refused, match="write it anew"):
        service.change_evidence(written, fields_for("3.1"), text=written.text, version=written.version, by=by)
    db.session.rollback()


def test_sealed_rows_go_only_under_a_warrant_of_their_own(desk, portfolio, admin):
    everywhere_once(desk, portfolio, admin)
    for statement in (
        "DELETE FROM sent_words",
        "UPDATE sent_words SET said = '{}'",
        "DELETE FROM submitted_file",
    ):
        with pytest.raises(sa.exc.DatabaseError, match="never changed"):
            db.session.execute(sa.text(statement))
        db.session.rollback()
    first, second = db.session.scalars(select(SentWords)).all()
    db.session.add(
        PurgeWarrant(
            table_name="sent_words", row_ref=first.ref, sha256="0" * 64, cause="test", by_id=desk.assessor.id
        )
    )
    db.session.flush()
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), db.session.begin_nested():
        db.session.execute(sa.delete(SentWords).where(SentWords.id == second.id))
    db.session.execute(sa.delete(SentWords).where(SentWords.id == first.id))
    with pytest.raises(sa.exc.DatabaseError, match="never changed"):
        db.session.execute(sa.text("DELETE FROM purge_warrant"))
    db.session.rollback()


def test_those_who_look_after_it_are_told_and_never_what_it_says(app, desk, portfolio, admin):
    app.config["DATA_PROTECTION_CONTACT"] = "dpo@example.org"
    written, _, _, _, _ = everywhere_once(desk, portfolio, admin)
    quarantine(written, [Seen.NAME, Seen.STORY], by=as_actor(desk.assessor))
    told = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(3)).all()
    assert {one.to for one in told} == {portfolio.learner.email, admin.email, "dpo@example.org"}
    assert not any(SECRET in f"{one.subject}{one.text}{one.html}" for one in told)
    app.config["DATA_PROTECTION_CONTACT"] = ""


def test_of_an_assessors_record_the_assessor_is_told_and_the_learner_takes_it_out(client, desk, portfolio):
    by = as_actor(desk.assessor)
    fields = replace(fields_for("3.1"), kind=EvidenceKind.OBSERVATION)
    evidence = planning.record(portfolio, fields, text=TEXT, by=by)
    (letter,) = db.session.scalars(select(Message).where(Message.to == portfolio.learner.email))
    assert evidence.title not in letter.text + letter.html
    client.sign_in(portfolio.learner)
    quarantine(evidence, [Seen.NAME], by=as_actor(desk.iqa))
    letters = {
        one.to: one.text for one in db.session.scalars(select(Message).order_by(Message.id.desc()).limit(2))
    }
    assert "Record it anew" in letters[desk.assessor.email]
    words = "Your assessor wrote it. Take it out of your portfolio; then it is deleted"
    assert words in letters[portfolio.learner.email]
    assert words in client.see("portfolio.index").text
    assert words in client.see("evidence.show", evidence_ref=evidence.ref).text
    client.send("evidence.take_back", evidence_ref=evidence.ref)
    assert standing_quarantine(evidence.id) is None
    assert tables_with(SECRET) == []


def test_every_table_that_is_cleaned_after_a_purge_is_one():
    assert set(CLEANED) <= db.metadata.tables.keys()


def test_a_provider_takes_out_what_a_visitor_told_of_without_seeing_it(client, desk, portfolio, admin):
    written, _, _, _, _ = everywhere_once(desk, portfolio, admin)
    client.sign_in(admin)
    page = client.see("quarantine.portfolio", portfolio_ref=portfolio.ref)
    assert SECRET not in page.body
    client.send(
        "quarantine.take_out",
        data={"piece": written.ref},
        portfolio_ref=portfolio.ref,
        status=422,
        audited=False,
    )
    client.send(
        "quarantine.take_out", data={"piece": written.ref, "seen": ["face"]}, portfolio_ref=portfolio.ref
    )
    listed = client.see("quarantine.index").text
    assert portfolio.learner.name in listed
    assert "a face" in listed
    other = make_user(Role.PROVIDER_ADMINISTRATOR, make_organisation())
    client.sign_in(other)
    client.see("quarantine.portfolio", portfolio_ref=portfolio.ref, status=404)
    assert portfolio.learner.name not in client.see("quarantine.index").text


def test_what_its_author_had_taken_out_is_purged_at_once(desk, portfolio, admin):
    written, filed, submission, _, _ = everywhere_once(desk, portfolio, admin)
    for piece in (written, filed):
        service.remove_evidence(piece, by=as_actor(portfolio.learner))
    quarantine(written, [Seen.STORY], by=as_actor(desk.assessor))
    quarantine(filed, [Seen.NAME], by=as_actor(desk.assessor))
    assert [len(purge.files) for purge in db.session.scalars(select(Purge).order_by(Purge.id))] == [0, 1]
    assert not any(SECRET in str(piece["text"]) for piece in submission.snapshot["evidence"])


def test_an_iqa_gives_back_what_somebody_else_took_out_by_mistake(client, desk, portfolio, admin):
    written, filed, submission, _, _ = everywhere_once(desk, portfolio, admin)
    before = submission.snapshot
    words = [(piece.title, piece.text, piece.note) for piece in (written, filed)]
    (file,) = filed.files
    content = files.read(file)
    for piece in (written, filed):
        quarantine(piece, [Seen.NAME], by=as_actor(desk.assessor))
    made = standing_quarantine(filed.id)
    where = {"quarantine_ref": made.ref}
    db.session.commit()
    client.sign_in(desk.assessor)
    client.see("undoing.ask", status=403, **where)
    client.sign_in(desk.iqa)
    assert SECRET not in client.see("undoing.index").body + client.see("undoing.ask", **where).body
    client.send("undoing.give_back", data={}, status=422, audited=False, **where)
    client.send("undoing.give_back", data={"mistake": "nobody"}, **where)
    undo(standing_quarantine(written.id), Mistake.COVERED, by=as_actor(desk.iqa))
    db.session.commit()
    assert [(piece.title, piece.text, piece.note) for piece in (written, filed)] == words
    assert filed.files == [file]
    assert files.read(file) == content
    sent = db.session.get(Submission, submission.id)
    assert sent.snapshot == before
    assert is_intact(sent)
    assert SealedWords.__tablename__ not in tables_with(SECRET)
    undone = db.session.scalars(select(Undone).where(Undone.quarantine_id == made.id)).one()
    assert (undone.mistake, undone.by_id) == (Mistake.NOBODY, desk.iqa.id)
    assert "portfolio:evidence:given-back" in set(db.session.scalars(select(AuditRecord.act)))
    told = db.session.scalars(
        select(Message).where(Message.subject.startswith("A piece of evidence is back"))
    )
    letters = told.all()
    assert {one.to for one in letters} == {portfolio.learner.email, desk.assessor.email, admin.email}
    assert not any(SECRET in f"{one.subject}{one.text}{one.html}" for one in letters)
    client.see("undoing.ask", status=404, **where)
    client.sign_in(admin)
    assert "Given back by Joy Okafor" in client.see("quarantine.index").text
    client.sign_in(portfolio.learner)
    assert "One piece was taken out" not in client.see("portfolio.index").text
    assert client.see("evidence.show", evidence_ref=filed.ref).status == 200
    client.sign_in(desk.assessor)
    page = client.see("marking.decide", submission_ref=submission.ref, criterion="3.1")
    assert SECRET in page.body
    assert "Put here later" not in page.text


def test_a_mistake_is_undone_by_nobody_who_made_it_and_not_after_the_purge(client, desk, portfolio, admin):
    written, filed, _, _, _ = everywhere_once(desk, portfolio, admin)
    own = quarantine(written, [Seen.NAME], by=as_actor(desk.iqa))
    made = quarantine(filed, [Seen.NAME], by=as_actor(desk.assessor))
    db.session.commit()
    client.sign_in(desk.iqa)
    assert "another IQA" in client.see("undoing.ask", quarantine_ref=own.ref).text
    refused = client.send(
        "undoing.give_back", data={"mistake": "nobody"}, quarantine_ref=own.ref, status=403, audited=False
    )
    assert "You took it out yourself" in refused.text
    service.remove_evidence(filed, by=as_actor(portfolio.learner))
    with pytest.raises(Conflict, match="out no more"):
        undo(made, Mistake.NOBODY, by=as_actor(desk.iqa))
    assert standing_quarantine(written.id) == own
    client.sign_in(make_user(Role.IQA, make_organisation()))
    client.see("undoing.ask", quarantine_ref=own.ref, status=404)


def test_what_was_changed_after_it_was_sent_or_while_it_was_out_is_still_new_when_it_is_back(desk):
    made = desk.begin()
    changed, explained, left = (add_text(made, ref) for ref in ("1.1", "1.2", "1.3"))
    by = as_actor(made.learner)
    desk.send(made, "1.1", "1.2", "1.3")
    service.map_evidence(changed, ["1.1"], {"1.1": "It shows how we met."}, by=by)
    for piece in (changed, explained, left):
        quarantine(piece, [Seen.NAME], by=as_actor(desk.assessor))
    service.map_evidence(explained, ["1.2"], {"1.2": "It shows how we parted."}, by=by)
    for piece in (changed, explained, left):
        undo(standing_quarantine(piece.id), Mistake.NOBODY, by=as_actor(desk.iqa))
    rows = evidence_queries.evidence_rows(made.id)
    assert evidence_queries.with_new_evidence(rows) == {"1.1", "1.2"}
    assert reasons_of(explained) == {"1.2": "It shows how we parted."}


def test_what_is_taken_out_once_more_after_it_was_given_back_goes_as_before(client, desk, portfolio, admin):
    written, filed, submission, _, _ = everywhere_once(desk, portfolio, admin)
    for piece in (written, filed):
        quarantine(piece, [Seen.NAME], by=as_actor(desk.assessor))
        undo(standing_quarantine(piece.id), Mistake.WRONG_PIECE, by=as_actor(desk.iqa))
        quarantine(piece, [Seen.FACE], by=as_actor(desk.assessor))
        service.remove_evidence(piece, by=as_actor(portfolio.learner))
    db.session.commit()
    jobs.run_all_due()
    assert tables_with(SECRET) == []
    assert is_intact(db.session.get(Submission, submission.id))


def test_an_iqa_takes_out_what_they_read_in_a_sample_and_must_say_by_what(client, desk):
    portfolio = desk.meet()
    quality.draw_plan(desk.cohort, seed="one", by=as_actor(desk.iqa))
    sample = db.session.scalars(select(Sample).where(Sample.portfolio_id == portfolio.id)).one()
    piece = db.session.scalars(select(Evidence).where(Evidence.portfolio_id == portfolio.id).limit(1)).one()
    where = {"sample_ref": sample.ref, "evidence_ref": piece.ref}
    client.sign_in(desk.iqa)
    assert "Nobody can open it from now on" in client.see("sample_returning.ask", **where).text
    client.send("sample_returning.take_out", data={}, status=422, audited=False, **where)
    assert is_open(piece)
    done = client.send("sample_returning.take_out", data={"seen": ["name"]}, **where)
    assert done.location == client.address("verification.sample", sample_ref=sample.ref)
    assert not is_open(piece)
    client.sign_in(make_user(Role.IQA, make_organisation()))
    client.see("sample_returning.ask", status=404, **where)


def is_open(piece):
    return standing_quarantine(piece.id) is None
