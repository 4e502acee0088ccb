"""How much waits for each assessor of a provider: portfolios, submissions, late ones, and the oldest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from assessments.marking.assessors import assesses_today
from assessments.marking.models import Allocation, AssessorStanding, Stage, Waiting
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.extensions import db
from lms.core.text import london
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class AssessorLoad:
    """An assessor of a provider: their standing, and what waits for them there.

    Attributes:
        signing: how many of their submissions wait to be countersigned.
        oldest: since when the oldest submission waits for them; None when nothing does.
        countersigner: who countersigns, while they are in training.
    """

    ref: str
    name: str
    portfolios: int
    waiting: int
    late: int
    signing: int
    oldest: datetime | None
    qualified_on: date | None
    countersigner: str | None

    @property
    def in_training(self) -> bool:
        """Whether their decisions are countersigned."""
        return self.qualified_on is None and self.countersigner is not None

    def oldest_days(self, today: date) -> int | None:
        """For how many whole days, in London, the oldest has waited; None when nothing does."""
        return (today - london(self.oldest).date()).days if self.oldest else None


def of_assessors(provider_id: int) -> list[AssessorLoad]:
    """Every assessor of a provider of today, by name, in one query."""
    signer = aliased(User)
    here = (
        select(Portfolio.id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.provider_id == provider_id)
    )
    theirs = Waiting.stage == Stage.ASSESSOR
    rows = db.session.execute(
        select(
            User.ref,
            User.name,
            func.count(Allocation.id.distinct()),
            func.count(case((theirs, Waiting.id))),
            func.count(case((and_(theirs, Waiting.answer_by < clock.today()), Waiting.id))),
            func.count(case((Waiting.stage == Stage.COUNTERSIGNER, Waiting.id))),
            func.min(case((theirs, Waiting.since))),
            AssessorStanding.qualified_on,
            signer.name,
        )
        .select_from(User)
        .outerjoin(Allocation, and_(Allocation.assessor_id == User.id, Allocation.portfolio_id.in_(here)))
        .outerjoin(Waiting, Waiting.portfolio_id == Allocation.portfolio_id)
        .outerjoin(
            AssessorStanding,
            and_(AssessorStanding.user_id == User.id, AssessorStanding.organisation_id == provider_id),
        )
        .outerjoin(signer, signer.id == AssessorStanding.countersigner_id)
        .where(assesses_today(provider_id))
        .group_by(User.id, User.ref, User.name, AssessorStanding.qualified_on, signer.name)
        .order_by(User.name)
    )
    return [AssessorLoad(*row) for row in rows]
