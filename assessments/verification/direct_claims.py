"""Direct claims: how they stand on a day, and recording what an awarding body decided.

How they stand is never stored. It is worked out when somebody asks, from the last entry and from whether the named verifier is
still an IQA of the provider on that day; so nobody has to remember to suspend them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from assessments.portfolio.models import UnitVersion
from assessments.verification.direct_claims_models import DirectClaimsEntry, DirectClaimsStep
from courses.cohorts import reach
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.text import day_year
from lms.people.models import Organisation, User
from lms.people.roles import Role


@dataclass(frozen=True, slots=True)
class DirectClaims:
    """How a provider's direct claims for a unit stand on a day: whether in force, and why or why not, in a sentence."""

    in_force: bool
    words: str
    entry: DirectClaimsEntry | None = None


NOT_GRANTED = DirectClaims(in_force=False, words="Direct claims have not been granted.")


def on_day(provider_id: int, unit_slug: str, on: date) -> DirectClaims:
    """How direct claims for one unit stand on a day. Two queries."""
    return all_on_day(provider_id, on).get(unit_slug, NOT_GRANTED)


def all_on_day(provider_id: int, on: date) -> dict[str, DirectClaims]:
    """How direct claims stand on a day, by unit: each by its last entry that had begun by then. Two queries.

    Units for which none were ever granted are left out.
    """
    entries = db.session.scalars(
        select(DirectClaimsEntry)
        .where(DirectClaimsEntry.provider_id == provider_id, DirectClaimsEntry.from_on <= on)
        .order_by(DirectClaimsEntry.number)
        .options(joinedload(DirectClaimsEntry.verifier))
    )
    iqas = {person.id for person in verifiers(provider_id, on)}
    return {
        entry.unit_slug: standing(entry, on, verifier_is_iqa=entry.verifier_id in iqas) for entry in entries
    }


def standing(entry: DirectClaimsEntry, on: date, *, verifier_is_iqa: bool) -> DirectClaims:
    """How direct claims stand on a day by their last entry. Pure."""
    since = day_year(entry.from_on)
    if entry.step is not DirectClaimsStep.GRANTED:
        said = f"{entry.step.words} since {since}: {entry.reason}"
        return DirectClaims(in_force=False, words=said, entry=entry)
    if entry.until_on is not None and entry.until_on < on:
        return DirectClaims(in_force=False, words=f"Ran out on {day_year(entry.until_on)}.", entry=entry)
    name = entry.verifier.name if entry.verifier else ""
    if not verifier_is_iqa:
        said = f"Suspended: {name}, on whom they rest, is no longer an internal quality assurer here."
        return DirectClaims(in_force=False, words=said, entry=entry)
    until = f" until {day_year(entry.until_on)}" if entry.until_on else ""
    said = f"In force since {since}{until}, granted by {entry.granted_by}. Verifier: {name}."
    return DirectClaims(in_force=True, words=said, entry=entry)


def history(provider_id: int) -> Sequence[DirectClaimsEntry]:
    """Every entry of a provider, newest first."""
    return db.session.scalars(
        select(DirectClaimsEntry)
        .where(DirectClaimsEntry.provider_id == provider_id)
        .order_by(DirectClaimsEntry.id.desc())
        .options(joinedload(DirectClaimsEntry.verifier), joinedload(DirectClaimsEntry.by))
    ).all()


def units() -> list[tuple[str, str]]:
    """The units that there are, each once: slug and newest title."""
    rows = db.session.execute(select(UnitVersion.slug, UnitVersion.title).order_by(UnitVersion.number))
    return sorted(dict(rows.all()).items(), key=lambda unit: unit[1])


def verifiers(provider_id: int, on: date) -> list[User]:
    """Who is an IQA of a provider on a day and can sign in, by name."""
    return list(
        db.session.scalars(
            select(User)
            .where(reach.holds(Role.IQA, User.id, provider_id, on=on), User.disabled_at.is_(None))
            .order_by(User.name, User.id)
        )
    )


def grant(
    provider: Organisation,
    unit_slug: str,
    *,
    verifier: User,
    from_on: date,
    until_on: date | None,
    granted_by: str,
    by: Actor,
) -> DirectClaimsEntry:
    """Record that an awarding body granted direct claims.

    Args:
        provider: to whom.
        unit_slug: for which unit.
        verifier: the IQA on whom they rest.
        from_on: the first day.
        until_on: the last day; None where none was set.
        granted_by: the awarding body, with its own reference if it gave one.
        by: who records it.

    Raises:
        Refused: the days are the wrong way round, nobody is said to have granted them, or the verifier is no IQA here.
        Conflict: somebody recorded something else at the same moment.
    """
    if until_on is not None and until_on < from_on:
        raise Refused("The last day is before the first. Put the later day second.", field="until_on")
    if not granted_by.strip():
        raise Refused("Say which awarding body granted them.", field="granted_by")
    if verifier.id not in {one.id for one in verifiers(provider.id, clock.today())}:
        raise Refused("Choose somebody who is an internal quality assurer here today.", field="verifier")
    entry = DirectClaimsEntry(
        step=DirectClaimsStep.GRANTED,
        from_on=from_on,
        until_on=until_on,
        verifier_id=verifier.id,
        granted_by=granted_by.strip(),
    )
    return _append(provider, unit_slug, entry, by)


def stop(
    provider: Organisation, unit_slug: str, *, step: DirectClaimsStep, reason: str, by: Actor
) -> DirectClaimsEntry:
    """Record that direct claims were suspended or ended, from today.

    Raises:
        Refused: no reason is given.
        Conflict: there are none to stop, or somebody recorded something else at the same moment.
    """
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    if step not in stops(provider.id, unit_slug):
        raise Conflict("There are no direct claims to stop.")
    entry = DirectClaimsEntry(step=step, from_on=clock.today(), until_on=None, reason=reason.strip())
    return _append(provider, unit_slug, entry, by)


def stops(provider_id: int, unit_slug: str) -> tuple[DirectClaimsStep, ...]:
    """What can stop direct claims now: a suspension or an end once they are granted, an end once they are suspended."""
    latest = db.session.scalar(
        select(DirectClaimsEntry.step)
        .where(DirectClaimsEntry.provider_id == provider_id, DirectClaimsEntry.unit_slug == unit_slug)
        .order_by(DirectClaimsEntry.number.desc())
        .limit(1)
    )
    return _STOPS.get(latest, ()) if latest is not None else ()


_STOPS = {
    DirectClaimsStep.GRANTED: (DirectClaimsStep.SUSPENDED, DirectClaimsStep.ENDED),
    DirectClaimsStep.SUSPENDED: (DirectClaimsStep.ENDED,),
}


def _append(provider: Organisation, unit_slug: str, entry: DirectClaimsEntry, by: Actor) -> DirectClaimsEntry:
    number = db.session.scalar(
        select(func.count()).where(
            DirectClaimsEntry.provider_id == provider.id, DirectClaimsEntry.unit_slug == unit_slug
        )
    )
    entry.provider_id, entry.unit_slug, entry.by_id = provider.id, unit_slug, by.id
    entry.number = (number or 0) + 1
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError as error:
        raise Conflict("Somebody recorded something a moment ago. Look at it first.") from error
    audit.record(
        Act.DIRECT_CLAIMS_CHANGED,
        by=by,
        on=entry,
        organisation_id=provider.id,
        step=entry.step.value,
        unit=unit_slug,
    )
    return entry
