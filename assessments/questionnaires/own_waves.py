"""A practitioner's own list of questionnaires: what waits, what is to come, what is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select

from assessments.questionnaires.models import InstrumentVersion, Response, Wave
from assessments.questionnaires.respondents import Standing, pseudonym_of, standing_of
from assessments.questionnaires.schema import BY_PRACTITIONERS, WaveKind
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.moved import places_of
from lms.core import clock
from lms.core.access import Reach
from lms.core.kept import kept
from lms.core.reading import Rows, read_rows


@dataclass(frozen=True)
class OwnWave:
    """A line of the list of a practitioner's own questionnaires."""

    ref: str
    title: str
    kind: WaveKind
    cohort: str
    opens_on: date
    closes_on: date
    standing: Standing


_PLACES = places_of(bindparam("person"))
_OWN_WAVES = (
    select(
        Wave.id, Wave.ref, Wave.kind, Wave.opens_on, Wave.closes_on, Wave.key_check,
        InstrumentVersion.title, Cohort.name, Enrolment.ref, Enrolment.status, _PLACES.c.is_former,
    )
    .join(Cohort, Cohort.id == Wave.cohort_id)
    .join(_PLACES, _PLACES.c.cohort_id == Cohort.id)
    .join(Enrolment, Enrolment.id == _PLACES.c.enrolment_id)
    .join(InstrumentVersion, InstrumentVersion.id == Wave.instrument_version_id)
    .where(Wave.kind.in_(BY_PRACTITIONERS))
)  # fmt: skip
_GIVEN = select(Response.wave_id, Response.pseudonym, Response.complete).where(
    Response.wave_id.in_(bindparam("waves", expanding=True)),
    Response.pseudonym.in_(bindparam("pseudonyms", expanding=True)),
)


class _Asked(NamedTuple):
    """A questionnaire of a cohort that somebody is or was in: a row of `_OWN_WAVES`."""

    id: int
    ref: str
    kind: WaveKind
    opens_on: date
    closes_on: date
    key_check: str
    title: str
    name: str
    enrolment_ref: str
    status: EnrolmentStatus
    is_former: bool


_AskedRows = Rows[int, str, WaveKind, date, date, str, str, str, str, EnrolmentStatus, bool]
_Mine = dict[tuple[int, str], _Asked]
"""What a person is asked, by number of the wave and pseudonym of the answer."""


def list_own_waves(*, within: Reach) -> list[OwnWave]:
    """Every questionnaire of the person's cohorts: what waits first, then what is to come, then what is done.

    What was answered with a cohort from which they moved is theirs as before, and is not asked again in the new one.
    """
    order = list(Standing)
    return sorted(
        _own_waves(_by_pseudonym(read_rows(_OWN_WAVES, person=within.person_id))),
        key=lambda wave: (order.index(wave.standing), wave.closes_on, wave.ref),
    )


def find_next_questionnaire(*, within: Reach) -> OwnWave | None:
    """The questionnaire that waits for the person and closes first; None when none does.

    One query, and one more for the answers when something is open, which most of the year nothing is.
    """
    today = clock.today()
    rows = read_rows(_OWN_WAVES, person=within.person_id)
    if not kept(_is_any_open, rows, today):
        return None
    waiting = {Standing.OPEN, Standing.STARTED}
    return min(
        (wave for wave in _own_waves(_by_pseudonym(rows)) if wave.standing in waiting),
        key=lambda wave: (wave.closes_on, wave.ref),
        default=None,
    )


def _is_any_open(rows: _AskedRows, today: date) -> bool:
    return any(opens_on <= today <= closes_on for _, _, _, opens_on, closes_on, *_ in rows)


def _by_pseudonym(rows: _AskedRows) -> _Mine:
    asked = [_Asked(*row) for row in rows]
    return {(row.id, pseudonym_of(row.enrolment_ref, row.key_check)): row for row in asked}


def _own_waves(mine: _Mine) -> list[OwnWave]:
    if not mine:
        return []
    answered = read_rows(
        _GIVEN,
        waves=list({wave_id for wave_id, _ in mine}),
        pseudonyms=list({pseudonym for _, pseudonym in mine}),
    )
    given = {(wave_id, pseudonym): complete for wave_id, pseudonym, complete in answered}
    before = {(row.enrolment_ref, row.kind) for key, row in mine.items() if row.is_former and key in given}
    today = clock.today()
    return [
        OwnWave(
            row.ref, row.title, row.kind, row.name, row.opens_on, row.closes_on,
            standing_of(
                row.opens_on, row.closes_on, started=key in given, complete=given.get(key, False), today=today
            ),
        )
        for key, row in mine.items()
        if key in given
        or (
            row.status is EnrolmentStatus.ACTIVE
            and not row.is_former
            and (row.enrolment_ref, row.kind) not in before
        )
    ]  # fmt: skip
