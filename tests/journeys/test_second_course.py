"""The second course on a phone and at a desk, run to completion: laid out, begun, attended, certified, checked by a stranger."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from courses.content import loader
from lms.core.clock import LONDON
from lms.people.roles import Role
from tests.journeys import world
from tests.journeys.doing import do
from tests.journeys.server import Server
from tests.journeys.town import Town, furnished

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COURSE = "Community Ambassadors: an introduction for parent volunteers"
COHORT, LEARNER, EMAIL = "Seacroft parents", "அன்பு செல்வன்", "anbu@example.org"
FIRST_DAY = date(2026, 4, 14)
"""A Tuesday: none of the five is a bank holiday."""
MISSED = 3
"""The session that is missed: four of five complete the course."""


@pytest.fixture
def town(installed: Server, open_browser: Callable[..., BrowserContext]) -> Town:
    return furnished(installed, open_browser, at=after_session(1) - timedelta(days=30))


def after_session(number: int) -> datetime:
    """The evening of a session."""
    return datetime.combine(FIRST_DAY + timedelta(weeks=number - 1), time(17, 0), tzinfo=LONDON)


def test_from_the_first_reading_to_a_strangers_check(town: Town) -> None:
    town.server.move_to(after_session(1) - timedelta(days=7))
    administrator_lays_out_a_cohort(town)
    learner_reads_what_comes_before(town)
    town.server.move_to(after_session(5))
    facilitator_takes_registers(town)
    learner_has_completed_the_course(town)
    stranger_checks(town, administrator_issues(town))


def administrator_lays_out_a_cohort(town: Town) -> None:
    page = town.come_in(Role.PROVIDER_ADMINISTRATOR)
    town.lay_out(page, COHORT, FIRST_DAY, "Weekly", course=COURSE, heading="5 sessions, 10 taught hours")
    town.send_people(page, COHORT, f"Name,Email,Seeks accreditation\n{LEARNER},{EMAIL},no")
    page.get_by_role("button", name="Add 1 person").click()
    expect(page.get_by_role("status")).to_contain_text("1 person added")


def learner_reads_what_comes_before(town: Town) -> None:
    page = town.visitor()
    page.goto(town.server.link_for(EMAIL))
    page.get_by_label("Choose a password").fill(world.PASSWORD)
    page.get_by_role("button", name="Start").click()
    before = loader.load(loader.LIBRARY / "community-ambassadors").document.course.modules[0]
    page.goto(f"{town.server.url}/my-course/modules/{before.id}")
    page.get_by_role("link", name=re.compile("^(Begin|Start)")).first.click()
    for activity in before.steps:
        do(page, activity)
    expect(page.get_by_text(f"You have done {len(before.steps)}")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Portfolio")).to_have_count(0)


def facilitator_takes_registers(town: Town) -> None:
    page = town.come_in(Role.FACILITATOR)
    for session in range(1, 6):
        town.to(page, "Cohorts")
        page.get_by_role("link", name=COHORT).click()
        page.get_by_role("link", name=re.compile(rf"^Register of session {session}\b")).first.click()
        page.get_by_role("group", name=LEARNER).get_by_text("Missed" if session == MISSED else "Came").click()
        page.get_by_role("button", name="Save the register").click()
        expect(page.get_by_role("status").first).to_contain_text(f"Register of session {session}")


def learner_has_completed_the_course(town: Town) -> None:
    page = town.come_in(EMAIL)
    page.goto(f"{town.server.url}/my-course/hours")
    expect(page.get_by_text("You have the 8 taught hours that complete the course.")).to_be_visible()
    town.confirm_name(page, LEARNER)


def administrator_issues(town: Town) -> str:
    """Issue the certificate of attendance, the only one there is; gives back its number."""
    page = town.come_in(Role.PROVIDER_ADMINISTRATOR)
    town.at_cohort(page, COHORT, "Certificates")
    page.get_by_role("button", name=re.compile("^Issue")).first.click()
    expect(page.get_by_role("status").first).to_be_visible()
    town.server.command("jobs", "run")
    page.reload()
    serials = page.get_by_role("row", name=re.compile(LEARNER)).get_by_role("link", name=re.compile("^GF-"))
    expect(serials).to_have_count(1)
    return serials.inner_text().strip()


def stranger_checks(town: Town, number: str) -> None:
    page = town.visitor("/verify")
    page.get_by_label("Certificate number").fill(number)
    page.get_by_label("Last name").fill(LEARNER.rsplit(maxsplit=1)[-1])
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name="Genuine and valid")).to_be_visible()
    for fact in (LEARNER, "Community Ambassadors", world.PROVIDER, number):
        expect(page.get_by_text(fact).first).to_be_visible()
