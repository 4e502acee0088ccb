"""Questionnaires from letter to answer: before, after and a month on by one phone, and forms on paper keyed by two people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from assessments.questionnaires import personal_codes, service
from assessments.questionnaires.asking import laying_out
from assessments.questionnaires.models import Invitation, Response, Wave
from assessments.questionnaires.paper import keyed_answers, sheets
from assessments.questionnaires.paper.models import KeyedForm, PaperSheet
from assessments.questionnaires.schema import WaveKind
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock, jobs
from lms.core.clock import LONDON
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.people.roles import Role
from lms.site.app import create_app
from tests import databases
from tests.factories import learning
from tests.factories.people import as_actor, make_user
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import EMAIL, PASSWORD
from tests.journeys.server import LINK, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEYERS = ("joy@example.org", "rita@example.org")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    served = Server(tmp_path)
    databases.migrate(served.database_url, tmp_path)
    yield served
    if served.process is not None:
        served.kill()


def product(server: Server) -> Flask:
    """The product with the server's own keys, for what happens without a browser."""
    settings = databases.settings_for(server.database_url, server.folder)
    keys = {name: server.environment[name] for name in ("SECRET_KEY", "RESPONSE_KEY", "PUBLIC_URL")}
    return create_app(replace(settings, **keys))


@contextmanager
def working(app: Flask, at: datetime) -> Iterator[None]:
    """Something done at a time, committed; then what is due by then is run."""
    with clock.set_to(at), app.app_context(), writing():
        yield
        db.session.commit()
        jobs.run_all_due()
        db.session.remove()
        db.engine.dispose()


def morning(day: datetime) -> datetime:
    return datetime.combine(day.date(), time(10), tzinfo=LONDON)


