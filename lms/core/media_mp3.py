"""Apart: MP3, frames one after the other behind a tag."""

from __future__ import annotations

from typing import BinaryIO

from lms.core.judged import NotThat
from lms.core.media_bytes import Walked, blank, read

BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Thousands of bits a second of layer III, by the number in a frame's head, for MPEG 1 and for 2 and 2.5."""
RATES = (44100, 48000, 32000)
DIVISORS = {3: 1, 2: 2, 0: 4}
FEWEST_FRAMES = 3
MOST_PADDING = 4096
LEAST_SOUND = 0.9
"""The part of a file that must be frames."""


def walk(file: BinaryIO, size: int) -> Walked:
    """Blank the tag, and walk the frames as far as they go."""
    start, lost = _blank_tag(file, size)
    first = start
    while first < min(size - 4, start + MOST_PADDING) and not _frame_length(read(file, first, 4)):
        first += 1
    at, frames = first, 0
    while at + 4 <= size and (length := _frame_length(read(file, at, 4))):
        at += length
        frames += 1
    end = min(at, size)
    if frames < FEWEST_FRAMES or end - first < LEAST_SOUND * (size - start):
        raise NotThat
    lost |= blank(file, start, first)
    return Walked("audio/mpeg", end, lost)


def _blank_tag(file: BinaryIO, size: int) -> tuple[int, bool]:
    """Blank what an ID3 tag at the beginning says; where it ends, and whether it said anything."""
    head = read(file, 0, 10)
    if head[:3] != b"ID3":
        return 0, False
    if any(number & 0x80 for number in head[6:]):
        raise NotThat
    length = sum(number << shift for number, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    end = 10 + length
    if end > size:
        raise NotThat
    return end, blank(file, 10, end)


def _frame_length(head: bytes) -> int:
    """How many bytes the frame takes whose head this is; none when it is no head."""
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in DIVISORS or layer != 1 or bitrate in {0, 15} or rate == 3:
        return 0
    is_first = version == 3
    samples = 144 if is_first else 72
    return (
        samples * BITRATES[1 if is_first else 2][bitrate] * 1000 // (RATES[rate] // DIVISORS[version])
        + padding
    )
