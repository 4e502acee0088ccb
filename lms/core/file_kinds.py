"""The kinds of file that are taken, what each is for, how large it may be, and the words for all this."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from flask import current_app

from lms.core.errors import Refused, TooLarge

MEGABYTE = 1024 * 1024
LONGEST_NAME = 120


class Purpose(StrEnum):
    """What a file is for; each has its own list of accepted kinds."""

    EVIDENCE = "evidence"
    SPREADSHEET = "spreadsheet"
    CERTIFICATE = "certificate"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is accepted: its ending, its media type and the words people know it by."""

    ending: str
    media_type: str
    words: str

    @property
    def with_article(self) -> str:
        """Its words as they stand in a sentence: a PDF, an MP3 recording."""
        is_open = self.words[0] in "AEIOUaeiou" or self.words.startswith(("MP", "M4"))
        return f"{'an' if is_open else 'a'} {self.words}"

    @property
    def is_recording(self) -> bool:
        """Whether it is sound or film, which may be larger than a page."""
        return self.media_type.startswith(("audio/", "video/"))


PDF = FileKind(".pdf", "application/pdf", "PDF")
PNG = FileKind(".png", "image/png", "PNG picture")
JPEG = FileKind(".jpg", "image/jpeg", "JPEG picture")
WEBP = FileKind(".webp", "image/webp", "WebP picture")
HEIC = FileKind(".heic", "image/heic", "iPhone picture (HEIC)")
DOCX = FileKind(
    ".docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "Word document (.docx)",
)
ODT = FileKind(".odt", "application/vnd.oasis.opendocument.text", "OpenDocument text (.odt)")
XLSX = FileKind(
    ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook"
)
TEXT = FileKind(".txt", "text/plain", "plain text")
CSV = FileKind(".csv", "text/csv", "CSV file")
MP3 = FileKind(".mp3", "audio/mpeg", "MP3 recording")
M4A = FileKind(".m4a", "audio/mp4", "M4A recording")
WAV = FileKind(".wav", "audio/wav", "WAV recording")
OGG = FileKind(".ogg", "audio/ogg", "Ogg recording")
MP4 = FileKind(".mp4", "video/mp4", "MP4 video")
MOV = FileKind(".mov", "video/mp4", "MOV video")
"""Sent as what it is but for a few letters of its beginning, so that browsers other than Safari play it too."""
WEBM = FileKind(".webm", "video/webm", "WebM recording or video")

EVIDENCE = (PDF, DOCX, ODT, TEXT, JPEG, PNG, WEBP, HEIC, MP3, M4A, WAV, OGG, MP4, MOV, WEBM)
ACCEPTED: dict[Purpose, tuple[FileKind, ...]] = {
    Purpose.EVIDENCE: EVIDENCE,
    Purpose.SPREADSHEET: (CSV, XLSX),
    Purpose.CERTIFICATE: (PDF,),
    Purpose.FEEDBACK: (MP3, M4A, WAV, OGG),
}
ENDINGS = {kind.ending: kind for kind in (*EVIDENCE, CSV, XLSX)} | {
    ".jpeg": JPEG,
    ".jfif": JPEG,
    ".heif": HEIC,
    ".opus": OGG,
    ".oga": OGG,
    ".m4v": MP4,
}
IMAGES = {PNG.media_type: "PNG", JPEG.media_type: "JPEG", WEBP.media_type: "WEBP"}
"""What a page shows as a picture, and what Pillow calls it."""
WHAT_TO_DO = {
    ".doc": "Old Word files can carry hidden programs. Open it in Word and save it as .docx or PDF, then send that.",
    ".docm": "It may carry macros, which are programs. Save it as .docx or PDF, then send that.",
    ".pages": "Open it in Pages and export it as PDF or Word, then send that.",
    ".rtf": "Save it as .docx or PDF, then send that.",
    ".gif": "Save the picture as PNG or JPEG, or take a screenshot of it.",
    ".tif": "Save the picture as PNG or JPEG, then send that.",
    ".bmp": "Save the picture as PNG or JPEG, then send that.",
    ".svg": "Drawings of this kind can carry programs. Save it as PNG or PDF, then send that.",
    ".html": "Web pages can carry programs. Print it to PDF, then send that.",
    ".htm": "Web pages can carry programs. Print it to PDF, then send that.",
    ".zip": "Send the files that are in it one by one.",
    ".avi": "Save the video as MP4, then send that.",
    ".mkv": "Save the video as MP4, then send that.",
    ".wmv": "Save the video as MP4, then send that.",
    ".wma": "Save the recording as MP3, then send that.",
    ".amr": "Save the recording as MP3 or M4A, then send that.",
    ".ppt": "Save the slides as PDF, then send that.",
    ".pptx": "Save the slides as PDF, then send that.",
    ".xls": "Save the sheet as PDF, then send that.",
    ".xlsx": "Save the sheet as PDF, then send that.",
}


