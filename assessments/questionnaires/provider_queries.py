"""What a provider may read of the questionnaires: how many have answered, never who or what, and the files it sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from assessments.questionnaires.models import InstrumentVersion, Invitation, Response, ResponseImport, Wave
from assessments.questionnaires.schema import BY_PRACTITIONERS, WaveKind
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Transfer
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind


@dataclass(frozen=True)
class WaveCount:
    """How many of a cohort have answered; never who. Whoever is not enrolled is not counted among the `asked`."""

    ref: str
    title: str
    kind: WaveKind
    opens_on: date
    closes_on: date
    asked: int
    answered: int
    imported: int


def get_cohort(ref: str, *, within: Reach) -> Cohort:
    """A cohort whose counts the person may read.

    Raises:
        NotFound: no such cohort within reach.
    """
    cohort = db.session.scalar(select(Cohort).where(Cohort.ref == ref))
    if cohort is None or not within.covers(cohort.provider_id):
        raise NotFound
    return cohort


def list_wave_counts(cohort: Cohort) -> list[WaveCount]:
    """How many were asked and how many have answered in each wave of a cohort. Three queries, whatever its size.

    Who answered here and moved to another cohort counts here, and there is not asked the same again.
    """
    waves = db.session.execute(
        select(Wave.id, Wave.ref, Wave.kind, Wave.opens_on, Wave.closes_on, InstrumentVersion.title)
        .join(InstrumentVersion, InstrumentVersion.id == Wave.instrument_version_id)
        .where(Wave.cohort_id == cohort.id)
        .order_by(Wave.opens_on, Wave.id)
    ).all()
    asked = _by_wave(
        select(Wave.id, func.count(), func.sum(case((Invitation.answered, 1), else_=0)))
        .select_from(Wave)
        .join(Enrolment, or_(Enrolment.cohort_id == cohort.id, Enrolment.id.in_(_moved_away(cohort))))
        .outerjoin(Invitation, (Invitation.wave_id == Wave.id) & (Invitation.enrolment_id == Enrolment.id))
        .where(
            Wave.cohort_id == cohort.id,
            Wave.kind.in_(BY_PRACTITIONERS),
            or_(
                Invitation.answered,
                and_(
                    Enrolment.cohort_id == cohort.id,
                    Enrolment.status == EnrolmentStatus.ACTIVE,
                    ~_answered_before(cohort),
                ),
            ),
        )
        .group_by(Wave.id)
    )
    complete = _by_wave(
        select(Response.wave_id, func.count())
        .where(Response.wave_id.in_([wave.id for wave in waves]), Response.complete)
        .group_by(Response.wave_id)
    )
    counts: list[WaveCount] = []
    for wave in waves:
        (all_complete,) = complete.get(wave.id, (0,))
        by_others = 0 if wave.kind in BY_PRACTITIONERS else all_complete
        invited, answered = asked.get(wave.id, (0, by_others))
        counts.append(
            WaveCount(
                wave.ref, wave.title, wave.kind, wave.opens_on, wave.closes_on,
                asked=invited, answered=answered, imported=all_complete - answered,
            )
        )  # fmt: skip
    return counts


def _moved_away(cohort: Cohort) -> Select[int]:
    return select(Transfer.enrolment_id).where(Transfer.from_cohort_id == cohort.id)


def _answered_before(cohort: Cohort) -> ColumnElement[bool]:
    """Within a query of waves and enrolments: whether the enrolment brought its answer from another cohort."""
    theirs, other = aliased(Invitation), aliased(Wave)
    return exists().where(
        theirs.enrolment_id == Enrolment.id,
        theirs.answered,
        other.id == theirs.wave_id,
        other.kind == Wave.kind,
        other.cohort_id != cohort.id,
    )


def _by_wave(statement: Select[*tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    return {row[0]: tuple(row[1:]) for row in db.session.execute(statement)}


def count_uninvited(cohort: Cohort) -> int:
    """How many of a cohort's enrolments have not been asked yet."""
    asked = (
        select(Invitation.enrolment_id)
        .join(Wave, Wave.id == Invitation.wave_id)
        .where(Wave.cohort_id == cohort.id)
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(
                Enrolment.cohort_id == cohort.id,
                Enrolment.status == EnrolmentStatus.ACTIVE,
                Enrolment.id.not_in(asked),
            )
        )
        or 0
    )


def list_providers(*, within: Reach) -> Sequence[Row[int, str, str]]:
    """Providers within reach, by name: their numbers, references and names."""
    providers = select(Organisation.id, Organisation.ref, Organisation.name).where(
        Organisation.kind == OrganisationKind.PROVIDER
    )
    if not within.everywhere:
        providers = providers.where(Organisation.id.in_(within.organisation_ids))
    return db.session.execute(providers.order_by(Organisation.name, Organisation.id)).all()


def get_provider(provider_id: int, *, within: Reach) -> Organisation:
    """A provider within reach, by its number.

    Raises:
        NotFound: no such provider within reach.
    """
    provider = db.session.get(Organisation, provider_id)
    if provider is None or not within.covers(provider.id):
        raise NotFound
    return provider


def get_import(ref: str, *, within: Reach) -> ResponseImport:
    """A file of responses that was offered to a provider within reach.

    Raises:
        NotFound: no such file within reach.
    """
    offered = db.session.scalar(select(ResponseImport).where(ResponseImport.ref == ref))
    if offered is None or not within.covers(offered.provider_id):
        raise NotFound
    return offered


def list_imports(*, within: Reach) -> Sequence[Row[str, str, list[dict[str, Any]], datetime | None]]:
    """Files of responses that providers within reach have taken in, the newest first."""
    taken = select(
        ResponseImport.ref, ResponseImport.file_name, ResponseImport.counts, ResponseImport.confirmed_at
    ).where(ResponseImport.confirmed_at.is_not(None))
    if not within.everywhere:
        taken = taken.where(ResponseImport.provider_id.in_(within.organisation_ids))
    return db.session.execute(
        taken.order_by(ResponseImport.confirmed_at.desc(), ResponseImport.id.desc())
    ).all()
