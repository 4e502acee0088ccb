"""Doing a part of a course as a practitioner does: reading, choosing, writing, answering, going on to the next."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from courses.content.knowledge_checks import Check, Question
from courses.content.scenarios import Scenario
from courses.content.schema import Activity
from tests.journeys.practitioner import saved

WORDS = "Gran walks the big one to school on Tuesdays."


def do(page: Page, activity: Activity) -> None:
    """Do the part that the page shows, and go on to what comes next."""
    expect(page.get_by_role("heading", level=1)).to_have_text(activity.title)
    if activity.kind == "reading":
        page.get_by_role("button", name="I have read this").click()
        page.wait_for_url(lambda url: not url.endswith(f"/{activity.id}"))
        return
    if activity.kind == "reflection":
        page.get_by_role("textbox", name="Your words").fill(WORDS)
        saved(page)
        page.get_by_role("button", name="Keep this").click()
    elif activity.kind == "worksheet":
        page.get_by_role("button", name="This is finished").click()
    elif isinstance(activity, Scenario):
        find_a_way(page)
    elif isinstance(activity, Check):
        answer(page, activity)
    expect(page.get_by_text("Done on")).to_be_visible()
    page.get_by_role("link", name=re.compile("^(Next|Back to)")).first.click()


def find_a_way(page: Page) -> None:
    """Choose what is offered last at each turn, until there is nothing left to choose."""
    button, turns = page.get_by_role("button", name="See what might happen"), 0
    page.wait_for_load_state()
    while button.count():
        page.locator("main form:has(input[type=radio]) input[type=radio]").last.check()
        button.click()
        turns += 1
        expect(page.get_by_role("heading", name=re.compile("^You chose"))).to_have_count(turns)
    expect(page.get_by_role("heading", name="What to take from it")).to_be_visible()


def answer(page: Page, check: Check) -> None:
    """Answer every question, each in its own way, with the first answer offered."""
    for question in check.questions:
        answer_one(page, question)
    page.get_by_role("button", name="See how you did").click()
    expect(
        page.get_by_text(re.compile(rf"of {len(check.questions)} as we would answer them"))
    ).to_be_visible()


def answer_one(page: Page, question: Question) -> None:
    group = page.get_by_role("group", name=question.text)
    if question.choose == "short":
        page.get_by_label(question.text).fill("the instead")
    elif question.choose in ("order", "match"):
        for number, select in enumerate(group.get_by_role("combobox").all(), start=1):
            select.select_option(index=number)
    else:
        group.locator("input").first.check()
