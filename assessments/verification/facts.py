"""What is known of a provider's assessors on a day: read in a fixed number of queries, whatever there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, case, func, select

from assessments.marking.models import DECIDING, Allocation, AssessorStanding, Decision, Entry, Stage, Waiting
from assessments.portfolio import queries as portfolios
from assessments.portfolio.models import Portfolio, Submission, UnitVersion
from assessments.verification.actions import is_answered, reopens
from assessments.verification.development import developed_by
from assessments.verification.models import Sample, SampleAction, SampledDecision, SampleOutcome, SamplePlan
from assessments.verification.quality_policy import QualityPolicy
from assessments.verification.risk import Counted, Developed, Facts, months_before
from assessments.working_days import working_days_after
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Membership
from lms.people.roles import Role


@dataclass
class _Known:
    """What the queries have found of one assessor so far."""

    in_role_since: date | None = None
    qualified_on: date | None = None
    in_training: bool = False
    portfolios: int = 0
    looked_at: int = 0
    disagreed: int = 0
    returned: int = 0
    last_returned_on: date | None = None
    answered: int = 0
    late: int = 0
    overdue: int = 0
    decided_on: dict[tuple[str, int], int] = field(default_factory=dict)
    given: set[tuple[str, int]] = field(default_factory=set)
    developed: Developed = field(default_factory=Developed)


def facts_of(
    provider_id: int, assessor_ids: Collection[int], *, policy: QualityPolicy, today: date
) -> dict[int, Facts]:
    """The facts that an assessor's risk is worked out from, for some assessors of a provider, by their number."""
    known: dict[int, _Known] = {one: _Known() for one in assessor_ids}
    _read_roles(provider_id, known)
    _read_portfolios(provider_id, known)
    _read_answers(provider_id, known, policy, today)
    _read_promises(provider_id, known, policy, today)
    _read_actions(provider_id, known, today)
    months = policy.points.development.months
    for number, developed in developed_by(provider_id, known, months=months, today=today).items():
        known[number].developed = developed
    return {number: _facts(one, today) for number, one in known.items()}


def _facts(known: _Known, today: date) -> Facts:
    version = _newer_version(known)
    return Facts(
        on=today,
        in_role_since=known.in_role_since,
        qualified_on=known.qualified_on,
        in_training=known.in_training,
        portfolios=known.portfolios,
        disagreed=Counted(known.disagreed, known.looked_at),
        late=Counted(known.late, known.answered),
        returned=known.returned,
        last_returned_on=known.last_returned_on,
        overdue=known.overdue,
        new_version=version[1] if version else None,
        on_new_version=known.decided_on.get(version, 0) if version else 0,
        developed=known.developed,
    )


def _newer_version(known: _Known) -> tuple[str, int] | None:
    """The newest version of a unit that they were given, where they have decided on an older one of the same unit.

    Of several such units, the one on whose newest version they have decided least.
    """
    newest = {slug: max(number for one, number in known.given if one == slug) for slug, _ in known.given}
    moved = {
        (slug, number)
        for slug, number in newest.items()
        if any(one == slug and older < number for one, older in known.decided_on)
    }
    return min(moved, key=lambda version: (known.decided_on.get(version, 0), version), default=None)


def _at_provider(statement: Select[*tuple[Any, ...]], provider_id: int) -> Select[*tuple[Any, ...]]:
    """Of a statement that selects from portfolios, those of a provider."""
    return (
        statement.join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.provider_id == provider_id)
    )


