"""A real browser for journeys: Chromium by Playwright, never downloaded by a test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import databases
from tests.journeys.server import Server

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first draws no window and needs a quarter less time than the whole browser."""
HOW_TO_GET_ONE = "no Chromium found: install the package `chromium`, run `playwright install chromium`, or set CHROMIUM to its path"
PATIENCE_MS = 15_000
"""How long a journey waits for a page, a click or a sight: long enough for a machine that does other things too."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"]


def _chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one a journey is skipped with the reason, in CI it fails."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        path = _chromium() or playwright.chromium.executable_path
        if not os.path.exists(path):  # noqa: PTH110 - Playwright names a file that may not have been installed
            if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
                pytest.fail(HOW_TO_GET_ONE)
            pytest.skip(HOW_TO_GET_ONE)
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_browser(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh person at a fresh device: `open_browser(PHONE)`. A page that logs an error or throws fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda message: _is_fault(message) and faults.append(f"{page.url}: {message.text}")
        )

    def open_one(viewport: dict[str, int] = PHONE, **options: object) -> BrowserContext:
        context = browser.new_context(
            viewport=viewport, locale="en-GB", timezone_id="Europe/London", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", listen)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, "the browser complained:\n" + "\n".join(faults)


@pytest.fixture
def installed(sqlite_template: Path, tmp_path: Path) -> Iterator[Server]:
    """An installation with an empty database, not yet served; it is not served any longer when the test is over."""
    server = Server(tmp_path)
    databases.copy_sqlite(sqlite_template, server.database)
    yield server
    if server.process is not None:
        server.kill()


def _is_fault(message: object) -> bool:
    # A refused answer (422, 409) and a lost connection are part of what journeys do; a refused script or style is not.
    # A page that is left while its service worker is on the way says that the script could not be fetched.
    text: str = message.text
    expected = ("Failed to load resource", "An unknown error occurred when fetching the script")
    return message.type == "error" and not any(words in text for words in expected)
