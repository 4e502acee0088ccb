"""The pages that are kept show at once what has changed, to each person their own, and never what they would not draw anew."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from assessments.deadlines import queries as due
from assessments.deadlines import service as deadlines
from assessments.marking import allocating
from assessments.marking import service as marking
from assessments.portfolio import service as portfolios
from assessments.portfolio.models import Submission
from courses.attendance import adjustments, apologies, registers
from courses.attendance.hours import Mark
from courses.attendance.needs import Need
from courses.attendance.registers import Entry
from courses.cohorts.leaving import Leaving
from courses.cohorts.models import Cohort, Session
from courses.places import withdrawals
from courses.progress import drafts, service
from lms.core.extensions import db
from lms.core.kept import EXTENSION, Memory, memory
from lms.core.text import day as in_words
from lms.people.models import Theme, User
from lms.people.roles import Role
from tests.budget import queries
from tests.client import JudgingClient
from tests.factories import learning
from tests.factories.learning import Learner
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import MET, OWN_WORK, add_text, make_unit

NOW = datetime(2026, 1, 22, 12, tzinfo=UTC)
EACH_TIME = re.compile(r'nonce="[^"]+"|(?<=name="csrf_token")[^>]*|(?<=name="submission_key")[^>]*')
"""What is another in each answer."""


@pytest.fixture
def cohort(app: Flask) -> Iterator[Cohort]:
    """A weekly cohort between its third session and its fourth."""
    with time_machine.travel(NOW, tick=False):
        yield learning.make_cohort(first=NOW - timedelta(days=16, hours=2, minutes=30))


class Town:
    """A cohort with three people, and everybody who looks at it, each with a browser of their own."""

    def __init__(self, app: Flask, cohort: Cohort) -> None:
        self.app, self.cohort = app, cohort
        self.people = [learning.make_learner(cohort, name=name) for name in ("Ann Oak", "Bo Ek", "Cy Ash")]
        self.bronwen = learning.facilitator_of(cohort)
        self.joy = make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider, name="Joy Mensah")
        self.ruk = make_user(Role.ASSESSOR, cohort.provider, name="Ruk Iqbal")
        make_unit()
        self.sent = [self._send(one) for one in self.people[:2]]
        everybody = [self.bronwen, self.joy, self.ruk, *(one.user for one in self.people[:2])]
        self.browsers = {user.id: self._signed_in(user) for user in everybody}

    def _send(self, one: Learner) -> Submission:
        portfolio = portfolios.open_portfolio(one.enrolment, by=as_actor(one.user))
        allocating.allocate(portfolio, self.ruk, by=as_actor(self.joy))
        add_text(portfolio, "1.1", "1.2")
        return marking.send(portfolio, ["1.1", "1.2"], declaration=OWN_WORK, by=as_actor(one.user))

    def _signed_in(self, user: User) -> JudgingClient:
        client = self.app.test_client()
        assert isinstance(client, JudgingClient)
        client.sign_in(user)
        return client

    def session(self, number: int) -> Session:
        return db.session.query(Session).filter_by(cohort_id=self.cohort.id, number=number).one()

    def see(self, user: User, endpoint: str, **values: str) -> str:
        """A page without what is another in each answer."""
        client = self.browsers[user.id]
        return EACH_TIME.sub("", client.get(client.address(endpoint, **values)).get_data(as_text=True))

    def pages(self) -> dict[str, str]:
        """Every page that is kept, as each of those who may open it sees it."""
        found = {}
        for learner in self.people[:2]:
            found[f"home of {learner.user.name}"] = self.see(learner.user, "progress.home")
        for user in (self.bronwen, self.joy):
            found[f"cohort, {user.name}"] = self.see(user, "cohorts.show", cohort_ref=self.cohort.ref)
        for number in (3, 4):
            name, ref = f"register {number}, {self.bronwen.name}", self.session(number).ref
            found[name] = self.see(self.bronwen, "cohorts.register", session_ref=ref)
        for part in ("all", "late"):
            found[f"queue, {part}"] = self.see(self.ruk, "marking.queue", part=part)
        return found


@pytest.fixture
def town(app: Flask, cohort: Cohort) -> Town:
    return Town(app, cohort)


@contextmanager
def nothing_kept(app: Flask) -> Iterator[None]:
    """Within this block the application draws each page anew."""
    before, app.extensions[EXTENSION] = app.extensions[EXTENSION], Memory(0)
    try:
        yield
    finally:
        app.extensions[EXTENSION] = before


def writes(town: Town, chance: random.Random) -> list[Callable[[], object]]:
    """Things that people do, each of which is on one of the pages."""
    one = chance.choice(town.people)
    actor, bronwen, joy = as_actor(one.user), as_actor(town.bronwen), as_actor(town.joy)
    key = one.learning.key("journal")

    def mark() -> None:
        entry = Entry(chance.choice([Mark.CAME, Mark.MISSED, Mark.PART, Mark.ONLINE]), chance.randint(30, 90))
        session = town.session(chance.randint(1, 3))
        registers.take_register(session, {one.enrolment.ref: entry}, by=bronwen, reason="looked again")

    def read_something() -> None:
        steps = [step.id for module in one.learning.document.course.modules[:2] for step in module.steps]
        step = chance.choice(steps)
        if not service.reopen(one.enrolment.id, step, by=actor):
            service.complete(one.enrolment.id, step, by=actor)

    def write_a_line() -> None:
        drafts.empty(key, by=actor) if chance.random() < 0.5 else drafts.save(
            {"text": f"line {chance.random()}"}, key=key, based_on=99, by=actor
        )

    def rename() -> None:
        one.user.name = f"{one.user.name.split()[0]} {chance.choice(['Oak', 'Elm', 'Fir'])}"

    def turn_the_light() -> None:
        town.bronwen.theme = chance.choice(list(Theme))

    def hold_elsewhere() -> None:
        session = town.session(4)
        session.venue = chance.choice(["Compton Centre", "Seacroft Hub", ""])
        session.starts_at = session.ends_at - timedelta(minutes=chance.choice([180, 195]))

    return [
        mark,
        mark,
        read_something,
        write_a_line,
        rename,
        turn_the_light,
        hold_elsewhere,
        lambda: apologies.send(town.session(4), words=f"ill {chance.random()}", by=actor),
        lambda: adjustments.agree(one.enrolment, needs=[chance.choice(list(Need))], words="", by=joy),
    ]


def assessing(town: Town) -> list[Callable[[], object]]:
    """Things that are done about portfolios, each once, each of which is in the assessor's queue."""

    def decide_some() -> None:
        marking.save_draft(town.sent[0], "1.1", MET, version=0, by=as_actor(town.ruk))

    def decide_all() -> None:
        for criterion in ("1.1", "1.2"):
            marking.save_draft(town.sent[1], criterion, MET, version=0, by=as_actor(town.ruk))
        sequence = marking.position_of(town.sent[1]).sequence
        marking.release(town.sent[1], sequence=sequence, by=as_actor(town.ruk))

    def give_time() -> None:
        portfolio = town.sent[0].portfolio
        until = due.due_on(portfolio.id) + timedelta(days=7)
        deadlines.extend(portfolio, until=until, reason="illness", by=as_actor(town.joy))

    return [decide_some, decide_all, give_time]


