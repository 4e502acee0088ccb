"""The copy of responses by column: made, read instead of the responses, and deleted as soon as it is no longer true.

It is used without being asked for. A copy holds whole waves, so whoever reads some waves takes from copies what is there and
the rest from the responses themselves. Only waves that have closed are copied, for the others would not last.

What keeps it true is that it does not outlive a change: `forget` is called by whoever changes, adds or takes back a response,
in the same transaction, and an answer that is changed without is refused. What somebody takes back is thereby gone from the copy too. docs/decisions/answers-by-column.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import ColumnElement, delete, event, func, insert, or_, select
from sqlalchemy.orm import object_session

from assessments.questionnaires import pseudonyms
from assessments.questionnaires.blocks import (
    IN_ONE_QUERY,
    ROWS_AT_ONCE,
    Asking,
    in_parts,
    instrument_of,
    items_of,
    partitions,
    read_blocks,
)
from assessments.questionnaires.codes import Bytes, stored_items
from assessments.questionnaires.models import (
    AnswerColumns,
    CopiedWave,
    Response,
    SpecialAnswers,
    Wave,
    WrittenAnswer,
    random_id,
)
from assessments.questionnaires.pairing import Block, ids_of, in_order
from assessments.questionnaires.schema import Instrument, WaveKind
from lms.core import clock, keys
from lms.core.extensions import db

WORTH = 16
"""A copy is read when at least one in so many of its waves is asked for; below that the responses are quicker."""
COHORT = np.dtype("<u4")
AnyAnswer = Response | SpecialAnswers | WrittenAnswer


def read(cohort_ids: Sequence[int], kinds: Collection[WaveKind]) -> list[Block]:
    """The responses of some cohorts' waves, from copies as far as there are any and else as they are stored."""
    published = cache(instrument_of)
    copies = {
        columns_id: block
        for columns_id, asked in _asked_of_copies(cohort_ids, kinds).items()
        if (block := _read_copy(columns_id, asked, cohort_ids, published)) is not None
    }
    elsewhere = or_(CopiedWave.columns_id.is_(None), CopiedWave.columns_id.not_in(list(copies)))
    own = set(cohort_ids)
    missing = [
        wave
        for rows in partitions(_ASKING.where(Wave.kind.in_(kinds), elsewhere, *_among(cohort_ids)))
        for wave in map(Asking._make, rows)
        if wave.cohort_id in own
    ]
    return [*copies.values(), *read_blocks(missing)]


_ASKING = select(Wave.instrument_version_id, Wave.kind, Wave.id, Wave.cohort_id).outerjoin(
    CopiedWave, CopiedWave.wave_id == Wave.id
)


def _among(cohort_ids: Sequence[int]) -> list[ColumnElement[bool]]:
    """Narrows a statement to these cohorts, or not at all where it takes longer to name them than to look at all."""
    return [Wave.cohort_id.in_(cohort_ids)] if len(cohort_ids) <= IN_ONE_QUERY else []


def _asked_of_copies(cohort_ids: Sequence[int], kinds: Collection[WaveKind]) -> Counter[str]:
    """How many of the waves asked for each copy has."""
    own = set(cohort_ids)
    copied = select(CopiedWave.columns_id, Wave.cohort_id).join(Wave, Wave.id == CopiedWave.wave_id)
    return Counter(
        columns_id
        for rows in partitions(copied.where(Wave.kind.in_(kinds), *_among(cohort_ids)))
        for columns_id, cohort_id in rows
        if cohort_id in own
    )


def _read_copy(
    columns_id: str, asked: int, cohort_ids: Sequence[int], published: Callable[[int], Instrument]
) -> Block | None:
    """What a copy holds of some cohorts; None where it is not worth it, was sealed by another key, or is gone."""
    found = db.session.execute(
        select(AnswerColumns.__table__).where(
            AnswerColumns.id == columns_id,
            AnswerColumns.key_check == pseudonyms.check_value(keys.response_key()),
            AnswerColumns.waves <= asked * WORTH,
        )
    ).one_or_none()
    if found is None:
        return None
    instrument = published(found.instrument_version_id)
    special = pseudonyms.seal(keys.response_key(), columns_id, found.sealed_special)
    ids = ids_of(found.pseudonyms)
    cohorts = np.frombuffer(found.cohorts, COHORT).astype(np.int64)
    items = items_of(instrument)
    codes = np.frombuffer(found.codes + special, np.uint8).reshape(len(items), len(ids)).T
    if asked < found.waves:
        own = np.flatnonzero(np.isin(cohorts, np.array(cohort_ids, np.int64)))
        ids, cohorts, codes = ids[own], cohorts[own], codes[own]
    return Block(instrument, found.kind, items, ids, cohorts, codes)


