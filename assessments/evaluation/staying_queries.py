"""Reading how the places of some cohorts ended."""

from __future__ import annotations

from sqlalchemy import func, select

from assessments.evaluation.queries import Scope
from assessments.evaluation.staying import Ends
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.progress.completed import list_completed
from lms.core import clock
from lms.core.extensions import db


def ends_of(scope: Scope) -> Ends:
    """How the places ended of the cohorts that a page is about; the same number of queries however many."""
    over = set(
        db.session.scalars(
            select(Cohort.id).where(Cohort.id.in_(scope.chosen), Cohort.ends_on < clock.today())
        )
    )
    counted = db.session.execute(
        select(Enrolment.status, Enrolment.left_reason, func.count())
        .where(Enrolment.cohort_id.in_(over))
        .group_by(Enrolment.status, Enrolment.left_reason)
    ).all()
    stayed = sum(count for status, _, count in counted if status is EnrolmentStatus.ACTIVE)
    completed = len(list_completed(over))
    running = select(func.count()).where(
        Enrolment.cohort_id.in_(scope.chosen - over), Enrolment.status == EnrolmentStatus.ACTIVE
    )
    return Ends(
        cohorts=len(over),
        completed=completed,
        incomplete=stayed - completed,
        left={reason: count for _, reason, count in counted if reason is not None},
        running=db.session.scalar(running) or 0,
    )
