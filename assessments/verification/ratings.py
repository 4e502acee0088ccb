"""How closely each assessor of a provider is looked at: what the facts suggest, what an IQA said, and what holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from assessments.verification import policies
from assessments.verification.facts import facts_of
from assessments.verification.policies import InForce
from assessments.verification.rating_models import RiskRating
from assessments.verification.risk import Rating, in_force, rate
from assessments.verification.sampling import Risk
from courses.cohorts import reach
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Forbidden, NotFound, Refused
from lms.core.extensions import db
from lms.people.models import Membership, Organisation, User
from lms.people.roles import Role


@dataclass(frozen=True, slots=True)
class AssessorStanding:
    """An assessor with the risk that holds and where it comes from.

    Attributes:
        user_id, ref, name: who.
        risk: what a draw goes by.
        now: what the facts suggest today.
        said: the IQA's last word; None when there is none.
    """

    user_id: int
    ref: str
    name: str
    risk: Risk
    now: Rating
    said: RiskRating | None

    @property
    def is_overtaken(self) -> bool:
        """Whether the facts suggest something else than when an IQA last said something."""
        return self.said is not None and self.now.risk is not self.said.suggested

    @property
    def needs_word(self) -> bool:
        """Whether an IQA has not said anything yet, the facts have overtaken what was said, or it is too old to hold."""
        return self.said is None or self.is_overtaken or self.risk is not self.said.risk


def standings(
    provider_id: int, assessor_ids: Collection[int], *, in_policy: InForce, today: date
) -> dict[int, AssessorStanding]:
    """How closely some assessors are looked at, by their number, in a fixed number of queries."""
    facts = facts_of(provider_id, assessor_ids, policy=in_policy.policy, today=today)
    newest = (
        select(func.max(RiskRating.id))
        .where(RiskRating.provider_id == provider_id, RiskRating.assessor_id.in_(assessor_ids))
        .group_by(RiskRating.assessor_id)
    )
    said = {
        one.assessor_id: one
        for one in db.session.scalars(
            select(RiskRating).where(RiskRating.id.in_(newest)).options(joinedload(RiskRating.iqa))
        )
    }
    people = db.session.execute(
        select(User.id, User.ref, User.name).where(User.id.in_(assessor_ids)).order_by(User.name)
    )
    found: dict[int, AssessorStanding] = {}
    for row in people:
        now, last = rate(facts[row.id], in_policy.policy), said.get(row.id)
        risk = in_force(
            now.risk,
            said=last.risk if last else None,
            suggested_then=last.suggested if last else None,
            said_on=last.created_at.astimezone(clock.LONDON).date() if last else None,
            today=today,
            lasts_months=in_policy.policy.rating_lasts_months,
        )
        found[row.id] = AssessorStanding(row.id, row.ref, row.name, risk, now, last)
    return found


def assessor_ids(provider_id: int, *, today: date) -> list[int]:
    """The assessors of a provider on a day, but for those whose account is closed."""
    is_assessor = reach.holds(Role.ASSESSOR, User.id, provider_id, on=today)
    return list(db.session.scalars(select(User.id).where(is_assessor, User.disabled_at.is_(None))))


def say(provider: Organisation, assessor: User, *, risk: Risk, reason: str = "", by: Actor) -> RiskRating:
    """Confirm the risk that the facts suggest, or say otherwise with a reason. Dated, and never changed afterwards.

    Raises:
        Forbidden: an IQA speaks of themselves.
        Refused: it differs from what the facts suggest and has no reason.
    """
    if assessor.id == by.id:
        raise Forbidden("Nobody rates themselves. Another IQA does this.")
    today = clock.today()
    in_policy = policies.in_force(provider.id, today)
    standing = standings(provider.id, [assessor.id], in_policy=in_policy, today=today)[assessor.id]
    if risk is not standing.now.risk and not reason:
        raise Refused(
            f"The facts suggest {standing.now.risk.value}. Say why it should be {risk.value}.", field="reason"
        )
    rating = RiskRating(
        provider_id=provider.id,
        assessor_id=assessor.id,
        iqa_id=by.id,
        suggested=standing.now.risk,
        risk=risk,
        reason=reason,
        policy=in_policy.label,
        facts=[asdict(one) for one in standing.now.contributions],
    )
    db.session.add(rating)
    db.session.flush()
    audit.record(
        Act.ASSESSOR_RATED,
        by=by,
        on=rating,
        organisation_id=provider.id,
        assessor_id=assessor.id,
        suggested=rating.suggested.value,
        risk=risk.value,
    )
    return rating


def history(provider_id: int, assessor_id: int) -> list[RiskRating]:
    """Everything that IQAs of a provider have said of an assessor's risk, newest first."""
    return list(
        db.session.scalars(
            select(RiskRating)
            .where(RiskRating.provider_id == provider_id, RiskRating.assessor_id == assessor_id)
            .options(joinedload(RiskRating.iqa))
            .order_by(RiskRating.id.desc())
        )
    )


def get_assessor(provider: Organisation, ref: str) -> User:
    """Somebody who is, or was, an assessor of a provider.

    Raises:
        NotFound: nobody has been.
    """
    user = db.session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(User.ref == ref, Membership.organisation_id == provider.id, Membership.role == Role.ASSESSOR)
        .limit(1)
    )
    if user is None:
        raise NotFound
    return user
