"""Reading for an assessor: the queue, the portfolios that are theirs, and the files within them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from assessments.marking.models import Allocation, Decision, DecisionDraft, Stage, Waiting
from assessments.marking.note_models import NoteDraft
from assessments.marking.outcomes import UnitState
from assessments.marking.queries import COUNTS, files_within, positions, waiting_of
from assessments.marking.queue_queries import behind
from assessments.portfolio.models import Portfolio, Submission
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import provided
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Following:
    """The submission that comes after another in the queue."""

    ref: str
    learner: str


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


def of_assessor(within: Reach) -> ColumnElement[bool]:
    """For a query that joins `Allocation` and `Cohort`: what is allocated to the asking assessor, at a provider of theirs."""
    return and_(
        Allocation.assessor_id == within.person_id,
        provided(within),
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
            .where(of_assessor(within), Waiting.stage == Stage.ASSESSOR)
        )
        or 0
    )


def next_in_queue(submission: Submission, *, within: Reach) -> Following | None:
    """What waits longest behind a submission, coming round to the longest of all; None when nothing else waits."""
    waiting = waiting_of(submission.id)
    row = db.session.execute(
        select(Submission.ref, User.name)
        .select_from(Waiting)
        .join(Allocation, Allocation.portfolio_id == Waiting.portfolio_id)
        .join(Submission, Submission.id == Waiting.submission_id)
        .join(Portfolio, Portfolio.id == Waiting.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(of_assessor(within), Waiting.stage == Stage.ASSESSOR, Waiting.submission_id != submission.id)
        .order_by(case((behind(waiting), 0), else_=1), Waiting.since, Waiting.id)
        .limit(1)
    ).first()
    return Following(*row) if row else None


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
        .where(Submission.ref == ref, of_assessor(within))
    )
    if submission is None:
        raise NotFound
    return submission


def allocated_note(ref: str, *, within: Reach) -> NoteDraft:
    """A note, not sent yet, on a submission that is allocated to the asking assessor.

    Raises:
        NotFound: there is none for them.
    """
    note = db.session.scalar(
        select(NoteDraft)
        .join(Submission, Submission.id == NoteDraft.submission_id)
        .join(Allocation, Allocation.portfolio_id == Submission.portfolio_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(NoteDraft.ref == ref, of_assessor(within))
    )
    if note is None:
        raise NotFound
    return note


def allocated_file(ref: str, *, within: Reach) -> StoredFile:
    """A file of a portfolio that is allocated to the asking assessor, or feedback that was spoken on it.

    Raises:
        NotFound: there is none for them.
    """
    drafted = (
        select(StoredFile)
        .join(DecisionDraft, DecisionDraft.spoken_id == StoredFile.id)
        .join(Submission, Submission.id == DecisionDraft.submission_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .where(StoredFile.ref == ref)
    )
    return _the_file(
        one.join(Allocation, Allocation.portfolio_id == Portfolio.id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(of_assessor(within))
        for one in (*files_within(ref), drafted)
    )


def allocated_portfolio(ref: str, *, within: Reach) -> Portfolio:
    """A portfolio that is allocated to the asking assessor.

    Raises:
        NotFound: there is none for them.
    """
    return _the_portfolio(
        _portfolios(ref).join(Allocation, Allocation.portfolio_id == Portfolio.id).where(of_assessor(within))
    )


def portfolio_of_provider(ref: str, *, within: Reach) -> Portfolio:
    """A portfolio of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    return _the_portfolio(_portfolios(ref).where(provided(within)))


def own_sent_file(ref: str, *, within: Reach) -> StoredFile:
    """A file that the asking practitioner has sent, or feedback that was spoken to them and counts.

    Raises:
        NotFound: there is none of theirs.
    """
    sent, spoken = files_within(ref)
    mine = Portfolio.learner_id == within.person_id
    counting = select(Decision.spoken_id).where(Decision.spoken_id.is_not(None), COUNTS)
    return _the_file((sent.where(mine), spoken.where(mine, StoredFile.id.in_(counting))))


def file_of_provider(ref: str, *, within: Reach) -> StoredFile:
    """A file that was sent within a portfolio of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    return _the_file(
        one.join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(provided(within))
        for one in files_within(ref)
    )


def _portfolios(ref: str) -> Select[Portfolio]:
    return (
        select(Portfolio)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Portfolio.ref == ref)
    )


def _the_portfolio(statement: Select[Portfolio]) -> Portfolio:
    portfolio = db.session.scalar(statement)
    if portfolio is None:
        raise NotFound
    return portfolio


def _the_file(wherever: Iterable[Select[StoredFile]]) -> StoredFile:
    for statement in wherever:
        file = db.session.scalar(statement)
        if file is not None:
            return file
    raise NotFound


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
        .where(of_assessor(within))
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
