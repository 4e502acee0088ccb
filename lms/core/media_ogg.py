"""Apart: Ogg, pages of packets, each page with a sum over itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lms.core.judged import NotThat
from lms.core.media_bytes import MOST_PARTS, Walked, overwrite, read

CODECS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
COMMENTS = {b"OpusTags": 8, b"\x03vorbis": 7}
"""How the packet with the comments begins, and after how many bytes they do."""
POLYNOMIAL = 0x04C11DB7
FIRST = 0x02


def _table() -> Iterator[int]:
    for value in range(256):
        register = value << 24
        for _ in range(8):
            register = (register << 1) ^ (POLYNOMIAL if register & 0x80000000 else 0)
        yield register & 0xFFFFFFFF


TABLE = tuple(_table())


def walk(file: BinaryIO, size: int) -> Walked:
    """Walk the pages; the comments of the recording are blanked."""
    at, count, lost = 0, 0, False
    while at < size and count < MOST_PARTS:
        if size - at < 27 or read(file, at, 4) != b"OggS":
            break
        head = read(file, at, 27)
        lengths = read(file, at + 27, head[26])
        body = at + 27 + len(lengths)
        after = body + sum(lengths)
        if after > size:
            raise NotThat
        is_first = bool(head[5] & FIRST)
        if is_first != (count == 0) or (is_first and not read(file, body, sum(lengths)).startswith(CODECS)):
            raise NotThat
        if count == 1:
            lost = _blank_comments(file, at, body, after)
        at, count = after, count + 1
    if count < 3:
        raise NotThat
    return Walked("audio/ogg", at, lost)


def _blank_comments(file: BinaryIO, at: int, body: int, after: int) -> bool:
    """Make each comment on the page one of the same length that says nothing, and put the page's sum right."""
    content = bytearray(read(file, body, after - body))
    begins = next((length for mark, length in COMMENTS.items() if content.startswith(mark)), None)
    if begins is None:
        return False
    lost = _blank_each(content, begins)
    if lost:
        page = bytearray(read(file, at, body - at)) + content
        page[22:26] = bytes(4)
        page[22:26] = _sum(page).to_bytes(4, "little")
        overwrite(file, at, bytes(page))
    return lost


def _blank_each(content: bytearray, at: int) -> bool:
    """Blank the comments behind the name of the program that wrote them; whether any said anything."""
    at += 4 + int.from_bytes(content[at : at + 4], "little")
    left, at, lost = int.from_bytes(content[at : at + 4], "little"), at + 4, False
    while left and at + 4 <= len(content):
        length = int.from_bytes(content[at : at + 4], "little")
        end = min(at + 4 + length, len(content))
        silent = b"X=" + b" " * (end - at - 6) if end - at >= 6 else b" " * (end - at - 4)
        lost |= content[at + 4 : end] != silent
        content[at + 4 : end] = silent
        at, left = at + 4 + length, left - 1
    return lost


def _sum(page: bytes | bytearray) -> int:
    register = 0
    for byte in page:
        register = (register << 8 & 0xFFFFFFFF) ^ TABLE[(register >> 24) ^ byte]
    return register
