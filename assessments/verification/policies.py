"""The policy of rating and sampling that holds for a provider on a day, and how a provider changes its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from sqlalchemy import func, select

from assessments.verification.quality_policy import QualityPolicy, shipped_on
from assessments.verification.rating_models import ProviderPolicy
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.text import day_year
from lms.people.models import Organisation


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy with the name under which plans and ratings record it."""

    label: str
    policy: QualityPolicy


def in_force(provider_id: int, day: date) -> InForce:
    """The policy that holds for a provider on a day: its own, or the one that ships with the product. One query."""
    own = db.session.scalar(
        select(ProviderPolicy)
        .where(ProviderPolicy.provider_id == provider_id, ProviderPolicy.holds_from <= day)
        .order_by(ProviderPolicy.holds_from.desc(), ProviderPolicy.number.desc())
        .limit(1)
    )
    if own is None:
        policy = shipped_on(day)
        return InForce(f"the product’s, from {day_year(policy.holds_from)}", policy)
    label = f"the provider’s number {own.number}, from {day_year(own.holds_from)}"
    return InForce(label, QualityPolicy.from_document(own.document))


def own_versions(provider_id: int) -> list[ProviderPolicy]:
    """A provider's own policies, newest first."""
    return list(
        db.session.scalars(
            select(ProviderPolicy)
            .where(ProviderPolicy.provider_id == provider_id)
            .order_by(ProviderPolicy.number.desc())
        )
    )


def change(
    provider: Organisation, changed: dict[str, object], *, holds_from: date, why: str, today: date, by: Actor
) -> ProviderPolicy:
    """Give a provider a new version of its policy: the one that would hold on the day, with some parts changed.

    Args:
        provider: whose.
        changed: the parts that are other, by their names in the policy.
        holds_from: the first day of the new version.
        why: in the IQA's words; recorded.
        today: the present day.
        by: who changes it.

    Raises:
        Refused: the day lies behind, there is no reason, or a value cannot be.
    """
    if holds_from < today:
        raise Refused(
            "What was drawn already keeps its policy: choose today or a later day.", field="holds_from"
        )
    if not why:
        raise Refused("Say why it is changed. It is kept with the policy.", field="why")
    document = in_force(provider.id, holds_from).policy.document()
    try:
        policy = QualityPolicy.from_document(document | changed | {"from": holds_from.isoformat()})
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Refused(f"The policy cannot be like this: {faults}.") from error
    last = db.session.scalar(
        select(func.max(ProviderPolicy.number)).where(ProviderPolicy.provider_id == provider.id)
    )
    version = ProviderPolicy(
        provider_id=provider.id,
        number=(last or 0) + 1,
        holds_from=holds_from,
        document=policy.document(),
        why=why,
        by_id=by.id,
    )
    db.session.add(version)
    db.session.flush()
    audit.record(
        Act.QUALITY_POLICY_CHANGED, by=by, on=version, organisation_id=provider.id, number=version.number
    )
    return version
