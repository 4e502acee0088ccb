"""Apart: sound and film. Each container is walked from end to end; notes of place and person are blanked where they lie.

Nothing is encoded anew: the sound and the pictures stay as they are, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from lms.core import media_mp3, media_mp4, media_ogg, media_wav, media_webm
from lms.core.judged import Judged
from lms.core.media_bytes import Walked

NOTES = (
    "Notes that the device wrote into it, such as the place, are gone. Sound and picture are as they were."
)
APPENDED = "Something that was appended to it is gone."

Walk = Callable[[BinaryIO, int], Walked]
WALKS: dict[str, Walk] = {
    ".mp3": media_mp3.walk,
    ".wav": media_wav.walk,
    ".ogg": media_ogg.walk,
    ".webm": media_webm.walk,
    ".mp4": media_mp4.walk,
    ".mov": media_mp4.walk,
    ".m4a": media_mp4.walk_sound,
}


def check(ending: str, source: str) -> Judged:
    """Walk through a recording of a kind, blank its notes, and cut off what was appended.

    Raises:
        NotThat: it is no such recording.
        Unwanted: it holds something that cannot be blanked.
    """
    size = Path(source).stat().st_size
    with Path(source).open("r+b") as file:
        walked = WALKS[ending](file, size)
        if walked.end < size:
            file.truncate(walked.end)
    changes = [NOTES] if walked.has_lost_notes else []
    if walked.end < size:
        changes.append(APPENDED)
    return Judged(ending, walked.media_type, changes, is_edited=bool(changes))
