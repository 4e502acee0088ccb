"""What may be read of the questionnaires, and by whom.

A practitioner reads their own answers (the list of them is in `own_waves.py`); the evaluation reads coded answers without
anything that leads to a person; what providers read is in `asking/counts.py`. No query here gives answers together with an enrolment, a user or a name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select

from assessments.questionnaires import columns, library
from assessments.questionnaires.codes import Bytes, Coded, blank, decode
from assessments.questionnaires.models import (
    OutsideInvitation,
    PersonalLink,
    Response,
    SpecialAnswers,
    Wave,
    WrittenAnswer,
)
from assessments.questionnaires.pairing import Numbers, join, variables_of
from assessments.questionnaires.respondents import (
    Asked,
    Given,
    Standing,
    own_pseudonym,
    special_pseudonym,
    standing_of,
    written_pseudonym,
)
from assessments.questionnaires.schema import BY_PRACTITIONERS, STUDY, AnsweredBy, WaveKind
from assessments.questionnaires.written import Written
from courses.cohorts.models import Enrolment
from courses.cohorts.moved import places_of
from lms.core import clock
from lms.core.access import Reach
from lms.core.errors import NotFound
from lms.core.extensions import db
from lms.people import queries as people

NO_LINK = "This page opens with the link in your letter. Open the letter and follow the link again."
RUN_OUT = (
    "This questionnaire has closed, and your link with it. What you had answered is kept. To see it, or to take it back, "
    "sign in."
)


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
        who=() if link.outside is None else _outsider(wave, link.outside),
        link=link,
    )


def _outsider(wave: Wave, outside: OutsideInvitation) -> tuple[str, ...]:
    """What tells somebody who is asked by their address from others; of a parent the same at the start and at the end."""
    if wave.kind.answered_by is AnsweredBy.PARENT:
        return (wave.cohort.ref, outside.email)
    return (outside.ref,)


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
