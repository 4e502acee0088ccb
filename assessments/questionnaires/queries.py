"""What may be read of the questionnaires, and by whom.

A practitioner reads their own answers; the evaluation reads coded answers without anything that leads to a person; what
providers read is in `provider_queries.py`. No query here gives answers together with an enrolment, a user or a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import Select, bindparam, exists, select

from assessments.questionnaires import library, pseudonyms
from assessments.questionnaires.codes import Answer, Bytes, Coded, blank, decode, stored_items
from assessments.questionnaires.models import (
    InstrumentVersion,
    Response,
    SpecialAnswers,
    Wave,
)
from assessments.questionnaires.pairing import Block, join, variables_of
from assessments.questionnaires.pseudonyms import Purpose
from assessments.questionnaires.schema import Instrument, WaveKind
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.moved import places_of
from lms.core import clock, keys
from lms.core.access import Reach
from lms.core.errors import Conflict, NotFound
from lms.core.extensions import db
from lms.core.reading import read_rows

Columns = TypeVarTuple("Columns")

IN_ONE_QUERY = 400
ROWS_AT_ONCE = 65_536
KEY_CHANGED = (
    "We cannot open your answers just now: the key that protects them is not the one they were made with. "
    "Nothing is lost and nobody has seen them. Ring your training provider."
)


class Standing(StrEnum):
    """Where one person's questionnaire stands today; what waits for them comes first."""

    STARTED = "started"
    OPEN = "open"
    NOT_YET = "not-yet"
    FINISHED = "finished"
    KEPT = "kept"
    MISSED = "missed"

    @property
    def may_answer(self) -> bool:
        """Whether answers may be given or changed."""
        return self in {Standing.OPEN, Standing.STARTED, Standing.FINISHED}


@dataclass(frozen=True)
class Asked:
    """One wave as one practitioner meets it."""

    wave: Wave
    enrolment: Enrolment
    instrument: Instrument


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


def standing_of(opens_on: date, closes_on: date, *, started: bool, complete: bool, today: date) -> Standing:
    """Where a questionnaire stands, from its days and from what there is of the person's response."""
    if today < opens_on:
        return Standing.NOT_YET
    if today > closes_on:
        return Standing.KEPT if started else Standing.MISSED
    if complete:
        return Standing.FINISHED
    return Standing.STARTED if started else Standing.OPEN


def pseudonym_of(enrolment_ref: str, key_check: str) -> str:
    """The pseudonym of an enrolment's responses.

    Raises:
        Conflict: the key in use is not the one with which the cohort's responses pair.
    """
    key = keys.response_key()
    if pseudonyms.check_value(key) != key_check:
        raise Conflict(KEY_CHANGED)
    return pseudonyms.derive(key, Purpose.ENROLMENT, enrolment_ref)


def special_pseudonym(response_id: str) -> str:
    """The pseudonym under which the special-category answers of a response are kept."""
    return pseudonyms.derive(keys.response_key(), Purpose.SPECIAL, response_id)


def special_pseudonyms(response_ids: Iterable[str]) -> list[str]:
    """`special_pseudonym` of each of many responses."""
    return pseudonyms.derive_each(keys.response_key(), Purpose.SPECIAL, response_ids)


def get_own_wave(ref: str, *, within: Reach) -> Asked:
    """A wave of a cohort in which the person is enrolled, or was before they moved to another.

    Raises:
        NotFound: no such wave, or none for this person.
    """
    places = places_of(within.person_id)
    found = db.session.execute(
        select(Wave, Enrolment)
        .join(places, places.c.cohort_id == Wave.cohort_id)
        .join(Enrolment, Enrolment.id == places.c.enrolment_id)
        .where(Wave.ref == ref)
        .order_by(places.c.is_former, Enrolment.id)
    ).first()
    if found is None:
        raise NotFound
    wave, enrolment = found
    return Asked(wave, enrolment, library.from_document(wave.instrument_version.document))


def has_answered_before(asked: Asked) -> bool:
    """Whether the person answered the same questionnaire with a cohort from which they moved."""
    places = places_of(asked.enrolment.user_id)
    answered = (
        exists()
        .where(
            Response.wave_id == Wave.id,
            Response.pseudonym == pseudonym_of(asked.enrolment.ref, asked.wave.key_check),
            Wave.kind == asked.wave.kind,
            Wave.cohort_id == places.c.cohort_id,
            places.c.is_former,
            places.c.enrolment_id == asked.enrolment.id,
        )
        .select()
    )
    return bool(db.session.scalar(answered))


def find_own_response(asked: Asked, *, lock: bool = False) -> Response | None:
    """The person's own response to a wave, found by its pseudonym; with `lock`, kept from others until the commit."""
    mine = select(Response).where(
        Response.wave_id == asked.wave.id,
        Response.pseudonym == pseudonym_of(asked.enrolment.ref, asked.wave.key_check),
    )
    return db.session.scalar(mine.with_for_update() if lock else mine)


def find_special_answers(response: Response) -> SpecialAnswers | None:
    """The special-category answers of a response, if it has any."""
    return db.session.get(SpecialAnswers, special_pseudonym(response.id))


