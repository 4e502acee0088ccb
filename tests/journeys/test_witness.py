"""On a phone: a practitioner asks a witness, who answers by the link in a letter; she says what it shows, and sends it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.factories.portfolios import Desk
from tests.journeys.conftest import PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import EMAIL, PASSWORD, open_page, saved
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WITNESS = "bev@centre.example"
SAW = "She asked what they would like to try first, waited, and wrote it down in their words."
WHY = "We wrote the steps down together, in the parent’s own words."


@pytest.fixture
def server(installed: Server) -> Server:
    """One practitioner with a portfolio that has begun, and her assessor."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    with app.app_context(), writing():
        learner = Desk().begin().learner
        learner.email, learner.password_hash = EMAIL, hash_password(PASSWORD)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return installed


def test_a_witness_by_a_link(server: Server, open_browser: Callable[..., BrowserContext]) -> None:
    hers = open_browser(PHONE)
    page = open_page(hers, server, "/portfolio/")
    page.get_by_role("link", name="Your witnesses").click()
    ask(page)
    witness_answers(open_browser(PHONE), server)
    page.goto(server.link_for(EMAIL))
    says_what_it_shows(page)
    sends_once(page, server)


def ask(page: Page) -> None:
    page.get_by_label("Who saw you work?").fill("Bev Clarke")
    page.get_by_label("Their email address").fill(WITNESS)
    page.get_by_label("What should they write about?").fill("The plan we made in March")
    assert faults(page) == []
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_text("Sent, not opened yet")).to_be_visible()


def witness_answers(theirs: BrowserContext, server: Server) -> None:
    page = theirs.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.headers.get("referer", "")))
    link = server.link_for(WITNESS)
    page.goto(link)
    assert link.rsplit("/", 1)[1] not in page.url
    assert faults(page) == []
    page.get_by_role("button", name="Write what I saw").click()
    page.get_by_label("What did you see?").fill(SAW)
    page.get_by_label("When did you see it?").fill("2026-03-10")
    page.get_by_label("Your job or role").fill("Centre manager")
    page.get_by_label("What are you to each other?").fill("I am her line manager")
    page.get_by_label("How do you know this work?").fill("We run the group together.")
    page.get_by_label("Where can the assessor reach you?").fill("0113 496 0000")
    page.get_by_label("What I have written is true").check()
    page.get_by_label("Sign with your name").fill("B Clarke")
    assert faults(page) == []
    page.get_by_role("button", name="Send it to Ṣadé").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert not any(link.rsplit("/", 1)[1] in referrer for referrer in asked)
    page.goto(f"{server.url}/portfolio/")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto(link)
    expect(page.get_by_text("This link opens nothing any more")).to_be_visible()


def says_what_it_shows(page: Page) -> None:
    expect(page.get_by_text(SAW)).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Use it in my portfolio").click()
    page.locator("summary", has_text="A partnership built on strengths").click()
    page.get_by_text("Agree with a parent a plan of small, realistic steps").click()
    page.get_by_label("Why it shows 4.3").fill(WHY)
    assert faults(page) == []
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("is now linked to 4.3")).to_be_visible()


def sends_once(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/portfolio/send")
    expect(page.get_by_text(WHY)).to_be_visible()
    page.get_by_label("This is my own work").check()
    page.get_by_label("Yes, and I say for what").check()
    page.get_by_label("Which tool, for what, and where do you say so?").fill("It checked my spelling.")
    assert faults(page) == []
    page.get_by_role("button", name="Send to Rukhsana").dblclick()
    expect(page.get_by_role("heading", name="Submission 1", level=1)).to_be_visible()
    expect(page.get_by_text("it is what you sent, unchanged")).to_be_visible()
    assert faults(page) == []
    page.goto(f"{server.url}/portfolio/submissions/")
    expect(page.get_by_role("article")).to_have_count(1)


def test_why_is_kept_as_it_is_written(server: Server, open_browser: Callable[..., BrowserContext]) -> None:
    """What is written in any box of a new piece is there on the next device, the reasons among it."""
    page = open_page(open_browser(PHONE), server, "/portfolio/seen?for=3.1")
    page.get_by_label("Where is it?").fill("The locked cabinet")
    page.get_by_label("Why it shows 3.1").fill(WHY)
    saved(page)
    again = open_page(open_browser(PHONE), server, "/portfolio/seen")
    expect(again.get_by_label("Where is it?")).to_have_value("The locked cabinet")
    expect(again.get_by_label("Why it shows 3.1")).to_have_value(WHY)
