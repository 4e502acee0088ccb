"""A server killed at any instant of sending, deciding and countersigning: all of it happened or none, and never twice."""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from assessments.marking import queries, service
from assessments.marking.models import (
    AwaitingIqa,
    Countersignature,
    Decision,
    DecisionDraft,
    Entry,
    EntryKind,
    Stage,
    Waiting,
)
from assessments.marking.outcomes import UnitState
from assessments.portfolio.models import Portfolio, SentWords, Submission
from assessments.portfolio.sending import is_intact
from lms.core.audit import Act, AuditRecord, broken_entries
from lms.core.database import writing
from lms.core.extensions import db
from lms.core.jobs import Job
from lms.core.mail import SEND, Message
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.factories.people import as_actor
from tests.factories.portfolios import MET, Desk, add_text, put_in_training
from tests.journeys.person import Person
from tests.journeys.practitioner import PASSWORD
from tests.journeys.server import Server

pytestmark = pytest.mark.slow

KILLS = 12
"""Times that the server is killed. Each time somebody sends, somebody decides and somebody countersigns at once."""
ACTS = (
    Act.PORTFOLIO_SUBMITTED.value,
    Act.SUBMISSION_DECIDED.value,
    Act.SUBMISSION_COUNTERSIGNED.value,
)
TURNS = KILLS + 2
"""Two are let alone: one to warm up, and one to see how long it takes."""
UNIT = "reflect-with-a-supervisor"
TRAINEE, SIGNER = "amina@example.org", "rukhsana@example.org"


@dataclass
class Press:
    """A form that is filled in, and pressed until it is answered."""

    by: Person
    path: str
    fields: dict[str, Any]
    answer: str = ""
    """Where the answer sent on to; empty: none has come."""

    def once(self) -> None:
        """Press it. The server may be gone before it answers."""
        try:
            self.answer = self.by.press(self.path, self.fields)
        except (OSError, http.client.HTTPException):
            return

    def again(self) -> None:
        """Press the same form once more: it is answered as it was, or would have been."""
        before, self.answer = self.answer, self.by.press(self.path, self.fields)
        assert before in {"", self.answer}


