"""Joins responses of several waves into one row a respondent, as bytes. Pure: NumPy only.

Rows come out in the order of the pseudonyms, which is no order at all, and the pseudonyms are left behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.questionnaires.codes import Bytes, derivation, translation
from assessments.questionnaires.items import Item
from assessments.questionnaires.schema import Instrument, WaveKind

Ids = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
PSEUDONYM_BYTES = 16


@dataclass(frozen=True)
class Block:
    """Responses of some waves of one kind, given to one version of an instrument; one a row of every array.

    Attributes:
        instrument: that version.
        kind: of the waves.
        items: the items whose bytes the columns of `codes` are, in order.
        pseudonyms: shape (responses, 2).
        cohort_ids: the cohort in which each was given, shape (responses,).
        codes: shape (responses, items).
    """

    instrument: Instrument
    kind: WaveKind
    items: tuple[Item, ...]
    pseudonyms: Ids
    cohort_ids: Numbers
    codes: Bytes


@dataclass(frozen=True)
class Joined:
    """One row a respondent.

    Attributes:
        codes: uint8, shape (respondents, variables), column-major: column after column is how it is counted.
        cohort_ids: the cohort in which each answered, shape (respondents,).
        several: who answered in several cohorts: by row, the cohort and kind of each wave answered. Their cohort in
            `cohort_ids` is any of these.
    """

    codes: Bytes
    cohort_ids: Numbers
    several: Mapping[int, frozenset[tuple[int, WaveKind]]]


def ids_of(pseudonyms: bytes) -> Ids:
    """Pseudonyms, 16 bytes each, one after another."""
    return np.frombuffer(pseudonyms, dtype=np.uint64).reshape(-1, PSEUDONYM_BYTES // 8)


def variables_of(instruments: Iterable[Instrument]) -> tuple[str, ...]:
    """Columns of the joined matrix: every variable, asked or derived, in the order of the instruments."""
    return tuple(code for instrument in instruments for code in instrument.variables)


def join(blocks: Sequence[Block], wanted: Sequence[Instrument]) -> Joined:
    """One row a respondent, one column a variable of the wanted instruments; 0 where there is no answer.

    Args:
        blocks: responses; a pseudonym may be in several.
        wanted: the instruments whose options give the coding; items are matched by code, options by code.
    """
    variables = variables_of(wanted)
    column = {code: index for index, code in enumerate(variables)}
    home = {item.code: instrument for instrument in wanted for item in instrument.items}
    rows, respondents = _rows(blocks)
    matrix = np.zeros((respondents, len(variables)), dtype=np.uint8, order="F")
    for block, places in zip(blocks, rows, strict=True):
        for index, item in enumerate(block.items):
            if item.code in home:
                meant = home[item.code]
                table = translation(
                    item, block.instrument.options_of(item), meant.options_of(meant.by_code[item.code])
                )
                meaning = block.codes[:, index].tobytes().translate(table.tobytes())
                matrix[:, column[item.code]][places] = np.frombuffer(meaning, np.uint8)
    _derive(matrix, column, wanted)
    return Joined(matrix, *_cohorts(blocks, rows, respondents))


def _derive(matrix: Bytes, column: Mapping[str, int], wanted: Sequence[Instrument]) -> None:
    for instrument in wanted:
        for derived in instrument.derived:
            table = derivation(instrument, derived)
            matrix[:, column[derived.code]] = table[matrix[:, column[derived.follows]]]


def _rows(blocks: Sequence[Block]) -> tuple[list[Places], int]:
    """For each block the row of each of its responses, and how many rows there are."""
    ids = np.concatenate([np.zeros((0, 2), np.uint64), *(block.pseudonyms for block in blocks)])
    order = in_order(ids)
    is_new = np.ones(len(ids), dtype=bool)
    first, second = ids[order].T
    is_new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    places = np.empty(len(ids), dtype=np.intp)
    places[order] = np.cumsum(is_new) - 1
    ends = np.cumsum([len(block.pseudonyms) for block in blocks])
    return np.split(places, ends[:-1]) if blocks else [], int(is_new.sum())


def in_order(ids: Ids) -> Places:
    """Places of pseudonyms in their order, which lays equal ones side by side.

    Their first half decides, as good as always; only where two share it and differ in the other are both looked at.
    The stable sort merges what is in order already: copies by column are.
    """
    order = np.argsort(ids[:, 0], kind="stable")
    first, second = ids[order].T
    shared = (first[1:] == first[:-1]) & (second[1:] != second[:-1])
    return np.lexsort((ids[:, 1], ids[:, 0])) if shared.any() else order


def _cohorts(
    blocks: Sequence[Block], rows: Sequence[Places], respondents: int
) -> tuple[Numbers, dict[int, frozenset[tuple[int, WaveKind]]]]:
    """The cohort of each row, and what each row has answered where that is in several cohorts."""
    cohort_ids: Numbers = np.zeros(respondents, np.int64)
    for block, places in zip(blocks, rows, strict=True):
        cohort_ids[places] = block.cohort_ids
    is_several = np.zeros(respondents, dtype=bool)
    for block, places in zip(blocks, rows, strict=True):
        is_several[places[cohort_ids[places] != block.cohort_ids]] = True
    answered: dict[int, set[tuple[int, WaveKind]]] = {
        row: set() for row in np.flatnonzero(is_several).tolist()
    }
    for block, places in zip(blocks, rows, strict=True):
        for place in np.flatnonzero(is_several[places]).tolist() if answered else ():
            answered[int(places[place])].add((int(block.cohort_ids[place]), block.kind))
    return cohort_ids, {row: frozenset(waves) for row, waves in answered.items()}
