"""What a provider may read of the questionnaires: how many have answered, never who or what, and the files it sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assessments.questionnaires import calendar, library
from assessments.questionnaires.models import (
    InstrumentVersion,
    Invitation,
    OutsideInvitation,
    Reminder,
    Response,
    Wave,
)
from assessments.questionnaires.schema import BY_PRACTITIONERS, WaveKind
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Transfer
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db


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
    found = db.session.execute(
        select(
            Wave.id, Wave.ref, Wave.kind, Wave.opens_on, Wave.closes_on, Wave.by_hand, InstrumentVersion.title
        )
        .join(InstrumentVersion, InstrumentVersion.id == Wave.instrument_version_id)
        .where(Wave.cohort_id == cohort.id)
    ).all()
    waves = sorted(found, key=lambda wave: (wave.opens_on, list(WaveKind).index(wave.kind)))
    wave_ids = [wave.id for wave in waves]
    asked = _practitioners_asked(cohort) | _others_asked(wave_ids)
    reminded = _reminded(wave_ids)
    complete = _complete(wave_ids)
    counts: list[WaveCount] = []
    for wave in waves:
        in_all = complete.get(wave.id, 0)
        often, last = reminded.get(wave.id, (0, None))
        invited, answered = asked.get(wave.id, (0, 0 if wave.kind in BY_PRACTITIONERS else in_all))
        counts.append(
            WaveCount(
                wave.ref, wave.title, wave.kind, wave.opens_on, wave.closes_on, wave.by_hand,
                asked=invited, answered=answered, imported=in_all - answered,
                reminded=often, reminded_on=last,
            )
        )  # fmt: skip
    return counts


_Asked = dict[int, tuple[int, int]]
"""By wave, how many are asked and how many of them have answered."""


def _practitioners_asked(cohort: Cohort) -> _Asked:
    is_asked_here = and_(
        Enrolment.cohort_id == cohort.id,
        Enrolment.status == EnrolmentStatus.ACTIVE,
        ~answered_before(cohort.id),
    )
    return _asked(
        select(Wave.id, func.count(), _sum_of(Invitation.answered))
        .select_from(Wave)
        .join(Enrolment, or_(Enrolment.cohort_id == cohort.id, Enrolment.id.in_(_moved_away(cohort))))
        .outerjoin(Invitation, (Invitation.wave_id == Wave.id) & (Invitation.enrolment_id == Enrolment.id))
        .where(
            Wave.cohort_id == cohort.id,
            Wave.kind.in_(BY_PRACTITIONERS),
            or_(Invitation.answered, is_asked_here),
        )
        .group_by(Wave.id)
    )


def _others_asked(wave_ids: Sequence[int]) -> _Asked:
    return _asked(
        select(OutsideInvitation.wave_id, func.count(), _sum_of(OutsideInvitation.answered))
        .where(OutsideInvitation.wave_id.in_(wave_ids))
        .group_by(OutsideInvitation.wave_id)
    )


def _sum_of(answered: InstrumentedAttribute[bool]) -> ColumnElement[int]:
    return func.sum(case((answered, 1), else_=0))


def _asked(statement: Select[int, int, int]) -> _Asked:
    return {wave_id: (asked, answered) for wave_id, asked, answered in db.session.execute(statement)}


def _reminded(wave_ids: Sequence[int]) -> dict[int, tuple[int, date]]:
    """By wave, how often it was reminded of, and when last."""
    sent = (
        select(Reminder.wave_id, func.count(), func.max(Reminder.sent_on))
        .where(Reminder.wave_id.in_(wave_ids))
        .group_by(Reminder.wave_id)
    )
    return {wave_id: (often, last) for wave_id, often, last in db.session.execute(sent)}


def _complete(wave_ids: Sequence[int]) -> dict[int, int]:
    """By wave, how many responses are finished."""
    finished = (
        select(Response.wave_id, func.count().label("responses"))
        .where(Response.wave_id.in_(wave_ids), Response.complete)
        .group_by(Response.wave_id)
    )
    return {row.wave_id: row.responses for row in db.session.execute(finished)}


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