def _decided(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Of a statement about entries that bring a decision: with that decision, its submission and its portfolio."""
    return (
        statement.select_from(Entry)
        .join(Decision, Decision.id == Entry.decision_id)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .where(Entry.kind.in_(DECIDING))
    )


def _start(today: date, months: int) -> datetime:
    return datetime.combine(months_before(today, months), time.min, tzinfo=clock.LONDON)


def _read_roles(provider_id: int, known: dict[int, _Known]) -> None:
    for user_id, since in db.session.execute(
        select(Membership.user_id, func.min(Membership.from_on))
        .where(
            Membership.organisation_id == provider_id,
            Membership.role == Role.ASSESSOR,
            Membership.user_id.in_(known),
        )
        .group_by(Membership.user_id)
    ):
        known[user_id].in_role_since = since
    for user_id, qualified_on in db.session.execute(
        select(AssessorStanding.user_id, AssessorStanding.qualified_on).where(
            AssessorStanding.organisation_id == provider_id, AssessorStanding.user_id.in_(known)
        )
    ):
        known[user_id].qualified_on, known[user_id].in_training = qualified_on, qualified_on is None


def _read_portfolios(provider_id: int, known: dict[int, _Known]) -> None:
    decided = _at_provider(
        select(
            Decision.assessor_id,
            UnitVersion.slug,
            UnitVersion.number,
            func.count(Portfolio.id.distinct()),
        )
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Portfolio, Portfolio.id == Submission.portfolio_id)
        .join(UnitVersion, UnitVersion.id == Portfolio.unit_version_id),
        provider_id,
    )
    for assessor_id, slug, number, count in db.session.execute(
        decided.where(Decision.assessor_id.in_(known)).group_by(
            Decision.assessor_id, UnitVersion.slug, UnitVersion.number
        )
    ):
        known[assessor_id].decided_on[slug, number] = count
        known[assessor_id].portfolios += count
    given = _at_provider(
        select(Allocation.assessor_id, UnitVersion.slug, UnitVersion.number)
        .join(Portfolio, Portfolio.id == Allocation.portfolio_id)
        .join(UnitVersion, UnitVersion.id == Portfolio.unit_version_id),
        provider_id,
    )
    for assessor_id, slug, number in db.session.execute(
        given.where(Allocation.assessor_id.in_(known)).distinct()
    ):
        known[assessor_id].given.add((slug, number))


def _read_answers(provider_id: int, known: dict[int, _Known], policy: QualityPolicy, today: date) -> None:
    """What IQAs said of their decisions."""
    is_returned = SampledDecision.outcome == SampleOutcome.RETURNED
    looked = SampledDecision.created_at >= _start(today, policy.points.disagreement.months)
    recent = SampledDecision.created_at >= _start(today, policy.points.returned.months)
    for assessor_id, of, disagreed, returned, last in db.session.execute(
        select(
            SampledDecision.assessor_id,
            func.sum(case((looked, 1), else_=0)),
            func.sum(case((looked & is_returned, 1), else_=0)),
            func.sum(case((recent & is_returned, 1), else_=0)),
            func.max(case((is_returned, SampledDecision.created_at))),
        )
        .join(Sample, Sample.id == SampledDecision.sample_id)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .where(Cohort.provider_id == provider_id, SampledDecision.assessor_id.in_(known))
        .group_by(SampledDecision.assessor_id)
    ):
        one = known[assessor_id]
        one.looked_at, one.disagreed, one.returned = of, disagreed, returned
        one.last_returned_on = last.astimezone(clock.LONDON).date() if last else None


def _read_promises(provider_id: int, known: dict[int, _Known], policy: QualityPolicy, today: date) -> None:
    """Submissions answered within the policy's months, those answered late, and those overdue now.

    A submission is answered by the first decision in it; whoever reverses or decides again later answers no promise.
    """
    first = _at_provider(_decided(select(func.min(Entry.id))), provider_id).group_by(Decision.submission_id)
    answered = _decided(
        select(Decision.assessor_id, Portfolio.unit_version_id, Submission.created_at, Entry.created_at)
    )
    promised: dict[int, int] = {}
    for assessor_id, version_id, sent_at, decided_at in db.session.execute(
        answered.where(
            Entry.id.in_(first),
            Decision.assessor_id.in_(known),
            Entry.created_at >= _start(today, policy.points.late.months),
        )
    ):
        if version_id not in promised:
            rules = portfolios.unit_of_version(version_id).evidence_rules
            promised[version_id] = rules.answer_within_working_days
        due = working_days_after(sent_at.astimezone(clock.LONDON).date(), promised[version_id])
        known[assessor_id].answered += 1
        known[assessor_id].late += decided_at.astimezone(clock.LONDON).date() > due
    overdue: dict[int, int] = defaultdict(int)
    waiting = _at_provider(
        select(Allocation.assessor_id, func.count())
        .select_from(Waiting)
        .join(Allocation, Allocation.portfolio_id == Waiting.portfolio_id)
        .join(Portfolio, Portfolio.id == Waiting.portfolio_id),
        provider_id,
    )
    overdue |= dict(
        db.session.execute(
            waiting.where(
                Waiting.answer_by < today, Waiting.stage == Stage.ASSESSOR, Allocation.assessor_id.in_(known)
            ).group_by(Allocation.assessor_id)
        ).all()
    )
    for assessor_id, count in overdue.items():
        known[assessor_id].answered += count
        known[assessor_id].late += count


def _read_actions(provider_id: int, known: dict[int, _Known], today: date) -> None:
    for assessor_id, count in db.session.execute(
        select(SampleAction.assessor_id, func.count())
        .join(Sample, Sample.id == SampleAction.sample_id)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .outerjoin(Allocation, Allocation.portfolio_id == Sample.portfolio_id)
        .where(
            Cohort.provider_id == provider_id,
            SampleAction.assessor_id.in_(known),
            SampleAction.due_on < today,
            ~is_answered(),
            # what came back is decided by whoever has the portfolio now
            ~reopens() | (Allocation.assessor_id == SampleAction.assessor_id),
        )
        .group_by(SampleAction.assessor_id)
    ):
        known[assessor_id].overdue = count
