"""What may be read of the questionnaires, and by whom.

A practitioner reads their own answers; the evaluation reads coded answers without anything that leads to a person; what
providers read is in `provider_queries.py`. No query here gives answers together with an enrolment, a user or a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVarTuple

from sqlalchemy import bindparam, exists, select

from assessments.questionnaires import columns, library, pseudonyms
from assessments.questionnaires.codes import Answer, Bytes, Coded, blank, decode
from assessments.questionnaires.models import (
    InstrumentVersion,
    PersonalLink,
    Response,
    SpecialAnswers,
    Wave,
    WrittenAnswer,
)
from assessments.questionnaires.pairing import Numbers, join, variables_of
from assessments.questionnaires.pseudonyms import Purpose
from assessments.questionnaires.schema import BY_PRACTITIONERS, STUDY, AnsweredBy, Instrument, WaveKind
from assessments.questionnaires.written import Written
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.moved import places_of
from lms.core import clock, keys
from lms.core.access import Reach
from lms.core.errors import Conflict, NotFound
from lms.core.extensions import db
from lms.core.kept import kept
from lms.core.reading import Rows, read_rows
from lms.people import queries as people

Columns = TypeVarTuple("Columns")
Given = Answer | Written
"""What may be said in answer to a question: by choosing, or in writing."""

SHEET = "sheet"
"""Begins the words that tell apart people whose forms on paper bear no code; the number of the sheet follows."""
NO_LINK = "This page opens with the link in your letter. Open the letter and follow the link again."
RUN_OUT = (
    "This questionnaire has closed, and your link with it. What you had answered is kept. To see it, or to take it back, "
    "sign in."
)
KEY_CHANGED = (
    "We cannot open your answers just now: the key that protects them is not the one they were made with. "
    "Nothing is lost and nobody has seen them. Ring your training provider."
)


# a practitioner without an enrolment is one whose form on paper bears no code
_PURPOSES = {
    AnsweredBy.PRACTITIONER: Purpose.PAPER,
    AnsweredBy.MANAGER: Purpose.MANAGER,
    AnsweredBy.PARTICIPANT: Purpose.PARTICIPANT,
    AnsweredBy.PARENT: Purpose.PARENT,
}


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
    """One wave as one person who is asked meets it.

    Attributes:
        wave: what is asked of a cohort, and when.
        enrolment: a practitioner's place on the course; None for anybody else.
        instrument: the questions, in the version that the wave pins.
        who: for anybody but a practitioner, the words that tell them from others of the same wave (a reference that
            cannot be guessed); a parent's are the same at the start and at the end, so that the two pair.
        link: the personal link by which they came; None for who is signed in.
    """

    wave: Wave
    enrolment: Enrolment | None
    instrument: Instrument
    who: tuple[str, ...] = ()
    link: PersonalLink | None = None

    @property
    def by_link(self) -> bool:
        """Whether the person came by a personal link, which stands for them in this wave and nowhere else."""
        return self.link is not None


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
    _require_key(key_check)
    return pseudonyms.derive(keys.response_key(), Purpose.ENROLMENT, enrolment_ref)


def own_pseudonym(asked: Asked) -> str:
    """The pseudonym of the response of whoever is asked; a purpose of its own for each sort of people.

    Raises:
        Conflict: as `pseudonym_of`.
        ValueError: a practitioner's wave without an enrolment, or another's with one: two people might share a pseudonym.
    """
    answered_by = asked.wave.kind.answered_by
    if asked.enrolment is not None and answered_by is AnsweredBy.PRACTITIONER:
        return pseudonym_of(asked.enrolment.ref, asked.wave.key_check)
    is_on_paper = asked.who[:1] == (SHEET,)
    if (
        asked.enrolment is not None
        or not asked.who
        or (answered_by is AnsweredBy.PRACTITIONER and not is_on_paper)
    ):
        raise ValueError(f"a wave of kind {asked.wave.kind} is answered by a {answered_by}")
    _require_key(asked.wave.key_check)
    return pseudonyms.derive(keys.response_key(), _PURPOSES[answered_by], *asked.who)


def _require_key(key_check: str) -> None:
    if pseudonyms.check_value(keys.response_key()) != key_check:
        raise Conflict(KEY_CHANGED)


def special_pseudonym(response_id: str) -> str:
    """The pseudonym under which the special-category answers of a response are kept."""
    return pseudonyms.derive(keys.response_key(), Purpose.SPECIAL, response_id)


def special_pseudonyms(response_ids: Iterable[str]) -> list[str]:
    """`special_pseudonym` of each of many responses."""
    return pseudonyms.derive_each(keys.response_key(), Purpose.SPECIAL, response_ids)


def written_pseudonym(response_id: str, item: str) -> str:
    """The pseudonym under which the written answer to one question of a response is kept."""
    return pseudonyms.derive(keys.response_key(), Purpose.WRITTEN, response_id, item)


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
        .where(Wave.ref == ref, Wave.kind.in_(BY_PRACTITIONERS))
        .order_by(places.c.is_former, Enrolment.id)
    ).first()
    if found is None:
        raise NotFound
    wave, enrolment = found
    return Asked(wave, enrolment, library.from_document(wave.instrument_version.document))


def find_link(token: str) -> PersonalLink | None:
    """The personal link that a token opens, if there is one."""
    return db.session.scalar(select(PersonalLink).where(PersonalLink.token_hash == people.hash_token(token)))


def get_by_link(ref: str, link_ref: str) -> Asked:
    """A wave as somebody meets it who has followed a personal link. A link opens its own wave and no other.

    A practitioner's link runs out with the wave. Others have no account by which they could read and take back what they
    said, so theirs goes on for that.

    Raises:
        NotFound: the link is not of this wave, is no more, or has run out.
    """
    link = db.session.scalar(
        select(PersonalLink)
        .join(Wave, Wave.id == PersonalLink.wave_id)
        .where(PersonalLink.ref == link_ref, Wave.ref == ref)
    )
    if link is None:
        raise NotFound(NO_LINK)
    wave = link.wave
    if link.enrolment is not None and not wave.opens_on <= clock.today() <= wave.closes_on:
        raise NotFound(RUN_OUT)
    return Asked(
        wave,
        link.enrolment,
        library.from_document(wave.instrument_version.document),
        who=() if link.outside is None else (link.outside.ref,),
        link=link,
    )


def has_answered_before(asked: Asked) -> bool:
    """Whether the practitioner answered the same questionnaire with a cohort from which they moved."""
    if asked.enrolment is None:
        return False
    places = places_of(asked.enrolment.user_id)
    answered = (
        exists()
        .where(
            Response.wave_id == Wave.id,
            Response.pseudonym == own_pseudonym(asked),
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
        Response.pseudonym == own_pseudonym(asked),
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


def find_written(asked: Asked, response: Response) -> dict[str, WrittenAnswer]:
    """The written answers of a response by item code: one query, none where nothing written is asked."""
    codes = {written_pseudonym(response.id, item.code): item.code for item in asked.instrument.written}
    if not codes:
        return {}
    found = db.session.scalars(select(WrittenAnswer).where(WrittenAnswer.pseudonym.in_(codes)))
    return {codes[each.pseudonym]: each for each in found}


def own_answers(asked: Asked) -> dict[str, Given]:
    """What the person has answered so far, by item code, in the order asked."""
    return answers_in(asked, find_own_response(asked))


def answers_in(asked: Asked, response: Response | None) -> dict[str, Given]:
    """What a person's own response says, by item code, in the order asked; nothing where there is none yet."""
    given: dict[str, Given] = {**decode(asked.instrument, coded_of(asked, response))}
    if response is not None:
        for code, each in find_written(asked, response).items():
            given[code] = Written(each.text or "", each.day, may_quote=each.may_quote)
    return {item.code: given[item.code] for item in asked.instrument.items if item.code in given}


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


