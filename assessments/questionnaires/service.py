"""Asking and answering: instruments are published, waves opened, answers saved one by one, finished, withdrawn.

Whoever answers is checked against the enrolment and then forgotten: audit entries of answering have no author and name
the wave, not the response.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from assessments.questionnaires import calendar, keeping, library, pseudonyms, queries, routing
from assessments.questionnaires.calendar import Days
from assessments.questionnaires.codes import Answer
from assessments.questionnaires.models import (
    InstrumentVersion,
    Invitation,
    Pairing,
    Response,
    Wave,
)
from assessments.questionnaires.queries import Asked, Given
from assessments.questionnaires.schema import BY_PRACTITIONERS, STUDY, Instrument, Item, WaveKind
from assessments.questionnaires.written import NotWritten, Written, checked
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from lms.core import audit, clock, keys
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Forbidden, NotFound, Refused
from lms.core.extensions import db
from lms.core.text import day_year


def usual_days(cohort: Cohort) -> dict[WaveKind, Days]:
    """When each wave of a cohort is open, by the policy in `waves.yaml`."""
    return calendar.usual_days(cohort.starts_on, cohort.ends_on)


def publish_instruments(*, by: Actor | None) -> list[InstrumentVersion]:
    """Make every shipped instrument a published version; those that are published already stay as they are.

    Returns:
        One version for each shipped instrument.

    Raises:
        Refused: a file was changed under a number that is already published.
    """
    return [_publish(instrument, by=by) for instrument in library.shipped()]


def _publish(instrument: Instrument, *, by: Actor | None) -> InstrumentVersion:
    content_hash = library.content_hash(instrument)
    standing = db.session.scalar(
        select(InstrumentVersion).where(
            InstrumentVersion.slug == instrument.slug, InstrumentVersion.number == instrument.number
        )
    )
    if standing is None:
        standing = InstrumentVersion(
            slug=instrument.slug,
            number=instrument.number,
            title=instrument.title,
            content_hash=content_hash,
            document=library.to_document(instrument),
        )
        db.session.add(standing)
        db.session.flush()
        audit.record(Act.INSTRUMENT_PUBLISHED, by=by, on=standing, slug=standing.slug, number=standing.number)
    elif standing.content_hash != content_hash:
        raise Refused(
            f"{instrument.slug} {instrument.number} is published and its file has changed since. "
            f"Give the changed questionnaire the number {instrument.number + 1}."
        )
    return standing


def open_waves(
    cohort: Cohort,
    *,
    by: Actor | None,
    days: Mapping[WaveKind, Days] | None = None,
    kinds: Collection[WaveKind] = STUDY,
) -> dict[WaveKind, Wave]:
    """Open a cohort's waves, and invite whoever is enrolled to those that practitioners answer.

    Safe to repeat: later enrolments are added.

    Args:
        cohort: who is asked, or about whose course others are asked.
        by: who opens; None for the system.
        days: when each wave is open; `usual_days` where None. Waves that exist keep their days.
        kinds: the waves to open; by default the two of the study.

    Returns:
        All waves of the cohort, those that were open before included.

    Raises:
        Conflict: the cohort's responses are paired by another key than the one in use.
    """
    days = days or usual_days(cohort)
    _pair(cohort)
    waves = {wave.kind: wave for wave in db.session.scalars(select(Wave).where(Wave.cohort_id == cohort.id))}
    for instrument in library.shipped_for(kinds):
        version = _publish(instrument, by=by)
        for kind in instrument.waves:
            if kind in kinds and kind not in waves:
                waves[kind] = add_wave(cohort, kind, version, days[kind], by=by)
    for kind, wave in waves.items():
        if kind in BY_PRACTITIONERS:
            invite(wave, by=by)
    return waves


def add_wave(
    cohort: Cohort, kind: WaveKind, version: InstrumentVersion, days: Days, *, by: Actor | None
) -> Wave:
    """Lay out one asking of a cohort. Days other than the usual ones are kept as set by hand.

    Raises:
        Conflict: the cohort's responses are paired by another key than the one in use.
    """
    wave = Wave(
        cohort=cohort,
        instrument_version=version,
        kind=kind,
        opens_on=days.opens_on,
        closes_on=days.closes_on,
        key_check=_pair(cohort),
        by_hand=days != usual_days(cohort)[kind],
    )
    db.session.add(wave)
    db.session.flush()
    audit.record(Act.WAVE_OPENED, by=by, on=wave, organisation_id=cohort.provider_id, kind_of_wave=kind.value)
    return wave


def _pair(cohort: Cohort) -> str:
    """The check value of the key by which a cohort's responses pair; noted when the first wave opens."""
    key_check = pseudonyms.check_value(keys.response_key())
    pairing = db.session.get(Pairing, cohort.id)
    if pairing is None:
        db.session.add(Pairing(cohort_id=cohort.id, key_check=key_check))
        db.session.flush()
    elif pairing.key_check != key_check:
        raise Conflict(queries.KEY_CHANGED)
    return key_check


def invite(wave: Wave, *, by: Actor | None) -> None:
    """Note every enrolment of the cohort that this wave has not asked yet."""
    asked = select(Invitation.enrolment_id).where(Invitation.wave_id == wave.id)
    missing = db.session.scalars(
        select(Enrolment.id)
        .where(
            Enrolment.cohort_id == wave.cohort_id,
            Enrolment.status == EnrolmentStatus.ACTIVE,
            Enrolment.id.not_in(asked),
        )
        .order_by(Enrolment.id)
    ).all()
    db.session.add_all(Invitation(wave_id=wave.id, enrolment_id=enrolment_id) for enrolment_id in missing)
    db.session.flush()
    if missing:
        organisation_id = wave.cohort.provider_id
        audit.record(Act.WAVE_OPENED, by=by, on=wave, organisation_id=organisation_id, invited=len(missing))


