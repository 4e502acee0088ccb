"""What a page costs the processor, and how many queries it asks, with 21 and with 21,000 enrolments in the database.

The pages are the demonstration's and hold what such pages hold in use: a practitioner's home, a cohort of fourteen as its
facilitator sees it, the register of its last session, an assessor's queue; and the results of a programme, which are counted,
protected and drawn anew each time and are not held to the limit of the others. Each is asked for through Flask's own test client,
sign-in, headers and all, in turns with a constant page of 6 KB that a bare Flask application gives back. However many
enrolments there are around it, a page must ask the same number of queries.

A page is kept in memory under the rows it was drawn from, so each is measured three times: as somebody meets it who looks again
and nothing on it has changed; after a change, when the practitioner of the demonstration has got another name; and at first,
when nothing at all is kept.
"""

from __future__ import annotations

import contextvars
import statistics
from collections.abc import Callable

from flask import Flask

from bench.figure import Figure, cpu_seconds
from bench.stand.site import FEW, MANY, site
from bench.stand.visits import (
    COHORT,
    HOME,
    QUEUE,
    REGISTER,
    RESULTS,
    Page,
    count_queries,
    rename_practitioner,
    visit,
)
from lms.core.kept import memory

PAGES = (HOME, COHORT, REGISTER, QUEUE)
REQUESTS = 20
ROUNDS = 9
CONSTANT_BYTES = 6 * 1024
GOAL = 1 / 8
"""A page may cost eight constant ones."""


def figures() -> list[Figure]:
    """Each page at both sizes against the constant page, and its queries at one size against the other."""
    return [
        *(figure for page in PAGES for figure in _figures_of(page, GOAL)),
        *_figures_of(RESULTS, None),
    ]


def _figures_of(page: Page, goal: float | None) -> list[Figure]:
    visits = {size: visit(site(size), page) for size in (FEW, MANY)}
    few, many = (count_queries(site(size), visited.look) for size, visited in visits.items())
    return [
        *(
            compared(f"{page.name} at {size:,} enrolments{when}", each.look, aim, before)
            for size, each in visits.items()
            for when, aim, before in _occasions(site(size), goal)
        ),
        Figure(
            f"{page.name} at {MANY:,} enrolments",
            many,
            "queries",
            min(few, many) / max(few, many),
            f"{few} at {FEW} enrolments",
            1,
        ),
    ]


def _occasions(app: Flask, goal: float | None) -> list[tuple[str, float | None, Callable[[], None]]]:
    """When a page is looked at: in words, with the goal, and what is done before each look, which is not measured."""
    if goal is None:
        return [("", None, lambda: None)]
    return [
        ("", goal, lambda: None),
        (", after a change", None, lambda: rename_practitioner(app)),
        (", first look", None, memory(app).forget),
    ]


def compared(
    name: str, look: Callable[[], None], goal: float | None, before: Callable[[], None] = lambda: None
) -> Figure:
    """Processor time of a page and of the constant one, in turns."""
    constant = _constant()
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(_milliseconds(constant))
        ours.append(_milliseconds(look, before))
    ratio = statistics.median(floor / page for floor, page in zip(bare, ours, strict=True))
    return Figure(
        f"{name}, {1 / ratio:.1f} constant pages",
        statistics.median(ours),
        "ms CPU",
        ratio,
        "a constant 6 KB response's speed",
        goal,
    )


def _constant() -> Callable[[], None]:
    """A call that asks a bare Flask application for a constant page."""
    bare = Flask("constant", static_folder=None)
    bare.add_url_rule("/", "page", lambda: "x" * CONSTANT_BYTES)
    client = bare.test_client()

    def look() -> None:
        contextvars.Context().run(client.get, "/")

    look()
    return look


def _milliseconds(work: Callable[[], None], before: Callable[[], None] = lambda: None) -> float:
    """For one call, over several; what is done before each does not count."""
    total = 0.0
    for _ in range(REQUESTS):
        before()
        total += cpu_seconds(work)
    return 1000 * total / REQUESTS
