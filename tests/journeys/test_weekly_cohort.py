"""A weekly cohort on a phone and at a desk: a spreadsheet put right, ten registers, one make-up, one who leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms.core.clock import LONDON
from lms.people.roles import Role
from tests.journeys.server import Server
from tests.journeys.town import Town, furnished

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COURSE, TEN = "Families Going Forward", "10 sessions, 30 taught hours"
TUESDAYS, THURSDAYS = "Harehills Tuesdays", "Beeston Thursdays"
FIRST_DAY = date(2026, 4, 14)
"""A Tuesday: none of the ten is a bank holiday."""
PEOPLE = 60
AWAY, LEAVER, THE_OTHER = "Person 07", "Person 31", "Person of Thursdays"
MISSED = 3
"""The session that one misses and makes up."""
LEAVES_AFTER = 6
HEAD = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer,Enrolled on"
FAULTY = {
    5: (",person5@example.org,,,no,no,", "Name"),
    11: ("Person 11,person11.example.org,,,no,no,", "not an email address"),
    18: ("Person 18,person17@example.org,,,no,no,", "is already in row"),
    26: ("Person 26,person26@example.org,,,perhaps,no,", "perhaps"),
    33: ("Person 33,,,,no,no,", "the email is empty"),
    47: ("Person 47,person47@example.org,,,no,no,31/02/2026", "31/02/2026"),
    60: ("12345,person60@example.org,,,no,no,", "Name"),
}
"""What is wrong in seven rows, by the person's number, and what the page says of it."""


@pytest.fixture
def town(installed: Server, open_browser: Callable[..., BrowserContext]) -> Town:
    return furnished(installed, open_browser, at=after_session(1) - timedelta(days=30))


def after_session(number: int) -> datetime:
    """The evening of a session of the Tuesday cohort."""
    return datetime.combine(FIRST_DAY + timedelta(weeks=number - 1), time(17, 0), tzinfo=LONDON)


def rows(*, put_right: bool) -> str:
    """The spreadsheet of sixty."""
    lines = [
        FAULTY[number][0]
        if number in FAULTY and not put_right
        else f"Person {number:02},person{number}@example.org,,,no,no,"
        for number in range(1, PEOPLE + 1)
    ]
    return "\n".join([HEAD, *lines])


def test_ten_registers_with_one_make_up_and_one_who_leaves(town: Town) -> None:
    town.server.move_to(after_session(1) - timedelta(days=10))
    page = town.come_in(Role.PROVIDER_ADMINISTRATOR)
    town.lay_out(page, TUESDAYS, FIRST_DAY, "Weekly", course=COURSE, heading=TEN)
    town.send_people(page, TUESDAYS, rows(put_right=False))
    see_every_fault(page)
    town.send_people(page, TUESDAYS, rows(put_right=True))
    page.get_by_role("button", name=f"Add {PEOPLE} people").click()
    expect(page.get_by_role("status")).to_contain_text(f"{PEOPLE} people added")
    town.send_people(page, TUESDAYS, rows(put_right=True))
    expect(page.get_by_text(f"{PEOPLE} people are in this cohort already")).to_be_visible()
    town.lay_out(page, THURSDAYS, FIRST_DAY + timedelta(days=2), "Weekly", course=COURSE, heading=TEN)
    town.send_people(page, THURSDAYS, f"{HEAD}\n{THE_OTHER},other@example.org,,,no,no,")
    page.get_by_role("button", name="Add 1 person").click()
    registers(town, 1, MISSED)
    make_up(town)
    registers(town, MISSED + 1, LEAVES_AFTER)
    leave(town)
    registers(town, LEAVES_AFTER + 1, 10)
    see_the_end(town)


def see_every_fault(page: Page) -> None:
    faults = page.get_by_role("alert").get_by_role("listitem")
    expect(page.get_by_role("alert")).to_contain_text(
        "Nobody was added. 7 things need another look in the file."
    )
    expect(faults).to_have_count(len(FAULTY))
    for fault, (number, (_, words)) in zip(faults.all(), FAULTY.items(), strict=True):
        expect(fault).to_contain_text(re.compile(rf"row {number + 1}\b", re.IGNORECASE))
        expect(fault).to_contain_text(re.compile(re.escape(words), re.IGNORECASE))


def registers(town: Town, first: int, last: int) -> None:
    """On the Thursday after the last of these sessions, enter them all."""
    town.server.move_to(after_session(last) + timedelta(days=2))
    page = town.come_in(Role.FACILITATOR)
    for session in range(first, last + 1):
        take_register(page, town, session)


def take_register(page: Page, town: Town, session: int) -> None:
    town.to(page, "Cohorts")
    page.get_by_role("link", name=TUESDAYS).click()
    page.get_by_role("link", name=re.compile(rf"^Register of session {session}\b")).first.click()
    page.get_by_role("link", name=re.compile("Start with “came”")).click()
    if session == MISSED:
        page.get_by_role("group", name=AWAY).get_by_text("Missed").click()
    page.get_by_role("button", name="Save the register").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Register of session {session}")


def make_up(town: Town) -> None:
    page = town.come_in(Role.FACILITATOR)
    town.to(page, "Cohorts")
    page.get_by_role("link", name=THURSDAYS).click()
    page.get_by_role("link", name=re.compile(rf"^Register of session {MISSED}\b")).first.click()
    page.get_by_role("link", name="Add a guest").click()
    page.get_by_label("Name", exact=True).fill(AWAY)
    page.get_by_role("button", name="Look for them").click()
    page.get_by_role("button", name=f"Add {AWAY}").click()
    page.get_by_role("group", name=AWAY).get_by_text("Came").click()
    page.get_by_role("button", name="Save the register").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Register of session {MISSED}")


def leave(town: Town) -> None:
    page = town.come_in(Role.PROVIDER_ADMINISTRATOR)
    town.to(page, "Cohorts")
    page.get_by_role("link", name=TUESDAYS).click()
    page.get_by_role("link", name=LEAVER, exact=True).first.click()
    page.get_by_role("link", name="They have left").click()
    page.get_by_label("Left the role").check()
    page.get_by_role("button", name="They have left").click()
    expect(page.get_by_text("What they did is kept")).to_be_visible()


def see_the_end(town: Town) -> None:
    page = town.come_in(Role.FACILITATOR)
    town.to(page, "Cohorts")
    page.get_by_role("link", name=TUESDAYS).click()
    attendance = page.get_by_role("table", name="Each person’s sessions and hours so far")
    expect(attendance.get_by_role("row")).to_have_count(PEOPLE)
    expect(attendance.get_by_role("img", name="30 of 30 hours")).to_have_count(PEOPLE - 1)
    expect(page.get_by_text("1 left: left the role 1")).to_be_visible()
    page.get_by_role("link", name=AWAY, exact=True).first.click()
    expect(page.get_by_text(re.compile(f"Made up: .*{THURSDAYS}"))).to_be_visible()
    expect(page.get_by_text("3 of them made up elsewhere")).to_be_visible()
