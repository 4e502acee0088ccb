"""Every page that a person of each role can reach, on a phone in light and at a desk in dark: nobody is shut out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms.people.roles import Role
from lms.site.app import create_app
from tests import databases
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults, pages_within_reach
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = ("/sign-in", "/new-password", "/verify", "/accessibility", "/privacy", "/privacy/how-long")
MISSING = "/there-is-no-such-page"
DARK = "document.documentElement.setAttribute('data-bs-theme', 'dark')"


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demonstration, served."""
    served = Server(tmp_path_factory.mktemp("demonstration"), kind="demo")
    databases.copy_sqlite(sqlite_template, served.database)
    served.command("demo", "load", "--quiet")
    served.start()
    yield served
    served.kill()
    shutil.rmtree(served.folder)


def look_at(page: Page) -> list[str]:
    """What is wrong with a page that was opened on a phone: there in light, then at a desk in dark."""
    found = [f"{page.url} on a phone: {fault}" for fault in faults(page)]
    page.set_viewport_size(DESK)
    page.evaluate(DARK)
    found += [f"{page.url} at a desk, in dark: {fault}" for fault in faults(page)]
    page.set_viewport_size(PHONE)
    return found


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_a_role_can_be_used_by_everybody(
    role: Role, server: Server, open_browser: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = open_browser(PHONE, reduced_motion="reduce").new_page()
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("button", name=re.compile(f", {re.escape(role.words)}", re.IGNORECASE)).first.click()
    expect(page.get_by_role("link", name="your account")).to_be_attached()
    app = create_app(databases.settings_for(server.database_url, tmp_path))
    found = [look_at(page) for _ in pages_within_reach(page, app, but=PUBLIC)]
    assert len(found) >= 2  # an employer has two of their own
    assert list(chain.from_iterable(found)) == []


def test_pages_for_everybody_can_be_used_by_everybody(
    server: Server, open_browser: Callable[..., BrowserContext]
) -> None:
    page = open_browser(PHONE, reduced_motion="reduce").new_page()
    found = []
    for path in (*PUBLIC, MISSING):
        page.goto(server.url + path)
        found += look_at(page)
    assert found == []