def test_whatever_is_done_each_page_is_what_it_would_be_if_nothing_were_kept(town: Town) -> None:
    chance = random.Random(11)
    order = chance.sample(range(12), 12)
    for place in order:
        [*writes(town, chance), *assessing(town)][place]()
        with_memory = town.pages()
        with nothing_kept(town.app):
            assert town.pages() == with_memory
    made = len(memory(town.app))
    town.pages()
    assert len(memory(town.app)) == made


def test_a_mark_is_on_every_page_at_once(town: Town) -> None:
    ann, bronwen = town.people[0], town.bronwen
    before = town.pages()
    entries = {ann.enrolment.ref: Entry(Mark.CAME)}
    registers.take_register(town.session(3), entries, by=as_actor(bronwen))
    after = town.pages()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {
        "home of Ann Oak",
        "cohort, Bronwen Pryce",
        "cohort, Joy Mensah",
        "register 3, Bronwen Pryce",
    }
    assert "You have done 1 of 10 sessions" in after["home of Ann Oak"]
    withdrawals.withdraw(ann.enrolment, reason=Leaving.OTHER, by=as_actor(town.joy))
    assert "1 person has left" in town.pages()["cohort, Joy Mensah"]
    assert "of 10 sessions" not in town.pages()["home of Ann Oak"]


