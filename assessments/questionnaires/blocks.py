"""Reading responses as they are stored, many at a time, for whoever joins or copies them.

This and `columns.py`, which reads their copy, are the only places where a response meets its special-category answers; what they
give is for `queries.paired_answers` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

import numpy as np
from sqlalchemy import Select, select

from assessments.questionnaires import library, pseudonyms
from assessments.questionnaires.codes import Bytes, stored_items
from assessments.questionnaires.items import Item
from assessments.questionnaires.models import InstrumentVersion, Response, SpecialAnswers
from assessments.questionnaires.pairing import Block, ids_of
from assessments.questionnaires.pseudonyms import Purpose
from assessments.questionnaires.schema import Instrument, WaveKind
from lms.core import keys
from lms.core.extensions import db

IN_ONE_QUERY = 4_000
"""Numbers that are asked for in one statement."""
ROWS_AT_ONCE = 65_536
Wanted = TypeVar("Wanted")


class Asking(NamedTuple):
    """A wave as far as its responses are concerned."""

    instrument_version_id: int
    kind: WaveKind
    id: int
    cohort_id: int


def read_blocks(waves: Sequence[Asking]) -> Iterator[Block]:
    """The responses of some waves, by version and kind."""
    for (version_id, kind), alike in groupby(sorted(waves), key=lambda wave: wave[:2]):
        instrument = instrument_of(version_id)
        cohorts = {wave.id: wave.cohort_id for wave in alike}
        for wave_ids in in_parts(list(cohorts)):
            for rows in partitions(
                select(Response.id, Response.pseudonym, Response.codes, Response.wave_id).where(
                    Response.wave_id.in_(wave_ids)
                )
            ):
                ids, names, codes, own_waves = zip(*rows, strict=True)
                yield Block(
                    instrument,
                    WaveKind(kind),
                    items_of(instrument),
                    ids_of(bytes.fromhex("".join(names))),
                    np.array([cohorts[wave_id] for wave_id in own_waves], np.int64),
                    _codes(instrument, version_id, codes, ids),
                )


def instrument_of(version_id: int) -> Instrument:
    """A published version of an instrument."""
    return library.from_document(db.session.get_one(InstrumentVersion, version_id).document)


def items_of(instrument: Instrument) -> tuple[Item, ...]:
    """The items of `Block.codes`: the ordinary ones, then those of a special category."""
    return (*stored_items(instrument, special=False), *stored_items(instrument, special=True))


def _codes(instrument: Instrument, version_id: int, codes: Sequence[bytes], ids: Sequence[str]) -> Bytes:
    ordinary, special = (len(stored_items(instrument, special=apart)) for apart in (False, True))
    whole = np.zeros((len(ids), ordinary + special), np.uint8)
    whole[:, :ordinary] = np.frombuffer(b"".join(codes), np.uint8).reshape(-1, ordinary)
    if special:
        names = pseudonyms.derive_each(keys.response_key(), Purpose.SPECIAL, ids)
        found = _special_codes(version_id, names)
        nothing = bytes(special)
        apart = b"".join([found.get(name, nothing) for name in names])
        whole[:, ordinary:] = np.frombuffer(apart, np.uint8).reshape(-1, special)
    return whole


def _special_codes(version_id: int, names: Sequence[str]) -> dict[str, bytes]:
    """Special-category answers by pseudonym."""
    return {
        row[0]: row[1]
        for part in in_parts(names)
        for rows in partitions(
            select(SpecialAnswers.pseudonym, SpecialAnswers.codes).where(
                SpecialAnswers.instrument_version_id == version_id, SpecialAnswers.pseudonym.in_(part)
            )
        )
        for row in rows
    }


def in_parts(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    """Long lists in pieces that one statement can name."""
    for start in range(0, len(wanted), IN_ONE_QUERY):
        yield wanted[start : start + IN_ONE_QUERY]


def partitions(statement: Select[*tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows of a statement, many at a time, as the driver gives them: a third of the cost of result rows.

    Only for columns of numbers, text and bytes, which both drivers give as they are.
    """
    db.session.flush()
    with closing(db.session.connection().execute(statement)) as result:
        while rows := result.cursor.fetchmany(ROWS_AT_ONCE):
            yield rows
