"""From one click to the finished report: the whole answer, with 547 respondents, in each form that it can be had in.

Somebody waits for it, so it is the clock that counts, and not the processor's time.
"""

from __future__ import annotations

import statistics

from assessments.reporting.views import FORMS
from bench.figure import Figure, seconds
from bench.stand.site import FEW, site
from bench.stand.visits import report, visit

ROUNDS = 3
PATIENCE = 3.0
"""Seconds: what docs/decisions/reports-at-once.md allows before a report must become a job."""


def figures() -> list[Figure]:
    """Ask for each form in turn, as a commissioner does."""
    return [_waited(form) for form in FORMS]


def _waited(form: str) -> Figure:
    page = report(form)
    look = visit(site(FEW), page).look
    waited = statistics.median(seconds(look) for _ in range(ROUNDS))
    return Figure(page.name, waited, "s", PATIENCE / waited, f"{PATIENCE:g} s", 1)
