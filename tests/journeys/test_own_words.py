"""What somebody wrote: names taken out by a finger on a phone, themes given by keys at a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assessments.themes import codebook, coding, queries, service
from assessments.themes.codebook import Words
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.models import User
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.assessments.themes.conftest import make_world
from tests.factories.people import as_actor
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import PASSWORD
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READER, CODER = "reader@example.org", "coder@example.org"
PEOPLE = 23
WROTE = "We sat at Marigolds kitchen table and I listened."
MARK = """text => {
  const node = text.firstChild, start = node.data.indexOf("Marigolds"), range = document.createRange();
  range.setStart(node, start);
  range.setEnd(node, start + "Marigolds".length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def may_sign_in(user: User, email: str) -> None:
    user.email, user.password_hash = email, hash_password(PASSWORD)


@pytest.fixture
def served(installed: Server) -> Server:
    """As many people as must have wrote the same; one answer has not been looked at yet, and one coder has done the others."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    app.config["RESPONSE_KEY"] = installed.environment["RESPONSE_KEY"]
    with app.app_context(), writing():
        world = make_world()
        may_sign_in(world.reader, READER)
        may_sign_in(world.first, CODER)
        world.write([WROTE] * PEOPLE)
        question = world.take_in()
        for name in ("A table", "Listening"):
            codebook.add(question, Words(name, f"About {name}."), by=as_actor(world.first))
        coding.join(question, by=as_actor(world.first))
        for place in range(2, PEOPLE + 1):
            answer = queries.get_original(question, place)
            service.redact(
                question, answer.id, service.words_to_hide(WROTE, "Marigolds"), by=as_actor(world.reader)
            )
            coding.code(question, answer.id, [], by=as_actor(world.first))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return installed


def come_in(context: BrowserContext, served: Server, email: str) -> Page:
    page = context.new_page()
    page.goto(f"{served.url}/sign-in?next=/themes/")
    page.get_by_text("Use my password instead").click()
    page.locator("#email-too").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="See the questions").click()
    page.locator("main h2 a").click()
    return page


def test_words_marked_on_a_phone_are_hidden_and_themes_are_given_by_keys(
    served: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    reader = come_in(open_browser(PHONE), served, READER)
    reader.get_by_role("button", name="Read the next answer").click()
    expect(reader.get_by_text(f"{PEOPLE - 1} done")).to_be_visible()
    reader.locator("[data-original]").evaluate(MARK)
    reader.get_by_role("button", name="Hide what I have marked above").click()
    expect(reader.locator("#written_words")).to_have_value("Marigolds")
    assert not faults(reader)
    reader.get_by_role("button", name="Keep it so and go on").click()
    expect(reader.get_by_text(f"{PEOPLE} of {PEOPLE} answers are ready to be coded")).to_be_visible()

    coder = come_in(open_browser(DESK), served, CODER)
    coder.get_by_role("link", name="Code the next answer").click()
    expect(coder.get_by_text("We sat at [left out] kitchen table and I listened.")).to_be_visible()
    expect(coder.get_by_text("Keys 1 to 9 tick, Enter goes on.")).to_be_visible()
    coder.keyboard.press("2")
    expect(coder.get_by_label("Listening")).to_be_checked()
    assert not faults(coder)
    coder.keyboard.press("Enter")
    expect(coder.get_by_text(f"{PEOPLE} of {PEOPLE} coded").first).to_be_visible()
