"""Responses are written here and nowhere else: begun, changed, deleted, or taken in many at once.

Whoever is about to change one comes through `find_to_change` or `insert_all`, which let the copy by column go
(`columns.py`). Who may answer, and when, is decided by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import case, insert, update
from sqlalchemy.exc import IntegrityError

from assessments.questionnaires import columns, queries
from assessments.questionnaires.codes import Answer, Coded, NotAnAnswer, blank, byte_of, stored_items
from assessments.questionnaires.models import (
    Invitation,
    OutsideInvitation,
    Response,
    SpecialAnswers,
    Wave,
    WrittenAnswer,
    random_id,
)
from assessments.questionnaires.queries import Asked
from assessments.questionnaires.schema import Instrument
from assessments.questionnaires.written import Written
from lms.core.errors import Refused
from lms.core.extensions import db


class NewResponse(NamedTuple):
    """A finished response to be written: its wave, whose it is, of which day, and what it says."""

    wave: Wave
    pseudonym: str
    answered_on: date
    coded: Coded


def find_to_change(asked: Asked) -> Response | None:
    """The person's own response, locked until the commit; None when they have none yet."""
    columns.forget([asked.wave.id])
    return queries.find_own_response(asked, lock=True)


def begin(asked: Asked) -> Response:
    """An empty response of the person, for `find_to_change` has found none."""
    response = Response(
        wave_id=asked.wave.id,
        key_check=asked.wave.key_check,
        pseudonym=queries.own_pseudonym(asked),
        answered_on=asked.wave.opens_on,
        codes=blank(asked.instrument).codes,
    )
    try:
        with db.session.begin_nested():
            db.session.add(response)
    except IntegrityError:
        # another page of the same person began it a moment ago
        begun = queries.find_own_response(asked, lock=True)
        if begun is None:
            raise
        return begun
    return response


def keep(
    asked: Asked, response: Response, chosen: Mapping[str, Answer | None], written: Mapping[str, Written]
) -> None:
    """Put answers where each sort of them is kept; None and what is empty take an answer away.

    Raises:
        Refused: an item has no such answer.
    """
    coded = _changed(asked.instrument, queries.coded_of(asked, response), chosen)
    if coded.codes != response.codes:
        response.codes = coded.codes
    _keep_special(asked, response, coded.special)
    _keep_written(asked, response, written)


def _changed(instrument: Instrument, coded: Coded, answers: Mapping[str, Answer | None]) -> Coded:
    codes, special = bytearray(coded.codes), bytearray(coded.special)
    for apart, stored in ((False, codes), (True, special)):
        for place, item in enumerate(stored_items(instrument, special=apart)):
            if item.code in answers:
                try:
                    stored[place] = byte_of(item, instrument.options_of(item), answers[item.code])
                except NotAnAnswer as fault:
                    raise Refused(
                        f"“{item.wording}” has no such answer. Choose one of those on the page.",
                        field=item.code,
                    ) from fault
    return Coded(bytes(codes), bytes(special))


def _keep_written(asked: Asked, response: Response, written: Mapping[str, Written]) -> None:
    standing = queries.find_written(asked, response) if written else {}
    for code, answer in written.items():
        kept = standing.get(code)
        if answer.is_empty:
            if kept is not None:
                db.session.delete(kept)
            continue
        if kept is None:
            kept = WrittenAnswer(
                pseudonym=queries.written_pseudonym(response.id, code), wave_id=response.wave_id, item=code
            )
            db.session.add(kept)
        kept.text, kept.day, kept.may_quote = answer.text or None, answer.day, answer.may_quote


def _keep_special(asked: Asked, response: Response, codes: bytes) -> None:
    standing = queries.find_special_answers(response)
    if not any(codes):
        if standing is not None:
            db.session.delete(standing)
    elif standing is None:
        db.session.add(
            SpecialAnswers(
                pseudonym=queries.special_pseudonym(response.id),
                instrument_version_id=asked.wave.instrument_version_id,
                codes=codes,
            )
        )
    elif standing.codes != codes:
        standing.codes = codes


def delete(asked: Asked, response: Response) -> None:
    """Delete a response with everything that belongs to it."""
    special = queries.find_special_answers(response)
    if special is not None:
        db.session.delete(special)
    for written in queries.find_written(asked, response).values():
        db.session.delete(written)
    db.session.delete(response)


def insert_all(new: Iterable[NewResponse]) -> None:
    """Write finished responses of any waves, in the order of their random keys, so that the order of rows says nothing."""
    keyed = sorted(((random_id(), each) for each in new), key=itemgetter(0))
    columns.forget({each.wave.id for _, each in keyed})
    db.session.execute(
        insert(Response),
        [
            {
                "id": key,
                "wave_id": each.wave.id,
                "key_check": each.wave.key_check,
                "pseudonym": each.pseudonym,
                "answered_on": each.answered_on,
                "codes": each.coded.codes,
                "complete": True,
            }
            for key, each in keyed
        ],
    )
    special = [
        {
            "pseudonym": queries.special_pseudonym(key),
            "instrument_version_id": each.wave.instrument_version_id,
            "codes": each.coded.special,
        }
        for key, each in keyed
        if any(each.coded.special)
    ]
    if special:
        db.session.execute(insert(SpecialAnswers), sorted(special, key=itemgetter("pseudonym")))


def note_answered(asked: Asked, *, answered: bool) -> None:
    """Write every row of the wave again, so that no row stands out as the one just changed.

    Of somebody who was asked neither by a place on the course nor by a personal link nothing is noted.
    """
    if asked.enrolment is None:
        _note_outside(asked, answered=answered)
        return
    wave_id, enrolment_id = asked.wave.id, asked.enrolment.id
    if db.session.get(Invitation, (wave_id, enrolment_id)) is None:
        db.session.add(Invitation(wave_id=wave_id, enrolment_id=enrolment_id))
        db.session.flush()
    db.session.execute(
        update(Invitation)
        .where(Invitation.wave_id == wave_id)
        .values(answered=case((Invitation.enrolment_id == enrolment_id, answered), else_=Invitation.answered))
    )


def _note_outside(asked: Asked, *, answered: bool) -> None:
    if asked.link is None:
        return
    outside_id = asked.link.outside_id
    db.session.execute(
        update(OutsideInvitation)
        .where(OutsideInvitation.wave_id == asked.wave.id)
        .values(
            answered=case((OutsideInvitation.id == outside_id, answered), else_=OutsideInvitation.answered)
        )
    )