@pytest.fixture
def server(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[Server]:
    """An installation on the database of this run, not yet served."""
    if database_kind == "sqlite":
        yield request.getfixturevalue("installed")
        return
    made = Server(tmp_path, database_url=request.getfixturevalue("postgresql_url"))
    yield made
    if made.process is not None:
        made.kill()


@pytest.fixture
def app(server: Server, database_kind: str) -> Iterator[Flask]:
    """The application on the same database, for looking at it while nobody serves it."""
    made = create_app(databases.settings_for(server.database_url, server.folder))
    yield made
    if database_kind == "postgresql":
        with at_rest(made):
            databases.empty_postgresql(db.engine)


@contextmanager
def at_rest(app: Flask) -> Iterator[None]:
    """Within this block the rows are at hand; nothing of the database stays open after it."""
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def begun(app: Flask) -> list[tuple[str, str, str]]:
    """For each turn: the address of somebody who has not sent yet, a submission to decide, and one to countersign."""
    with at_rest(app), writing():
        desk = Desk(unit_slug=UNIT)
        trainee, secret = put_in_training(desk), hash_password(PASSWORD)
        for user, email in ((trainee, TRAINEE), (desk.assessor, SIGNER)):
            user.email, user.password_hash = email, secret
        made = []
        for _ in range(TURNS):
            to_send, to_decide, to_sign = (desk.begin(assessor=trainee) for _ in range(3))
            to_send.learner.password_hash = secret
            add_text(to_send, *desk.criteria)
            decided, signed = desk.send(to_decide), desk.send(to_sign)
            for ref in decided.criteria:
                service.save_draft(decided, ref, MET, version=0, by=as_actor(trainee))
            desk.decide(signed, by=trainee)
            made.append((to_send.learner.email, decided.ref, signed.ref))
        db.session.commit()
    return made


def test_a_server_killed_at_any_instant_of_send_decide_and_countersign(
    server: Server, app: Flask, begun: list[tuple[str, str, str]]
) -> None:
    with at_rest(app):
        assert faults() == []
    server.start()
    turns = filled_in(server, begun)
    undisturbed(server, turns.pop())
    took = undisturbed(server, turns.pop())
    instants, lost = random.Random(5), Counter[bool]()
    for number, presses in enumerate(turns):
        killed(server, presses, took.reached((number + instants.random()) / KILLS, by_bytes=bool(number % 2)))
        lost += Counter(bool(press.answer) for press in presses)
        with at_rest(app):
            assert faults() == []
            assert [press.path for press in presses if press.answer and not happened(press)] == []
        server.start()
        for press in presses:
            press.again()
    server.kill()
    with at_rest(app):
        assert faults() == []
        stages = Counter(db.session.scalars(select(Waiting.stage)))
        assert stages == {Stage.ASSESSOR: TURNS, Stage.COUNTERSIGNER: TURNS}
        assert db.session.scalar(select(func.count(AwaitingIqa.id))) == TURNS
    assert lost[True], "no answer came before the server was killed"
    assert lost[False], "every answer came before the server was killed"


def filled_in(server: Server, begun: list[tuple[str, str, str]]) -> list[list[Press]]:
    """The three forms of each turn, opened and filled in, and not pressed."""
    trainee, signer = Person(server, TRAINEE, PASSWORD), Person(server, SIGNER, PASSWORD)
    whole = {"criteria": ["1.1", "1.2", "2.1", "2.2", "2.3"], "declared": "y", "ai_used": "no"}
    made = []
    for email, to_decide, to_sign in begun:
        learner = Person(server, email, PASSWORD)
        sends, decides = "/portfolio/send", f"/marking/{to_decide}/send"
        signs = f"/marking/countersign/{to_sign}"
        made.append(
            [
                Press(learner, sends, learner.form(sends) | whole),
                Press(trainee, decides, trainee.form(decides)),
                Press(signer, signs, signer.form(signs) | {"answer": "sign"}),
            ]
        )
    return made


@dataclass(frozen=True)
class Undisturbed:
    """What a turn takes when nobody disturbs it: seconds, and bytes that the database's journal grows by."""

    journal: Path
    seconds: float
    grown: int

    def reached(self, part: float, *, by_bytes: bool) -> Callable[[], bool]:
        """Whether a part of that has gone by since now."""
        if by_bytes and self.grown:
            size = size_of(self.journal) + part * self.grown
            return lambda: size_of(self.journal) >= size
        # one that has just begun takes longer than one that was asked before
        until = time.monotonic() + 2 * part * self.seconds
        return lambda: time.monotonic() >= until


def size_of(journal: Path) -> int:
    """How many bytes a file has; none when there is no file."""
    return journal.stat().st_size if journal.exists() else 0


def undisturbed(server: Server, presses: list[Press]) -> Undisturbed:
    """Press all at once and let them be answered."""
    journal = server.database.with_name(f"{server.database.name}-wal")
    began, size = time.monotonic(), size_of(journal)
    for thread in pressed(presses):
        thread.join()
    assert all(press.answer for press in presses)
    return Undisturbed(journal, time.monotonic() - began, size_of(journal) - size)


def killed(server: Server, presses: list[Press], is_due: Callable[[], bool]) -> None:
    """Press all at once, and kill the server when it is due, or when all are answered."""
    threads = pressed(presses)
    while not is_due() and any(thread.is_alive() for thread in threads):
        os.sched_yield()
    server.kill()
    for thread in threads:
        thread.join()


def pressed(presses: list[Press]) -> list[threading.Thread]:
    threads = [threading.Thread(target=press.once, daemon=True) for press in presses]
    for thread in threads:
        thread.start()
    return threads


def happened(press: Press) -> bool:
    """Whether what somebody was told has happened did happen."""
    if press.path == "/portfolio/send":
        ref = press.answer.rsplit("/", 1)[1]
        return db.session.scalar(select(Submission.id).where(Submission.ref == ref)) is not None
    ref = press.path.removesuffix("/send").rsplit("/", 1)[1]
    submission = db.session.scalars(select(Submission).where(Submission.ref == ref)).one()
    standing = service.position_of(submission).standing
    is_signed = press.path.startswith("/marking/countersign")
    return not (standing.to_countersign if is_signed else standing.to_decide)(submission.number)


def faults() -> list[str]:
    """What is there by halves, and what is there that nothing which happened accounts for."""
    return [*_faults_of_submissions(), *_faults_of_queues(), *_faults_of_letters(), *_faults_of_trail()]


def _faults_of_submissions() -> Iterator[str]:
    """A submission has its entry, its words and its line in the trail; so have all its decisions, and all signatures, or none is there."""
    drafts = _each(select(DecisionDraft.submission_id))
    decisions = _each(select(Decision.submission_id))
    signed = _each(select(Decision.submission_id).join(Countersignature))
    words = _each(select(SentWords.submission_id))
    happened = _each(select(Entry.submission_id, Entry.kind))
    acts = _each(
        select(AuditRecord.subject_id, AuditRecord.act).where(
            AuditRecord.subject_kind == Submission.__tablename__, AuditRecord.act.in_(ACTS)
        )
    )
    for one in db.session.scalars(select(Submission).options(selectinload(Submission.sent_words))):
        (number,) = key = (one.id,)
        counts = f"{drafts[key]} drafts, {decisions[key]} decisions, {signed[key]} signatures"
        if words[key] != 1 or not is_intact(one):
            yield f"{one.ref}: it is not what was sent"
        if drafts[key] + decisions[key] not in {0, len(one.criteria)} or (drafts[key] and decisions[key]):
            yield f"{one.ref}: {counts}"
        if signed[key] not in {0, decisions[key]}:
            yield f"{one.ref}: {counts}"
        expected = {
            EntryKind.SUBMITTED: 1,
            EntryKind.DECIDED: decisions[key],
            EntryKind.COUNTERSIGNED: signed[key],
        }
        if Counter({kind: happened[number, kind] for kind in EntryKind}) != Counter(expected):
            yield f"{one.ref}: {counts}, and the ledger says otherwise"
        if [acts[number, act] for act in ACTS] != [1, bool(decisions[key]), bool(signed[key])]:
            yield f"{one.ref}: {counts}, and the trail says otherwise"


def _faults_of_queues() -> Iterator[str]:
    """The queues hold what the ledger says, and no more."""
    queued = _each(select(Waiting.portfolio_id, Waiting.stage, Waiting.criteria))
    awaiting = _each(select(AwaitingIqa.portfolio_id))
    for number, position in queries.positions(db.session.scalars(select(Portfolio.id)).all()).items():
        standing = position.standing
        waits = ((Stage.ASSESSOR, standing.to_decide(1)), (Stage.COUNTERSIGNER, standing.to_countersign(1)))
        expected = Counter((number, stage, len(criteria)) for stage, criteria in waits if criteria)
        if Counter({key: count for key, count in queued.items() if key[0] == number}) != expected:
            yield f"portfolio {number}: {standing}, and the queue says otherwise"
        if awaiting[number,] != (standing.unit is UnitState.MET):
            yield f"portfolio {number}: {standing.unit}, and the IQA’s queue says otherwise"


def _faults_of_letters() -> Iterator[str]:
    """Each thing that happened is written about once, and nothing else is."""
    sent = len(_each(select(Submission.id)))
    decided = len(_each(select(Decision.submission_id)))
    signed = len(_each(select(Decision.submission_id).join(Countersignature)))
    rooms = "assessments/mail/"
    letters = _each(select(Message.template).where(Message.template.startswith(rooms)))
    expected = {"sent": sent, "arrived": sent, "to_countersign": decided, "met": signed}
    if letters != Counter({(rooms + name,): count for name, count in expected.items()}):
        yield f"{letters} were written, not {expected}"
    if _each(select(Job.name)).get((SEND,)) != sum(_each(select(Message.id)).values()):
        yield "a letter has no job that sends it, or a job no letter"


def _faults_of_trail() -> Iterator[str]:
    entries = db.session.scalars(select(AuditRecord).order_by(AuditRecord.sequence)).all()
    yield from (f"entry {number} of the trail does not hold" for number in broken_entries(entries))


def _each(rows: Select[Any]) -> Counter[tuple[Any, ...]]:
    """How many times each row is there."""
    return Counter(tuple(row) for row in db.session.execute(rows))
