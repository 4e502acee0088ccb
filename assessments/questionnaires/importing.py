"""Takes in a provider's file of responses: offered and checked first, then taken whole or not at all, and only once.

Respondents of a file have no account here. Their pseudonym is made from the provider, the cohort and the code in the
file, so a second file with the same codes pairs with the first, and nothing pairs with an enrolment.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from assessments.questionnaires import keeping, library, pseudonyms, responses_file, service
from assessments.questionnaires.calendar import Days
from assessments.questionnaires.codes import Coded
from assessments.questionnaires.keeping import NewResponse
from assessments.questionnaires.models import (
    InstrumentVersion,
    Response,
    ResponseImport,
    Wave,
)
from assessments.questionnaires.pseudonyms import Purpose
from assessments.questionnaires.responses_file import CodedResponse, Respondent
from assessments.questionnaires.schema import STUDY, Instrument, WaveKind
from courses.cohorts.models import Cohort
from lms.core import audit, clock, keys
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.errors import Conflict, Refused
from lms.core.extensions import db
from lms.core.files import safe_name
from lms.core.spreadsheets import Fault
from lms.core.text import day_year
from lms.people.models import Organisation

IN_ONE_QUERY = 400


@dataclass(frozen=True)
class Offer:
    """What came of offering a file: an import to confirm, or the faults that stand in its way."""

    offered: ResponseImport | None
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def instruments_by_wave() -> dict[WaveKind, Instrument]:
    """The shipped instrument of each wave of the study, by which files are read."""
    return {kind: instrument for instrument in library.shipped_for(STUDY) for kind in instrument.waves}


def offer_import(
    data: bytes, *, name: str, provider: Organisation, by: Actor, only: str | None = None
) -> Offer:
    """Check a file of responses and keep its coded rows until the provider decides.

    Args:
        data: the whole file, .csv or .xlsx.
        name: the name it came with.
        provider: whose cohorts the rows belong to; their codes in the file are the codes of its cohorts here.
        by: who offers it.
        only: take only the rows whose column `provider` says this.

    Raises:
        Conflict: this very file has been taken in before.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    before = db.session.scalar(
        select(ResponseImport).where(
            ResponseImport.provider_id == provider.id, ResponseImport.sha256 == sha256
        )
    )
    if before is not None and before.confirmed_at is not None:
        raise Conflict(
            f"This file was taken in on {day_year(before.confirmed_at)}. Nothing has been added a second time.",
            field="file",
        )
    cohorts = _cohorts_of(provider)
    reading = responses_file.read(
        data, filename=name, instruments=instruments_by_wave(), cohorts=cohorts.keys(), provider=only
    )
    faults = reading.faults or tuple(_twice(reading.respondents, cohorts, provider))
    if faults:
        return Offer(None, faults[: responses_file.MOST_FAULTS], reading.notes)
    offered = before or ResponseImport(provider_id=provider.id, sha256=sha256)
    offered.offered_by_id = by.id
    offered.file_name = safe_name(name)
    offered.counts = _counts(reading.respondents, cohorts)
    offered.staged = _pack(reading.respondents)
    db.session.add(offered)
    db.session.flush()
    audit.record(
        Act.RESPONSES_IMPORT_OFFERED,
        by=by,
        on=offered,
        organisation_id=provider.id,
        rows=len(reading.respondents),
    )
    return Offer(offered, (), reading.notes)


def confirm_import(offered: ResponseImport, *, by: Actor) -> None:
    """Take in the rows of an offered file, all or none; opens the waves of cohorts that have none.

    Raises:
        Conflict: it was taken in or discarded already, or a respondent has come in with another file meanwhile.
        Refused: a cohort's wave asks another version of the questionnaire than the file was read by.
    """
    if offered.staged is None:
        raise Conflict("This file has been dealt with already. Send it again if you meant to take it in.")
    provider = db.session.get_one(Organisation, offered.provider_id)
    respondents = _unpack(offered.staged)
    cohorts = _cohorts_of(provider)
    faults = _twice(respondents, cohorts, provider)
    if faults:
        raise Conflict(f"{faults[0]} Nothing has been taken in.")
    rows = [
        row
        for code, members in _by_cohort(respondents)
        for row in _rows(members, cohorts[code], provider, by=by)
    ]
    keeping.insert_all(rows)
    offered.staged = None
    offered.confirmed_at = clock.now()
    audit.record(
        Act.RESPONSES_IMPORTED,
        by=by,
        on=offered,
        organisation_id=provider.id,
        respondents=len(respondents),
        responses=len(rows),
    )


def discard_import(offered: ResponseImport, *, by: Actor) -> None:
    """Let an offered file go; nothing of it is kept.

    Raises:
        Conflict: it has been taken in.
    """
    if offered.confirmed_at is not None:
        raise Conflict("This file has been taken in already.")
    audit.record(
        Act.RESPONSES_IMPORT_OFFERED, by=by, on=offered, organisation_id=offered.provider_id, kept=False
    )
    db.session.delete(offered)


