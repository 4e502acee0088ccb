"""Giving portfolios to assessors: one by one, a whole cohort, or shared out by workload."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from assessments import policy
from assessments.marking import allocation_queries
from assessments.marking.models import Allocation, DecisionDraft
from assessments.portfolio import service as portfolio_service
from assessments.portfolio.models import Portfolio, Submission
from courses.cohorts.models import Cohort, Enrolment
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.models import User


def allocate(portfolio: Portfolio, assessor: User, *, by: Actor) -> bool:
    """Give a portfolio to an assessor; what waits moves with it.

    Returns:
        Whether anything changed.

    Raises:
        Refused: the assessor is the practitioner.
    """
    if not policy.may_assess(assessor.id, learner_id=portfolio.learner_id):
        raise Refused(f"{assessor.name} cannot assess their own portfolio. Choose another assessor.")
    allocation = db.session.scalar(select(Allocation).where(Allocation.portfolio_id == portfolio.id))
    if allocation is None:
        db.session.add(
            Allocation(portfolio_id=portfolio.id, learner_id=portfolio.learner_id, assessor_id=assessor.id)
        )
    elif allocation.assessor_id == assessor.id:
        return False
    else:
        allocation.assessor_id = assessor.id
        # what another assessor meant to decide is theirs, not the new one's
        _forget_drafts(portfolio.id)
    db.session.flush()
    audit.record(Act.PORTFOLIO_ALLOCATED, by=by, on=portfolio, assessor_id=assessor.id)
    return True


def allocate_cohort(cohort: Cohort, chosen: Mapping[str, str], *, by: Actor) -> int:
    """Give practitioners of a cohort to assessors; a portfolio that has not begun is begun.

    Args:
        cohort: the cohort.
        chosen: the reference of the assessor, by the reference of the enrolment.
        by: the provider's administrator.

    Returns:
        How many portfolios changed hands.

    Raises:
        Refused: somebody is not of this cohort, not an assessor of its provider, or would assess themselves.
    """
    assessors = {row.ref: row.id for row in allocation_queries.assessors(cohort.provider_id)}
    enrolments = {
        enrolment.ref: enrolment
        for enrolment in db.session.scalars(
            select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.ref.in_(chosen))
        )
    }
    if chosen.keys() - enrolments.keys() or set(chosen.values()) - assessors.keys():
        raise Refused("Somebody on this page has left since you opened it. Look at the list again.")
    return sum(
        allocate(
            portfolio_service.open_portfolio(enrolments[enrolment_ref], by=by),
            db.session.get_one(User, assessors[assessor_ref]),
            by=by,
        )
        for enrolment_ref, assessor_ref in chosen.items()
    )


def share_evenly(cohort: Cohort, *, by: Actor) -> int:
    """Give each practitioner without an assessor to whoever has least; nobody gets their own work.

    Returns:
        How many portfolios were given.

    Raises:
        Refused: the provider has no assessor, or the only one is the practitioner.
    """
    load = {row.id: row.load for row in allocation_queries.assessors(cohort.provider_id)}
    if not load:
        raise Refused("No assessor works for you yet. Invite one under Team.")
    left = [person.ref for person in allocation_queries.people(cohort) if person.assessor_ref is None]
    enrolments = db.session.scalars(
        select(Enrolment).where(Enrolment.ref.in_(left)).order_by(Enrolment.id)
    ).all()
    for enrolment in enrolments:
        able = [assessor for assessor in load if policy.may_assess(assessor, learner_id=enrolment.user_id)]
        if not able:
            raise Refused("The only assessor is one of the practitioners. Invite another under Team.")
        least = min(able, key=lambda assessor: (load[assessor], assessor))
        allocate(portfolio_service.open_portfolio(enrolment, by=by), db.session.get_one(User, least), by=by)
        load[least] += 1
    return len(enrolments)


def _forget_drafts(portfolio_id: int) -> None:
    mine = select(Submission.id).where(Submission.portfolio_id == portfolio_id)
    db.session.execute(delete(DecisionDraft).where(DecisionDraft.submission_id.in_(mine)))
