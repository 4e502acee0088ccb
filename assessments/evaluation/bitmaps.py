"""Answers as bitmaps: one for each code of each question, one bit a respondent.

Pure. How many chose a code is the ones in its bitmap; how many chose two codes is the ones in both. A word of 64
respondents is combined and counted in two instructions, which makes this several times as fast as counting codes.
Which respondent is which bit is of no interest; bits beyond the last respondent are 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessments.evaluation.codebook import Kind, Variable
from assessments.evaluation.responses import Codes
from assessments.evaluation.statistics import Integers

Words = NDArray[np.uint64]
Rows = NDArray[np.intp]

BLOCK = 65_536
"""Respondents at a time: what is worked on stays in the processor's cache, however many there are."""
PACKED = 8_192
"""Respondents packed at a time, which takes 64 times the room of their bitmaps."""
WORD = 64
AT_ONCE = 65_536
"""Words combined in one call: enough to spread the cost of a call when there are few respondents."""
WHOLE = 255


@dataclass(frozen=True)
class Layout:
    """Which bitmap marks what. Bitmap i marks who has `value[i]` in the bits `mask[i]` of the column `source[i]`.

    Of a question with several answers each code has two bitmaps, ticked and not ticked. The second cannot be said
    with a mask, because who answered nothing is in neither: it holds who ticked any of `ticks` but not this code.
    """

    source: Rows
    mask: Codes
    value: Codes
    ticked: Rows
    unticked: Rows
    ticks: Rows


def rows_of(variable: Variable) -> int:
    """How many bitmaps a variable has: one a code; of several answers two a code, ticked and not ticked in turns."""
    return len(variable.codes) * (2 if variable.kind is Kind.MULTIPLE else 1)


def lay_out(variables: Sequence[Variable], columns: Sequence[int]) -> Layout:
    """The bitmaps of some variables, one variable after another, each in the order of its codes.

    Args:
        variables: What to make bitmaps of.
        columns: The column of the matrix in which each of them stands.
    """
    source: list[int] = []
    mask: list[int] = []
    value: list[int] = []
    ticked: list[int] = []
    ticks: list[list[int]] = []
    for variable, column in zip(variables, columns, strict=True):
        start, height = len(source), rows_of(variable)
        source += [column] * height
        if variable.kind is Kind.MULTIPLE:
            own = list(range(start, start + height, 2))
            value += [1 << place for place in range(len(own)) for _ in (True, False)]
            mask += value[start:]
            ticked += own
            ticks += [own] * len(own)
        else:
            value += range(1, height + 1)
            mask += [WHOLE] * height
    return Layout(
        np.array(source, np.intp),
        np.array(mask, np.uint8)[:, None],
        np.array(value, np.uint8)[:, None],
        np.array(ticked, np.intp),
        np.array(ticked, np.intp) + 1,
        choices(ticks),
    )


def blocks(codes: Codes, layout: Layout) -> Iterator[Words]:
    """The bitmaps of each block of respondents, shape (bitmaps, words). The array is used again for the next block."""
    width = -(-min(BLOCK, len(codes)) // WORD)
    bitmaps = np.zeros((len(layout.source), width), np.uint64)
    for start in range(0, len(codes), BLOCK):
        block = codes[start : start + BLOCK].T
        if block.shape[1] < BLOCK:
            bitmaps[:] = 0
        _pack(block, layout, bitmaps.view(np.uint8))
        answered = any_of(bitmaps, layout.ticks)
        bitmaps[layout.unticked] = answered & ~bitmaps[layout.ticked]
        yield bitmaps


def _pack(block: Codes, layout: Layout, packed: Codes) -> None:
    for start in range(0, block.shape[1], PACKED):
        values = block[:, start : start + PACKED][layout.source] & layout.mask
        marked = np.packbits(values == layout.value, axis=1)
        packed[:, start // 8 : start // 8 + marked.shape[1]] = marked


def choices(of_rows: Sequence[Sequence[int]]) -> Rows:
    """Choices of bitmaps as an array, the shorter ones filled up with their own first row."""
    longest = max(map(len, of_rows), default=1)
    filled = [[*rows, *[rows[0]] * (longest - len(rows))] for rows in of_rows]
    return np.array(filled, np.intp).reshape(len(of_rows), longest)


def any_of(bitmaps: Words, chosen: Rows) -> Words:
    """For each of the `choices` a bitmap of who is in any of its rows."""
    found = bitmaps[chosen[:, 0]]
    for rows in chosen.T[1:]:
        found |= bitmaps[rows]
    return found


def ones(bitmaps: Words) -> Integers:
    """How many ones each bitmap has: shape (..., words) gives shape (...). At most `BLOCK` bits a bitmap."""
    counted: NDArray[np.uint32] = np.bitwise_count(bitmaps).sum(axis=-1, dtype=np.uint32)
    return counted.astype(np.int64)


def together(left: Words, right: Words) -> Integers:
    """How many are in both, for every bitmap of one and every bitmap of the other: shape (left, right)."""
    found = np.empty((len(right), len(left)), np.int64)
    step = max(1, AT_ONCE // max(1, left.size))
    for start in range(0, len(right), step):
        found[start : start + step] = ones(left & right[start : start + step, None])
    return found.T
