"""Who comes to the journeys: the people listed on the demonstration's sign-in page."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.server import Server


def sign_in(context: BrowserContext, server: Server, role: str, *, page: Page | None = None) -> Page:
    """Come in as the demonstration's person of a role, from the page where one is, else from the door."""
    if page is None:
        page = context.new_page()
        page.goto(f"{server.url}/sign-in")
    page.get_by_role("button", name=re.compile(rf", {role}$")).click()
    expect(page.get_by_role("link", name="your account")).to_be_visible()
    return page
