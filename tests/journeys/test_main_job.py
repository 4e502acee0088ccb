"""The main job from end to end, on a phone and at a desk: from an administrator's spreadsheet to a stranger's check."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms.core.clock import LONDON
from lms.people.roles import Role
from tests.journeys import assessing, world
from tests.journeys.server import Server
from tests.journeys.town import Town, furnished

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEARNER, EMAIL = "Ṣadé Adéyẹmí", "sade@example.org"
COHORT = "Harehills block"
FIRST_DAY = date(2026, 3, 9)
"""A Monday with no bank holiday in its week."""


@pytest.fixture
def town(installed: Server, open_browser: Callable[..., BrowserContext]) -> Town:
    return furnished(installed, open_browser, at=noon(-30))


def noon(days_from_start: int) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=days_from_start), time(17, 0), tzinfo=LONDON)


def test_from_a_spreadsheet_to_a_strangers_check(town: Town) -> None:
    town.server.move_to(noon(-10))
    administrator_lays_out_a_cohort(town)
    learner_accepts_and_answers(town, "Before you start")
    town.server.move_to(noon(4))
    facilitator_takes_registers(town)
    learner_answers(town.come_in(EMAIL), town, "Now the course is over")
    town.server.move_to(noon(20))
    learner_sends_evidence(town)
    assessing.decide_all(town, Role.ASSESSOR, LEARNER, refer="3.1")
    learner_sends_one_more_thing(town)
    assessing.decide_all(town, Role.ASSESSOR, LEARNER)
    page = town.come_in(Role.IQA)
    assessing.draw_sample(page)
    assessing.return_one(page, LEARNER, "3.1", to=world.NAMES[Role.ASSESSOR])
    assessing.decide_all(town, Role.ASSESSOR, LEARNER)
    assessing.accept(town.come_in(Role.IQA), LEARNER)
    town.confirm_name(town.come_in(EMAIL), LEARNER)
    number = administrator_issues(town)
    employer_sees(town, number)
    administrator_reads_results(town, re.compile("Figures appear when the last questionnaire has closed"))
    town.server.move_to(noon(40))
    administrator_reads_results(town, re.compile("[Tt]oo few|fewer than"))
    stranger_checks(town, number)


def administrator_lays_out_a_cohort(town: Town) -> None:
    page = town.come_in(Role.PROVIDER_ADMINISTRATOR)
    town.lay_out(
        page, COHORT, FIRST_DAY, "In a block",
        course="Families Going Forward", heading="5 sessions, 30 taught hours",
    )  # fmt: skip
    rows = [
        "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer",
        f"{LEARNER},{EMAIL},{world.SETTING},{world.EMPLOYER},yes,yes",
    ]
    town.send_people(page, COHORT, "\n".join(rows))
    page.get_by_role("button", name="Add 1 person").click()
    expect(page.get_by_role("status")).to_contain_text("1 person added")
    town.at_cohort(page, COHORT, "Questionnaires")
    page.get_by_role("button", name="Ask this cohort").click()
    expect(page.get_by_text("is asked by its calendar, before and after the course")).to_be_visible()
    town.at_cohort(page, COHORT, "Portfolios")
    page.get_by_label(f"Assessor of {LEARNER}").select_option(index=1)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("1 portfolio given to an assessor")


def learner_accepts_and_answers(town: Town, questionnaire: str) -> None:
    page = town.visitor()
    page.goto(town.server.link_for(EMAIL))
    page.get_by_label("Choose a password").fill(world.PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Hello, Ṣadé")).to_be_visible()
    learner_answers(page, town, questionnaire)


def learner_answers(page: Page, town: Town, questionnaire: str) -> None:
    """Answer the first question of every part and leave the rest, as people may."""
    page.goto(f"{town.server.url}/questionnaires")
    page.get_by_role("link", name=re.compile(questionnaire)).click()
    page.get_by_role("link", name="Start").click()
    while not page.url.endswith("/review"):
        here = page.url
        page.locator("main form").locator("input[type=radio], input[type=checkbox]").first.check()
        expect(page.locator("[data-saved]")).to_contain_text("Saved at")
        page.get_by_role("button", name=re.compile("Keep going|Check your answers")).click()
        page.wait_for_url(lambda url, here=here: url != here)
    page.get_by_role("button", name="I have finished").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")


def facilitator_takes_registers(town: Town) -> None:
    page = town.come_in(Role.FACILITATOR)
    page.get_by_role("link", name=COHORT).click()
    for session in range(1, 6):
        page.get_by_role("link", name=re.compile(f"^Register of session {session}")).click()
        page.get_by_role("group", name=LEARNER).get_by_text("Came").click()
        page.get_by_role("button", name="Save the register").click()
        expect(page.get_by_role("status").first).to_contain_text(f"Register of session {session}")
    expect(page.get_by_role("img", name="30 of 30 hours")).to_be_visible()


def learner_sends_evidence(town: Town) -> None:
    page = town.come_in(EMAIL)
    town.to(page, "Portfolio")
    page.get_by_role("link", name="3.1: Nothing yet").click()
    page.get_by_role("link", name="Write it instead").click()
    write_evidence(page, "First three visits with Family B", every_criterion=True)
    assessing.send(page, town, to=world.NAMES[Role.ASSESSOR])


def write_evidence(page: Page, title: str, *, every_criterion: bool) -> None:
    page.get_by_label("What do you call it?").fill(title)
    page.get_by_label("What happened?").fill(
        "Family B offered me tea. We agreed who would do what, and for how long."
    )
    page.get_by_label("Which family is it about?").fill("B")
    assessing.put_in(page, done_on=FIRST_DAY + timedelta(days=12), every_criterion=every_criterion)


def learner_sends_one_more_thing(town: Town) -> None:
    page = town.come_in(EMAIL)
    town.to(page, "Portfolio")
    page.get_by_role("link", name=re.compile(r"^3\.1: Not yet met")).click()
    expect(page.get_by_text(assessing.ONE_MORE_THING).first).to_be_visible()
    page.get_by_role("link", name="Write it instead").click()
    write_evidence(page, "The page from Family B’s folder", every_criterion=False)
    assessing.send(page, town, to=world.NAMES[Role.ASSESSOR])


def administrator_issues(town: Town) -> str:
    """Issue what is ready; gives back the number of the certificate of attendance."""
    page = town.come_in(Role.PROVIDER_ADMINISTRATOR)
    town.at_cohort(page, COHORT, "Certificates")
    page.get_by_role("button", name="Issue all 2 that are ready").click()
    expect(page.get_by_role("status").first).to_be_visible()
    town.server.command("jobs", "run")
    page.reload()
    serials = page.get_by_role("row", name=re.compile(LEARNER)).get_by_role("link", name=re.compile("^GF-"))
    expect(serials).to_have_count(2)
    return serials.first.inner_text().strip()


def employer_sees(town: Town, number: str) -> None:
    page = town.come_in(Role.EMPLOYER)
    card = page.get_by_role("article").filter(has_text=LEARNER)
    expect(card).to_contain_text("30 of 30")
    expect(card).to_contain_text("24 of 24")
    expect(card).to_contain_text(number)
    assert "Family B" not in page.content()


def administrator_reads_results(town: Town, words: re.Pattern[str]) -> None:
    """One person's answers are never shown as a figure: not while they come in, not afterwards."""
    page = town.come_in(Role.PROVIDER_ADMINISTRATOR)
    town.at_cohort(page, COHORT, "Results")
    expect(page.locator("main").get_by_text(words).first).to_be_visible()
    assert LEARNER not in page.locator("main").inner_text()


def stranger_checks(town: Town, number: str) -> None:
    page = town.visitor("/sign-in")
    page.get_by_role("link", name="Check a certificate").first.click()
    page.get_by_label("Certificate number").fill(number)
    page.get_by_label("Last name").fill("Adeyemi")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name="Genuine and valid")).to_be_visible()
    for fact in (LEARNER, "Families Going Forward", world.PROVIDER, number):
        expect(page.get_by_text(fact).first).to_be_visible()
