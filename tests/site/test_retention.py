"""What is past its time goes by one command, in an order that works; what must stay stays; the schedule names it all."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from assessments.portfolio import service as portfolios
from assessments.portfolio.models import Evidence
from assessments.portfolio.models import Mapping as Served
from config import Settings, SettingsError
from courses.attendance import adjustments, apologies
from courses.attendance.models import Adjustments, Apology
from courses.attendance.needs import Need
from courses.cohorts.models import Cohort, Enrolment
from courses.places import imports, invitations, requests
from courses.places.models import LearnerImport, PlaceInvitation, PlaceRequest
from lms.core import audit, clock, jobs, mail
from lms.core.audit import Act, AuditRecord
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.mail import Message
from lms.core.web import FormReceipt
from lms.people import service as people
from lms.people.models import Organisation, SignIn, SingleUseLink, User
from lms.people.person import Person
from lms.people.roles import Role
from lms.site.retention import ROOMS
from tests.client import JudgingClient
from tests.factories.cohorts import make_cohort, make_enrolment, session_of
from tests.factories.people import as_actor, make_organisation, make_user
from tests.factories.portfolios import Desk, add_file, add_text

LASTS = timedelta(days=14)
HEAD = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer,Enrolled on\n"


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    with clock.set_to(clock.now() - timedelta(days=days)):
        yield


@pytest.fixture
def by(app: Flask) -> Person:
    provider = make_organisation(name="Leeds Family Learning")
    return as_actor(
        make_user(Role.PROVIDER_ADMINISTRATOR, provider, name="Joy Mensah", password="seven stones")
    )


def cohort_of(by: Person) -> Cohort:
    return make_cohort(db.session.get_one(Organisation, by.hats[0].organisation_id))


def clear_up(app: Flask, *options: str) -> str:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["retention", "clear-up", *options])
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    return result.output


def count(model: type, *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def names() -> set[str]:
    return set(db.session.scalars(sa.select(User.name)))


def test_the_schedule_names_every_table() -> None:
    named = {rule.model.__table__.name for room in ROOMS for rule in room.rules}
    named |= {model.__table__.name for room in ROOMS for kept in room.kept for model in kept.models}
    assert named == set(db.metadata.tables)


def test_who_was_invited_and_never_came_is_forgotten_and_who_came_is_not(app: Flask, by: Person) -> None:
    with days_ago(120):
        cohort = cohort_of(by)
        for name in ("Never Came", "Took It"):
            email = f"{name.split()[0]}@leeds.example".lower()
            invitations.invite(cohort, name=name, email=email, by=by, lasts=LASTS)
        taken = db.session.scalars(sa.select(PlaceInvitation).where(PlaceInvitation.name == "Took It")).one()
        invitations.accept(taken)
        make_enrolment(cohort, name="Imported, without a password")
        people.invite(
            cohort.provider,
            name="Assessor who never came",
            email="a@x.example",
            role=Role.ASSESSOR,
            lasts=LASTS,
            by=by,
        )
        by_link = people.create_user(name="Signs in by link", email="b@x.example")
        people.sign_in(by_link, lasts=LASTS, device="telephone")
    with days_ago(20):
        people.create_user(name="Invited lately", email="c@x.example")
    stay = {"Took It", "Imported, without a password", "Signs in by link", "Invited lately", "Joy Mensah"}
    assert names() == stay | {"Never Came", "Assessor who never came"}
    clear_up(app)
    assert names() == stay
    assert count(PlaceInvitation) == 0
    assert count(SingleUseLink) == 0
    assert count(SignIn, SignIn.user_id == by_link.id) == 0
    assert count(Enrolment) == 2


def test_requests_go_when_they_were_decided_long_ago_or_their_cohort_is_long_over(
    app: Flask, by: Person
) -> None:
    with days_ago(400):
        over = cohort_of(by)
        requests.set_open(over, is_open=True, by=by)
        ask(over, "never answered")
    running = cohort_of(by)
    requests.set_open(running, is_open=True, by=by)
    with days_ago(190):
        ask(running, "declined long ago")
        decline(by)
    ask(running, "declined today")
    decline(by)
    with days_ago(190):
        ask(running, "still open")
    clear_up(app)
    assert set(db.session.scalars(sa.select(PlaceRequest.name))) == {"declined today", "still open"}


def ask(cohort: Cohort, name: str) -> None:
    email = f"{name.replace(' ', '.')}@x.example"
    words = {"employer": "Rowan Tree", "job": "Outreach worker"}
    requests.ask(cohort, name=name, email=email, seeks_accreditation=True, by=None, **words)


def decline(by: Person) -> None:
    newest = sa.select(PlaceRequest).order_by(PlaceRequest.id.desc())
    requests.decline(db.session.scalars(newest).first(), why="It is full.", by=by)


def test_what_somebody_needed_goes_half_a_year_after_the_group(app: Flask, by: Person) -> None:
    for days in (400, 100):
        with days_ago(days):
            cohort = cohort_of(by)
            enrolment = make_enrolment(cohort)
            adjustments.agree(enrolment, needs=[Need.LARGE_PRINT], words="", by=by)
            apologies.send(session_of(cohort, 8), words="Hospital", by=as_actor(enrolment.user))
    clear_up(app)
    assert list(db.session.scalars(sa.select(Adjustments.enrolment_id))) == [enrolment.id]
    assert count(Apology) == 1


def test_people_stay_where_a_spreadsheet_put_them_and_the_spreadsheet_goes(app: Flask, by: Person) -> None:
    with days_ago(100):
        cohort = cohort_of(by)
        kept = imports.offer_import(
            cohort,
            f"{HEAD}Ann Oak,ann@x.example,Rowan Tree,Leeds,yes,yes,\n".encode(),
            filename="people.csv",
            by=by,
        )
        shown, _ = imports.plan(cohort, imports.learners_of(kept))
        imports.confirm_import(kept, expected=shown.fingerprint, lasts=LASTS, by=by)
    assert files(app) == 1
    age_files(app)
    clear_up(app)
    assert (count(LearnerImport), count(StoredFile), files(app)) == (0, 0, 0)
    assert db.session.scalars(sa.select(Enrolment)).one().import_id is None
    assert "Ann Oak" in names()


def test_evidence_that_was_taken_back_goes_with_its_file_and_what_was_sent_stays(app: Flask) -> None:
    desk = Desk()
    with days_ago(60):
        portfolio = desk.begin()
        desk.send(portfolio, "1.1")
        back = add_file(
            portfolio, "1.2", upload=portfolios.Upload(io.BytesIO(b"Sam and her mother"), "visit.txt")
        )
        portfolios.remove_evidence(back, by=as_actor(portfolio.learner))
    add_text(portfolio, "1.3")
    age_files(app)
    clear_up(app)
    assert count(Evidence) == 2
    assert count(Evidence, Evidence.sent) == 1
    assert count(Served) == 2
    assert (count(StoredFile), files(app)) == (0, 0)


def files(app: Flask) -> int:
    return sum(path.is_file() for path in Path(app.config["FILES"]).rglob("*"))


def age_files(app: Flask) -> None:
    """As if they had been written two days ago."""
    then = (clock.now() - timedelta(days=2)).timestamp()
    for path in Path(app.config["FILES"]).rglob("*"):
        os.utime(path, (then, then))


def test_a_file_of_today_stays_for_its_row_may_be_about_to_be_committed(app: Flask) -> None:
    fresh = Path(app.config["FILES"]) / "ab" / "abc"
    fresh.parent.mkdir(parents=True)
    fresh.write_bytes(b"just uploaded")
    clear_up(app)
    assert fresh.exists()


def test_a_dry_run_says_what_would_go_and_lets_nothing_go(app: Flask, by: Person) -> None:
    with days_ago(40):
        sent = mail.queue(
            to="ann@x.example", template="people/mail/reset", name="Ann", path="/", until=clock.now()
        )
        jobs.run_all_due()
    said = clear_up(app, "--dry-run")
    assert "1  Letters that were sent: before" in said
    assert "2  would go" in said
    assert count(Message) == count(jobs.Job) == 1
    assert sent.sent_at is not None
    assert "2  gone" in clear_up(app)
    assert count(Message) == count(jobs.Job) == 0
    assert "0  gone" in clear_up(app)


def test_many_rows_go_in_batches_each_with_its_entry_and_nobodys_name(app: Flask, by: Person) -> None:
    old = clock.now() - timedelta(days=31)
    rows = [
        {"key": f"{n}", "user_id": by.id, "path": "/x", "location": "/y", "at": old} for n in range(1_100)
    ]
    db.session.execute(sa.insert(FormReceipt), [*rows, rows[0] | {"key": "new", "at": clock.now()}])
    clear_up(app)
    assert count(FormReceipt) == 1
    entries = db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.sequence)).all()
    cleared = [
        (entry.subject_kind, entry.facts, entry.actor_id)
        for entry in entries
        if entry.act == Act.RECORDS_CLEARED_UP
    ]
    assert cleared == [("form_receipt", {"count": number}, None) for number in (500, 500, 100)]
    assert audit.broken_entries(entries) == []


def test_an_account_that_is_being_given_a_place_stays(app: Flask, by: Person, database_kind: str) -> None:
    """On PostgreSQL others write at the same time; SQLite has one writer, and the clearing waits for it."""
    if database_kind == "sqlite":
        pytest.skip("one writer at a time")
    with days_ago(200):
        enrolled = people.create_user(name="Just enrolled", email="a@x.example")
        people.create_user(name="Never came", email="b@x.example")
    cohort = cohort_of(by)
    db.session.commit()
    with Session(db.engine) as other:
        other.add(Enrolment(cohort_id=cohort.id, user_id=enrolled.id))
        other.flush()
        clear_up(app)
        other.commit()
    assert names() == {"Just enrolled", "Joy Mensah"}


def test_files_are_never_changed_though_they_may_go(app: Flask) -> None:
    add_file(Desk().begin(), "1.1", upload=portfolios.Upload(io.BytesIO(b"words"), "visit.txt"))
    with pytest.raises(sa.exc.DatabaseError, match="never changed"):
        db.session.execute(sa.text("UPDATE stored_file SET name = 'x'"))


def test_no_time_may_be_less_than_a_day() -> None:
    with pytest.raises(SettingsError, match="KEEP_NEEDS must be at least 1"):
        Settings(ENVIRONMENT="test", KEEP_NEEDS=0)


def test_everybody_can_read_how_long_things_are_kept(app: Flask, client: JudgingClient) -> None:
    app.config["KEEP_NEEDS"] = 100
    page = client.see("pages.how_long")
    assert "What somebody needs to take part Deleted 100 days after the group was over." in page.text
    assert "Certificates, the name printed on them" in page.text
    assert client.see("pages.privacy").links().count("/privacy/how-long") == 1
