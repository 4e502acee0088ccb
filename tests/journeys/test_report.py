"""The report, from a button to a document on the desk: a commissioner makes it, waits, and takes it home in three forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.people.roles import Role
from lms.site.app import create_app
from tests import databases
from tests.assessments.evaluation.test_pages import House
from tests.factories.people import make_user
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults
from tests.journeys.practitioner import EMAIL, PASSWORD
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PRESS = """link => { link.click(); return document.querySelector('[data-waiting-words]').textContent; }"""
"""A press, and what the page says at once: Playwright's own waits for the next page, and these words are gone by then."""


@pytest.fixture
def served(installed: Server) -> Server:
    """A provider of the study under a programme, and its commissioner; the figures have come out."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    app.config["RESPONSE_KEY"] = installed.environment["RESPONSE_KEY"]
    with app.app_context(), writing():
        house = House("SURREY")
        commissioner = make_user(Role.COMMISSIONER, house.commissioner)
        commissioner.email, commissioner.password_hash = EMAIL, hash_password(PASSWORD)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return installed


def test_the_report_is_made_waited_for_and_taken_home(
    served: Server, open_browser: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = open_browser(DESK, accept_downloads=True).new_page()
    come_in(page, served)
    page.get_by_role("link", name="See what changed").first.click()
    page.wait_for_load_state()  # a press before the script has come is an ordinary link
    said = page.get_by_role("link", name="Make the report").evaluate(PRESS)
    assert said.startswith("Making the report")
    expect(page.get_by_role("heading", level=2, name="Contents")).to_be_visible()

    paper = taken(page, "Get it on paper (PDF)", "The PDF", tmp_path / "report.pdf")
    look_through(PdfReader(paper))
    book = load_workbook(
        taken(page, "Get every table (spreadsheet)", "The spreadsheet", tmp_path / "report.xlsx"),
        read_only=True,
    )
    assert len(book.sheetnames) > 40
    alone = taken(page, "Get it as a web page (HTML)", "The web page", tmp_path / "report.html")
    for width in (PHONE, DESK):
        reader = open_browser(width).new_page()
        reader.goto(alone.as_uri())
        assert faults(reader) == []


def come_in(page: Page, served: Server) -> None:
    page.goto(f"{served.url}/sign-in?next=/evaluation/")
    page.get_by_text("Use my password instead").click()
    page.locator("#email-too").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def taken(page: Page, button: str, called: str, path: Path) -> Path:
    """Press a button for a file: it is said that it is being made, then that it is there."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=button).click()
        expect(page.get_by_role("status").filter(has_text=f"{called} is being made")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=f"{called} is ready")).to_be_visible()
    assert coming.value.suggested_filename.endswith(path.suffix)
    coming.value.save_as(path)
    return path


def look_through(paper: PdfReader) -> None:
    """Thirty pages or more, none without words of its own; chapters where the contents say; figures numbered throughout."""
    pages = [" ".join(page.extract_text().split()) for page in paper.pages]
    assert len(pages) >= 30
    of_its_own = [
        re.sub(rf"Page {place} of {len(pages)}", "", text) for place, text in enumerate(pages, start=1)
    ]
    assert min(map(len, of_its_own[1:])) > 300
    chapters = [each for each in paper.outline if not isinstance(each, list)]
    assert len(chapters) > 12
    for chapter in chapters:
        title = re.sub(r"^(Chapter|Appendix) \w+\s", "", str(chapter.title))
        place = paper.get_destination_page_number(chapter)
        assert title in pages[place]
        assert f"{title} {place + 1}" in pages[1]
    numbers = sorted({int(number) for number in re.findall(r"Figure (\d+)", " ".join(pages))})
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 20
