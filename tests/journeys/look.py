"""What is asked of every page, whoever opens it and however wide the screen is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT as AXE
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SMALLEST_TARGET = 44
SMALLEST_TEXT = 16

SMALL_TARGETS = """least => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, .btn, nav a')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('.visually-hidden-focusable'))
  .map(one => [one, one.matches('[type=radio], [type=checkbox]') ? one.closest('label') ?? one : one])
  .filter(([, area]) => area.getBoundingClientRect().height < least - 0.5)
  .map(([one]) => one.outerHTML.slice(0, 120))"""

SMALL_TEXT = """least => {
  const found = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || holder.closest('script, style, .visually-hidden') || !holder.checkVisibility()) continue;
    if (parseFloat(getComputedStyle(holder).fontSize) < least - 0.1) found.add(walk.currentNode.data.trim().slice(0, 60));
  }
  return [...found];
}"""

REPEATS = "tbody tr:nth-child(n+4), main > section:nth-of-type(n+9), section > :nth-child(n+9), figure > .gf-crow:nth-of-type(n+6)"
"""Rows, paragraphs and chapters like those before them."""
LONG = 4_000
"""Parts from which on a page is long: axe would look for half a minute at a report of 14,000."""
SHORTEN = """([repeats, long]) => {
  if (document.querySelectorAll('*').length > long) document.querySelectorAll(repeats).forEach(one => one.remove());
}"""

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in words; empty when all is well. Of a long page only a part is left."""
    # a click returns once the next page has begun; its body may still be on the way
    page.wait_for_load_state()
    found = [f"text under {SMALLEST_TEXT} px: {words}" for words in page.evaluate(SMALL_TEXT, SMALLEST_TEXT)]
    found += [
        f"target under {SMALLEST_TARGET} px: {part}" for part in page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
    ]
    if (over := page.evaluate(SIDEWAYS)) > 0:
        found.append(f"the page scrolls sideways by {over} px")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} h1")
    # last, because what a long page repeats is taken out for it
    found += [
        f"axe {rule['id']}: {[node['target'] for node in rule['nodes']][:3]}" for rule in _violations(page)
    ]
    return found


def _violations(page: Page) -> list[dict[str, Any]]:
    page.evaluate(SHORTEN, [REPEATS, LONG])
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, rules).then(results => results.violations)", RULES
    )
    return found


def _is_page(headers: Mapping[str, str]) -> bool:
    """Whether a browser shows an answer in its window, rather than keeping it as a file."""
    is_file = headers.get("content-disposition", "").startswith("attachment")
    return "text/html" in headers.get("content-type", "") and not is_file


def pages_within_reach(page: Page, app: Flask, *, but: Iterable[str] = (), most: int = 60) -> Iterator[None]:
    """Take a page to one place of each kind that can be reached by links alone from where it is, nearest first.

    Where several kinds send on to the same place, the page is there once. Of the addresses in `but`, and of their kinds,
    none is looked for: they are looked at elsewhere.
    """
    adapter = app.url_map.bind("localhost")
    site = urlsplit(page.url).netloc
    kinds: set[str] = {adapter.match(address)[0] for address in but}
    queue, seen, been = deque([page.url]), {page.url}, set()
    while queue and len(been) < most:
        address = queue.popleft()
        try:
            endpoint, _ = adapter.match(urlsplit(address).path)
        except HTTPException:
            continue
        if endpoint in kinds:
            continue
        answer = page.request.get(address)
        if not _is_page(answer.headers):
            continue
        kinds.add(endpoint)
        if answer.url in been:
            continue
        been.add(answer.url)
        page.goto(answer.url)
        for href in page.eval_on_selector_all(
            "a[href]", "links => links.map(link => link.href.split('#')[0])"
        ):
            if urlsplit(href).netloc == site and href not in seen:
                seen.add(href)
                queue.append(href)
        yield
