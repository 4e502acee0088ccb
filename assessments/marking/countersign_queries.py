"""Reading for whoever countersigns: what waits for a signature, and the files within it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlalchemy.orm import aliased

from assessments.marking import allocation_bars
from assessments.marking.models import (
    Allocation,
    AssessorStanding,
    Countersignature,
    Decision,
    Entry,
    Stage,
    Waiting,
)
from assessments.marking.queries import BY_IQA, files_within
from assessments.portfolio.models import Portfolio, Submission
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.reach import provided
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import User

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class SignRow:
    """A submission whose decisions wait for a countersignature."""

    ref: str
    learner: str
    cohort: str
    assessor: str
    criteria: int
    since: datetime
    answer_by: date
    is_mine: bool


def to_countersign(*, within: Reach) -> list[SignRow]:
    """What the asking assessor may countersign: what names them first, then longest waiting. One query."""
    decider = aliased(User)
    rows = db.session.execute(
        select(
            Submission.ref,
            User.name,
            Cohort.name,
            decider.name,
            Waiting.criteria,
            Waiting.since,
            Waiting.answer_by,
            AssessorStanding.countersigner_id,
        )
        .select_from(Waiting)
        .join(Submission, Submission.id == Waiting.submission_id)
        .join(Portfolio, Portfolio.id == Waiting.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Allocation, Allocation.portfolio_id == Waiting.portfolio_id)
        .join(decider, decider.id == Allocation.assessor_id)
        .outerjoin(
            AssessorStanding,
            and_(
                AssessorStanding.user_id == Allocation.assessor_id,
                AssessorStanding.organisation_id == Cohort.provider_id,
            ),
        )
        .where(_signable(within))
        .order_by(
            # not by the comparison itself: it is NULL for most, which the databases order differently
            case((AssessorStanding.countersigner_id == within.person_id, 0), else_=1),
            Waiting.since,
            Waiting.id,
        )
        .limit(MOST_ROWS)
    )
    return [SignRow(*row[:7], is_mine=row[7] == within.person_id) for row in rows]


def signable_submission(ref: str, *, within: Reach) -> Submission:
    """A submission that the asking assessor may countersign.

    Raises:
        NotFound: there is none for them.
    """
    submission = db.session.scalar(
        select(Submission)
        .join(Waiting, Waiting.submission_id == Submission.id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Allocation, Allocation.portfolio_id == Submission.portfolio_id)
        .where(Submission.ref == ref, _signable(within))
    )
    if submission is None:
        raise NotFound
    return submission


def signable_file(ref: str, *, within: Reach) -> StoredFile:
    """A file within a portfolio that waits for the asking assessor's countersignature.

    Raises:
        NotFound: there is none for them.
    """
    for one in files_within(ref):
        file = db.session.scalar(
            one.join(Waiting, Waiting.portfolio_id == Portfolio.id)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .join(Allocation, Allocation.portfolio_id == Portfolio.id)
            .where(_signable(within))
        )
        if file is not None:
            return file
    raise NotFound


def _signable(within: Reach) -> ColumnElement[bool]:
    """Within a query of what waits: for a qualified assessor who is neither decider, practitioner nor IQA of it, and not barred."""
    me = within.person_id
    own_standing = aliased(AssessorStanding)
    in_training = exists().where(
        own_standing.user_id == me,
        own_standing.organisation_id == Cohort.provider_id,
        own_standing.qualified_on.is_(None),
    )
    verified = exists().where(
        Entry.portfolio_id == Waiting.portfolio_id, Entry.kind.in_(BY_IQA), Entry.actor_id == me
    )
    return and_(
        Waiting.stage == Stage.COUNTERSIGNER,
        provided(within),
        ~in_training,
        ~verified,
        ~_decided_here(me),
        ~allocation_bars.is_barred(me),
    )


def _decided_here(person_id: int) -> ColumnElement[bool]:
    """Whether a person made one of the decisions that wait."""
    answered = exists().where(Countersignature.decision_id == Decision.id)
    return exists().where(
        Decision.submission_id == Waiting.submission_id,
        Decision.in_training,
        Decision.assessor_id == person_id,
        ~answered,
    )
