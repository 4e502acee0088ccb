"""Reading one drawn portfolio: who judged in it, what IQAs said, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assessments.marking.models import Decision
from assessments.marking.queries import files_within
from assessments.portfolio.models import Portfolio, Submission
from assessments.verification.models import Sample, SampledDecision, SamplePlan, SampleReport
from courses.cohorts.models import Cohort
from courses.cohorts.reach import provided
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import User

REPORTS = 20


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What an IQA told an assessor of a sample."""

    iqa: str
    cohort: str
    on_feedback: str
    on_planning: str
    at: datetime


def get_sample(ref: str, *, within: Reach) -> Sample:
    """A drawn portfolio of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    sample = db.session.scalar(
        select(Sample)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(Sample.ref == ref, Sample.drawn, provided(within))
    )
    if sample is None:
        raise NotFound
    return sample


def answers(portfolio_id: int) -> dict[int, SampledDecision]:
    """What IQAs have said of the decisions of a portfolio, in any sample, by decision."""
    rows = db.session.scalars(
        select(SampledDecision)
        .join(Sample, Sample.id == SampledDecision.sample_id)
        .where(Sample.portfolio_id == portfolio_id)
        .options(joinedload(SampledDecision.iqa))
        .order_by(SampledDecision.id)
    )
    return {answer.decision_id: answer for answer in rows}


def last_judge(portfolio_id: int) -> User | None:
    """Who decided last in a portfolio, of those whose account is open; None when there is nobody."""
    return db.session.scalar(
        select(User)
        .join(Decision, Decision.assessor_id == User.id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Submission.portfolio_id == portfolio_id, User.disabled_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def reports_to(assessor_id: int) -> list[ReportRow]:
    """What IQAs said of an assessor's feedback, newest first, the last twenty."""
    judged = (
        select(Submission.portfolio_id)
        .join(Decision, Decision.submission_id == Submission.id)
        .where(Decision.assessor_id == assessor_id)
    )
    rows = db.session.execute(
        select(
            User.name,
            Cohort.name,
            SampleReport.on_feedback,
            SampleReport.on_planning,
            SampleReport.created_at,
        )
        .select_from(SampleReport)
        .join(Sample, Sample.id == SampleReport.sample_id)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .join(User, User.id == SampleReport.iqa_id)
        .where(Sample.portfolio_id.in_(judged), SampleReport.on_feedback != "")
        .order_by(SampleReport.id.desc())
        .limit(REPORTS)
    )
    return [ReportRow(*row) for row in rows]


def report_of(sample: Sample) -> SampleReport | None:
    """What closed a sample, if anything has."""
    return db.session.scalar(select(SampleReport).where(SampleReport.sample_id == sample.id))


def sampled_file(ref: str, *, within: Reach) -> StoredFile:
    """A file that was sent, or feedback that was spoken, within a portfolio that has been drawn, at a provider within reach.

    Raises:
        NotFound: there is none.
    """
    for one in files_within(ref):
        file = db.session.scalar(
            one.join(Sample, Sample.portfolio_id == Portfolio.id)
            .join(SamplePlan, SamplePlan.id == Sample.plan_id)
            .join(Cohort, Cohort.id == SamplePlan.cohort_id)
            .where(Sample.drawn, provided(within))
        )
        if file is not None:
            return file
    raise NotFound


def decision_in(sample: Sample, ref: str) -> Decision:
    """A decision of the portfolio of a sample.

    Raises:
        NotFound: the portfolio has no such decision.
    """
    decision = db.session.scalar(
        select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Decision.ref == ref, Submission.portfolio_id == sample.portfolio_id)
    )
    if decision is None:
        raise NotFound
    return decision
