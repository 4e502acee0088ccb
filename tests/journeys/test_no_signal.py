"""A hall without signal: a check-in and a register that are kept on the device, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from courses.attendance.models import CheckInWindow
from courses.cohorts.models import Session
from lms.core import clock
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.factories import learning
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import EMAIL, PASSWORD
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BRONWEN = "bronwen@example.org"
CODE = "K7P4QX"
NOT_YET = r"Not recorded yet: no signal\. Kept on this (phone|computer); it is sent when there is signal\. Code K7P4QX"


@pytest.fixture
def server(installed: Server) -> Server:
    """A cohort of four whose first session began five minutes ago, its code on the screen; served."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    with app.app_context(), writing():
        now = clock.now()
        cohort = learning.make_cohort(first=now - timedelta(minutes=5))
        sade = learning.make_learner(cohort).user
        for name in ("Ann", "Bo", "Cai"):
            learning.make_learner(cohort, name=name)
        bronwen = learning.facilitator_of(cohort)
        for user, email in ((sade, EMAIL), (bronwen, BRONWEN)):
            user.email, user.password_hash = email, hash_password(PASSWORD)
        session = db.session.query(Session).filter_by(cohort_id=cohort.id, number=1).one()
        db.session.add(
            CheckInWindow(
                session_id=session.id,
                code=CODE,
                opens_at=now - timedelta(minutes=10),
                closes_at=now + timedelta(minutes=20),
                by_id=bronwen.id,
            )
        )
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return installed


def come_in(context: BrowserContext, server: Server, email: str, path: str = "/") -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    page.get_by_text("Use my password instead").click()
    page.locator("#email-too").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="your account")).to_be_attached()
    page.goto(f"{server.url}{path}")
    return page


def to_register(page: Page) -> None:
    page.get_by_role("link", name="Harehills, spring").click()
    page.get_by_role("link", name=re.compile(r"^Register of session 1\b")).first.click()
    page.wait_for_url("**/register")


def type_code(page: Page, code: str = CODE) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="I am here").click()


def ready_without_signal(page: Page) -> None:
    """Wait until this phone has kept the check-in page."""
    page.evaluate(
        "async () => { while (!(await navigator.serviceWorker.getRegistration('/check-in'))?.active)"
        " await new Promise(soon => setTimeout(soon, 50)) }"
    )


def came_back(context: BrowserContext, server: Server) -> Page:
    """The facilitator's page of the register, at a desk."""
    page = come_in(context, server, BRONWEN)
    to_register(page)
    return page


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_a_code_typed_without_signal_waits_and_counts_when_the_facilitator_accepts(
    server: Server, open_browser: Callable[..., BrowserContext], size: dict[str, int]
) -> None:
    phone, desk = open_browser(size), open_browser(size)
    page = come_in(phone, server, EMAIL, "/check-in")
    phone.set_offline(True)
    type_code(page, "k7p 4qx")
    expect(page.get_by_role("status")).to_contain_text(re.compile(NOT_YET))
    assert not faults(page)
    register = came_back(desk, server)
    register.get_by_role("link", name=re.compile("Code until")).click()
    register.get_by_role("button", name=re.compile("Close|End")).click()
    phone.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("Not recorded yet. Your check-in of")
    page.goto(f"{server.url}/my-course/hours")
    expect(page.get_by_text("It does not count yet: Bronwen Pryce has not accepted it.")).to_be_visible()
    register.reload()
    assert not faults(register)
    register.get_by_role("group", name="Ann").get_by_text("Came").click()
    asked = register.get_by_role("region", name="Check-in of Ṣadé Adéyẹmí")
    asked.get_by_role("button", name="Accept: they came").click()
    expect(register.get_by_role("status").first).to_contain_text("Ṣadé Adéyẹmí: came.")
    expect(register.get_by_role("group", name="Ann").get_by_label("Came")).to_be_checked()
    page.reload()
    expect(page.get_by_text("Session 1: came")).to_be_visible()
    expect(page.get_by_text("It does not count yet")).to_have_count(0)


