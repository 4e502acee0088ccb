"""Joins responses of several waves into one row a respondent, as bytes. Pure: NumPy only.

Rows come out in the order of the pseudonyms, which is no order at all, and the pseudonyms are left behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.questionnaires.codes import Bytes, derivation, translation
from assessments.questionnaires.schema import Instrument, Item

Ids = npt.NDArray[np.uint64]
PSEUDONYM_BYTES = 16


@dataclass(frozen=True)
class Block:
    """Responses that were given to one version of an instrument.

    Attributes:
        instrument: that version.
        items: the items whose bytes the columns of `codes` are, in order.
        pseudonyms: 16 bytes a response, one after another.
        codes: len(items) bytes a response, one after another.
    """

    instrument: Instrument
    items: tuple[Item, ...]
    pseudonyms: bytes
    codes: bytes


def variables_of(instruments: Iterable[Instrument]) -> tuple[str, ...]:
    """Columns of the joined matrix: every variable, asked or derived, in the order of the instruments."""
    return tuple(code for instrument in instruments for code in instrument.variables)


def join(blocks: Sequence[Block], wanted: Sequence[Instrument]) -> Bytes:
    """One row a respondent, one column a variable of the wanted instruments; 0 where there is no answer.

    Args:
        blocks: responses by version and by kind of storage; a pseudonym may be in several.
        wanted: the instruments whose options give the coding; items are matched by code, options by code.

    Returns:
        uint8, shape (respondents, variables), column-major: column after column is how it is counted.
    """
    variables = variables_of(wanted)
    column = {code: index for index, code in enumerate(variables)}
    home = {item.code: instrument for instrument in wanted for item in instrument.items}
    rows, respondents = _rows(blocks)
    matrix = np.zeros((respondents, len(variables)), dtype=np.uint8, order="F")
    for block, places in zip(blocks, rows, strict=True):
        stored = np.frombuffer(block.codes, dtype=np.uint8).reshape(len(places), len(block.items))
        for index, item in enumerate(block.items):
            if item.code in home:
                meant = home[item.code]
                table = translation(
                    item, block.instrument.options_of(item), meant.options_of(meant.by_code[item.code])
                )
                matrix[places, column[item.code]] = table[stored[:, index]]
    _derive(matrix, column, wanted)
    return matrix


def _derive(matrix: Bytes, column: Mapping[str, int], wanted: Sequence[Instrument]) -> None:
    for instrument in wanted:
        for derived in instrument.derived:
            table = derivation(instrument, derived)
            matrix[:, column[derived.code]] = table[matrix[:, column[derived.follows]]]


def _rows(blocks: Sequence[Block]) -> tuple[list[npt.NDArray[np.intp]], int]:
    """For each block the row of each of its responses, and how many rows there are."""
    ids = np.frombuffer(b"".join(block.pseudonyms for block in blocks), dtype=np.uint64).reshape(-1, 2)
    if not len(ids):
        return [np.zeros(0, dtype=np.intp) for _ in blocks], 0
    order = np.lexsort((ids[:, 1], ids[:, 0]))
    ordered = ids[order]
    is_new = np.ones(len(ids), dtype=bool)
    is_new[1:] = np.any(ordered[1:] != ordered[:-1], axis=1)
    places = np.empty(len(ids), dtype=np.intp)
    places[order] = np.cumsum(is_new) - 1
    ends = np.cumsum([len(block.pseudonyms) // PSEUDONYM_BYTES for block in blocks])
    return np.split(places, ends[:-1]), int(is_new.sum())
