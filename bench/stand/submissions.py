"""The demonstration with many submissions waiting for its assessor: one that waits, copied with its practitioner."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flask import Flask
from sqlalchemy import func, select

from assessments.marking.models import Allocation, Entry, Stage, Waiting
from assessments.portfolio.models import Portfolio, SentWords, Submission
from bench.stand.crowd import Copied, copies, count_to
from bench.stand.databases import application, close, copied, place
from bench.stand.site import FEW as DEMONSTRATION
from bench.stand.site import database, site
from courses.cohorts.models import Enrolment
from lms.core.database import writing
from lms.core.extensions import db
from lms.people import queries
from lms.people.models import User
from lms.people.roles import Role
from lms.site import demo_accounts

FEW, MANY = 50, 50_000
"""How many submissions wait for the assessor of the demonstration."""


@cache
def waiting_site(submissions: int) -> Flask:
    """The application with so many submissions in one assessor's queue.

    Raises:
        RuntimeError: there are not so many.
    """
    site(DEMONSTRATION)
    app = application(copied(database(DEMONSTRATION), place(f"{submissions}-submissions")))
    with app.app_context():
        with writing():
            numbers = count_to(submissions - _waiting())
            for table in list(_copied()):
                db.session.execute(copies(table, numbers))
            db.session.commit()
        held = _waiting()
        close()
    if held != submissions:
        raise RuntimeError(f"{held} submissions wait, not {submissions}")
    return app


def _waiting() -> int:
    mine = (
        select(func.count())
        .select_from(Waiting)
        .join(Allocation, Allocation.portfolio_id == Waiting.portfolio_id)
        .where(Allocation.assessor_id == _assessor_id(), Waiting.stage == Stage.ASSESSOR)
    )
    return db.session.scalar(mine) or 0


def _assessor_id() -> int:
    found = queries.find_user(demo_accounts.address(Role.ASSESSOR.value))
    if found is None:
        raise RuntimeError("the demonstration has no assessor")
    return found.id


def _copied() -> Iterator[Copied]:
    """A practitioner whose first submission waits, with all that the queue reads of it."""
    first = (
        select(Submission)
        .join(Waiting, Waiting.submission_id == Submission.id)
        .join(Allocation, Allocation.portfolio_id == Submission.portfolio_id)
        .where(Allocation.assessor_id == _assessor_id(), Submission.number == 1)
        .limit(1)
    )
    one = db.session.scalars(first).one()
    yield Copied(User, User.id == one.learner_id, differs=("email",))
    yield Copied(Enrolment, Enrolment.user_id == one.learner_id, ("user_id",))
    yield Copied(Portfolio, Portfolio.id == one.portfolio_id, ("enrolment_id", "learner_id"))
    yield Copied(Allocation, Allocation.portfolio_id == one.portfolio_id, ("portfolio_id", "learner_id"))
    yield Copied(Submission, Submission.id == one.id, ("portfolio_id", "learner_id"))
    yield Copied(SentWords, SentWords.submission_id == one.id, ("submission_id",))
    yield Copied(Entry, Entry.portfolio_id == one.portfolio_id, ("portfolio_id", "submission_id", "actor_id"))
    yield Copied(Waiting, Waiting.submission_id == one.id, ("submission_id", "portfolio_id"))
