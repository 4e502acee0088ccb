"""Apart: where the samples of one track of an MP4 lie, by its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from lms.core.judged import NotThat
from lms.core.media_bytes import MOST_PARTS, read

Tables = Mapping[bytes, tuple[int, int]]


def sample_stretches(file: BinaryIO, tables: Tables) -> Iterator[tuple[int, int]]:
    """From where to where each chunk of samples goes.

    Args:
        file: the film.
        tables: the boxes of the track's table of samples, by kind, as where their content begins and ends.
    """
    offsets = _numbers(file, tables, b"co64", 8) if b"co64" in tables else _numbers(file, tables, b"stco", 4)
    sizes = _sizes(file, tables)
    counts = _samples_per_chunk(file, tables, len(offsets))
    sample = 0
    for offset, count in zip(offsets, counts, strict=True):
        yield offset, offset + sum(sizes(sample + number) for number in range(count))
        sample += count


def _numbers(file: BinaryIO, tables: Tables, kind: bytes, width: int) -> list[int]:
    start, end = _table(tables, kind)
    count = int.from_bytes(read(file, start + 4, 4), "big")
    return _row(file, start + 8, end, count, width)


def _row(file: BinaryIO, at: int, end: int, count: int, width: int) -> list[int]:
    if count > MOST_PARTS or at + count * width > end:
        raise NotThat
    content = read(file, at, count * width)
    return [int.from_bytes(content[place : place + width], "big") for place in range(0, len(content), width)]


def _sizes(file: BinaryIO, tables: Tables) -> Callable[[int], int]:
    """The size of a sample by its number; one number for all, or one each."""
    start, end = _table(tables, b"stsz")
    common, count = (int.from_bytes(read(file, at, 4), "big") for at in (start + 4, start + 8))
    if common:
        return lambda _sample: common
    each = _row(file, start + 12, end, count, 4)

    def size(sample: int) -> int:
        if sample >= len(each):
            raise NotThat
        return each[sample]

    return size


def _samples_per_chunk(file: BinaryIO, tables: Tables, chunks: int) -> list[int]:
    """How many samples each chunk has; the table names only the first chunk of each run of equal ones."""
    start, end = _table(tables, b"stsc")
    count = int.from_bytes(read(file, start + 4, 4), "big")
    flat = _row(file, start + 8, end, 3 * count, 4)
    firsts = [*flat[0::3], chunks + 1]
    found: list[int] = []
    for place, samples in enumerate(flat[1::3]):
        run = firsts[place + 1] - firsts[place]
        if run < 0 or len(found) + run > chunks or samples > MOST_PARTS:
            raise NotThat
        found += [samples] * run
    if len(found) != chunks:
        raise NotThat
    return found


def _table(tables: Tables, kind: bytes) -> tuple[int, int]:
    if kind not in tables:
        raise NotThat
    return tables[kind]
