"""Reading internal quality assurance: what waits for an IQA, what a plan can draw and what it drew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from assessments.marking.models import AwaitingIqa, Decision
from assessments.marking.queries import is_accepted
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.queries import sent_file
from assessments.verification.models import Sample, SampledDecision, SamplePlan
from assessments.verification.sampling import Reason
from courses.cohorts.models import Cohort, Enrolment
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort with portfolios that are met and wait for an IQA."""

    ref: str
    name: str
    waiting: int
    to_draw: int
    since: datetime


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A drawn portfolio that is not accepted yet."""

    ref: str
    learner: str
    cohort: str
    reason: Reason
    answered: int
    returned: int
    waits_for_assessor: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What a plan says of one portfolio, and where the portfolio stands."""

    sample_ref: str
    learner: str
    drawn: bool
    reason: Reason
    accepted: bool


def _provided(within: Reach) -> ColumnElement[bool]:
    return true() if within.everywhere else Cohort.provider_id.in_(within.organisation_ids)


def cohorts_waiting(*, within: Reach) -> list[CohortRow]:
    """Cohorts with portfolios that wait for an IQA, longest first, in one query."""
    planned = select(Sample.portfolio_id)
    rows = db.session.execute(
        select(
            Cohort.ref,
            Cohort.name,
            func.count(),
            func.sum(AwaitingIqa.portfolio_id.not_in(planned).cast(db.Integer)),
            func.min(AwaitingIqa.since),
        )
        .select_from(AwaitingIqa)
        .join(Portfolio, Portfolio.id == AwaitingIqa.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(_provided(within))
        .group_by(Cohort.id, Cohort.ref, Cohort.name)
        .order_by(func.min(AwaitingIqa.since))
    )
    return [CohortRow(*row) for row in rows]


def open_samples(*, within: Reach) -> list[SampleRow]:
    """Drawn portfolios that are not accepted, oldest plan first, in one query."""
    answered = (
        select(func.count())
        .select_from(SampledDecision)
        .where(SampledDecision.sample_id == Sample.id)
        .scalar_subquery()
    )
    returned = (
        select(func.count())
        .select_from(SampledDecision)
        .where(SampledDecision.sample_id == Sample.id, SampledDecision.outcome == "returned")
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Sample.ref, User.name, Cohort.name, Sample.reason, answered, returned, AwaitingIqa.id.is_(None)
        )
        .select_from(Sample)
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(AwaitingIqa, AwaitingIqa.portfolio_id == Portfolio.id)
        .where(Sample.drawn, _provided(within), ~is_accepted(Sample.portfolio_id))
        .order_by(Sample.id)
    )
    return [SampleRow(*row) for row in rows]


def get_cohort(ref: str, *, within: Reach) -> Cohort:
    """A cohort of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    cohort = db.session.scalar(select(Cohort).where(Cohort.ref == ref, _provided(within)))
    if cohort is None:
        raise NotFound
    return cohort


def plans_of(cohort: Cohort) -> list[SamplePlan]:
    """The plans of a cohort, newest first."""
    return list(
        db.session.scalars(
            select(SamplePlan).where(SamplePlan.cohort_id == cohort.id).order_by(SamplePlan.id.desc())
        )
    )


def get_plan(ref: str, *, within: Reach) -> SamplePlan:
    """A plan of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    plan = db.session.scalar(
        select(SamplePlan)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(SamplePlan.ref == ref, _provided(within))
    )
    if plan is None:
        raise NotFound
    return plan


def plan_rows(plan: SamplePlan) -> list[PlanRow]:
    """What a plan says of each portfolio, drawn ones first."""
    rows = db.session.execute(
        select(Sample.ref, User.name, Sample.drawn, Sample.reason, is_accepted(Sample.portfolio_id))
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .where(Sample.plan_id == plan.id)
        .order_by(Sample.drawn.desc(), User.name)
    )
    return [PlanRow(*row) for row in rows]


def undrawn_portfolios(plan: SamplePlan) -> list[Portfolio]:
    """The portfolios that a plan left out and that still wait."""
    return list(
        db.session.scalars(
            select(Portfolio)
            .join(Sample, Sample.portfolio_id == Portfolio.id)
            .join(AwaitingIqa, AwaitingIqa.portfolio_id == Portfolio.id)
            .where(Sample.plan_id == plan.id, ~Sample.drawn)
            .order_by(Portfolio.id)
        )
    )


def get_sample(ref: str, *, within: Reach) -> Sample:
    """A drawn portfolio of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    sample = db.session.scalar(
        select(Sample)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(Sample.ref == ref, Sample.drawn, _provided(within))
    )
    if sample is None:
        raise NotFound
    return sample


def answers(sample: Sample) -> dict[int, SampledDecision]:
    """What has been said of the decisions of a sample, by decision."""
    rows = db.session.scalars(select(SampledDecision).where(SampledDecision.sample_id == sample.id))
    return {answer.decision_id: answer for answer in rows}


def sampled_file(ref: str, *, within: Reach) -> StoredFile:
    """A file that was sent within a portfolio that has been drawn, at a provider within reach.

    Raises:
        NotFound: there is none.
    """
    file = db.session.scalar(
        sent_file(ref)
        .join(Sample, Sample.portfolio_id == Portfolio.id)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(Sample.drawn, _provided(within))
    )
    if file is None:
        raise NotFound
    return file


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


def assessor_names(refs: Iterable[str]) -> dict[str, str]:
    """The names of assessors, by reference."""
    rows = db.session.execute(select(User.ref, User.name).where(User.ref.in_(list(refs))).order_by(User.name))
    return {ref: name for ref, name in rows}  # noqa: C416 (a row is not a pair to the type checker)
