"""A practitioner on the first course, at a running installation of their own."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.site.app import create_app
from tests import databases
from tests.factories import learning
from tests.journeys.server import Server

EMAIL, PASSWORD = "sade@example.org", "a warm kitchen table"


def begin_course(server: Server) -> None:
    """Put one practitioner, who seeks the unit, into a cohort that begins in a week, and serve."""
    app = create_app(databases.settings_for(server.database_url, server.folder))
    with app.app_context(), writing():
        user = learning.make_learner().user
        user.email, user.password_hash = EMAIL, hash_password(PASSWORD)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    server.start()


def come_in(page: Page) -> None:
    """Sign in by password on the page that asks for it."""
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    form = page.locator("form:has(input[name=password])")
    form.locator("input[name=email]").fill(EMAIL)
    form.locator("input[name=password]").fill(PASSWORD)
    form.get_by_role("button").click()
    expect(page.locator("a.gf-who[href*=account]")).to_be_visible()


def open_page(context: BrowserContext, server: Server, path: str) -> Page:
    """A page of the product, signed in where it has to be."""
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    if "/sign-in" in page.url:
        come_in(page)
        page.goto(f"{server.url}{path}")
    return page


def saved(page: Page) -> None:
    """Wait until the page says that the words are saved."""
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"Saved at \d+\.?\d*[ap]m"))