def save_answers(
    asked: Asked, answers: Mapping[str, Given | None], *, by: Actor | None, on: date | None = None
) -> Response:
    """Save answers as they are given; the first begins the response. Answers that are not named stay as they are.

    An answer to a question that is no longer asked, because another answer has changed, is taken back with it.

    Args:
        asked: the wave, and whoever is asked: a practitioner by the enrolment.
        answers: by item code; None, or an empty written answer, takes an answer back.
        by: the practitioner; None for who came by a personal link or has no account, and has been recognised by the caller.
        on: the day of the answers; today when None.

    Raises:
        Forbidden: the enrolment is somebody else's; nobody answers for another.
        Refused: the wave is not open that day, the person has left the course, or the questionnaire has no such item or
            answer.
    """
    response = _open_response(asked, by=by, on=on or clock.today())
    chosen, written = _apart(asked.instrument, _along_the_route(asked, response, answers))
    keeping.keep(asked, response, chosen, written)
    audit.record(Act.RESPONSE_CHANGED, by=None, on=asked.wave, organisation_id=asked.wave.cohort.provider_id)
    return response


def finish(asked: Asked, *, by: Actor | None, on: date | None = None) -> None:
    """Say that one has finished. Answers may still be changed until the wave closes.

    Raises:
        Forbidden, Refused: as `save_answers`.
    """
    response = _open_response(asked, by=by, on=on or clock.today())
    response.complete = True
    keeping.note_answered(asked, answered=True)
    audit.record(Act.RESPONSE_CHANGED, by=None, on=asked.wave, organisation_id=asked.wave.cohort.provider_id)


def withdraw(asked: Asked, *, by: Actor | None) -> None:
    """Take one's answers back: they are deleted, also after the wave has closed.

    Raises:
        Forbidden: the enrolment is somebody else's.
        NotFound: there is no response to take back.
    """
    _require_own(asked, by)
    response = keeping.find_to_change(asked)
    if response is None:
        raise NotFound("There are no answers of yours to take back.")
    keeping.delete(asked, response)
    keeping.note_answered(asked, answered=False)
    audit.record(Act.RESPONSE_CHANGED, by=None, on=asked.wave, organisation_id=asked.wave.cohort.provider_id)


def _require_own(asked: Asked, by: Actor | None) -> None:
    if asked.enrolment is None or asked.by_link:
        return
    if by is None or asked.enrolment.user_id != by.id:
        raise Forbidden("Only the person who was asked can answer.")


def _open_response(asked: Asked, *, by: Actor | None, on: date) -> Response:
    """The person's response, locked until the commit, on a day when answers may be given."""
    _require_own(asked, by)
    wave = asked.wave
    if asked.enrolment is not None and asked.enrolment.status is not EnrolmentStatus.ACTIVE:
        raise Refused(
            "You have left this course, so there is nothing more to answer. You can still take answers back."
        )
    if on < wave.opens_on:
        raise Refused(f"This questionnaire opens on {day_year(wave.opens_on)}. Come back then.")
    if on > wave.closes_on:
        raise Refused(
            f"This questionnaire closed on {day_year(wave.closes_on)}. What you had answered is kept. "
            "You can still take your answers back."
        )
    response = keeping.find_to_change(asked)
    if response is None:
        _refuse_after_a_move(asked)
        response = keeping.begin(asked)
    response.answered_on = on - timedelta(days=on.weekday())
    return response


def _refuse_after_a_move(asked: Asked) -> None:
    if asked.enrolment is not None and asked.wave.cohort_id != asked.enrolment.cohort_id:
        raise Refused("You have moved to another cohort. Answer the questionnaire of that one.")
    if queries.has_answered_before(asked):
        raise Refused(
            "You have answered this with your former cohort. Your answers count; there is nothing more to do."
        )


def _along_the_route(
    asked: Asked, response: Response, answers: Mapping[str, Given | None]
) -> Mapping[str, Given | None]:
    """Answers to save, and with them the taking back of every answer to a question that they lead away from."""
    if not asked.instrument.is_routed:
        return answers
    after: dict[str, Given | None] = {**queries.answers_in(asked, response), **answers}
    unasked = set(after) & set(asked.instrument.by_code) - routing.asked_codes(asked.instrument, after)
    return {**answers, **dict.fromkeys(unasked)}


def _apart(
    instrument: Instrument, answers: Mapping[str, Given | None]
) -> tuple[dict[str, Answer | None], dict[str, Written]]:
    """Answers that are bytes, and those that are written; a question or an answer that is not there is refused."""
    chosen: dict[str, Answer | None] = {}
    written: dict[str, Written] = {}
    for code, answer in answers.items():
        item = instrument.by_code.get(code)
        if item is None:
            raise Refused(f"This questionnaire has no question {code}. Open the page again.")
        if item.is_written and (answer is None or isinstance(answer, Written)):
            written[code] = _checked(item, answer or Written())
        elif item.is_written or isinstance(answer, Written):
            raise Refused(f"“{item.wording}” takes another kind of answer.", field=code)
        else:
            chosen[code] = answer
    return chosen, written


def _checked(item: Item, answer: Written) -> Written:
    try:
        return checked(item, answer)
    except NotWritten as fault:
        raise Refused(str(fault), field=item.code) from fault
