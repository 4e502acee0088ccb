"""Who must not assess whom: one's own work, one's own staff, and where an interest was declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, or_, select

from assessments import policy
from assessments.marking.allocation_models import Interest, InterestEnd
from courses.cohorts.models import Enrolment
from lms.core import clock
from lms.core.extensions import db
from lms.people.models import Membership, Setting
from lms.people.roles import Role


class Bar(StrEnum):
    """Why an assessor must not have a portfolio. Each says it as it follows the assessor's name."""

    OWN = "own"
    LINE = "line"
    DECLARED = "declared"

    @property
    def words(self) -> str:
        """Such as "manages staff where this person works"."""
        return _WORDS[self]


_WORDS = {
    Bar.OWN: "cannot assess their own portfolio",
    Bar.LINE: "manages staff for this person’s employer",
    Bar.DECLARED: "has declared an interest in this person or their workplace",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Whose work it is, and where they work: what decides who must not assess it."""

    enrolment_id: int
    learner_id: int
    setting_id: int | None
    employer_id: int | None


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties assessors to people and places, read for several at once."""

    employers: dict[int, set[int]]
    learners: dict[int, set[int]]
    settings: dict[int, set[int]]

    def bar(self, assessor_id: int, place: Place) -> Bar | None:
        """Why an assessor must not have somebody's work; None when they may."""
        if not policy.may_assess(assessor_id, learner_id=place.learner_id):
            return Bar.OWN
        if place.employer_id in self.employers[assessor_id]:
            return Bar.LINE
        if place.learner_id in self.learners[assessor_id] or place.setting_id in self.settings[assessor_id]:
            return Bar.DECLARED
        return None


def ties_of(assessor_ids: Collection[int]) -> Ties:
    """What ties some assessors, in two queries. Whoever manages for an employer today manages its staff."""
    managing = db.session.execute(
        select(Membership.user_id, Membership.organisation_id).where(
            Membership.user_id.in_(assessor_ids), _manages_today()
        )
    )
    declared = db.session.execute(
        select(Interest.assessor_id, Interest.learner_id, Interest.setting_id)
        .outerjoin(InterestEnd, InterestEnd.interest_id == Interest.id)
        .where(Interest.assessor_id.in_(assessor_ids), InterestEnd.id.is_(None))
    )
    ties = Ties(defaultdict(set), defaultdict(set), defaultdict(set))
    for assessor_id, employer_id in managing:
        ties.employers[assessor_id].add(employer_id)
    for assessor_id, learner_id, setting_id in declared:
        if learner_id is not None:
            ties.learners[assessor_id].add(learner_id)
        elif setting_id is not None:
            ties.settings[assessor_id].add(setting_id)
    return ties


def places_of(enrolment_ids: Iterable[int]) -> dict[int, Place]:
    """Whose work some enrolments are and where they work, in one query."""
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.user_id, Enrolment.setting_id, Setting.organisation_id)
        .outerjoin(Setting, Setting.id == Enrolment.setting_id)
        .where(Enrolment.id.in_(list(enrolment_ids)))
    )
    return {row[0]: Place(*row) for row in rows}


def bar_between(assessor_id: int, enrolment_id: int) -> Bar | None:
    """Why an assessor must not have the portfolio of an enrolment; None when they may."""
    return ties_of([assessor_id]).bar(assessor_id, places_of([enrolment_id])[enrolment_id])


def is_barred(person_id: int) -> ColumnElement[bool]:
    """Within a query of enrolments: whether somebody must not judge that work, for whose it is or where it was done."""
    ended = exists().where(InterestEnd.interest_id == Interest.id)
    declared = exists().where(
        Interest.assessor_id == person_id,
        or_(Interest.learner_id == Enrolment.user_id, Interest.setting_id == Enrolment.setting_id),
        ~ended,
    )
    managing = exists().where(
        Membership.user_id == person_id,
        Membership.organisation_id == Setting.organisation_id,
        Setting.id == Enrolment.setting_id,
        _manages_today(),
    )
    return or_(Enrolment.user_id == person_id, declared, managing)


def _manages_today() -> ColumnElement[bool]:
    """Of a membership: whether somebody manages for an employer today."""
    today = clock.today()
    return and_(
        Membership.role == Role.EMPLOYER,
        Membership.from_on <= today,
        or_(Membership.until_on.is_(None), Membership.until_on >= today),
    )
