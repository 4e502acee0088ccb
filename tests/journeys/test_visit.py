"""A visit by the awarding body: opened by the provider, chosen and read on a phone, reported, packed, and over."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms.core.database import writing
from lms.core.extensions import db
from lms.people.models import OrganisationKind
from lms.people.roles import Role
from lms.site.app import create_app
from tests import databases
from tests.factories.people import make_organisation, make_user
from tests.factories.portfolios import Desk
from tests.journeys import world
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.look import faults
from tests.journeys.server import Server
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEARNERS = ("Grace Mbatha", "Amina Yusuf", "Owain Davies")
COHORT, VISITOR = "Leeds spring", "Daniel Ashworth"


@pytest.fixture
def served(installed: Server) -> Server:
    """A provider with three portfolios that are met, its administrator, and a visitor; served."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    with app.app_context(), writing():
        provider = make_organisation(name=world.PROVIDER)
        desk = Desk(provider=provider)
        desk.cohort.name = COHORT
        for name in LEARNERS:
            desk.meet(name=name)
        awarding = make_organisation(OrganisationKind.AWARDING_BODY, "Pennine Awards")
        for role, house, name in (
            (Role.PROVIDER_ADMINISTRATOR, provider, "Joy Mensah"),
            (Role.EQA, awarding, VISITOR),
        ):
            make_user(role, house, name=name, email=world.email_of(role), password=world.PASSWORD)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return installed


def test_a_visit(served: Server, open_browser: Callable[..., BrowserContext], tmp_path: Path) -> None:
    phone, desk = (Town(served, open_browser, repeat(size)) for size in (PHONE, DESK))
    provider = desk.come_in(Role.PROVIDER_ADMINISTRATOR)
    provider_opens_it(desk, provider)
    visitor = phone.come_in(Role.EQA)
    visitor_chooses_and_reads(phone, visitor)
    visitor_reports(visitor)
    provider_sees_and_packs(desk, provider, tmp_path)
    provider_ends_it(provider)
    phone.to(visitor, "Visits")
    expect(visitor.get_by_text("Over")).to_be_visible()
    expect(visitor.get_by_role("link", name="Choose and read")).to_have_count(0)


def provider_opens_it(desk: Town, page: Page) -> None:
    desk.at_cohort(page, COHORT, "Portfolios")
    page.get_by_role("link", name="Open a visit").click()
    page.get_by_label("Who is coming?").select_option(VISITOR)
    page.get_by_label("Amina Yusuf: 24 met").check()
    page.get_by_role("button", name="Open the visit").click()
    expect(page.get_by_text("They have not chosen a portfolio yet")).to_be_visible()


def visitor_chooses_and_reads(phone: Town, page: Page) -> None:
    phone.to(page, "Visits")
    page.get_by_role("link", name="Choose and read").click()
    assert faults(page) == []
    page.get_by_label("Grace Mbatha").check()
    page.get_by_role("button", name="Read the ticked ones").click()
    page.get_by_role("link", name="Grace Mbatha").click()
    expect(page.get_by_role("heading", name="Grace Mbatha")).to_be_visible()
    page.get_by_role("link", name="3.1").click()
    expect(page.get_by_text("We agreed who would do what.")).to_be_visible()
    expect(page.get_by_text("You let her choose the order.")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Grace Mbatha").click()
    page.get_by_role("link", name="Audit trail").click()
    expect(page.get_by_text("Decisions were made").first).to_be_visible()


def visitor_reports(page: Page) -> None:
    page.get_by_role("link", name="Grace Mbatha").click()
    page.get_by_role("link", name=f"Visit to {world.PROVIDER}").click()
    page.get_by_role("link", name="Report", exact=True).click()
    page.get_by_label("Actions to take").check()
    page.get_by_label("What you looked at and found").fill("Outcome 3 of one portfolio, and its trail.")
    page.get_by_role("button", name="Record the report").click()
    expect(page.get_by_text("Write at least one action").first).to_be_visible()
    page.get_by_label("Action 1", exact=True).fill("Date every witness statement.")
    page.locator("#actions-0-due_on").fill("2099-03-01")
    page.get_by_label("Grace Mbatha").check()
    page.get_by_role("button", name="Record the report").click()
    expect(page.get_by_role("status")).to_contain_text("Your report is recorded")


def provider_sees_and_packs(desk: Town, page: Page, folder: Path) -> None:
    page.reload()
    for said in (
        f"{VISITOR} opened criterion 3.1 of Grace Mbatha",
        f"{VISITOR} opened the audit trail of Grace Mbatha",
        "Date every witness statement.",
        "Credit may be claimed for: Grace Mbatha",
    ):
        expect(page.get_by_text(said)).to_be_visible()
    assert faults(page) == []
    page.reload()
    page.get_by_role("link", name="Visit pack").click()
    page.get_by_role("button", name="Make the pack").click()
    expect(page.get_by_text("0 of 1 portfolio so far")).to_be_visible()
    desk.server.command("jobs", "run")
    page.get_by_role("link", name="Look again").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take the pack").click()
    taken.value.save_as(folder / "pack.zip")
    pack = zipfile.ZipFile(io.BytesIO((folder / "pack.zip").read_bytes()))
    assert pack.testzip() is None
    reader = page.context.new_page()
    pack.extractall(folder / "pack")
    reader.goto((folder / "pack" / "index.html").as_uri())
    reader.get_by_role("link", name="Grace Mbatha").click()
    expect(reader.get_by_role("heading", name="Grace Mbatha")).to_be_visible()
    assert reader.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    reader.close()


def provider_ends_it(page: Page) -> None:
    page.get_by_role("link", name=f"Visit of {VISITOR}").click()
    page.get_by_role("button", name="End the visit now").click()
    expect(page.get_by_role("status")).to_contain_text("The visit is over")
