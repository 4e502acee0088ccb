"""What the page says is saved is saved: the server may be killed, the sign-in may end, two devices may write at once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from lms.core import clock
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.models import SignIn
from lms.site.app import create_app
from tests import databases
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.practitioner import EMAIL, PASSWORD, begin_course, come_in, open_page, saved
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Family B offered me tea. I said yes, and we talked for an hour."


@pytest.fixture
def server(installed: Server) -> Server:
    begin_course(installed)
    return installed


def end_every_sign_in(server: Server) -> None:
    """What time does to a sign-in, at once."""
    app = create_app(databases.settings_for(server.database_url, server.folder))
    with app.app_context(), writing():
        for one in db.session.query(SignIn):
            one.expires_at = clock.now() - timedelta(minutes=1)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


PLACES = {
    "/my-course": "What happened today",
    "/my-course/activities/what-i-heard": "Your words",
    "/my-course/activities/plan-a-first-contact": "What happened?",
}
"""Where people type, and the box's label."""


def test_what_the_page_said_was_saved_outlives_a_killed_server(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    phone, desk = open_browser(PHONE), open_browser(DESK)
    for path, label in PLACES.items():
        page = open_page(phone, server, path)
        page.get_by_role("textbox", name=label).press_sequentially(WORDS, delay=5)
        saved(page)
    server.kill()
    server.start()
    for path, label in PLACES.items():
        page = open_page(desk, server, path)
        expect(page.get_by_role("textbox", name=label)).to_have_value(WORDS)
        saved(page)


def test_words_typed_after_the_sign_in_ended_are_back_after_the_next(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    page = open_page(open_browser(PHONE), server, "/my-course/activities/what-i-heard")
    end_every_sign_in(server)
    page.get_by_role("textbox", name="Your words").press_sequentially(WORDS, delay=5)
    expect(page.locator("[data-saved]")).to_contain_text("You were signed out. Your words are kept on this")
    page.get_by_role("link", name="Sign in to carry on").click()
    come_in(page)
    page.goto(f"{server.url}/my-course/activities/what-i-heard")
    expect(page.get_by_role("textbox", name="Your words")).to_have_value(WORDS)
    saved(page)
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Done on")).to_be_visible()


def test_without_script_a_form_sent_after_the_sign_in_ended_is_held_for_its_author(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    page = open_page(open_browser(PHONE, java_script_enabled=True), server, "/my-course/journal")
    cookies = page.context.cookies()
    plain = open_browser(PHONE, java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"{server.url}/my-course/activities/what-i-heard")
    page.get_by_role("textbox", name="Your words").fill(WORDS)
    end_every_sign_in(server)
    page.get_by_role("button", name="Keep this").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.locator("summary").click()
    form = page.locator("form:has(input[name=password])")
    form.locator("input[name=email]").fill(EMAIL)
    form.locator("input[name=password]").fill(PASSWORD)
    form.get_by_role("button").click()
    page.goto(f"{server.url}/my-course/activities/what-i-heard")
    expect(page.get_by_role("textbox", name="Your words")).to_have_value(WORDS)


def test_two_tabs_keep_both_versions_and_ask_which_shall_stand(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    context = open_browser(DESK)
    first = open_page(context, server, "/my-course/activities/what-i-heard")
    second = open_page(context, server, "/my-course/activities/what-i-heard")
    first.get_by_role("textbox", name="Your words").fill("Written in the first tab")
    saved(first)
    second.get_by_role("textbox", name="Your words").fill("Written in the second tab")
    expect(second.get_by_role("heading", name="Two versions of your words")).to_be_visible()
    second.get_by_label("Both, one after the other").check()
    second.get_by_role("button", name="Use this one").click()
    saved(second)
    first.reload()
    expect(first.get_by_role("textbox", name="Your words")).to_have_value(
        "Written in the second tab\n\nWritten in the first tab"
    )
