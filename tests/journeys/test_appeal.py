"""An appeal upheld: brought on a phone, looked at again, taken further, upheld by the IQA, decided once more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.factories.portfolios import Desk
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import PASSWORD
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEARNER, ASSESSOR, IQA = "sade@example.org", "rukhsana@example.org", "joy@example.org"


def _furnish(server: Server) -> None:
    """A portfolio of which 3.1 is not yet met, and two others that the same assessor decided."""
    databases.migrate(server.database_url, server.folder)
    app = create_app(databases.settings_for(server.database_url, server.folder))
    with app.app_context(), writing():
        desk = Desk()
        for name in ("Ṣadé Adéyẹmí", "Callum Fraser"):
            portfolio = desk.begin(name=name)
            desk.decide(desk.send(portfolio, "3.1", "3.2"), but=("3.1",))
            if name.startswith("Ṣadé"):
                sade = portfolio.learner
        secret = hash_password(PASSWORD)
        for user, email in ((sade, LEARNER), (desk.assessor, ASSESSOR), (desk.iqa, IQA)):
            user.email, user.password_hash = email, secret
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _come_in(context: BrowserContext, server: Server, email: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    page.get_by_text("Use my password instead").click()
    page.locator("#email-too").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="your account")).to_be_attached()
    return page


def _answer(page: Page, outcome: str, why: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Cases").click()
    page.get_by_role("link", name="Appeal about 3.1").click()
    assert faults(page) == []
    page.get_by_label(outcome, exact=True).check()
    page.get_by_label("Why, in words that the person reads").fill(why)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Answered. We wrote to them.")).to_be_visible()


def test_an_appeal_is_brought_taken_further_and_upheld(
    tmp_path: Path, open_browser: Callable[..., BrowserContext]
) -> None:
    server = Server(tmp_path)
    _furnish(server)
    server.start()
    try:
        sade = _come_in(open_browser(PHONE), server, LEARNER)
        sade.goto(f"{server.url}/portfolio/criteria/3.1")
        sade.get_by_role("link", name="Do you not agree with this decision?").click()
        assert faults(sade) == []
        sade.get_by_label("Why do you not agree?").fill("The second visit shows what we settled.")
        sade.get_by_role("button", name="Send my appeal").click()
        expect(sade.get_by_text("It is with the assessor, who answers by")).to_be_visible()
        assert faults(sade) == []

        rukhsana = _come_in(open_browser(DESK), server, ASSESSOR)
        _answer(rukhsana, "Not upheld", "I read it again, and still miss what she chose.")

        sade.reload()
        sade.get_by_role("button", name="Take it further").click()
        expect(sade.get_by_text("It is with an internal quality assurer")).to_be_visible()

        joy = _come_in(open_browser(DESK), server, IQA)
        _answer(joy, "Upheld", "Page two says what she chose.")
        joy.get_by_role("link", name="Callum Fraser").click()
        joy.get_by_label("It stands", exact=True).check()
        joy.get_by_label("Why?").fill("There is one visit here.")
        joy.get_by_role("button", name="Save").click()
        expect(joy.get_by_text("It stands: There is one visit here.")).to_be_visible()

        sade.goto(f"{server.url}/portfolio/criteria/3.1")
        expect(sade.get_by_role("region").get_by_text("With your assessor").first).to_be_visible()
    finally:
        server.kill()