def last_link(server: Server) -> str:
    """The link of the newest letter."""
    newest = max((server.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    letter = message_from_bytes(newest.read_bytes(), policy=policy.default)
    body = letter.get_body(("plain",))
    assert letter["To"] == EMAIL
    assert body is not None
    link = LINK.search(body.get_content())
    assert link is not None
    return link[0]


def answered() -> dict[WaveKind, bool]:
    """Which waves the one practitioner has answered."""
    waves = sa.select(Wave.kind, Invitation.answered).join(Invitation, Invitation.wave_id == Wave.id)
    return {row.kind: row.answered for row in db.session.execute(waves)}


def lose_signal(phone: BrowserContext, page: Page, server: Server) -> Page:
    """Answer without signal, close the page, come back by the link: everything is there."""
    page.get_by_text("Under 12 months").click()
    state = page.locator("form [data-saved]")
    expect(state).to_contain_text("Saved at")
    phone.set_offline(True)
    page.get_by_text("Part-time", exact=True).click()
    expect(state).to_contain_text(re.compile(r"No signal\. .*kept on this (phone|computer)"))
    assert not faults(page)
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(last_link(server))
    page.get_by_role("link", name=re.compile("^Carry on")).click()
    expect(page.get_by_label("Part-time")).to_be_checked()
    expect(page.get_by_label("Under 12 months")).to_be_checked()
    return page


def go_through(page: Page) -> None:
    """Answer the first question of each part and finish, with one thumb."""
    page.wait_for_load_state()
    while page.get_by_role("button", name="I have finished").count() == 0:
        first = page.locator("form .gf-choice, form .gf-point").first
        if first.count():
            first.click()
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("^(Keep going|Check your answers)")).click()
    page.get_by_role("button", name="I have finished").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_before_after_and_a_month_on_from_links_on_a_phone_that_loses_its_signal(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    app = product(server)
    before = morning(clock.now() + timedelta(days=4))
    with working(app, before):
        service.publish_instruments(by=None)
        learner = learning.make_learner(learning.make_cohort(sessions=3))
        learner.user.email, cohort = EMAIL, learner.cohort
        laying_out.lay_out(cohort, by=None)
        ends = datetime.combine(cohort.ends_on, time(), tzinfo=LONDON)
    phone = open_browser(PHONE)

    # before the course: part of it without signal
    server.move_to(before)
    page = phone.new_page()
    page.goto(last_link(server))
    assert re.search(r"/answer/[\w-]{22}$", page.url), "the address has lost its token"
    assert not faults(page)
    page.get_by_role("link", name=re.compile("^Start")).click()
    page = lose_signal(phone, page, server)
    go_through(page)
    page.get_by_role("link", name="See your answers").click()
    expect(page.get_by_text("Part-time", exact=True)).to_be_visible()
    page.go_back()
    with page.expect_navigation():
        page.get_by_role("button", name="Close the questionnaire").click()
    page.go_back()
    page.reload()
    expect(page.get_by_text("Open the letter")).to_be_visible()

    # after the course, and a month on: the letters come by themselves
    for at in (morning(ends + timedelta(days=1)), morning(ends + timedelta(days=30))):
        with working(app, at):
            pass
        server.move_to(at)
        page.goto(last_link(server))
        page.get_by_role("link", name=re.compile("^Start")).click()
        go_through(page)
    with working(app, at):
        assert answered() == {WaveKind.PRE: True, WaveKind.POST: True, WaveKind.ONE_MONTH: True}
        assert len(set(db.session.scalars(sa.select(Response.pseudonym)))) == 1, "the three pair"

    # and the last is taken back, by the link alone
    page.get_by_role("link", name="See your answers").click()
    page.get_by_role("link", name="Take your answers back").click()
    assert not faults(page)
    page.get_by_role("button", name="Delete my answers").click()
    expect(page.get_by_text("Your answers are deleted.")).to_be_visible()
    with working(app, at):
        assert answered() == {WaveKind.PRE: True, WaveKind.POST: True, WaveKind.ONE_MONTH: False}


def come_in(context: BrowserContext, server: Server, email: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    page.get_by_text("Use my password instead").click()
    page.locator("#email-too").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="your account")).to_be_attached()
    page.goto(f"{server.url}/questionnaires/keying")
    return page


def key_in(page: Page, number: str, code: str, answers: str) -> None:
    """One form by keyboard alone: its number, its code, a key for each question, Enter at the end."""
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.type(number.lower())
    page.keyboard.press("Enter")
    page.locator("form[data-keying-ready]").wait_for()
    expect(page.get_by_label("Personal code on the form")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.keyboard.type(answers)
    expect(page.get_by_role("button", name="Keep this form")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is keyed")


def test_ten_forms_on_paper_are_keyed_by_two_people_and_one_difference_is_settled(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    app = product(server)
    with working(app, clock.now()):
        service.publish_instruments(by=None)
        cohort: Cohort = learning.make_cohort(first=clock.now() - timedelta(weeks=3), sessions=3)
        people: list[Enrolment] = [
            learning.make_learner(cohort, name=f"Person {n}").enrolment for n in range(9)
        ]
        for email in KEYERS:
            user = make_user(Role.PROVIDER_ADMINISTRATOR, cohort.provider)
            user.email, user.password_hash = email, hash_password(PASSWORD)
        wave = service.open_waves(cohort, by=None)[WaveKind.POST]
        batch = sheets.print_sheets(wave, sheets=10, keyed_twice=True, by=as_actor(user))
        numbers = sheets.list_numbers(wave, batch)
        codes = [*(personal_codes.code_of(each.ref) for each in people), ""]
        words = keyed_answers.in_english(sheets.instrument_of(wave))
        lines = [line for _, here in keyed_answers.lines_of(words) for line in here]
        rest = "".join("1" if line.is_one_key else "12\n" for line in lines[1:])
    server.start()
    forms = list(zip(numbers, codes, strict=True))
    for email, third in zip(KEYERS, ("2", "1"), strict=True):
        page = come_in(open_browser(DESK), server, email)
        assert not faults(page)
        for place, (number, code) in enumerate(forms):
            first = third if place == 2 else "1"
            key_in(page, number, code, first + rest)
        expect(page.get_by_text("10 forms keyed today")).to_be_visible()
    page.get_by_role("button", name="That was the last one").click()
    expect(page.get_by_text("1 form to compare")).to_be_visible()
    page.get_by_role("link", name=f"Form {numbers[2][:4]} {numbers[2][4:]}").click()
    expect(page.get_by_text("differ in 1 place")).to_be_visible()
    assert not faults(page)
    page.locator("form[data-keying-ready]").wait_for()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is settled and taken in")
    with working(app, clock.now()):
        responses = db.session.scalars(sa.select(Response)).all()
        assert len(responses) == 10
        assert len({each.codes for each in responses}) == 2
        assert db.session.scalar(sa.select(sa.func.count()).where(Invitation.answered)) == 9
        assert not db.session.scalars(sa.select(KeyedForm)).all()
        assert all(db.session.scalars(sa.select(PaperSheet.is_taken_in)))