def test_a_phone_opens_the_check_in_page_without_signal_and_sends_when_it_is_back(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    phone = open_browser(PHONE)
    page = come_in(phone, server, EMAIL, "/my-course")
    ready_without_signal(page)
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async name =>"
        " (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname)))).flat()"
    )
    assert [path for path in kept if "/static/" not in path] == ["/check-in/no-signal"]
    phone.set_offline(True)
    page.goto(f"{server.url}/check-in?code={CODE}")
    expect(page.get_by_label("Code", exact=True)).to_have_value(CODE)
    assert not faults(page)
    page.get_by_role("button", name="I am here").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(NOT_YET))
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{server.url}/my-course")
    phone.set_offline(False)
    page.goto(f"{server.url}/my-course/hours")
    # A browser opens the page that failed by itself when signal is back, so the code may have been sent from there.
    expect(page.get_by_role("status").first).to_contain_text(
        re.compile(r"Recorded: you came to session 1|You were recorded already for session 1 of .*: came")
    )
    page.reload()
    expect(page.get_by_text("Session 1: came")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(name => name.includes('unsaved'))") == []


def test_a_refused_code_that_was_kept_is_said_until_it_has_been_read(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    phone = open_browser(PHONE)
    page = come_in(phone, server, EMAIL, "/check-in")
    type_code(page, "ZZZZZZ")
    expect(page.get_by_role("alert")).to_contain_text(
        "Not recorded. This is not the code of a session of yours"
    )
    phone.set_offline(True)
    type_code(page, "YYYYYY")
    expect(page.get_by_role("status")).to_contain_text("Code YYYYYY")
    page.close()
    phone.set_offline(False)
    for _ in range(2):
        page = phone.new_page()
        page.goto(f"{server.url}/my-course")
        expect(page.get_by_role("alert")).to_contain_text("Not recorded. This is not the code")
    page.get_by_role("button", name="I have read this").click()
    page.reload()
    expect(page.get_by_role("alert")).to_have_count(0)


def tap(page: Page, name: str, mark: str) -> None:
    page.get_by_role("group", name=name).get_by_text(mark, exact=True).click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_marks_tapped_without_signal_are_kept_and_sent_when_it_is_back(
    server: Server, open_browser: Callable[..., BrowserContext], size: dict[str, int]
) -> None:
    phone = open_browser(size)
    page = come_in(phone, server, BRONWEN)
    to_register(page)
    phone.set_offline(True)
    tap(page, "Ann", "Came")
    tap(page, "Bo", "Missed")
    state = page.locator("form [data-saved]")
    expect(state).to_contain_text("Not saved yet: 2 marks.")
    page.get_by_role("button", name="Save the register").click()
    expect(state).to_contain_text(
        re.compile(r"Not saved yet: 2 marks\. No signal\. They are kept on this (phone|computer)")
    )
    assert not faults(page)
    phone.set_offline(False)
    expect(page.get_by_role("status").first).to_contain_text("Register of session 1: 2 marks saved.")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.includes('unsaved'))") == []


def test_marks_of_a_page_that_was_closed_come_back_but_not_over_a_newer_mark(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    phone, desk = open_browser(PHONE), open_browser(DESK)
    page = come_in(phone, server, BRONWEN)
    to_register(page)
    address = page.url
    phone.set_offline(True)
    tap(page, "Ann", "Came")
    tap(page, "Bo", "Late")
    page.get_by_role("group", name="Bo").get_by_label("How many minutes late?").fill("20")
    page.close()
    other = came_back(desk, server)
    tap(other, "Ann", "Missed")
    other.get_by_role("button", name="Save the register").click()
    expect(other.get_by_role("status").first).to_contain_text("1 mark saved")
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(address)
    expect(page.locator("form [data-saved]")).to_contain_text(
        re.compile(r"Not saved yet: 1 mark\. Your marks from this (phone|computer) are back\.")
    )
    expect(page.get_by_role("group", name="Ann").get_by_label("Missed")).to_be_checked()
    page.get_by_role("button", name="Save the register").click()
    expect(page.get_by_role("status").first).to_contain_text("1 mark saved")
    page.goto(address)
    expect(page.get_by_role("group", name="Bo").get_by_label("Late", exact=True)).to_be_checked()


def test_a_register_that_is_refused_says_why_and_keeps_the_taps(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    page = come_in(open_browser(PHONE), server, BRONWEN)
    to_register(page)
    tap(page, "Ann", "Late")
    tap(page, "Bo", "Came")
    page.get_by_role("button", name="Save the register").click()
    expect(page.get_by_role("alert")).to_contain_text("Write how many minutes late")
    expect(page.get_by_role("group", name="Bo").get_by_label("Came")).to_be_checked()
    expect(page.locator("form [data-saved]")).to_contain_text("Not saved yet: 2 marks.")
