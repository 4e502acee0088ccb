"""A month after the course, on a phone on a bus: questions that come and go, words that outlive a lost signal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assessments.questionnaires import queries, respondents, service
from assessments.questionnaires.schema import WaveKind
from assessments.questionnaires.service import Days
from assessments.questionnaires.written import Written
from lms.core import clock
from lms.core.access import Reach
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.factories import learning
from tests.journeys.conftest import PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import EMAIL, PASSWORD
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STORY = "I sit down before I take my coat off."


class Bus:
    """A served site at which one practitioner is asked, a month on."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder)
        databases.migrate(self.server.database_url, folder)
        self.app = create_app(databases.settings_for(self.server.database_url, folder))
        self.app.config["RESPONSE_KEY"] = self.server.environment["RESPONSE_KEY"]
        with self.app.app_context(), writing():
            today = clock.today()
            cohort = learning.make_cohort(first=clock.now() - timedelta(days=80))
            sade = learning.make_learner(cohort).user
            sade.email, sade.password_hash = EMAIL, hash_password(PASSWORD)
            open_now = dict.fromkeys(WaveKind, Days(today - timedelta(days=2), today + timedelta(days=9)))
            wave = service.open_waves(cohort, by=None, days=open_now, kinds=[WaveKind.ONE_MONTH])
            self.person, self.wave = sade.id, wave[WaveKind.ONE_MONTH].ref
            db.session.commit()
            db.session.remove()
            db.engine.dispose()

    def said(self) -> dict[str, respondents.Given]:
        """What is kept of her answers."""
        with self.app.app_context():
            answers = queries.own_answers(queries.get_own_wave(self.wave, within=Reach(self.person)))
            db.session.remove()
            db.engine.dispose()
        return answers


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    made = Bus(tmp_path)
    made.server.start()
    yield made
    if made.server.process is not None:
        made.server.kill()


def come_in(context: BrowserContext, bus: Bus) -> Page:
    page = context.new_page()
    page.goto(f"{bus.server.url}/sign-in")
    page.get_by_text("Use my password instead").click()
    page.locator("#email-too").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="your account")).to_be_attached()
    return page


def part(page: Page, bus: Bus, number: int) -> None:
    page.goto(f"{bus.server.url}/questionnaires/{bus.wave}/parts/{number}")


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")


def write(page: Page, words: str) -> None:
    """Write, and wait until the server has it."""
    with page.expect_response("**/autosave"):
        page.locator("#answer-m1_changed").fill(words)
    saved(page)


def test_a_month_on_by_phone(bus: Bus, open_browser: Callable[..., BrowserContext]) -> None:
    phone = open_browser(PHONE)
    page = come_in(phone, bus)

    part(page, bus, 5)
    other = page.get_by_label("What else have you used?")
    expect(other).to_be_hidden()
    page.get_by_label("Something else").check()
    other.fill("The weather chart")
    page.get_by_label("8", exact=True).check()
    saved(page)
    assert faults(page) == []
    page.get_by_label("Something else").uncheck()
    expect(other).to_be_hidden()
    page.get_by_label("Small goals, set with the family").check()
    page.get_by_role("button", name="Keep going").click()
    page.wait_for_url("**/parts/6")
    assert bus.said() == {"m1_used": {"goals"}, "m1_use": "8"}, (
        "the words went with the tick that asked for them"
    )

    part(page, bus, 9)
    write(page, STORY)
    phone.set_offline(True)
    page.locator("#answer-m1_changed").fill(f"{STORY} Then I ask.")
    expect(page.locator("[data-saved]")).to_contain_text("No signal.")
    page.close()
    assert bus.said()["m1_changed"] == Written(STORY)

    phone.set_offline(False)
    page = phone.new_page()
    with page.expect_response("**/autosave"):
        part(page, bus, 9)
    expect(page.locator("#answer-m1_changed")).to_have_value(f"{STORY} Then I ask.")
    saved(page)
    assert bus.said()["m1_changed"] == Written(f"{STORY} Then I ask.")

    phone.set_offline(True)
    page.locator("#answer-m1_changed").fill("From the bus.")
    expect(page.locator("[data-saved]")).to_contain_text("No signal.")
    page.close()
    desk = come_in(open_browser(PHONE), bus)
    part(desk, bus, 9)
    write(desk, "From the desk.")
    phone.set_offline(False)
    page = phone.new_page()
    part(page, bus, 9)
    expect(page.get_by_role("heading", name="Two versions of your words")).to_be_visible()
    page.get_by_label("Both, one after the other,").check()
    with page.expect_response("**/autosave"):
        page.get_by_role("button", name="Use this one").click()
    saved(page)
    both = bus.said()["m1_changed"]
    assert isinstance(both, Written)
    assert "From the bus." in both.text
    assert "From the desk." in both.text
