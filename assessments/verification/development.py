"""Recording awards and professional development of a provider's assessors and IQAs, and reading them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from assessments.verification.development_models import RecordKind, StaffRecord
from assessments.verification.risk import Developed, months_before
from courses.cohorts import reach
from lms.core import audit, clock
from lms.core.access import Actor, Reach
from lms.core.audit import Act
from lms.core.errors import NotFound, Refused
from lms.core.extensions import db
from lms.people.models import Membership, Organisation, User
from lms.people.roles import Role

MONTHS = 12
"""Within how many months development is added up where no policy says otherwise."""
MOST_HOURS = 200
LONGEST = 300
_ROLES = (Role.ASSESSOR, Role.IQA)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An assessor or IQA with their awards, and their development within the last months."""

    ref: str
    name: str
    awards: tuple[StaffRecord, ...]
    developed: Developed


def add(
    provider: Organisation,
    person: User,
    *,
    kind: RecordKind,
    words: str,
    on: date,
    hours: float | None,
    by: Actor,
) -> StaffRecord:
    """Record an award, or professional development.

    Args:
        provider: for whom they assess or verify.
        person: whose it is.
        kind: an award, or development.
        words: which award, or what they did.
        on: the day of it.
        hours: how long development took; not used of an award.
        by: the administrator or IQA.

    Raises:
        Refused: nothing is said, the day is still to come, or development has no time or more than 200 hours.
    """
    if not words:
        raise Refused("Say what it was.", field="words")
    if on > clock.today():
        raise Refused("That day is still to come.", field="on")
    is_development = kind is RecordKind.DEVELOPMENT
    minutes = round((hours or 0) * 60) if is_development else None
    if minutes is not None and not 0 < minutes <= MOST_HOURS * 60:
        raise Refused(f"Give the hours that it took, up to {MOST_HOURS}.", field="hours")
    record = StaffRecord(
        provider_id=provider.id,
        person_id=person.id,
        kind=kind,
        words=words,
        on=on,
        minutes=minutes,
        by_id=by.id,
    )
    db.session.add(record)
    db.session.flush()
    _note(record, by, what="recorded")
    return record


def take_out(record: StaffRecord, *, by: Actor) -> None:
    """Take a record out that was a mistake. The log keeps that it was there."""
    _note(record, by, what="taken out")
    db.session.delete(record)


def _note(record: StaffRecord, by: Actor, *, what: str) -> None:
    audit.record(
        Act.STAFF_RECORD_CHANGED,
        by=by,
        on=record,
        organisation_id=record.provider_id,
        what=what,
        kind=record.kind.value,
        person_id=record.person_id,
        day=record.on.isoformat(),
        minutes=record.minutes,
    )


def of_person(provider_id: int, person_id: int) -> list[StaffRecord]:
    """What is recorded of somebody at a provider, newest day first."""
    return list(
        db.session.scalars(
            select(StaffRecord)
            .where(StaffRecord.provider_id == provider_id, StaffRecord.person_id == person_id)
            .options(joinedload(StaffRecord.by))
            .order_by(StaffRecord.on.desc(), StaffRecord.id.desc())
        )
    )


def people(provider_id: int, *, today: date) -> list[PersonRow]:
    """Everybody who assesses or verifies for a provider today, by name, in three queries."""
    rows = db.session.execute(
        select(User.id, User.ref, User.name)
        .where(
            or_(*(reach.holds(role, User.id, provider_id, on=today) for role in _ROLES)),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    ).all()
    ids = [row.id for row in rows]
    held, developed = awards(provider_id), developed_by(provider_id, ids, months=MONTHS, today=today)
    return [
        PersonRow(row.ref, row.name, tuple(held.get(row.id, ())), developed.get(row.id, Developed()))
        for row in rows
    ]


def awards(provider_id: int) -> dict[int, list[StaffRecord]]:
    """The awards that are recorded at a provider, oldest first, by the number of their person."""
    found: dict[int, list[StaffRecord]] = defaultdict(list)
    for one in db.session.scalars(
        select(StaffRecord)
        .where(StaffRecord.provider_id == provider_id, StaffRecord.kind == RecordKind.AWARD)
        .order_by(StaffRecord.on, StaffRecord.id)
    ):
        found[one.person_id].append(one)
    return dict(found)


def developed_by(
    provider_id: int, person_ids: Collection[int], *, months: int, today: date
) -> dict[int, Developed]:
    """How much development is recorded of some people within months, by their number; whoever has none is left out."""
    rows = db.session.execute(
        select(StaffRecord.person_id, func.sum(StaffRecord.minutes), func.max(StaffRecord.on))
        .where(
            StaffRecord.provider_id == provider_id,
            StaffRecord.person_id.in_(person_ids),
            StaffRecord.kind == RecordKind.DEVELOPMENT,
            StaffRecord.on >= months_before(today, months),
        )
        .group_by(StaffRecord.person_id)
    )
    return {person_id: Developed(int(minutes or 0), last) for person_id, minutes, last in rows}


def get_person(provider: Organisation, ref: str) -> User:
    """Somebody who assesses or verifies, or did, for a provider.

    Raises:
        NotFound: nobody has.
    """
    person = db.session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(User.ref == ref, Membership.organisation_id == provider.id, Membership.role.in_(_ROLES))
        .limit(1)
    )
    if person is None:
        raise NotFound
    return person


def get_record(ref: str, *, within: Reach) -> StaffRecord:
    """A record of a provider within reach.

    Raises:
        NotFound: there is none.
    """
    record = db.session.scalar(select(StaffRecord).where(StaffRecord.ref == ref))
    if record is None or not within.covers(record.provider_id):
        raise NotFound
    return record