def coded_of(asked: Asked, response: Response | None) -> Coded:
    """The bytes of the person's own response; a blank one where there is none yet."""
    nothing = blank(asked.instrument)
    if response is None:
        return nothing
    special = find_special_answers(response)
    return Coded(response.codes, special.codes if special else nothing.special)


def own_answers(asked: Asked) -> dict[str, Answer]:
    """What the person has answered so far, by item code."""
    return decode(asked.instrument, coded_of(asked, find_own_response(asked)))


def standing_for(asked: Asked) -> Standing:
    """Where this person's questionnaire stands today."""
    response = find_own_response(asked)
    return standing_of(
        asked.wave.opens_on,
        asked.wave.closes_on,
        started=response is not None,
        complete=response is not None and response.complete,
        today=clock.today(),
    )


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


_Mine = dict[tuple[int, str], _Asked]
"""What a person is asked, by number of the wave and pseudonym of the answer."""


def list_own_waves(*, within: Reach) -> list[OwnWave]:
    """Every questionnaire of the person's cohorts: what waits first, then what is to come, then what is done.

    What was answered with a cohort from which they moved is theirs as before, and is not asked again in the new one.
    """
    order = list(Standing)
    return sorted(
        _own_waves(_asked_of(within)),
        key=lambda wave: (order.index(wave.standing), wave.closes_on, wave.ref),
    )


def find_next_questionnaire(*, within: Reach) -> OwnWave | None:
    """The questionnaire that waits for the person and closes first; None when none does.

    One query, and one more for the answers when something is open, which most of the year nothing is.
    """
    today = clock.today()
    asked = _asked_of(within)
    if not any(row.opens_on <= today <= row.closes_on for row in asked.values()):
        return None
    waiting = {Standing.OPEN, Standing.STARTED}
    return min(
        (wave for wave in _own_waves(asked) if wave.standing in waiting),
        key=lambda wave: (wave.closes_on, wave.ref),
        default=None,
    )


def _asked_of(within: Reach) -> _Mine:
    asked = [_Asked(*list(row)) for row in read_rows(_OWN_WAVES, person=within.person_id)]
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


def paired_codes(cohort_ids: Sequence[int]) -> tuple[tuple[str, ...], Bytes]:
    """Everything answered in some cohorts: a row a respondent, all waves joined, nothing that leads to a person.

    Args:
        cohort_ids: the cohorts; who may read which is decided by the caller, before any figure is shown.

    Returns:
        The variables, and a uint8 matrix (respondents x variables): 0 is missing, i + 1 the i-th option of the codebook,
        ticks of a multiple answer are bits. Rows are in the order of the pseudonyms. Unfinished responses
        count: what was answered was answered, and what was not is missing.
    """
    wanted = library.shipped()
    blocks = [
        block
        for start in range(0, len(cohort_ids), IN_ONE_QUERY)
        for block in _blocks(cohort_ids[start : start + IN_ONE_QUERY])
    ]
    return variables_of(wanted), join(blocks, wanted)


def _blocks(cohort_ids: Iterable[int]) -> Iterator[Block]:
    versions = db.session.execute(
        select(Wave.instrument_version_id, Wave.id).where(Wave.cohort_id.in_(cohort_ids))
    ).all()
    for version_id in sorted({version_id for version_id, _ in versions}):
        version = db.session.get_one(InstrumentVersion, version_id)
        instrument = library.from_document(version.document)
        wave_ids = [wave_id for each, wave_id in versions if each == version_id]
        ordinary, special = (stored_items(instrument, special=apart) for apart in (False, True))
        apart = _special_codes(version_id, wave_ids) if special else {}
        for rows in _partitions(
            select(Response.id, Response.pseudonym, Response.codes).where(Response.wave_id.in_(wave_ids))
        ):
            ids, names, codes = zip(*rows, strict=True)
            pseudonym_bytes = bytes.fromhex("".join(names))
            yield Block(instrument, ordinary, pseudonym_bytes, b"".join(codes))
            if apart:
                nothing = bytes(len(special))
                found = [apart.get(name, nothing) for name in special_pseudonyms(ids)]
                yield Block(instrument, special, pseudonym_bytes, b"".join(found))


def _special_codes(version_id: int, wave_ids: Sequence[int]) -> dict[str, bytes]:
    """Special-category answers by pseudonym: those of the waves when they are few, else those of the whole version."""
    wanted = select(SpecialAnswers.pseudonym, SpecialAnswers.codes).where(
        SpecialAnswers.instrument_version_id == version_id
    )
    ids = db.session.scalars(
        select(Response.id).where(Response.wave_id.in_(wave_ids)).limit(IN_ONE_QUERY + 1)
    ).all()
    if len(ids) <= IN_ONE_QUERY:
        wanted = wanted.where(SpecialAnswers.pseudonym.in_(special_pseudonyms(ids)))
    return {row[0]: row[1] for rows in _partitions(wanted) for row in rows}


def _partitions(statement: Select[*tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows of a statement, many at a time, as the driver gives them: a third of the cost of result rows.

    Only for columns of text and bytes, which both drivers give as they are.
    """
    db.session.flush()
    with closing(db.session.connection().execute(statement)) as result:
        while rows := result.cursor.fetchmany(ROWS_AT_ONCE):
            yield rows