def test_each_sees_their_own_page_by_role_and_by_name(town: Town) -> None:
    pages = town.pages()
    assert "Hello, Ann" in pages["home of Ann Oak"]
    assert "Hello, Bo" in pages["home of Bo Ek"]
    assert "Add people from a spreadsheet" in pages["cohort, Joy Mensah"]
    assert "Add people from a spreadsheet" not in pages["cohort, Bronwen Pryce"]
    other = make_user(Role.FACILITATOR, town.cohort.provider)
    browser = town._signed_in(other)
    browser.see("cohorts.show", cohort_ref=town.cohort.ref, status=404)


def test_time_alone_changes_a_page_when_a_session_ends_and_when_the_day_does(town: Town) -> None:
    bo = town.people[1].user
    assert "The register opens on" in town.pages()["register 4, Bronwen Pryce"]
    with time_machine.travel(town.session(4).ends_at - timedelta(minutes=1), tick=False):
        town.browsers[bo.id].sign_in(bo)
        town.browsers[town.bronwen.id].sign_in(town.bronwen)
        during, marking = town.see(bo, "progress.home"), town.pages()["register 4, Bronwen Pryce"]
    with time_machine.travel(town.session(4).ends_at + timedelta(minutes=1), tick=False):
        after = town.see(bo, "progress.home")
    assert '<h2 id="sess" class="mb-2">Session 4</h2>' in during
    assert '<h2 id="sess" class="mb-2">Session 5</h2>' in after
    assert "Save the register" in marking


def test_a_queue_is_kept_with_the_day_its_portfolios_are_due_and_asks_three_queries(town: Town) -> None:
    before, browser = town.pages()["queue, all"], town.browsers[town.ruk.id]
    with queries() as asked:
        browser.see("marking.queue")
    assert len(asked) == 3, "who looks, the page and how much there is"
    day = due.due_on(town.sent[0].portfolio_id)
    assert before.count(f"Portfolio due by {in_words(day)}") == 2
    assessing(town)[-1]()
    after = town.pages()["queue, all"]
    assert after.count(f"Portfolio due by {in_words(day)}") == 1
    assert after.count(f"Portfolio due by {in_words(day + timedelta(days=7))}") == 1


def test_what_must_be_another_each_time_is_and_a_message_is_shown_once(town: Town) -> None:
    browser, ref = town.browsers[town.bronwen.id], town.session(3).ref
    seen = [browser.see("cohorts.register", session_ref=ref) for _ in range(3)]
    assert len({page.field("submission_key") for page in seen}) == 3
    nonces = {page.all("script")[0].get("nonce") for page in seen}
    assert len(nonces) == 3
    assert all(
        f"'nonce-{page.all('script')[0].get('nonce')}'" in page.response.headers["Content-Security-Policy"]
        for page in seen
    )
    token = seen[-1].field("csrf_token")
    sent = browser.post(
        browser.address("cohorts.take_register", session_ref=ref),
        data={"csrf_token": token, "submission_key": seen[-1].field("submission_key"), "seen": "0"},
    )
    assert sent.status_code == 303
    show = {"cohort_ref": town.cohort.ref}
    assert "Register of session 3: Nothing changed." in browser.see("cohorts.show", **show).text
    assert "Nothing changed" not in browser.see("cohorts.show", **show).text


def test_words_that_nobody_else_can_open_are_not_kept(town: Town) -> None:
    bo: Learner = town.people[1]
    for _ in range(2):  # the first look gives a cookie with a token, which the second keeps
        town.pages()
    drafts.save({"text": "what I saw"}, key=bo.learning.key("journal"), based_on=0, by=as_actor(bo.user))
    made = len(memory(town.app))
    assert "what I saw" in town.see(bo.user, "progress.home")
    assert len(memory(town.app)) == made
