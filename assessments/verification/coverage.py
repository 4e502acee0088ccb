"""What a provider's samples have covered within the policy's months, and what is still to be covered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from assessments.portfolio.models import Evidence, Portfolio, SubmittedEvidence
from assessments.portfolio.unit_schema import EvidenceKind
from assessments.verification import policies, population, ratings
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.models import Organisation, Setting, User
from lms.people.queries import list_organisations


@dataclass(frozen=True, slots=True)
class AssessorCover:
    """How many portfolios of an assessor have been sampled this quarter, and how many are asked for by now."""

    name: str
    sampled: int
    least: int

    @property
    def is_covered(self) -> bool:
        """Whether nothing is wanting."""
        return self.sampled >= self.least


@dataclass(frozen=True, slots=True)
class ProviderCover:
    """One provider's year: each thing's name and whether it has been sampled."""

    provider: Organisation
    months: int
    assessors: tuple[AssessorCover, ...]
    kinds: tuple[tuple[str, bool], ...]
    places: tuple[tuple[str, bool], ...]


def of_providers(*, within: Reach) -> list[ProviderCover]:
    """The year of each provider within reach, in a fixed number of queries a provider."""
    return [_of(provider) for provider in list_organisations(within=within)]


def _of(provider: Organisation) -> ProviderCover:
    today = clock.today()
    policy = policies.in_force(provider.id, today).policy
    covered = population.covered(provider.id, months=policy.cover_within_months, today=today)
    people = db.session.execute(
        select(User.ref, User.name)
        .where(User.id.in_(ratings.assessor_ids(provider.id, today=today)))
        .order_by(User.name)
    )
    return ProviderCover(
        provider=provider,
        months=policy.cover_within_months,
        assessors=tuple(
            AssessorCover(
                name, covered.assessors.get(ref, 0), covered.least(ref, floor=policy.floor_per_quarter)
            )
            for ref, name in people
        ),
        kinds=tuple((kind.words, kind.value in covered.kinds) for kind in _kinds(provider.id)),
        places=tuple(_places(provider.id, covered.places)),
    )


def _kinds(provider_id: int) -> list[EvidenceKind]:
    """The kinds of evidence that have been sent at a provider."""
    sent = set(
        db.session.scalars(
            select(Evidence.kind)
            .join(SubmittedEvidence, SubmittedEvidence.evidence_id == Evidence.id)
            .join(Portfolio, Portfolio.id == Evidence.portfolio_id)
            .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Cohort.provider_id == provider_id)
            .distinct()
        )
    )
    return [kind for kind in EvidenceKind if kind in sent]


def _places(provider_id: int, covered: Collection[str]) -> list[tuple[str, bool]]:
    """The workplaces from which a provider has portfolios, by name."""
    rows = db.session.execute(
        select(Setting.ref, Setting.name)
        .join(Enrolment, Enrolment.setting_id == Setting.id)
        .join(Portfolio, Portfolio.enrolment_id == Enrolment.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.provider_id == provider_id)
        .distinct()
        .order_by(Setting.name)
    )
    return [(name, ref in covered) for ref, name in rows]
