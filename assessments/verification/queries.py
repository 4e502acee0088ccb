"""Reading internal quality assurance: what waits for an IQA, what a plan can draw and what it drew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, and_, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from assessments.marking.models import AwaitingIqa, Decision, Entry, EntryKind
from assessments.portfolio.models import Portfolio, Submission
from assessments.portfolio.queries import sent_file
from assessments.verification.models import Sample, SampledDecision, SamplePlan, SampleReport
from assessments.verification.population import may_be_drawn
from assessments.verification.sampling import Reason, Stage
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.core.files import StoredFile
from lms.people.models import User

REPORTS = 20


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort with portfolios that wait for an IQA.

    Attributes:
        ref, name: which.
        waiting: how many portfolios are finished and not accepted.
        to_draw: how many of those are in no plan yet.
        since: since when the first of them waits; None when none does.
        on_the_way: how many are on the way with decisions, and in no plan of this quarter.
    """

    ref: str
    name: str
    waiting: int
    to_draw: int
    since: datetime | None
    on_the_way: int


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A drawn portfolio that is not accepted yet."""

    ref: str
    learner: str
    cohort: str
    reason: Reason
    stage: Stage
    answered: int
    returned: int
    waits_for_assessor: bool


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What an IQA told an assessor of a sample."""

    iqa: str
    cohort: str
    on_feedback: str
    on_planning: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What a plan says of one portfolio, and where the portfolio stands."""

    sample_ref: str
    portfolio_ref: str
    learner: str
    drawn: bool
    reason: Reason
    accepted: bool
    closed: bool


def _provided(within: Reach) -> ColumnElement[bool]:
    return true() if within.everywhere else Cohort.provider_id.in_(within.organisation_ids)


def cohorts_waiting(*, within: Reach) -> list[CohortRow]:
    """Cohorts with portfolios to draw from or to accept, those that wait longest first, in two queries."""
    today = clock.today()
    finished = db.session.execute(
        select(
            Cohort.ref,
            Cohort.name,
            func.count(),
            func.sum(may_be_drawn(Stage.SUMMATIVE, today=today).cast(db.Integer)),
            func.min(AwaitingIqa.since),
        )
        .select_from(AwaitingIqa)
        .join(Portfolio, Portfolio.id == AwaitingIqa.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(_provided(within))
        .group_by(Cohort.id, Cohort.ref, Cohort.name)
        .order_by(func.min(AwaitingIqa.since))
    ).all()
    on_the_way = {
        row.ref: row
        for row in db.session.execute(
            select(Cohort.ref, Cohort.name, func.count().label("portfolios"))
            .select_from(Portfolio)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(_provided(within), may_be_drawn(Stage.INTERIM, today=today))
            .group_by(Cohort.id, Cohort.ref, Cohort.name)
            .order_by(Cohort.name)
        )
    }
    rows = [
        CohortRow(ref, name, count, to_draw, since, on_the_way[ref].portfolios if ref in on_the_way else 0)
        for ref, name, count, to_draw, since in finished
    ]
    known = {row.ref for row in rows}
    return rows + [
        CohortRow(row.ref, row.name, 0, 0, None, row.portfolios)
        for row in on_the_way.values()
        if row.ref not in known
    ]


def open_samples(*, within: Reach) -> list[SampleRow]:
    """Drawn portfolios that an IQA has not closed, oldest plan first, in one query."""
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
    with_assessor = and_(SamplePlan.stage == Stage.SUMMATIVE, AwaitingIqa.id.is_(None))
    rows = db.session.execute(
        select(
            Sample.ref,
            User.name,
            Cohort.name,
            Sample.reason,
            SamplePlan.stage,
            answered,
            returned,
            with_assessor,
        )
        .select_from(Sample)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(AwaitingIqa, AwaitingIqa.portfolio_id == Portfolio.id)
        .where(Sample.drawn, _provided(within), ~_is_reported())
        .order_by(Sample.id)
    )
    return [SampleRow(*row) for row in rows]


def _is_accepted(portfolio_id: InstrumentedAttribute[int]) -> Exists:
    return (
        select(Entry.id).where(Entry.portfolio_id == portfolio_id, Entry.kind == EntryKind.ACCEPTED).exists()
    )


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
        select(
            Sample.ref,
            Portfolio.ref,
            User.name,
            Sample.drawn,
            Sample.reason,
            _is_accepted(Sample.portfolio_id),
            _is_reported(),
        )
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


def answers(portfolio_id: int) -> dict[int, SampledDecision]:
    """What IQAs have said of the decisions of a portfolio, in any sample, by decision."""
    rows = db.session.scalars(
        select(SampledDecision)
        .join(Sample, Sample.id == SampledDecision.sample_id)
        .where(Sample.portfolio_id == portfolio_id)
        .order_by(SampledDecision.id)
    )
    return {answer.decision_id: answer for answer in rows}


def judges_of(portfolio_id: int) -> set[int]:
    """Everybody who has decided anything in a portfolio."""
    return set(
        db.session.scalars(
            select(Decision.assessor_id)
            .join(Submission, Submission.id == Decision.submission_id)
            .where(Submission.portfolio_id == portfolio_id)
        )
    )


def last_judge(portfolio_id: int) -> User | None:
    """Who decided last in a portfolio; None when nobody has."""
    return db.session.scalar(
        select(User)
        .join(Decision, Decision.assessor_id == User.id)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Submission.portfolio_id == portfolio_id)
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


def open_on_the_way(portfolio_ids: Iterable[int]) -> list[str]:
    """The names of those whose portfolios were drawn on the way and are still looked at."""
    return list(
        db.session.scalars(
            select(User.name)
            .join(Portfolio, Portfolio.learner_id == User.id)
            .join(Sample, Sample.portfolio_id == Portfolio.id)
            .join(SamplePlan, SamplePlan.id == Sample.plan_id)
            .where(
                Sample.portfolio_id.in_(list(portfolio_ids)),
                Sample.drawn,
                SamplePlan.stage == Stage.INTERIM,
                ~_is_reported(),
            )
            .order_by(User.name)
        )
    )


def _is_reported() -> Exists:
    return select(SampleReport.id).where(SampleReport.sample_id == Sample.id).exists()


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
