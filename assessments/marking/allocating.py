"""Giving portfolios to assessors: one by one, a whole cohort, or shared out by workload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from assessments.marking import allocation_bars, allocation_queries
from assessments.marking.allocation_queries import AssessorRow, PersonRow
from assessments.marking.models import Allocation, DecisionDraft
from assessments.marking.note_models import NoteDraft
from assessments.marking.sharing import Work
from assessments.marking.sharing import share as share_out
from assessments.portfolio import service as portfolio_service
from assessments.portfolio.models import Portfolio, Submission
from courses.cohorts.models import Cohort, Enrolment
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of sharing: how many were given, and the names of those whom nobody may have or has room for."""

    given: int
    left: tuple[str, ...]


def allocate(portfolio: Portfolio, assessor: User, *, by: Actor) -> bool:
    """Give a portfolio to an assessor; what waits moves with it. How much an assessor takes on is not asked here.

    Returns:
        Whether anything changed.

    Raises:
        Refused: the assessor is the practitioner, manages them, or has declared an interest.
    """
    bar = allocation_bars.bar_between(assessor.id, portfolio.enrolment_id)
    if bar is not None:
        raise Refused(f"{assessor.name} {bar.words}. Choose another assessor.")
    return _give(portfolio, assessor, by=by)


def _give(portfolio: Portfolio, assessor: User, *, by: Actor) -> bool:
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


def faults_of(
    people: Mapping[str, PersonRow], assessors: Mapping[str, AssessorRow], chosen: Mapping[str, str]
) -> dict[str, str]:
    """What keeps a choice from being made, in words by the reference of the enrolment; nothing when it can be.

    Args:
        people: those of the cohort, by reference of the enrolment.
        assessors: those of the provider, by reference.
        chosen: the reference of the assessor, by the reference of the enrolment.
    """
    faults: dict[str, str] = {}
    leaving = Counter(
        people[ref].assessor_ref
        for ref, to in chosen.items()
        if people[ref].is_open and people[ref].assessor_ref != to
    )
    room = {
        ref: None if one.cap is None else one.cap - one.portfolios + leaving[ref]
        for ref, one in assessors.items()
    }
    for ref, to in chosen.items():
        if people[ref].assessor_ref == to:
            continue
        assessor = assessors[to]
        bar = people[ref].barred.get(to)
        free = room[to]
        if bar is not None:
            faults[ref] = f"{people[ref].name}: {assessor.name} {bar.words}. Choose another assessor."
        elif free is None or not people[ref].is_open:
            continue
        elif free <= 0:
            faults[ref] = (
                f"{people[ref].name}: {assessor.name} takes on {assessor.cap} at most, and has as many."
            )
        else:
            room[to] = free - 1
    return faults


def allocate_cohort(cohort: Cohort, chosen: Mapping[str, str], *, by: Actor) -> int:
    """Give practitioners of a cohort to assessors, all or none; a portfolio that has not begun is begun.

    Args:
        cohort: the cohort.
        chosen: the reference of the assessor, by the reference of the enrolment.
        by: the provider's administrator.

    Returns:
        How many portfolios changed hands.

    Raises:
        Refused: somebody is not of this cohort or not an assessor of its provider; or an assessor must not have
            somebody's work, or has as much as they take on. Everybody it concerns is named.
    """
    assessors = {row.ref: row for row in allocation_queries.assessors(cohort.provider_id)}
    people = {row.ref: row for row in allocation_queries.people(cohort)}
    if chosen.keys() - people.keys() or set(chosen.values()) - assessors.keys():
        raise Refused("Somebody on this page has left since you opened it. Look at the list again.")
    faults = faults_of(people, assessors, chosen)
    if faults:
        raise Refused(f"{' '.join(faults.values())} Nothing was changed.")
    return _give_all({people[ref].enrolment_id: assessors[to].id for ref, to in chosen.items()}, by=by)


def share_evenly(cohort: Cohort, *, by: Actor) -> Shared:
    """Give each practitioner without an assessor to whoever has least to do and may have them.

    Raises:
        Refused: the provider has no assessor.
    """
    assessors = allocation_queries.assessors(cohort.provider_id)
    if not assessors:
        raise Refused("No assessor works for you yet. Invite one under People.")
    waiting = {row.enrolment_id: row for row in allocation_queries.people(cohort) if row.assessor_ref is None}
    barred = {(one.id, key) for one in assessors for key, row in waiting.items() if one.ref in row.barred}
    works = [Work(key, row.waiting) for key, row in waiting.items()]
    given = share_out(works, [one.load for one in assessors], barred)
    count = _give_all(given, by=by)
    return Shared(count, tuple(row.name for key, row in waiting.items() if key not in given))


def _give_all(given: Mapping[int, int], *, by: Actor) -> int:
    """Give portfolios: the assessor by enrolment; gives back how many changed hands."""
    return sum(
        _give(
            portfolio_service.open_portfolio(db.session.get_one(Enrolment, enrolment_id), by=by),
            db.session.get_one(User, assessor_id),
            by=by,
        )
        for enrolment_id, assessor_id in given.items()
    )


def _forget_drafts(portfolio_id: int) -> None:
    mine = select(Submission.id).where(Submission.portfolio_id == portfolio_id)
    for drafts in (DecisionDraft, NoteDraft):
        db.session.execute(delete(drafts).where(drafts.submission_id.in_(mine)))