def safe_name(name: str) -> str:
    """A client's file name as plain text: its last part, printable, at most 120 characters, the ending kept."""
    last = PurePath(name.replace("\\", "/")).name
    clean = "".join(character for character in last if character.isprintable() and character not in '<>:"|?*')
    path = PurePath(clean.strip(". ") or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix


def renamed(name: str, ending: str) -> str:
    """A safe name with the ending of what the file was made into, such as photo.jpg for photo.heic."""
    path = PurePath(name)
    return name if ENDINGS.get(path.suffix.lower()) == ENDINGS.get(ending) else path.stem + ending


def accepted_words(purpose: Purpose) -> str:
    """The accepted kinds in words, for a form's hint."""
    if purpose is Purpose.EVIDENCE:
        return (
            "Photos and pictures (also from an iPhone), documents (PDF, Word, OpenDocument, plain text), sound (MP3, M4A, "
            "WAV, Ogg) and video (MP4, MOV, WebM)"
        )
    return ", ".join(kind.words for kind in ACCEPTED[purpose])


def endings(purpose: Purpose) -> str:
    """The accepted endings and media types as a file field's `accept` wants them; phones offer their camera by the types."""
    known = [ending for ending, kind in ENDINGS.items() if kind in ACCEPTED[purpose]]
    return ",".join([*known, *dict.fromkeys(kind.media_type for kind in ACCEPTED[purpose])])


def limit_words(purpose: Purpose) -> str:
    """How large a file may be, in words."""
    page = current_app.config["LARGEST_UPLOAD"] // MEGABYTE
    if not any(kind.is_recording for kind in ACCEPTED[purpose]):
        return f"Up to {page} MB."
    recording = current_app.config["LARGEST_RECORDING"] // MEGABYTE
    if all(kind.is_recording for kind in ACCEPTED[purpose]):
        return f"Up to {recording} MB."
    return f"Pictures and documents up to {page} MB, sound and video up to {recording} MB each."


def kind_by_name(name: str, purpose: Purpose) -> FileKind:
    """The kind that a name claims.

    Raises:
        Refused: it is not taken here; the words say what to do instead.
    """
    ending = PurePath(safe_name(name)).suffix.lower()
    kind = ENDINGS.get(ending)
    if kind is None or kind not in ACCEPTED[purpose]:
        said = f"files ending in {ending}" if ending else "files without an ending such as .pdf"
        advice = WHAT_TO_DO.get(ending) if purpose is Purpose.EVIDENCE else None
        raise Refused(
            f"We cannot take {said} here. {advice or f'What we take: {accepted_words(purpose)}.'}",
            field="file",
        )
    return kind


def limit_of(kind: FileKind) -> int:
    """How many bytes a file of a kind may have."""
    limit: int = current_app.config["LARGEST_RECORDING" if kind.is_recording else "LARGEST_UPLOAD"]
    return limit


def check_size(kind: FileKind, size: int) -> None:
    """Check how large a file is, or is said to be.

    Raises:
        Refused: it is empty.
        TooLarge: it is over the limit of its kind.
    """
    if size <= 0:
        raise Refused("That file is empty: it holds nothing. Choose the file again.", field="file")
    if size > limit_of(kind):
        advice = (
            "Send a shorter one, or film at a lower quality." if kind.is_recording else "Send a smaller one."
        )
        raise TooLarge(
            f"That file is larger than {limit_of(kind) // MEGABYTE} MB, the most for {kind.with_article}. {advice}",
            field="file",
        )