@dataclass(frozen=True)
class Paired:
    """What was answered, a row a respondent, and nothing that leads to a person.

    Attributes:
        variables: what the columns of `codes` are.
        codes: uint8, shape (respondents, variables): 0 is missing, i + 1 the i-th option of the codebook, ticks of a
            multiple answer are bits. Rows are in the order of the pseudonyms.
        cohort_ids: the cohort of each row. Who moved between two of the cohorts and answered in both is counted once, in
            the one whose questionnaire closed last.
    """

    variables: tuple[str, ...]
    codes: Bytes
    cohort_ids: Numbers


def paired_codes(
    cohort_ids: Sequence[int], kinds: Collection[WaveKind] = STUDY
) -> tuple[tuple[str, ...], Bytes]:
    """The variables and codes of `paired_answers`, for whom the cohorts are one."""
    paired = paired_answers(cohort_ids, kinds)
    return paired.variables, paired.codes


def paired_answers(cohort_ids: Sequence[int], kinds: Collection[WaveKind] = STUDY) -> Paired:
    """What was answered in some waves of some cohorts.

    Unfinished responses count: what was answered was answered, and what was not is missing.

    Args:
        cohort_ids: the cohorts; who may read which is decided by the caller, before any figure is shown.
        kinds: the waves to join; by default the two of the study. Practitioners' waves pair with each other, and a
            parent's start with the end; others have rows of their own.
    """
    wanted = library.shipped_for(kinds)
    joined = join(columns.read(cohort_ids, kinds), wanted)
    own = joined.cohort_ids
    if joined.several:
        place = _places_of_waves({cohort_id for waves in joined.several.values() for cohort_id, _ in waves})
        for row, waves in joined.several.items():
            own[row], _ = max(waves, key=place.__getitem__)
    return Paired(variables_of(wanted), joined.codes, own)


def _places_of_waves(cohort_ids: Collection[int]) -> dict[tuple[int, WaveKind], int]:
    """The order in which waves close, by cohort and kind."""
    waves = db.session.execute(
        select(Wave.cohort_id, Wave.kind)
        .where(Wave.cohort_id.in_(cohort_ids))
        .order_by(Wave.closes_on, Wave.opens_on, Wave.id)
    )
    return {(cohort_id, kind): place for place, (cohort_id, kind) in enumerate(waves)}
