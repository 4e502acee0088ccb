"""A practitioner does a whole module on a phone and at a desk, and loses the connection, and the page, mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from courses.content.knowledge_checks import Check, Question
from courses.content.scenarios import Scenario
from courses.content.schema import Module
from courses.content.worksheets import Worksheet
from tests.factories.learning import course_document
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.practitioner import on_a_course, open_page, saved
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODULE_ID = "clarify-and-construct"
BEFORE, AFTER = "She said the mornings are a four, because ", "Gran walks the big one to school on Tuesdays."


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with on_a_course(tmp_path) as served:
        yield served


@pytest.fixture(params=[PHONE, DESK], ids=["360", "1280"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    found: ViewportSize = request.param
    return found


def test_a_whole_module_with_a_worksheet_and_no_signal_in_mid_sentence(
    server: Server, open_browser: Callable[..., BrowserContext], size: ViewportSize
) -> None:
    module = next(one for one in course_document().course.modules if one.id == MODULE_ID)
    page = open_page(open_browser(size), server, f"/my-course/modules/{MODULE_ID}")
    page.get_by_role("link", name=re.compile("^(Begin|Start)")).first.click()
    for activity in module.steps:
        expect(page.get_by_role("heading", level=1)).to_have_text(activity.title)
        if activity.kind == "reading":
            page.get_by_role("button", name="I have read this").click()
            continue
        if activity.kind == "reflection":
            page.get_by_role("textbox", name="Your words").fill(BEFORE + AFTER)
            saved(page)
            page.get_by_role("button", name="Keep this").click()
        elif isinstance(activity, Scenario):
            find_a_way(page)
        elif isinstance(activity, Check):
            answer(page, activity)
        elif isinstance(activity, Worksheet):
            page = fill_in_without_signal(page, activity)
        expect(page.get_by_text("Done on")).to_be_visible()
        page.get_by_role("link", name=re.compile("^(Next|Back to)")).first.click()
    expect(page.get_by_text(all_of(module))).to_be_visible()


def all_of(module: Module) -> re.Pattern[str]:
    return re.compile(rf"You have done {len(module.steps)}\b")


def find_a_way(page: Page) -> None:
    """Choose what is offered last at each turn, until there is nothing left to choose."""
    button, turns = page.get_by_role("button", name="See what might happen"), 0
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


def fill_in_without_signal(page: Page, worksheet: Worksheet) -> Page:
    """Lose the signal in the middle of a sentence, then the page; come back to all of it; finish."""
    label = next(field.label for part in worksheet.parts for field in part.fields if field.size == "text")
    box, context, address = page.get_by_role("textbox", name=label), page.context, page.url
    box.press_sequentially(BEFORE, delay=5)
    saved(page)
    context.set_offline(True)
    box.press_sequentially(AFTER, delay=5)
    expect(page.locator("[data-saved]")).to_contain_text("No signal. Keep writing.")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("textbox", name=label)).to_have_value(BEFORE + AFTER)
    saved(page)
    page.get_by_role("button", name="This is finished").click()
    expect(page.get_by_role("textbox", name=label)).to_have_value(BEFORE + AFTER)
    expect(page.get_by_role("link", name="Copy to my portfolio")).to_be_visible()
    return page
