"""A provider's quality assurance as a visitor reads it: plans, reasons, risk, assessors. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from assessments.marking.models import Decision
from assessments.portfolio.models import Portfolio, Submission
from assessments.verification import development, direct_claims
from assessments.verification.direct_claims import DirectClaims
from assessments.verification.direct_claims_models import DirectClaimsEntry
from assessments.verification.models import Sample, SampledDecision, SamplePlan
from assessments.verification.rating_models import RiskRating
from assessments.verification.risk import Developed
from assessments.verification.sampling import Reason, Risk, Stage
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.extensions import db
from lms.core.text import day_year
from lms.people.models import Membership, User
from lms.people.roles import Role


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A draw: when, by whom, how, and what it said of each portfolio."""

    cohort: str
    iqa: str
    at: datetime
    stage: Stage
    policy: str
    seed: str
    rates: tuple[tuple[str, int], ...]
    risks: tuple[tuple[str, str], ...]
    picks: tuple[tuple[str, bool, Reason], ...]

    @property
    def drawn(self) -> int:
        """How many portfolios it drew."""
        return sum(drawn for _, drawn, _ in self.picks)


@dataclass(frozen=True, slots=True)
class RatingRecord:
    """An IQA's word on an assessor's risk: the newest."""

    assessor: str
    iqa: str
    risk: Risk
    suggested: Risk
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AssessorRecord:
    """Somebody who assesses or verifies for a provider: in what role, since when, and what their record holds."""

    name: str
    role: Role
    since: date
    until: date | None
    decided: int
    looked_at: int
    returned: int
    awards: tuple[str, ...]
    developed: Developed


@dataclass(frozen=True, slots=True)
class QualityRecords:
    """What a provider's quality assurance has recorded."""

    plans: tuple[PlanRecord, ...]
    people: tuple[AssessorRecord, ...]
    ratings: tuple[RatingRecord, ...]
    claims: tuple[tuple[str, DirectClaims], ...]
    claims_history: tuple[DirectClaimsEntry, ...]
    titles: Mapping[str, str]


def of(provider_id: int) -> QualityRecords:
    """The records of a provider; whether one may read them is the caller's rule."""
    today, units = clock.today(), direct_claims.units()
    claims = direct_claims.all_on_day(provider_id, today)
    return QualityRecords(
        tuple(_plans(provider_id)),
        tuple(_people(provider_id, today)),
        tuple(_ratings(provider_id)),
        tuple((title, claims.get(slug, direct_claims.NOT_GRANTED)) for slug, title in units),
        tuple(direct_claims.history(provider_id)),
        dict(units),
    )


def _plans(provider_id: int) -> list[PlanRecord]:
    rows = db.session.execute(
        select(SamplePlan, Cohort.name, User.name)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .join(User, User.id == SamplePlan.iqa_id)
        .where(Cohort.provider_id == provider_id)
        .order_by(SamplePlan.id.desc())
    ).all()
    picks: dict[int, list[tuple[str, bool, Reason]]] = defaultdict(list)
    for plan_id, name, drawn, reason in db.session.execute(
        select(Sample.plan_id, User.name, Sample.drawn, Sample.reason)
        .join(SamplePlan, SamplePlan.id == Sample.plan_id)
        .join(Cohort, Cohort.id == SamplePlan.cohort_id)
        .join(Portfolio, Portfolio.id == Sample.portfolio_id)
        .join(User, User.id == Portfolio.learner_id)
        .where(Cohort.provider_id == provider_id)
        .order_by(Sample.drawn.desc(), User.name)
    ):
        picks[plan_id].append((name, drawn, reason))
    refs = {ref for plan, _, _ in rows for ref in plan.rule.get("risks", {})}
    names = dict(db.session.execute(select(User.ref, User.name).where(User.ref.in_(refs))).all())
    return [
        PlanRecord(
            cohort=cohort,
            iqa=iqa,
            at=plan.created_at,
            stage=plan.stage,
            policy=plan.rule.get("policy", ""),
            seed=plan.seed,
            rates=tuple(plan.rule.get("rates", {}).items()),
            risks=tuple(
                (names.get(ref, "somebody"), risk) for ref, risk in plan.rule.get("risks", {}).items()
            ),
            picks=tuple(picks[plan.id]),
        )
        for plan, cohort, iqa in rows
    ]


def _ratings(provider_id: int) -> list[RatingRecord]:
    newest = (
        select(func.max(RiskRating.id))
        .where(RiskRating.provider_id == provider_id)
        .group_by(RiskRating.assessor_id)
    )
    assessor, iqa = aliased(User), aliased(User)
    rows = db.session.execute(
        select(RiskRating, assessor.name, iqa.name)
        .join(assessor, assessor.id == RiskRating.assessor_id)
        .join(iqa, iqa.id == RiskRating.iqa_id)
        .where(RiskRating.id.in_(newest))
        .order_by(assessor.name)
    )
    return [
        RatingRecord(name, by, one.risk, one.suggested, one.reason, one.created_at) for one, name, by in rows
    ]


def _people(provider_id: int, today: date) -> list[AssessorRecord]:
    decided = dict(
        db.session.execute(
            select(Decision.assessor_id, func.count())
            .join(Submission, Submission.id == Decision.submission_id)
            .join(Portfolio, Portfolio.id == Submission.portfolio_id)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Cohort.provider_id == provider_id)
            .group_by(Decision.assessor_id)
        ).all()
    )
    looked = {
        row[0]: (row[1], row[2] or 0)
        for row in db.session.execute(
            select(
                SampledDecision.assessor_id,
                func.count(),
                func.sum(case((SampledDecision.outcome == "returned", 1), else_=0)),
            )
            .join(Sample, Sample.id == SampledDecision.sample_id)
            .join(SamplePlan, SamplePlan.id == Sample.plan_id)
            .join(Cohort, Cohort.id == SamplePlan.cohort_id)
            .where(Cohort.provider_id == provider_id)
            .group_by(SampledDecision.assessor_id)
        )
    }
    rows = db.session.execute(
        select(Membership, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == provider_id, Membership.role.in_((Role.ASSESSOR, Role.IQA)))
        .order_by(User.name, Membership.role)
    ).all()
    held = development.awards(provider_id)
    everybody = {membership.user_id for membership, _ in rows}
    developed = development.developed_by(provider_id, everybody, months=development.MONTHS, today=today)
    return [
        AssessorRecord(
            name=name,
            role=membership.role,
            since=membership.from_on,
            until=membership.until_on,
            decided=decided.get(membership.user_id, 0) if membership.role is Role.ASSESSOR else 0,
            looked_at=looked.get(membership.user_id, (0, 0))[0] if membership.role is Role.ASSESSOR else 0,
            returned=looked.get(membership.user_id, (0, 0))[1] if membership.role is Role.ASSESSOR else 0,
            awards=tuple(f"{one.words}, {day_year(one.on)}" for one in held.get(membership.user_id, ())),
            developed=developed.get(membership.user_id, Developed()),
        )
        for membership, name in rows
    ]
