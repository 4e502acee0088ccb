"""Reading for an assessor: the queue, the portfolios that are theirs, and the files within them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, true

from assessments.marking.models import Allocation, DecisionDraft, Origin, Stage, Waiting
from assessments.marking.outcomes import UnitState
from assessments.marking.queries import positions
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.queries import sent_file
from courses.cohorts.models import Cohort, Enrolment
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.core.reading import read_rows
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One submission that waits for an assessor."""

    ref: str
    learner: str
    cohort: str
    number: int
    criteria: int
    drafted: int
    since: datetime
    answer_by: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """A practitioner whose portfolio is allocated to an assessor."""

    name: str
    cohort: str
    state: UnitState
    met: int
    total: int
    submission_ref: str | None
    portfolio_ref: str


@cache
def _queue(*, everywhere: bool) -> Select[str, str, str, int, int, int, datetime, date, Origin]:
    """The queue of an assessor (`person`, and their `providers` unless everywhere). Built once, for it is long."""
    drafted = (
        select(func.count())
        .select_from(DecisionDraft)
        .where(DecisionDraft.submission_id == Waiting.submission_id, DecisionDraft.outcome.is_not(None))
        .scalar_subquery()
    )
    theirs = true() if everywhere else Cohort.provider_id.in_(bindparam("providers", expanding=True))
    return (
        select(
            Submission.ref,
            User.name,
            Cohort.name,
            Submission.number,
            Waiting.criteria,
            drafted,
            Waiting.since,
            Waiting.answer_by,
            Waiting.origin,
        )
        .select_from(Waiting)
        .join(Allocation, Allocation.portfolio_id == Waiting.portfolio_id)
        .join(Submission, Submission.id == Waiting.submission_id)
        .join(User, User.id == Submission.learner_id)
        .join(Portfolio, Portfolio.id == Waiting.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Allocation.assessor_id == bindparam("person"), Waiting.stage == Stage.ASSESSOR, theirs)
        .order_by(Waiting.since, Waiting.id)
    )


def queue(*, within: Reach) -> list[QueueRow]:
    """What waits for the asking assessor, longest first: one query, columns only."""
    theirs = {} if within.everywhere else {"providers": list(within.organisation_ids)}
    waiting = read_rows(_queue(everywhere=within.everywhere), person=within.person_id, **theirs)
    return [QueueRow(*row) for row in waiting]


def _mine(within: Reach) -> ColumnElement[bool]:
    return and_(
        Allocation.assessor_id == within.person_id,
        true() if within.everywhere else Cohort.provider_id.in_(within.organisation_ids),
    )


def count_waiting(*, within: Reach) -> int:
    """How many submissions wait for the asking assessor."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Waiting)
            .join(Allocation, Allocation.portfolio_id == Waiting.portfolio_id)
            .join(Portfolio, Portfolio.id == Waiting.portfolio_id)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(_mine(within), Waiting.stage == Stage.ASSESSOR)
        )
        or 0
    )


def allocated_submission(ref: str, *, within: Reach) -> Submission:
    """A submission of a portfolio that is allocated to the asking assessor.

    Raises:
        NotFound: there is none for them.
    """
    submission = db.session.scalar(
        select(Submission)
        .join(Allocation, Allocation.portfolio_id == Submission.portfolio_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Submission.ref == ref, _mine(within))
    )
    if submission is None:
        raise NotFound
    return submission


def allocated_file(ref: str, *, within: Reach) -> StoredFile:
    """A file that was sent within a portfolio that is allocated to the asking assessor.

    Raises:
        NotFound: there is none for them.
    """
    file = db.session.scalar(
        sent_file(ref)
        .join(Allocation, Allocation.portfolio_id == Portfolio.id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(_mine(within))
    )
    if file is None:
        raise NotFound
    return file


def allocated_learners(*, within: Reach) -> list[LearnerRow]:
    """Everybody whose portfolio is allocated to the asking assessor, by name; the same queries for any number."""
    newest = (
        select(Submission.portfolio_id, func.max(Submission.number).label("number"))
        .group_by(Submission.portfolio_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Portfolio.id,
            Portfolio.ref.label("portfolio_ref"),
            User.name,
            Cohort.name.label("cohort"),
            Submission.ref,
        )
        .join(Allocation, Allocation.portfolio_id == Portfolio.id)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(newest, newest.c.portfolio_id == Portfolio.id)
        .outerjoin(
            Submission, and_(Submission.portfolio_id == Portfolio.id, Submission.number == newest.c.number)
        )
        .where(_mine(within))
        .order_by(User.name)
    ).all()
    standing = positions(row.id for row in rows)
    return [
        LearnerRow(
            name=row.name,
            cohort=row.cohort,
            state=standing[row.id].standing.unit,
            met=standing[row.id].standing.met,
            total=len(standing[row.id].standing.criteria),
            submission_ref=row.ref,
            portfolio_ref=row.portfolio_ref,
        )
        for row in rows
    ]
