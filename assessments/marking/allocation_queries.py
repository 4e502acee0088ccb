"""Reading who assesses whom: the practitioners of a cohort, a provider's assessors and their workload."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from assessments.marking.models import Allocation
from assessments.marking.outcomes import UnitState
from assessments.marking.queries import positions
from assessments.portfolio.models import Portfolio
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.reach import holds
from lms.core.extensions import db
from lms.people.models import User
from lms.people.roles import Role


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A practitioner who works towards the unit, their assessor, and where the portfolio stands."""

    ref: str
    name: str
    assessor_ref: str | None
    assessor: str
    portfolio_ref: str | None
    state: UnitState | None
    met: int


@dataclass(frozen=True, slots=True)
class AssessorRow:
    """An assessor of a provider, and how many portfolios they have."""

    id: int
    ref: str
    name: str
    load: int


def people(cohort: Cohort) -> list[PersonRow]:
    """The practitioners of a cohort who work towards the unit, by name; the same number of queries for any number."""
    assessor = aliased(User)
    rows = db.session.execute(
        select(
            Enrolment.ref,
            User.name,
            assessor.ref.label("assessor_ref"),
            assessor.name.label("assessor"),
            Portfolio.id.label("portfolio_id"),
            Portfolio.ref.label("portfolio_ref"),
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Portfolio, Portfolio.enrolment_id == Enrolment.id)
        .outerjoin(Allocation, Allocation.portfolio_id == Portfolio.id)
        .outerjoin(assessor, assessor.id == Allocation.assessor_id)
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.seeks_accreditation,
            Enrolment.status == EnrolmentStatus.ACTIVE,
        )
        .order_by(User.name)
    ).all()
    standing = positions(row.portfolio_id for row in rows if row.portfolio_id)
    return [
        PersonRow(
            ref=row.ref,
            name=row.name,
            assessor_ref=row.assessor_ref,
            assessor=row.assessor or "",
            portfolio_ref=row.portfolio_ref,
            state=standing[row.portfolio_id].standing.unit if row.portfolio_id else None,
            met=standing[row.portfolio_id].standing.met if row.portfolio_id else 0,
        )
        for row in rows
    ]


def assessors(provider_id: int) -> list[AssessorRow]:
    """A provider's assessors of today, by name, with their workload."""
    rows = db.session.execute(
        select(User.id, User.ref, User.name, func.count(Allocation.id))
        .outerjoin(Allocation, Allocation.assessor_id == User.id)
        .where(holds(Role.ASSESSOR, User.id, provider_id), User.disabled_at.is_(None))
        .group_by(User.id, User.ref, User.name)
        .order_by(User.name)
    )
    return [AssessorRow(*row) for row in rows]
