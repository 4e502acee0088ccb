"""Apart: what the walks through sound and film share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from lms.core.judged import NotThat

BLANK = bytes(64 * 1024)
MOST_PARTS = 2_000_000
"""Parts of a file that is walked at most: hours of sound have fewer."""


@dataclass(slots=True)
class Walked:
    """What a walk through a recording found.

    Attributes:
        media_type: what it is.
        end: where what belongs to it ends; what comes after was appended.
        has_lost_notes: whether notes were blanked.
    """

    media_type: str
    end: int
    has_lost_notes: bool = False


def read(file: BinaryIO, at: int, count: int) -> bytes:
    """Exactly so many bytes from a place.

    Raises:
        NotThat: there are fewer.
    """
    file.seek(at)
    found = file.read(count)
    if len(found) < count:
        raise NotThat
    return found


def blank(file: BinaryIO, start: int, end: int) -> bool:
    """Overwrite a stretch with zeros; whether there was anything else in it."""
    was_there, at = False, start
    while at < end:
        count = min(len(BLANK), end - at)
        if read(file, at, count).strip(b"\0"):
            was_there = True
            file.seek(at)
            file.write(BLANK[:count])
        at += count
    return was_there


def overwrite(file: BinaryIO, at: int, content: bytes) -> None:
    """Put bytes in a place."""
    file.seek(at)
    file.write(content)
