"""What an assessor's queue and the marking screen cost with 50 and with 50,000 submissions in one queue.

Each is asked for as `bench.pages` asks for pages, against the same constant page; a page must ask the same number of queries
however many wait.
"""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from assessments.marking.models import Allocation, Waiting
from assessments.portfolio.models import Submission
from bench.figure import Figure
from bench.pages import compared
from bench.stand.submissions import FEW, MANY, waiting_site
from bench.stand.visits import QUEUE, Page, count_queries, visit
from lms.core.extensions import db
from lms.people import queries
from lms.people.roles import Role
from lms.site import demo_accounts


def figures() -> list[Figure]:
    """The queue and the marking screen at both sizes."""
    return [figure for page in (QUEUE, DESK) for figure in _figures_of(page)]


def _figures_of(page: Page) -> list[Figure]:
    visits = {size: visit(waiting_site(size), page) for size in (FEW, MANY)}
    few, many = (count_queries(waiting_site(size), visited.look) for size, visited in visits.items())
    return [
        *(
            compared(f"{page.name} with {size:,} submissions waiting", each.look, None)
            for size, each in visits.items()
        ),
        Figure(
            f"{page.name} with {MANY:,} submissions waiting",
            many,
            "queries",
            min(few, many) / max(few, many),
            f"{few} with {FEW}",
            1,
        ),
    ]


def _desk() -> str:
    """The criterion of the submission that has waited longest, of whoever is listed as the assessor."""
    assessor = queries.find_user(demo_accounts.address(Role.ASSESSOR.value))
    if assessor is None:
        raise RuntimeError("the demonstration has no assessor")
    longest = (
        select(Submission)
        .join(Waiting, Waiting.submission_id == Submission.id)
        .join(Allocation, Allocation.portfolio_id == Submission.portfolio_id)
        .where(Allocation.assessor_id == assessor.id)
        .order_by(Waiting.since, Waiting.id)
        .limit(1)
    )
    submission = db.session.scalars(longest).one()
    return url_for("marking.decide", submission_ref=submission.ref, criterion=submission.criteria[0])


DESK = Page("marking screen", Role.ASSESSOR, _desk)