def list_to_copy() -> Iterator[list[Asking]]:
    """The waves that have closed and are in no copy, as many at a time as belong into one: of one version and kind."""
    size = func.count(Response.id)
    waves = db.session.execute(
        _ASKING.add_columns(size)
        .outerjoin(Response, Response.wave_id == Wave.id)
        .where(
            CopiedWave.wave_id.is_(None),
            Wave.closes_on < clock.today(),
            Wave.key_check == pseudonyms.check_value(keys.response_key()),
        )
        .group_by(Wave.instrument_version_id, Wave.kind, Wave.id, Wave.cohort_id)
        .order_by(Wave.instrument_version_id, Wave.kind, Wave.cohort_id)
    ).all()
    for _, alike in groupby(waves, key=lambda row: row[:2]):
        together: list[Asking] = []
        held = 0
        for *wave, responses in alike:
            if together and held + responses > ROWS_AT_ONCE:
                yield together
                together, held = [], 0
            together.append(Asking(*wave))
            held += responses
        yield together


def copy(waves: Sequence[Asking]) -> int:
    """Copy the responses of some waves of one version and kind that are in no copy yet; gives how many there are.

    Whoever changes one of them at the same time waits until the copy is there, and then deletes it.
    """
    wave_ids = [wave.id for wave in waves]
    for part in in_parts(wave_ids):
        db.session.execute(select(Wave.id).where(Wave.id.in_(part)).order_by(Wave.id).with_for_update())
    blocks = list(read_blocks(waves))
    instrument = instrument_of(waves[0].instrument_version_id)
    ids = np.concatenate([ids_of(b""), *(block.pseudonyms for block in blocks)])
    cohorts = np.concatenate([np.empty(0, COHORT), *(block.cohort_ids.astype(COHORT) for block in blocks)])
    codes = np.concatenate(
        [np.empty((0, len(items_of(instrument))), np.uint8), *(block.codes for block in blocks)]
    )
    order = in_order(ids)
    ordinary = len(stored_items(instrument, special=False))
    columns_id = random_id()
    db.session.execute(
        insert(AnswerColumns).values(
            id=columns_id,
            instrument_version_id=waves[0].instrument_version_id,
            kind=waves[0].kind,
            key_check=pseudonyms.check_value(keys.response_key()),
            waves=len(waves),
            pseudonyms=ids[order].tobytes(),
            cohorts=cohorts[order].tobytes(),
            codes=_by_column(codes[order, :ordinary]),
            sealed_special=pseudonyms.seal(
                keys.response_key(), columns_id, _by_column(codes[order, ordinary:])
            ),
        )
    )
    db.session.execute(
        insert(CopiedWave), [{"wave_id": wave_id, "columns_id": columns_id} for wave_id in wave_ids]
    )
    return len(ids)


def _by_column(codes: Bytes) -> bytes:
    return codes.T.tobytes()


def forget(wave_ids: Iterable[int]) -> None:
    """Delete the copies that hold responses of these waves: one of them is about to change in this transaction."""
    waves = sorted(wave_ids)
    # of any number who change responses none waits for another, but each for whoever copies just now
    db.session.execute(select(Wave.id).where(Wave.id.in_(waves)).order_by(Wave.id).with_for_update(read=True))
    held = select(CopiedWave.columns_id).where(CopiedWave.wave_id.in_(waves))
    db.session.execute(
        delete(AnswerColumns).where(AnswerColumns.id.in_(held)),
        execution_options={"synchronize_session": False},
    )
    _forgotten.setdefault(db.session().get_transaction(), set()).update(waves)


_forgotten: WeakKeyDictionary[object, set[int]] = WeakKeyDictionary()
"""The waves whose copies each transaction under way has deleted."""


def _refuse_unforgotten(_mapper: object, _connection: object, changed: AnyAnswer) -> None:
    """Stop whoever changes an answer and leaves the copy as it was.

    A special-category answer names no wave, so any wave will do: it changes with the response it belongs to.
    """
    session = object_session(changed)
    waves = _forgotten.get(session.get_transaction(), set()) if session else set()
    if not waves or not (isinstance(changed, SpecialAnswers) or changed.wave_id in waves):
        raise RuntimeError("answers change only after columns.forget, or their copy would no longer be true")


for _model in (Response, SpecialAnswers, WrittenAnswer):
    for _change in ("before_insert", "before_update", "before_delete"):
        event.listen(_model, _change, _refuse_unforgotten)


def drop() -> None:
    """Delete every copy. Nothing is lost: the responses are read instead."""
    db.session.execute(delete(AnswerColumns), execution_options={"synchronize_session": False})