def import_responses(
    data: bytes, *, name: str, provider: Organisation, by: Actor, only: str | None = None
) -> ResponseImport:
    """Offer a file and take it in at once: the same path as the pages, for programs.

    Raises:
        Conflict: as `offer_import` and `confirm_import`.
        Refused: the file has faults; the message holds each.
    """
    offer = offer_import(data, name=name, provider=provider, by=by, only=only)
    if offer.offered is None:
        raise Refused("\n".join(str(fault) for fault in offer.faults))
    confirm_import(offer.offered, by=by)
    return offer.offered


def _cohorts_of(provider: Organisation) -> dict[str, Cohort]:
    """A provider's cohorts by their codes."""
    return {
        cohort.code: cohort
        for cohort in db.session.scalars(select(Cohort).where(Cohort.provider_id == provider.id))
    }


def _twice(
    respondents: Sequence[Respondent], cohorts: Mapping[str, Cohort], provider: Organisation
) -> list[Fault]:
    """Faults for respondents whose answers to a wave are here already, from an earlier file."""
    kind_of = {
        wave.id: wave.kind
        for wave in db.session.execute(
            select(Wave.id, Wave.kind).where(Wave.cohort_id.in_({cohort.id for cohort in cohorts.values()}))
        )
    }
    by_pseudonym = {_pseudonym(provider, each): each for each in respondents}
    wanted = sorted(by_pseudonym)
    faults: list[Fault] = []
    for start in range(0, len(wanted), IN_ONE_QUERY):
        here = select(Response.wave_id, Response.pseudonym).where(
            Response.pseudonym.in_(wanted[start : start + IN_ONE_QUERY])
        )
        for wave_id, pseudonym in db.session.execute(here):
            each = by_pseudonym[pseudonym]
            if kind_of.get(wave_id) in each.responses:
                what = f"the {kind_of[wave_id].value}-course answers of {each.code} in {each.cohort} are here already"
                faults.append(
                    Fault(what, "Take the row out.", row=each.row, column=responses_file.RESPONDENT)
                )
    return sorted(faults, key=lambda fault: fault.row or 0)


def _pseudonym(provider: Organisation, respondent: Respondent) -> str:
    return pseudonyms.derive(
        keys.response_key(), Purpose.FILE, provider.ref, respondent.cohort, respondent.code
    )


def _days(members: Iterable[Respondent], cohort: Cohort) -> dict[WaveKind, Days]:
    """The usual days of a cohort's waves, made wide enough for the days in the file."""
    days = service.usual_days(cohort)
    for member in members:
        for kind, response in member.responses.items():
            opens, closes = days[kind]
            days[kind] = Days(min(opens, response.answered_on), max(closes, response.answered_on))
    return days


def _require_read_by(wave: Wave, kind: WaveKind) -> None:
    version: InstrumentVersion = wave.instrument_version
    if version.content_hash != library.content_hash(instruments_by_wave()[kind]):
        raise Refused(
            f"Cohort {wave.cohort.code} is asked {version.slug} {version.number}, and this file was read by a newer one."
        )


def _by_cohort(respondents: Iterable[Respondent]) -> list[tuple[str, list[Respondent]]]:
    members: dict[str, list[Respondent]] = defaultdict(list)
    for respondent in respondents:
        members[respondent.cohort].append(respondent)
    return sorted(members.items())


def _rows(
    members: Sequence[Respondent], cohort: Cohort, provider: Organisation, *, by: Actor
) -> Iterator[NewResponse]:
    """The responses of one cohort's members; opens the cohort's waves where they are not."""
    waves = service.open_waves(cohort, by=by, days=_days(members, cohort))
    for kind in STUDY:
        wave = waves[kind]
        _require_read_by(wave, kind)
        for member in members:
            if kind in member.responses:
                response = member.responses[kind]
                yield NewResponse(wave, _pseudonym(provider, member), response.answered_on, response.coded)


def _counts(respondents: Iterable[Respondent], cohorts: Mapping[str, Cohort]) -> list[dict[str, Any]]:
    """What the preview shows: cohort by cohort, how many respondents answered each wave."""
    counts: dict[str, dict[str, Any]] = {}
    for each in respondents:
        line = counts.setdefault(
            each.cohort,
            {"code": each.cohort, "name": cohorts[each.cohort].name, "respondents": 0}
            | {kind.value: 0 for kind in STUDY},
        )
        line["respondents"] += 1
        for kind in each.responses:
            line[kind.value] += 1
    return [counts[code] for code in sorted(counts)]


def _pack(respondents: Iterable[Respondent]) -> bytes:
    plain = [
        [
            each.row,
            each.code,
            each.cohort,
            {
                kind.value: [
                    response.answered_on.isoformat(),
                    response.coded.codes.hex(),
                    response.coded.special.hex(),
                ]
                for kind, response in each.responses.items()
            },
        ]
        for each in respondents
    ]
    return zlib.compress(json.dumps(plain).encode())


def _unpack(staged: bytes) -> list[Respondent]:
    return [
        Respondent(
            row,
            code,
            cohort,
            {
                WaveKind(kind): CodedResponse(
                    date.fromisoformat(day), Coded(bytes.fromhex(codes), bytes.fromhex(special))
                )
                for kind, (day, codes, special) in responses.items()
            },
        )
        for row, code, cohort, responses in json.loads(zlib.decompress(staged))
    ]
