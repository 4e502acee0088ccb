"""Waves by the calendar: laid out with their cohort, moved with its sessions, opened on their day, reminded of.

`follow_soon` hears of every change of a cohort; `tend` does whatever is due for one wave today, and may be run any number of
times. Both are jobs, so that nobody who moves a session waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from assessments.questionnaires import calendar, library, service
from assessments.questionnaires.asking import inviting, reminders
from assessments.questionnaires.calendar import Days
from assessments.questionnaires.models import InstrumentVersion, Response, Wave
from assessments.questionnaires.schema import WaveKind
from courses.cohorts.models import Cohort
from lms.core import audit, clock
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.clock import LONDON
from lms.core.errors import Refused
from lms.core.extensions import db
from lms.core.jobs import enqueue, job
from lms.core.text import day_year, plural

FOLLOW = "questionnaires.follow-cohort"
TEND = "questionnaires.tend-wave"
MORNING = time(7)
"""When letters go out, London time."""


def follow_soon(cohort_id: int) -> None:
    """Have the waves of a cohort follow what has changed in it: once for all that changes within a minute."""
    soon = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    made = enqueue(
        FOLLOW, {"cohort_id": cohort_id}, key=f"{FOLLOW}:{cohort_id}:{soon.astimezone(UTC):%Y%m%d%H%M}"
    )
    made.due_at = soon


@job(FOLLOW)
def follow(payload: dict[str, Any]) -> None:
    """Lay out what a cohort is to be asked, move what moves with its sessions, and ask whoever is new."""
    lay_out(db.session.get_one(Cohort, payload["cohort_id"]), by=None)


def lay_out(cohort: Cohort, *, by: Actor | None) -> None:
    """Bring a cohort's waves in line with its calendar and its people. Safe to repeat.

    Waves that are over stay as they are, and so do the days that somebody set by hand. Nothing is laid out that would be
    over already.

    Raises:
        Conflict: the cohort's responses are paired by another key than the one in use.
    """
    wanted = calendar.usual_days(cohort.starts_on, cohort.ends_on)
    by_itself = calendar.policy().by_itself
    today = clock.today()
    standing = {wave.kind: wave for wave in list_waves(cohort.id)}
    for wave in standing.values():
        if not wave.by_hand:
            _set_days(wave, calendar.moved(_days(wave), wanted[wave.kind], today=today))
    for kind, version in newest_versions().items():
        if kind not in standing and kind in by_itself and today <= wanted[kind].closes_on:
            standing[kind] = service.add_wave(cohort, kind, version, wanted[kind], by=by)
    for wave in standing.values():
        _tend_when_due(wave)


def list_waves(cohort_id: int) -> Sequence[Wave]:
    """The waves of a cohort in the order of their days."""
    waves = select(Wave).where(Wave.cohort_id == cohort_id)
    return db.session.scalars(waves.order_by(Wave.opens_on, Wave.id)).all()


def newest_versions() -> dict[WaveKind, InstrumentVersion]:
    """The newest published version for each kind of wave."""
    newest = select(InstrumentVersion.slug, func.max(InstrumentVersion.number).label("number"))
    found = newest.group_by(InstrumentVersion.slug).subquery()
    versions = db.session.scalars(
        select(InstrumentVersion)
        .join(
            found,
            (found.c.slug == InstrumentVersion.slug) & (found.c.number == InstrumentVersion.number),
        )
        .order_by(InstrumentVersion.slug)
    )
    return {kind: version for version in versions for kind in library.from_document(version.document).waves}


def move(wave: Wave, to: Days, *, by: Actor) -> None:
    """Give a wave other days by hand; from now on they no longer follow the cohort's sessions.

    Raises:
        Refused: it has begun or closed, somebody has answered, or "before" and "after" would overlap.
    """
    today, now = clock.today(), _days(wave)
    if to == now:
        raise Refused("Nothing is different. Change the first or the last day.", field="opens_on")
    if to.closes_on < to.opens_on:
        raise Refused("The last day is before the first. Change one of them.", field="closes_on")
    if to.closes_on < today:
        raise Refused("The last day is past. Choose today or a day to come.", field="closes_on")
    if to.opens_on != now.opens_on and wave.is_begun:
        raise Refused(
            f"This questionnaire has been open since {day_year(now.opens_on)}. Its first day stays.",
            field="opens_on",
        )
    answers = _count_answers(wave)
    if to.opens_on != now.opens_on and answers:
        raise Refused(
            f"{plural(answers, 'person has', 'people have')} answered. The first day stays, so that their answers "
            "lie within the days of this questionnaire.",
            field="opens_on",
        )
    _refuse_overlap(wave, to)
    _set_days(wave, to)
    wave.by_hand = True
    _tend_when_due(wave)
    audit.record(
        Act.WAVE_MOVED,
        by=by,
        on=wave,
        organisation_id=wave.cohort.provider_id,
        was=f"{now.opens_on} to {now.closes_on}",
        now=f"{to.opens_on} to {to.closes_on}",
    )


def _refuse_overlap(wave: Wave, to: Days) -> None:
    others = {each.kind: each for each in list_waves(wave.cohort_id) if each is not wave}
    crossed = calendar.overlapping(wave.kind, to, {kind: _days(other) for kind, other in others.items()})
    if crossed is None:
        return
    other = others[crossed]
    raise Refused(
        f"“{other.instrument_version.title}” is open from {day_year(other.opens_on)} to {day_year(other.closes_on)}. "
        "The two are compared person by person, so one must close before the other opens.",
        field="opens_on" if other.opens_on < to.opens_on else "closes_on",
    )


def _count_answers(wave: Wave) -> int:
    return db.session.scalar(select(func.count()).where(Response.wave_id == wave.id)) or 0


def _days(wave: Wave) -> Days:
    return Days(wave.opens_on, wave.closes_on)


def _set_days(wave: Wave, to: Days) -> None:
    wave.opens_on, wave.closes_on = to
    db.session.flush()


def _tend_when_due(wave: Wave) -> None:
    """Tend a wave now if it is open, else on the morning on which it opens."""
    today = clock.today()
    if wave.opens_on <= today <= wave.closes_on:
        tend_wave(wave)
    elif today < wave.opens_on:
        _tend_on(wave, wave.opens_on)


def _tend_on(wave: Wave, day: date) -> None:
    made = enqueue(TEND, {"wave_id": wave.id}, key=f"{TEND}:{wave.id}:{day}")
    made.due_at = datetime.combine(day, MORNING, tzinfo=LONDON)


@job(TEND)
def tend(payload: dict[str, Any]) -> None:
    """Do what is due for one wave today."""
    wave = db.session.get(Wave, payload["wave_id"])
    if wave is not None and wave.opens_on <= clock.today() <= wave.closes_on:
        tend_wave(wave)


def tend_wave(wave: Wave) -> None:
    """Of an open wave: fix its version, ask whoever has not been asked, send the reminder that is due. Safe to repeat."""
    if not wave.is_begun:
        _begin(wave)
    inviting.ask_everybody(wave)
    reminders.send_if_due(wave)
    following = next((day for day in calendar.reminder_days(_days(wave)) if day > clock.today()), None)
    if following is not None:
        _tend_on(wave, following)


def _begin(wave: Wave) -> None:
    """Fix the newest version, unless somebody was quicker than this and has answered an older one."""
    newest = newest_versions().get(wave.kind)
    has_answers = db.session.scalar(select(exists().where(Response.wave_id == wave.id)))
    if newest is not None and not has_answers:
        wave.instrument_version = newest
    wave.is_begun = True
    db.session.flush()
