"""Everybody in a story, by turns on a phone and at a desk, and the ways that all of them go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import cycle

from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from lms.people.roles import Role
from lms.site.app import create_app
from tests import databases
from tests.journeys import world
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.server import Server


@dataclass
class Town:
    """Everybody in the story. Each time that somebody comes in, the screen is of the other size: a phone, then a desk."""

    server: Server
    open_browser: Callable[..., BrowserContext]
    sizes: Iterator[ViewportSize] = field(default_factory=lambda: cycle((PHONE, DESK)))
    devices: dict[str, BrowserContext] = field(default_factory=dict)

    def visitor(self, path: str = "/") -> Page:
        """A page of somebody who is not signed in."""
        page = self.open_browser(next(self.sizes)).new_page()
        page.goto(f"{self.server.url}{path}")
        return page

    def come_in(self, who: Role | str) -> Page:
        """A page of somebody who has signed in by password, on their device; before, they were signed out of it."""
        email = who if "@" in who else world.email_of(Role(who))
        if email not in self.devices:
            self.devices[email] = self.open_browser()
        device = self.devices[email]
        device.clear_cookies()
        page = device.new_page()
        page.set_viewport_size(next(self.sizes))
        page.goto(f"{self.server.url}/sign-in")
        page.get_by_text("Use my password instead").click()
        page.locator("#email-too").fill(email)
        page.get_by_label("Password").fill(world.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("link", name="your account")).to_be_attached()
        return page

    def to(self, page: Page, place: str) -> None:
        """Go by the main menu."""
        page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True).click()

    def at_cohort(self, page: Page, cohort: str, place: str) -> None:
        """Go to a page of a cohort."""
        self.to(page, "Cohorts")
        page.get_by_role("link", name=cohort).click()
        page.get_by_role("navigation", name="This cohort").get_by_role("link", name=place).click()

    def lay_out(
        self, page: Page, name: str, first_day: date, pattern: str, *, course: str, heading: str
    ) -> None:
        """Create a cohort of a course, taught by the facilitator there is; `heading` says what its days add up to."""
        self.to(page, "Cohorts")
        page.get_by_role("link", name=re.compile("Create a cohort|New cohort")).click()
        page.get_by_label("Course", exact=True).select_option(course)
        page.get_by_label(re.compile(f"^{pattern}")).check()
        page.get_by_label("First day").fill(first_day.isoformat())
        page.get_by_label("Each session starts at").fill("09:30")
        page.get_by_role("button", name="Show me the dates").click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Region").select_option("Yorkshire and The Humber")
        page.get_by_label(world.NAMES[Role.FACILITATOR]).check()
        page.get_by_role("button", name="Create the cohort").click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def send_people(self, page: Page, cohort: str, rows: str) -> None:
        """Send a spreadsheet of people to a cohort; what is then shown is for the story to look at."""
        self.to(page, "Cohorts")
        page.get_by_role("link", name=cohort).click()
        page.get_by_role("link", name=re.compile("from a spreadsheet|Add people")).first.click()
        page.get_by_label("The file", exact=True).set_input_files(
            {"name": "people.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        )
        page.get_by_role("button", name="Check the file").click()

    def confirm_name(self, page: Page, name: str) -> None:
        """Say, as somebody who has signed in, that a certificate may be printed with a name."""
        page.goto(f"{self.server.url}/certificates")
        page.get_by_role("button", name="Print it like this").click()
        expect(page.get_by_text(f"You said it is printed as {name}.")).to_be_visible()


def furnished(server: Server, open_browser: Callable[..., BrowserContext], *, at: datetime) -> Town:
    """A small installation, furnished as of a time and not yet served."""
    world.furnish(create_app(databases.settings_for(server.database_url, server.folder)), at=at)
    return Town(server, open_browser)
