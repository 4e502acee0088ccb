"""A practitioner does a whole module on a phone and at a desk, and loses the connection, and the page, mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from courses.content.schema import Module
from courses.content.worksheets import Worksheet
from tests.factories.learning import course_document
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.doing import do
from tests.journeys.practitioner import begin_course, open_page, saved
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODULE_ID = "clarify-and-construct"
BEFORE, AFTER = "She said the mornings are a four, because ", "Gran walks the big one to school on Tuesdays."


@pytest.fixture
def server(installed: Server) -> Server:
    begin_course(installed)
    return installed


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
        if isinstance(activity, Worksheet):
            page = fill_in_without_signal(page, activity)
        do(page, activity)
    expect(page.get_by_text(all_of(module))).to_be_visible()


def all_of(module: Module) -> re.Pattern[str]:
    return re.compile(rf"You have done {len(module.steps)}\b")


def fill_in_without_signal(page: Page, worksheet: Worksheet) -> Page:
    """Lose the signal in the middle of a sentence, then the page; come back to all of it."""
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
    page.get_by_role("button", name="Save for now").click()
    expect(page.get_by_role("textbox", name=label)).to_have_value(BEFORE + AFTER)
    expect(page.get_by_role("link", name="Copy to my portfolio")).to_be_visible()
    return page
