"""The assessor's one screen in a browser: keys, words marked in a text, and a note that nobody pressed to keep."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assessments.marking import service
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.factories.people import as_actor
from tests.factories.portfolios import OWN_WORK, Desk, add_text
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import EMAIL, PASSWORD, open_page, saved
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "They smiled 🙂🙂 and chose the day."
MARK = """([node, words]) => {
  const text = node.firstChild, at = text.data.indexOf(words), range = document.createRange();
  range.setStart(text, at);
  range.setEnd(text, at + words.length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def server(installed: Server) -> Server:
    """An assessor in whose queue one submission of two criteria waits."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    with app.app_context(), writing():
        desk = Desk()
        portfolio = desk.begin()
        add_text(portfolio, "3.1", "3.2", text=TEXT)
        service.send(portfolio, ["3.1", "3.2"], declaration=OWN_WORK, by=as_actor(portfolio.learner))
        desk.assessor.email, desk.assessor.password_hash = EMAIL, hash_password(PASSWORD)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return installed


@pytest.fixture
def page(server: Server, open_browser: Callable[..., BrowserContext]) -> Page:
    """The first criterion that waits."""
    page = open_page(open_browser(DESK), server, "/marking/")
    page.get_by_role("link", name="Begin").click()
    expect(page.locator("form[data-autosave-ready]")).to_be_attached()
    return page


def test_a_note_nobody_kept_is_there_when_the_page_is_opened_again(page: Page) -> None:
    part = page.locator("[data-note-text] [data-at]").first
    part.evaluate("(node, words) => (" + MARK + ")([node, words])", "chose the day")
    note = page.get_by_label("Your note", exact=True)
    note.fill("Good: they chose.")
    saved(page)
    page.reload()
    notes = page.locator(".gf-notes li")
    expect(notes).to_have_count(1)
    expect(notes).to_contain_text("“chose the day”")
    expect(notes).to_contain_text("Good: they chose.")
    expect(page.get_by_text("Two versions")).to_have_count(0)


def test_what_is_said_is_kept_beside_what_is_written(page: Page) -> None:
    page.get_by_label("What you will say to").fill("You let them choose.")
    page.get_by_text("Say it as well").click()
    recording = io.BytesIO()
    with wave.open(recording, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\1" * 8000)
    sent = {"name": "to-sade.wav", "mimeType": "audio/wav", "buffer": recording.getvalue()}
    page.get_by_label("A recording of what you say").set_input_files(sent)
    expect(page.get_by_text("Arrived.")).to_be_visible()
    for rule in ("Valid", "Authentic", "Current", "Enough", "Reliable"):
        page.get_by_role("checkbox", name=rule).check()
    page.get_by_role("radio", name="Met", exact=True).check()
    page.get_by_role("button", name="Save and go to 3.2").click()
    page.wait_for_url("**/criteria/3.2")
    page.locator("a[rel=prev]").click()
    expect(page.locator("audio")).to_have_count(1)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert faults(page) == []


def test_keys_open_the_comments_and_save_and_are_letters_where_somebody_writes(page: Page) -> None:
    page.keyboard.press("c")
    expect(page.get_by_text("None yet. Write one above and keep it here.")).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.type("scm")
    feedback = page.locator("#feedback")
    expect(feedback).to_have_value("scm")
    for key in ("1", "2", "3", "4", "5", "m"):
        feedback.blur()
        page.keyboard.press(key)
    page.keyboard.press("s")
    expect(page.locator("#criterion")).to_be_visible()
    page.wait_for_url("**/criteria/3.2")
