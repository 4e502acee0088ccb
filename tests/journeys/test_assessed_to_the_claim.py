"""A portfolio from a file with a name in it to the day its credit may be claimed, on a phone and at a desk by turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assessments.verification import direct_claims
from lms.core import clock
from lms.core.database import writing
from lms.core.extensions import db
from lms.people.passwords import hash_password
from lms.people.roles import Role
from lms.site.app import create_app
from tests import databases
from tests.factories.documents import docx
from tests.factories.people import as_actor, make_user
from tests.factories.portfolios import Desk, put_in_training
from tests.journeys import assessing, world
from tests.journeys.look import faults
from tests.journeys.server import Server
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COHORT = "Harehills"
UNIT = "reflect-with-a-supervisor"
LEARNER, TRAINEE, SIGNER = "Ṣadé Adéyẹmí", "Amina Yusuf", "Rukhsana Iqbal"
SADE, AMINA, RUKHSANA = "sade@example.org", "amina@example.org", "rukhsana@example.org"
JOY, ADMINISTRATOR = "joy@example.org", "grace@example.org"
NOTES = "notes-for-supervision.docx"
MEETING = ("I went to see Leanne on Monday.", "We agreed who would do what, and for how long.")
REFERRED, RETURNED = "2.1", "2.2"


@pytest.fixture
def town(installed: Server, open_browser: Callable[..., BrowserContext]) -> Town:
    """A practitioner at the beginning of the smaller unit, with an assessor in training; direct claims are in force."""
    app = create_app(databases.settings_for(installed.database_url, installed.folder))
    with app.app_context(), writing():
        desk = Desk(unit_slug=UNIT)
        desk.cohort.name = COHORT
        trainee = put_in_training(desk, name=TRAINEE)
        administrator = make_user(Role.PROVIDER_ADMINISTRATOR, desk.provider, name="Grace Mbatha")
        direct_claims.grant(
            desk.provider,
            UNIT,
            verifier=desk.iqa,
            from_on=clock.today() - timedelta(days=1),
            until_on=None,
            granted_by="Northern Awards",
            by=as_actor(administrator),
        )
        learner = desk.begin(name=LEARNER, assessor=trainee).learner
        secret = hash_password(world.PASSWORD)
        who = {
            SADE: learner,
            AMINA: trainee,
            RUKHSANA: desk.assessor,
            JOY: desk.iqa,
            ADMINISTRATOR: administrator,
        }
        for email, user in who.items():
            user.email, user.password_hash = email, secret
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    installed.start()
    return Town(installed, open_browser)


def test_from_a_file_with_a_name_in_it_to_a_claim(town: Town) -> None:
    page = town.come_in(SADE)
    brings_a_file(town, page)
    covers_the_name(town, page)
    town.confirm_name(page, LEARNER)
    assessing.send(page, town, to=TRAINEE)
    assessing.decide_all(town, AMINA, LEARNER, refer=REFERRED)
    countersigns(town, 5)
    brings_one_more_thing(town)
    assessing.decide_all(town, AMINA, LEARNER)
    countersigns(town, 1)
    page = town.come_in(JOY)
    assessing.draw_sample(page)
    assessing.return_one(page, LEARNER, RETURNED, to=TRAINEE)
    assert claims(town) == "Has 4 of 5 criteria met."
    assessing.decide_all(town, AMINA, LEARNER)
    countersigns(town, 1)
    assessing.accept(town.come_in(JOY), LEARNER)
    assert claims(town) == ""


def brings_a_file(town: Town, page: Page) -> None:
    """Upload a document, link it to every criterion, and say why it shows each."""
    town.to(page, "Portfolio")
    page.get_by_role("link", name="1.1: Nothing yet").click()
    page.get_by_role("link", name="Add a photo or file").click()
    # chosen before the script is there, it would go with the form
    expect(page.locator("[data-pieces-ready]")).to_be_attached()
    page.get_by_label("Your photos or files").set_input_files(
        {"name": NOTES, "mimeType": "application/octet-stream", "buffer": docx(*MEETING).read()}
    )
    expect(page.get_by_text("Arrived.")).to_be_visible()
    page.get_by_label("What do you call it?").fill("My notes for supervision")
    assessing.put_in(page, done_on=clock.today(), every_criterion=True)


def covers_the_name(town: Town, page: Page) -> None:
    page.goto(f"{town.server.url}/portfolio/names")
    page.get_by_role("link", name="Look", exact=True).click()
    expect(page.get_by_text("I went to see Leanne on Monday.")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Cover it: [name]").click()
    expect(page.get_by_text("Nothing is left to look at here.")).to_be_visible()


def countersigns(town: Town, decisions: int) -> None:
    page = town.come_in(RUKHSANA)
    page.get_by_role("link", name="To countersign").first.click()
    page.get_by_role("link", name=LEARNER).click()
    sign = page.get_by_role("button", name=f"Countersign {decisions} decision")
    expect(page.get_by_text("I went to see [name] on Monday.").first).to_be_visible()
    assert "Leanne" not in page.content()
    sign.click()
    expect(page.get_by_role("status").first).to_contain_text("Countersigned. We wrote to")


def brings_one_more_thing(town: Town) -> None:
    page = town.come_in(SADE)
    town.to(page, "Portfolio")
    page.get_by_role("link", name=f"{REFERRED}: Not yet met").click()
    expect(page.get_by_text(assessing.ONE_MORE_THING).first).to_be_visible()
    page.get_by_role("link", name="Write it instead").click()
    page.get_by_label("What do you call it?").fill("What became of it")
    page.get_by_label("What happened?").fill("We came back to it a month later, and changed one step.")
    assessing.put_in(page, done_on=clock.today(), every_criterion=False)
    assessing.send(page, town, to=TRAINEE)


def claims(town: Town) -> str:
    """What stands in the way of a claim, as the administrator reads it; empty where the claim can be pressed."""
    page = town.come_in(ADMINISTRATOR)
    town.at_cohort(page, COHORT, "Certificates")
    page.get_by_role("link", name="Claim credit").click()
    cell = page.get_by_role("row", name=LEARNER).get_by_role("cell")
    expect(cell).to_be_visible()
    assert faults(page) == []
    if cell.get_by_role("button", name="Claim the credit").count():
        return ""
    return cell.inner_text()
