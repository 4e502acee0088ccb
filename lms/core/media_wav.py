"""Apart: WAV, chunks in a RIFF file."""

from __future__ import annotations

from typing import BinaryIO

from lms.core.judged import NotThat
from lms.core.media_bytes import MOST_PARTS, Walked, blank, overwrite, read

SOUND = frozenset({b"fmt ", b"data", b"fact"})
STREAMED = frozenset({0, 0xFFFFFFFF})
"""Sizes that a recorder leaves which did not get to write the true one."""


def walk(file: BinaryIO, size: int) -> Walked:
    """Walk the chunks; those that are not the sound are made junk."""
    head = read(file, 0, 12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise NotThat
    stated = int.from_bytes(head[4:8], "little")
    end = size if stated in STREAMED else min(size, 8 + stated)
    at, lost = 12, False
    seen: list[bytes] = []
    while at + 8 <= end and len(seen) < MOST_PARTS:
        kind, length = read(file, at, 4), int.from_bytes(read(file, at + 4, 4), "little")
        if kind == b"data" and (length in STREAMED or at + 8 + length > end):
            length = end - at - 8
        after = at + 8 + length
        if after > end:
            raise NotThat
        if kind not in SOUND:
            lost |= blank(file, at + 8, after)
            overwrite(file, at, b"JUNK")
        seen.append(kind)
        at = after + length % 2
    if seen.count(b"fmt ") != 1 or b"data" not in seen or seen.index(b"fmt ") > seen.index(b"data"):
        raise NotThat
    return Walked("audio/wav", min(size, max(at, end)), lost)
