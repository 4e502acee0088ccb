"""What goes to and fro over a portfolio in a story: it is sent, decided, drawn, returned and accepted, each on its own pages."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Page, expect

from lms.people.roles import Role
from tests.journeys.town import Town

ONE_MORE_THING = "Show me what the two of you wrote down."
LOOK_AGAIN = "Is the length of it agreed as well?"


def put_in(page: Page, *, done_on: date, every_criterion: bool) -> None:
    """On a form of evidence that says what it is: give the day of the work and why it shows what it shows, and put it in."""
    page.get_by_label("When did you do this work?").fill(done_on.isoformat())
    if every_criterion:
        page.locator("#criteria details").evaluate_all("groups => groups.forEach(group => group.open = true)")
        for box in page.locator("input[name=criteria]").all():
            box.check()
    for box in page.locator("input[name^=why-]:visible").all():
        box.fill("We settled it together, and I wrote it down.")
    page.get_by_label("This is my own work").check()
    page.get_by_label("I have looked").check()
    page.get_by_role("button", name="Put it in my portfolio").click()
    expect(page.get_by_text("is in your portfolio. It is not sent yet.")).to_be_visible()


def send(page: Page, town: Town, *, to: str) -> None:
    """Send everything that is ready to an assessor, under the declaration."""
    town.to(page, "Portfolio")
    page.get_by_role("link", name=re.compile("^Send")).first.click()
    for box in page.locator("input[name=criteria]").all():
        box.check()
    page.locator("input[name=declared]").check()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name=f"Send to {first_of(to)}").click()
    expect(page.get_by_role("status").first).to_contain_text(f"to {to}")


def decide_all(town: Town, who: Role | str, learner: str, *, refer: str | None = None) -> Page:
    """Come in as an assessor, decide everything that waits for a practitioner's answer as met, but for one, and send it."""
    page = town.come_in(who)
    page.get_by_role("link", name=learner).first.click()
    while True:
        expect(page.get_by_role("heading", level=2, name=re.compile(".")).first).to_be_visible()
        criterion = re.search(r"/criteria/([\d.]+)", page.url)
        assert criterion is not None
        decide(page, first_of(learner), referred=criterion[1] == refer)
        page.get_by_role("button", name=re.compile("^Save and")).click()
        page.wait_for_url(lambda url, here=criterion[0]: not url.endswith(here))
        if page.url.endswith("/send"):
            break
    page.get_by_role("button", name=re.compile("^Send .* decision")).click()
    expect(page.get_by_role("status").first).to_be_visible()
    return page


def decide(page: Page, name: str, *, referred: bool) -> None:
    """Fill in what is decided of the criterion on the page."""
    for rule in ("valid", "authentic", "current", "sufficient", "reliable"):
        page.locator(f"input[name={rule}]").set_checked(not (referred and rule == "sufficient"))
    if referred:
        page.get_by_label("If one does not hold, why?").fill("It shows one visit of three.")
    page.get_by_label("Not yet met" if referred else "Met", exact=not referred).check()
    page.get_by_label(f"What you will say to {name}").fill(
        ONE_MORE_THING if referred else "You let her choose the order."
    )


def draw_sample(page: Page) -> None:
    """Draw the sample of the first cohort that waits, as an IQA who has just come in; it is then shown."""
    page.get_by_role("link", name="Plan the sample").click()
    page.get_by_role("button", name="Draw the sample").click()
    expect(page.get_by_text("it comes out the same")).to_be_visible()


def return_one(page: Page, learner: str, criterion: str, *, to: str) -> None:
    """Return one decision of a drawn portfolio to its assessor, with what to look at again."""
    page.get_by_role("link", name=learner).click()
    one = page.locator(f"[id='c{criterion}']")
    one.locator("summary").click()
    one.get_by_label(f"Your note to {first_of(to)}").fill(LOOK_AGAIN)
    one.get_by_role("button", name=f"Return it to {first_of(to)}").click()
    expect(page.get_by_role("status").first).to_contain_text(f"{criterion} is with {to} again")


def accept(page: Page, learner: str) -> None:
    """Accept the unit of a drawn portfolio whose action stands there, as an IQA who has just come in."""
    page.get_by_role("link", name=learner).click()
    expect(page.locator("aside").get_by_text(LOOK_AGAIN)).to_be_visible()
    page.get_by_role("button", name="Agree with the rest and accept the unit").click()
    expect(page.get_by_text("is accepted. We wrote to them.")).to_be_visible()


def first_of(name: str) -> str:
    """The first name, which the pages use."""
    return name.split(maxsplit=1)[0]
