"""Fifty bad inputs. Each gets a clear message and loses nothing: no row appears or changes, and what was typed stays.

The list is the table at the end; the scene is one provider with everything going on, and a neighbour.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from assessments.portfolio.models import Portfolio, Submission
from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import User
from lms.people.roles import Role
from lms.people.sign_in import SEEN
from tests.client import JudgingClient, Page
from tests.core.hostile import EXE, archive, pdf, picture
from tests.factories.cohorts import make_enrolment, session_of, weeks_ago
from tests.factories.people import make_user
from tests.factories.portfolios import Desk, add_text, evidence_form

HEAD = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer,Enrolled on\n"
GOOD = "Ṣadé Adéyẹmí,sade2@leeds.example,Rowan Tree,Leeds City Council,yes,yes,09/03/2026\n"
WORDS = "Family B and I agreed three small steps. வணக்கம் Łukaszewicz"
LEDGERS = {
    "audit_record",
    "audit_head",
    "form_receipt",
    "held_form",
    "sign_in",
    "job",
    "message",
    "single_use_link",
}
"""Tables that only note what happened."""


@dataclass
class Scene:
    """Who is there, and short ways to do things as them."""

    client: JudgingClient
    desk: Desk
    joy: User
    sade: Portfolio
    submission: Submission
    neighbour: Desk
    neighbours_learner: Portfolio

    def as_joy(self) -> JudgingClient:
        self.client.sign_in(self.joy)
        return self.client

    def as_sade(self) -> JudgingClient:
        self.client.sign_in(self.sade.enrolment.user)
        return self.client

    def as_assessor(self) -> JudgingClient:
        self.client.sign_in(self.desk.assessor)
        return self.client

    def spreadsheet(self, content: bytes | str, name: str = "learners.csv", status: int = 422) -> Page:
        data = content.encode() if isinstance(content, str) else content
        return self.as_joy().send(
            "cohorts.check_learners",
            cohort_ref=self.desk.cohort.ref,
            status=status,
            data={"file": (io.BytesIO(data), name)},
        )

    def evidence(self, content: bytes, name: str, status: int = 422) -> Page:
        form = evidence_form("3.1", note=WORDS, file=(io.BytesIO(content), name))
        return self.as_sade().send("evidence.add_file", status=status, data=form)

    def writing(self, status: int = 422, **changes: Any) -> Page:
        form = evidence_form("3.1", **({"text": WORDS} | changes))
        return self.as_sade().send("evidence.add_written", status=status, data=form)

    def decision(self, criterion: str = "3.1", status: int = 422, **changes: Any) -> Page:
        rules = dict.fromkeys(("valid", "authentic", "current", "reliable"), "y")
        form = {
            **rules,
            "reason": "one visit",
            "feedback": WORDS,
            "outcome": "not-yet-met",
            "version": "0",
        } | changes
        return self.as_assessor().send(
            "marking.keep", submission_ref=self.submission.ref, criterion=criterion, status=status, data=form
        )


@pytest.fixture
def scene(app: Flask, client: JudgingClient) -> Scene:
    desk, neighbour = Desk(), Desk()
    sade = desk.begin()
    submission = desk.send(sade, "3.1", "3.2")
    add_text(sade, "4.1")
    theirs = neighbour.begin(name="Agnieszka Łukaszewicz")
    neighbour.send(theirs, "3.1")
    return Scene(
        client,
        desk,
        make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider),
        sade,
        submission,
        neighbour,
        theirs,
    )


def _rows() -> dict[str, list[Any]]:
    """Everything the database holds but for what only notes that something was tried."""
    db.session.commit()
    return {
        table.name: sorted(map(repr, db.session.execute(sa.select(table)).all()))
        for table in db.metadata.sorted_tables
        if table.name not in LEDGERS
    }


def sheet(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.append(HEAD.strip().split(","))
    page.append(GOOD.strip().split(","))
    fill(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(**changes: str) -> str:
    values = dict(
        zip(
            ("name", "email", "setting", "employer", "seeks", "shares", "on"),
            GOOD.strip().split(","),
            strict=True,
        )
    )
    return HEAD + ",".join((values | changes).values()) + "\n"


def formula(page: Any) -> None:
    page["A2"] = '=HYPERLINK("http://evil.example")'


def merged(page: Any) -> None:
    page.merge_cells("A2:B2")


def telling(scene: Scene, words: str) -> Page:
    """Words that could tell who a family is: they are kept, and their author is led to what is to be covered."""
    kept = scene.writing(status=303, text=f"{WORDS} {words}")
    assert kept.location.endswith("/names")
    return Page(scene.client.get(kept.location))


def double_click(scene: Scene) -> Page:
    """The same form arrives twice; the second is answered like the first and adds nothing."""
    form = evidence_form("3.1", text=WORDS, submission_key="same-key")
    client = scene.as_sade()
    first = client.send("evidence.add_written", data=form)
    before = _rows()
    again = client.send("evidence.add_written", data=form, audited=False)
    assert again.location == first.location
    assert _rows() == before
    return Page(client.get(again.location))


def expired(scene: Scene) -> Page:
    """A form that arrives after the sign-in has run out."""
    client = scene.as_sade()
    with client.session_transaction() as cookie:
        cookie[SEEN] = clock.now().timestamp() - 31 * 60
    page = client.send("progress.keep_entry", status=302, audited=False, data={"text": WORDS})
    return Page(client.get(page.location))


def stale_register(scene: Scene) -> Page:
    """Two people open a register; the second to save is shown what the first said."""
    learner = scene.sade.enrolment
    session = session_of(scene.desk.cohort, 1)
    session.starts_at, session.ends_at = (
        at - timedelta(days=200) for at in (session.starts_at, session.ends_at)
    )
    lines = {"seen": "0", "lines-0-enrolment": learner.ref, "lines-0-mark": "came", "lines-0-minutes": ""}
    scene.as_joy().send("cohorts.take_register", session_ref=session.ref, data=lines)
    return scene.as_joy().send(
        "cohorts.take_register", session_ref=session.ref, data=lines | {"lines-0-mark": "missed"}, status=409
    )


def stale_decision(scene: Scene) -> Page:
    """A judgement kept in one tab is not overwritten by an older page in another."""
    scene.decision(status=303)
    return scene.decision(status=409, feedback=WORDS + " (older)")


def register(scene: Scene, **line: str) -> Page:
    session = session_of(scene.desk.cohort, 1)
    lines = {
        f"lines-0-{name}": value
        for name, value in (
            {"enrolment": scene.sade.enrolment.ref, "mark": "part", "minutes": "60"} | line
        ).items()
    }
    return scene.as_joy().send(
        "cohorts.take_register", session_ref=session.ref, data={"seen": "0"} | lines, status=422
    )


def neighbours_enrolment(scene: Scene) -> Enrolment:
    return scene.neighbours_learner.enrolment


def no_token(scene: Scene) -> Page:
    scene.as_sade()
    return Page(scene.client.post("/my-course/journal", data={"text": WORDS}))


def huge(scene: Scene) -> Page:
    scene.client.application.config["MAX_CONTENT_LENGTH"] = 100_000
    try:
        return scene.evidence(b"x" * 200_000, "long.txt", status=413)
    finally:
        scene.client.application.config["MAX_CONTENT_LENGTH"] = 30 * 1024 * 1024


def new_cohort(scene: Scene, **changes: str) -> Page:
    form = {
        "pattern": "weekly", "first_day": (clock.today() + timedelta(days=60)).isoformat(), "starts": "09:30",
        "name": "Harehills வியாழன்", "provider": scene.desk.provider.ref, "course": "", "programme": "",
        "region": "yorkshire_humber", "venue": "St Aidan’s Hall", "without": "",
    }  # fmt: skip
    return scene.as_joy().send("cohorts.create", status=422, data=form | changes)


@dataclass(frozen=True)
class Bad:
    """One bad input: what it is, what is done, what the answer must say, and what typed words it must still show."""

    name: str
    do: Callable[[Scene], Page]
    says: str
    keeps: str = ""


FIFTY = (
    # spreadsheets of learners
    Bad("a 0-byte spreadsheet", lambda s: s.spreadsheet(b""), "it is empty"),
    Bad("an .exe renamed .xlsx", lambda s: s.spreadsheet(EXE, "learners.xlsx"), "but inside it is"),
    Bad("a PDF renamed .csv", lambda s: s.spreadsheet(pdf(), "learners.csv"), "but inside it is a PDF"),
    Bad("a spreadsheet of a kind we do not read", lambda s: s.spreadsheet(b"x", "learners.ods"), "We read .xlsx and .csv"),
    Bad("a damaged workbook", lambda s: s.spreadsheet(archive({"xl/a": b"x"}), "learners.xlsx"), "workbook"),
    Bad("column names and nobody under them", lambda s: s.spreadsheet(HEAD), "nobody under the column names"),
    Bad("a formula in a cell", lambda s: s.spreadsheet(sheet(formula), "l.xlsx"), "A2 holds a formula"),
    Bad("merged cells", lambda s: s.spreadsheet(sheet(merged), "l.xlsx"), "joined into one"),
    Bad("a missing column", lambda s: s.spreadsheet("Name,Setting\nBo,Rowan Tree\n"), "“Email” is missing"),
    Bad("a doubled column", lambda s: s.spreadsheet("Email," + row()), "is there 2 times"),
    Bad("an unknown column", lambda s: s.spreadsheet("Name,Email,Seeks accreditation,Shoe size\nBo,b@l.example,yes,7\n"), "do not know the column “Shoe size”"),
    Bad("a date of birth we do not need", lambda s: s.spreadsheet("Name,Email,Seeks accreditation,Date of birth\nBo,b@l.example,yes,1/1/90\n"), "not needed"),
    Bad("31/02/2011", lambda s: s.spreadsheet(row(on="31/02/2011")), "Row 2: 31/02/2011 is not a date in the calendar"),
    Bad("an email that is none", lambda s: s.spreadsheet(row(email="sade.leeds")), "Row 2: “sade.leeds” is not an email address"),
    Bad("the same email twice", lambda s: s.spreadsheet(row() + GOOD.replace("Ṣadé", "Bo")), "Row 3: sade2@leeds.example is already in row 2"),
    Bad("neither yes nor no", lambda s: s.spreadsheet(row(seeks="maybe")), "neither yes nor no"),
    Bad("a name of 121 letters", lambda s: s.spreadsheet(row(name="x" * 121)), "120 fit on a certificate"),
    Bad("no name", lambda s: s.spreadsheet(row(name="")), "the name is empty"),
    Bad("no file chosen", lambda s: s.as_joy().send("cohorts.check_learners", cohort_ref=s.desk.cohort.ref, status=422), "Choose a file first"),
    Bad("a spreadsheet for a neighbour's cohort", lambda s: s.as_joy().send("cohorts.check_learners", cohort_ref=s.neighbour.cohort.ref, status=404), "not here"),
    # evidence
    Bad("a 0-byte file", lambda s: s.evidence(b"", "plan.pdf"), "empty", "First visit with Family B"),
    Bad("an .exe renamed .pdf", lambda s: s.evidence(EXE, "plan.pdf"), "is not a PDF, whatever its name says", WORDS),
    Bad("an .exe", lambda s: s.evidence(EXE, "tool.exe"), "cannot take files ending in .exe", WORDS),
    Bad("a picture with another ending", lambda s: s.evidence(picture("JPEG"), "photo.png"), "is not a PNG picture", WORDS),
    Bad("a script in a drawing", lambda s: s.evidence(b"<svg/>", "drawing.svg"), "cannot take files ending in .svg", WORDS),
    Bad("a zip that unpacks to far too much", lambda s: s.evidence(archive({"word/a": b"\0" * 50_000_000}), "plan.docx"), "is not a Word document", WORDS),
    Bad("a file far over the limit", huge, "larger than we can take"),
    Bad("an NHS number", lambda s: telling(s, "943 476 5919"), "NHS number", WORDS),
    Bad("a telephone number", lambda s: telling(s, "ring 0113 496 0123"), "phone number", WORDS),
    Bad("a family's name for its code", lambda s: s.writing(family_code="The Smiths"), "Write one letter, such as B", WORDS),
    Bad("work from a day to come", lambda s: s.writing(happened_on="2099-01-01"), "still to come", WORDS),
    Bad("work from 31 February", lambda s: s.writing(happened_on="2026-02-31"), "in the calendar", WORDS),
    Bad("no criterion ticked", lambda s: s.writing(criteria=[]), "Tick at least one criterion", WORDS),
    Bad("a criterion that does not exist", lambda s: s.writing(criteria=["9.9"]), "9.9", WORDS),
    Bad("not declared as own work", lambda s: s.writing(own_work=""), "your own work", WORDS),
    Bad("a double click", double_click, "First visit with Family B"),
    Bad("nothing chosen to send", lambda s: s.as_sade().send("portfolio.send", status=422, data={"declared": "y", "ai_used": "no"}), "Tick at least one criterion"),
    # decisions
    Bad("a judgement from an older page", stale_decision, "(older)"),
    Bad("a decision outside the allocation", lambda s: s.as_assessor().see("marking.start", submission_ref=s.neighbour.send(s.neighbours_learner, "4.1").ref, status=404), "not here"),
    Bad("a practitioner who decides", lambda s: s.as_sade().see("marking.queue", status=403), "ring"),
    # registers and cohorts
    Bad("a register saved by two", stale_register, "Somebody saved this register"),
    Bad("minutes that are words", lambda s: register(s, minutes="many"), "Write a whole number"),
    Bad("more minutes than the session has", lambda s: register(s, minutes="900"), "part of a session is 1 to"),
    Bad("a neighbour's practitioner in the register", lambda s: register(s, enrolment=neighbours_enrolment(s).ref), "somebody who is not in this cohort"),
    Bad("a cohort that begins on 31 February", lambda s: new_cohort(s, first_day="2027-02-31"), "in the calendar", "2027-02-31"),
    Bad("a neighbour's practitioner by reference", lambda s: s.as_joy().see("cohorts.person", enrolment_ref=neighbours_enrolment(s).ref, status=404), "not here"),
    # doors
    Bad("a form without a token", no_token, "open for a long time"),
    Bad("words that arrive after the sign-in ran out", expired, "Your words are saved. Sign in to carry on"),
    Bad("a link that was used", lambda s: s.client.see("people.sign_in") if s.client.get("/sign-in/" + "x" * 43).status_code == 303 else s.client.see("home.index"), "has been used or is too old"),
    Bad("a certificate number that does not exist", lambda s: s.client.see("verify.show", code="x" * 16, status=404), "No such number"),
)  # fmt: skip


def test_there_are_fifty() -> None:
    assert len(FIFTY) == 50
    assert len({bad.name for bad in FIFTY}) == 50


@pytest.mark.parametrize("bad", FIFTY, ids=lambda bad: bad.name.replace(" ", "-"))
def test_a_bad_input_gets_a_clear_message_and_loses_nothing(scene: Scene, bad: Bad) -> None:
    before = _rows()
    page = bad.do(scene)
    assert bad.says in page.text
    if bad.keeps:
        assert bad.keeps in page.body or bad.keeps in page.text
    if bad.do not in {double_click, stale_register, stale_decision} and "neighbour.send" not in bad.name:
        after = _rows()
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= ALLOWED.get(bad.name, set()), f"changed: {changed}"


ALLOWED = {
    "a decision outside the allocation": {
        *(
            "submission",
            "submitted_evidence",
            "sent_words",
            "evidence",
            "mapping",
            "marking_entry",
            "waiting",
        ),
    },
    "an NHS number": {"evidence", "mapping"},
    "a telephone number": {"evidence", "mapping"},
}
"""What is written all the same: by an input's own preparation, or because it is kept for its author to put right."""


ACCEPTED = {
    "a byte order mark": b"\xef\xbb\xbf" + row().encode(),
    "semicolons": row().replace(",", ";").encode(),
    "tabs": row().replace(",", "\t").encode(),
    "Latin-1": row(name="Zoë Müller").encode("latin-1"),
    "UTF-16": row().encode("utf-16"),
    "a name in Tamil": row(name="தமிழ்ச்செல்வி").encode(),
    "a name in Arabic": row(name="فاطمة الزهراء").encode(),
    "a name that begins a formula": row(name="=Ann").encode(),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=lambda content: "")
def test_odd_but_honest_spreadsheets_are_read(scene: Scene, content: bytes) -> None:
    page = scene.spreadsheet(content, status=303)
    shown = Page(scene.client.get(page.location))
    assert shown.status == 200
    assert any(name in shown.text for name in ("Ṣadé", "Zoë Müller", "தமிழ்ச்செல்வி", "فاطمة الزهراء", "=Ann"))


def test_the_scene_itself_holds(scene: Scene) -> None:
    assert make_enrolment(scene.desk.cohort).cohort_id == scene.desk.cohort.id
    assert weeks_ago(1) < clock.today()
