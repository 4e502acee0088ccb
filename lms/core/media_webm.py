"""Apart: WebM, elements within elements; what a browser records has clusters whose length nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lms.core.judged import NotThat, Unwanted
from lms.core.media_bytes import MOST_PARTS, Walked, blank, overwrite, read

HEAD, SEGMENT = 0x1A45DFA3, 0x18538067
INFO, TRACKS, CLUSTER, CUES, SEEK = 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B, 0x114D9B74
TAGS, ATTACHMENTS, CHAPTERS = 0x1254C367, 0x1941A469, 0x1043A770
VOID, SUM = 0xEC, 0xBF
NOTES = frozenset({TAGS, ATTACHMENTS, CHAPTERS, VOID})
IN_SEGMENT = frozenset({INFO, TRACKS, CLUSTER, CUES, SEEK, TAGS, ATTACHMENTS, CHAPTERS, VOID, SUM})
IN_CLUSTER = frozenset({0xE7, 0xA3, 0xA0, 0xAB, 0xA7, 0x5854, VOID, SUM})
TYPE, TITLE, DOCUMENT, ENTRY = 0x83, 0x7BA9, 0x4282, 0xAE
VIDEO, AUDIO = 1, 2


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its number, where it begins, where its content does and where that ends; no end when it is not said."""

    number: int
    start: int
    content: int
    end: int | None


def walk(file: BinaryIO, size: int) -> Walked:
    """Walk the segment; tags, attachments, chapters and the title are made void."""
    head = _element(file, 0, size)
    if head.number != HEAD or head.end is None or _document(file, head) != b"webm":
        raise NotThat
    segment = _element(file, head.end, size)
    if segment.number != SEGMENT:
        raise NotThat
    end = size if segment.end is None else segment.end
    kinds: set[int] = set()
    lost, seen = False, set()
    for each in _in_segment(file, segment.content, end):
        seen.add(each.number)
        if each.number in NOTES:
            lost |= _make_void(file, each)
        elif each.number == TRACKS:
            kinds |= set(_track_types(file, each))
        elif each.number == INFO:
            lost |= _without_title(file, each)
    if not {TRACKS, CLUSTER} <= seen:
        raise NotThat
    if not kinds <= {VIDEO, AUDIO}:
        raise Unwanted("holds something beside sound and picture, such as text. Record it again without")
    return Walked("video/webm" if VIDEO in kinds else "audio/webm", end, lost)


def _in_segment(file: BinaryIO, at: int, end: int) -> Iterator[Element]:
    for _ in range(MOST_PARTS):
        if at >= end:
            return
        found = _element(file, at, end)
        if found.number not in IN_SEGMENT or (found.end is None and found.number != CLUSTER):
            raise NotThat
        yield found
        at = _end_of_cluster(file, found.content, end) if found.end is None else found.end


def _end_of_cluster(file: BinaryIO, at: int, end: int) -> int:
    """Where a cluster ends that does not say so: at the first element that cannot be in one."""
    for _ in range(MOST_PARTS):
        if at >= end:
            break
        found = _element(file, at, end)
        if found.number not in IN_CLUSTER:
            return at
        if found.end is None:
            raise NotThat
        at = found.end
    return at


def _children(file: BinaryIO, parent: Element) -> Iterator[Element]:
    at, end = parent.content, parent.end or parent.content
    while at < end:
        found = _element(file, at, end)
        if found.end is None:
            raise NotThat
        yield found
        at = found.end


def _element(file: BinaryIO, at: int, limit: int) -> Element:
    number, width = _number(file, at, keeps_mark=True)
    length, length_width = _number(file, at + width, keeps_mark=False)
    content = at + width + length_width
    is_unsaid = length == (1 << 7 * length_width) - 1
    end = None if is_unsaid else content + length
    if content > limit or (end is not None and end > limit):
        raise NotThat
    return Element(number, at, content, end)


def _number(file: BinaryIO, at: int, *, keeps_mark: bool) -> tuple[int, int]:
    """A number whose first bits say how many bytes it has; the number and how many."""
    first = read(file, at, 1)[0]
    width = 9 - first.bit_length()
    if not first or (keeps_mark and width > 4):
        raise NotThat
    value = int.from_bytes(read(file, at, width), "big")
    return (value if keeps_mark else value & (1 << 7 * width) - 1), width


def _document(file: BinaryIO, head: Element) -> bytes:
    found = [each for each in _children(file, head) if each.number == DOCUMENT]
    return (
        read(file, found[0].content, (found[0].end or 0) - found[0].content).rstrip(b"\0") if found else b""
    )


def _track_types(file: BinaryIO, tracks: Element) -> Iterator[int]:
    for entry in _children(file, tracks):
        if entry.number == ENTRY:
            for each in _children(file, entry):
                if each.number == TYPE:
                    yield int.from_bytes(read(file, each.content, (each.end or 0) - each.content), "big")


def _without_title(file: BinaryIO, info: Element) -> bool:
    titles = [each for each in _children(file, info) if each.number == TITLE]
    for title in titles:
        _make_void(file, title)
    return bool(titles)


def _make_void(file: BinaryIO, element: Element) -> bool:
    """Make an element one that holds nothing, of the same length; whether it held something."""
    end = element.end or element.content
    if element.number == VOID:
        return blank(file, element.content, end)
    whole = end - element.start
    width = 8 if whole > 9 else 1
    overwrite(
        file, element.start, bytes([VOID]) + ((1 << 7 * width) | whole - 1 - width).to_bytes(width, "big")
    )
    blank(file, element.start + 1 + width, end)
    return True
