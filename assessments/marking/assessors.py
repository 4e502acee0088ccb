"""Who of a provider's assessors is qualified, since when, and who countersigns for those in training."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select

from assessments import policy
from assessments.marking import allocation_bars, queries
from assessments.marking.models import AssessorStanding
from assessments.portfolio.models import Portfolio
from courses.cohorts.reach import holds
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.people.models import Organisation, User
from lms.people.roles import Role


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an assessor at one provider.

    Attributes:
        qualified_on: since when they are qualified; None for one in training, and where nothing was recorded.
        countersigner_id: who countersigns, while they are in training.
    """

    qualified_on: date | None = None
    countersigner_id: int | None = None

    @property
    def in_training(self) -> bool:
        """Whether their decisions count only once they are countersigned."""
        return self.qualified_on is None and self.countersigner_id is not None


QUALIFIED = Standing()


def standing_of(user_id: int, provider_id: int) -> Standing:
    """What is recorded of an assessor; one of whom nothing is recorded is qualified."""
    row = _row(user_id, provider_id)
    return Standing(row.qualified_on, row.countersigner_id) if row else QUALIFIED


def assesses_today(provider_id: int) -> ColumnElement[bool]:
    """Within a query of people: those who assess for a provider today."""
    return and_(holds(Role.ASSESSOR, User.id, provider_id), User.disabled_at.is_(None))


def countersigner_of(user_id: int, portfolio: Portfolio) -> User | None:
    """Who is named to countersign for an assessor in training, while they may sign what is decided in a portfolio."""
    named = standing_of(user_id, portfolio.enrolment.cohort.provider_id).countersigner_id
    if named is None:
        return None
    return next((one for one in _who_may_sign(user_id, portfolio) if one.id == named), None)


def signers(user_id: int, portfolio: Portfolio) -> list[User]:
    """Whom to ask to countersign for an assessor: who is named, or, where they may not, every qualified assessor who may."""
    named = countersigner_of(user_id, portfolio)
    return [named] if named is not None else _who_may_sign(user_id, portfolio)


def _who_may_sign(user_id: int, portfolio: Portfolio) -> list[User]:
    """The qualified assessors of today who may sign what one of them decides in a portfolio."""
    provider_id = portfolio.enrolment.cohort.provider_id
    trainees = select(AssessorStanding.user_id).where(
        AssessorStanding.organisation_id == provider_id, AssessorStanding.qualified_on.is_(None)
    )
    qualified = select(User).where(assesses_today(provider_id), User.id.not_in(trainees)).order_by(User.id)
    people = db.session.scalars(qualified).all()
    ties = allocation_bars.ties_of([one.id for one in people])
    place = allocation_bars.places_of([portfolio.enrolment_id])[portfolio.enrolment_id]
    iqas = queries.iqas_of(portfolio.id)
    return [
        one
        for one in people
        if ties.bar(one.id, place) is None
        and policy.may_countersign(
            one.id, learner_id=portfolio.learner_id, assessor_ids=[user_id], iqa_ids=iqas
        )
    ]


def set_training(assessor: User, provider: Organisation, *, countersigner: User, by: Actor) -> None:
    """Record that an assessor is in training, and who countersigns.

    Raises:
        Refused: the countersigner is the assessor, in training too, or not an assessor of the provider; or the
            assessor countersigns for somebody.
    """
    if countersigner.id == assessor.id:
        raise Refused("Nobody countersigns their own decisions. Choose somebody else.", field="countersigner")
    works_here = db.session.scalar(select(holds(Role.ASSESSOR, countersigner.id, provider.id)))
    if not works_here or standing_of(countersigner.id, provider.id).in_training:
        raise Refused(
            f"{countersigner.name} is not a qualified assessor here. Choose somebody who is.",
            field="countersigner",
        )
    signed_for = _in_training_under(assessor.id, provider.id)
    if signed_for:
        raise Refused(
            f"{assessor.name} countersigns for {', '.join(signed_for)}. Choose somebody else there first.",
            field="standing",
        )
    _record(assessor, provider, qualified_on=None, countersigner_id=countersigner.id, by=by)


def set_qualified(assessor: User, provider: Organisation, *, since: date, by: Actor) -> None:
    """Record that an assessor is qualified. What they decided in training still needs its countersignature.

    Raises:
        Refused: the day is still to come.
    """
    if since > clock.today():
        raise Refused("That day is still to come. Give the day of the award.", field="qualified_on")
    _record(assessor, provider, qualified_on=since, countersigner_id=None, by=by)


def _record(
    assessor: User,
    provider: Organisation,
    *,
    qualified_on: date | None,
    countersigner_id: int | None,
    by: Actor,
) -> None:
    row = _row(assessor.id, provider.id)
    if row is None:
        row = AssessorStanding(user_id=assessor.id, organisation_id=provider.id)
        db.session.add(row)
    row.qualified_on, row.countersigner_id = qualified_on, countersigner_id
    db.session.flush()
    audit.record(
        Act.ASSESSOR_STANDING_CHANGED,
        by=by,
        on=row,
        organisation_id=provider.id,
        assessor_id=assessor.id,
        qualified_on=qualified_on.isoformat() if qualified_on else None,
        countersigner_id=countersigner_id,
    )


def _in_training_under(user_id: int, provider_id: int) -> list[str]:
    """The names of those of today for whom somebody countersigns."""
    return list(
        db.session.scalars(
            select(User.name)
            .join(AssessorStanding, AssessorStanding.user_id == User.id)
            .where(
                AssessorStanding.organisation_id == provider_id,
                AssessorStanding.countersigner_id == user_id,
                AssessorStanding.qualified_on.is_(None),
                assesses_today(provider_id),
            )
            .order_by(User.name)
        )
    )


def _row(user_id: int, provider_id: int) -> AssessorStanding | None:
    return db.session.scalar(
        select(AssessorStanding).where(
            AssessorStanding.user_id == user_id, AssessorStanding.organisation_id == provider_id
        )
    )
