"""What a provider may read of the questionnaires: how many have answered, never who or what, and the files it sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from assessments.questionnaires import calendar, library
from assessments.questionnaires.models import (
    InstrumentVersion,
    Invitation,
    OutsideInvitation,
    Reminder,
    Response,
    ResponseImport,
    Wave,
)
from assessments.questionnaires.schema import BY_PRACTITIONERS, WaveKind
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Transfer
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people.models import Organisation, OrganisationKind


@dataclass(frozen=True)
class WaveCount:
    """How many of a cohort have answered; never who.

    Attributes:
        by_hand: whether somebody set its days, so that they no longer follow the sessions.
        asked, answered: of those who are asked by name; of others only how many have answered.
        imported: how many more responses there are, from files.
        reminded: how often those who had not answered were reminded.
        reminded_on: when last.
    """

    ref: str
    title: str
    kind: WaveKind
    opens_on: date
    closes_on: date
    by_hand: bool
    asked: int
    answered: int
    imported: int
    reminded: int
    reminded_on: date | None

    @property
    def is_of_practitioners(self) -> bool:
        """Whether the people of the cohort answer it."""
        return self.kind in BY_PRACTITIONERS

    @property
    def is_open(self) -> bool:
        """Whether it can be answered today."""
        return self.opens_on <= clock.today() <= self.closes_on

    @property
    def is_over(self) -> bool:
        """Whether it has closed."""
        return self.closes_on < clock.today()

    @property
    def takes_paper(self) -> bool:
        """Whether forms on paper may still be printed and keyed."""
        return clock.today() <= self.closes_on + timedelta(days=calendar.policy().keyed_within_days)

    @property
    def may_remind(self) -> bool:
        """Whether those who have not answered may be reminded today."""
        return (
            self.is_open
            and self.answered < self.asked
            and self.reminded < calendar.policy().reminders.at_most
            and self.reminded_on != clock.today()
        )


def get_cohort(ref: str, *, within: Reach) -> Cohort:
    """A cohort whose counts the person may read.

    Raises:
        NotFound: no such cohort within reach.
    """
    cohort = db.session.scalar(select(Cohort).where(Cohort.ref == ref))
    if cohort is None or not within.covers(cohort.provider_id):
        raise NotFound
    return cohort


def get_wave(ref: str, *, within: Reach) -> Wave:
    """A wave of a cohort within reach.

    Raises:
        NotFound: no such wave within reach.
    """
    wave = db.session.scalar(select(Wave).where(Wave.ref == ref))
    if wave is None or not within.covers(wave.cohort.provider_id):
        raise NotFound
    return wave


def list_wave_counts(cohort: Cohort) -> list[WaveCount]:
    """How many were asked and how many have answered in each wave of a cohort. Five queries, whatever its size.

    Who answered here and moved to another cohort counts here, and there is not asked the same again.
    """
    waves = db.session.execute(
        select(
            Wave.id, Wave.ref, Wave.kind, Wave.opens_on, Wave.closes_on, Wave.by_hand, InstrumentVersion.title
        )
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
                    ~answered_before(cohort.id),
                ),
            ),
        )
        .group_by(Wave.id)
    )
    asked |= _by_wave(
        select(
            OutsideInvitation.wave_id, func.count(), func.sum(case((OutsideInvitation.answered, 1), else_=0))
        )
        .where(OutsideInvitation.wave_id.in_([wave.id for wave in waves]))
        .group_by(OutsideInvitation.wave_id)
    )
    reminded = {
        wave_id: (often, last)
        for wave_id, often, last in db.session.execute(
            select(Reminder.wave_id, func.count(), func.max(Reminder.sent_on))
            .where(Reminder.wave_id.in_([wave.id for wave in waves]))
            .group_by(Reminder.wave_id)
        )
    }
    complete = _by_wave(
        select(Response.wave_id, func.count())
        .where(Response.wave_id.in_([wave.id for wave in waves]), Response.complete)
        .group_by(Response.wave_id)
    )
    counts: list[WaveCount] = []
    for wave in waves:
        (all_complete,) = complete.get(wave.id, (0,))
        often, last = reminded.get(wave.id, (0, None))
        by_others = 0 if wave.kind in BY_PRACTITIONERS else all_complete
        invited, answered = asked.get(wave.id, (0, by_others))
        counts.append(
            WaveCount(
                wave.ref, wave.title, wave.kind, wave.opens_on, wave.closes_on, wave.by_hand,
                asked=invited, answered=answered, imported=all_complete - answered,
                reminded=often, reminded_on=last,
            )
        )  # fmt: skip
    return counts


def _moved_away(cohort: Cohort) -> Select[int]:
    return select(Transfer.enrolment_id).where(Transfer.from_cohort_id == cohort.id)


def answered_before(cohort_id: int) -> ColumnElement[bool]:
    """Within a query of waves and enrolments: whether the enrolment brought its answer from another cohort."""
    theirs, other = aliased(Invitation), aliased(Wave)
    return exists().where(
        theirs.enrolment_id == Enrolment.id,
        theirs.answered,
        other.id == theirs.wave_id,
        other.kind == Wave.kind,
        other.cohort_id != cohort_id,
    )


def _by_wave(statement: Select[*tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    return {row[0]: tuple(row[1:]) for row in db.session.execute(statement)}


def list_on_request(counts: Sequence[WaveCount]) -> list[tuple[WaveKind, str]]:
    """Questionnaires that are laid out only when somebody asks for them, and are not yet: kinds, first to last, and titles."""
    wanted = set(WaveKind) - calendar.policy().by_itself - {wave.kind for wave in counts}
    titles = {kind: each.title for each in library.shipped_for(wanted) for kind in each.waves}
    return [(kind, titles[kind]) for kind in WaveKind if kind in wanted and kind in titles]


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
