"""Apart: MP4, MOV and M4A, boxes within boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lms.core.judged import NotThat, Unwanted
from lms.core.media_bytes import MOST_PARTS, Walked, blank, overwrite, read
from lms.core.media_mp4_samples import sample_stretches

NOTES = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip"})
"""Boxes that hold no sound and no picture: where players and devices write names, places and remarks."""
TOP = NOTES | {
    b"ftyp",
    b"moov",
    b"mdat",
    b"wide",
    b"moof",
    b"sidx",
    b"ssix",
    b"mfra",
    b"styp",
    b"pdin",
    b"prft",
    b"emsg",
}
STILL = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"crx ", b"jp2 "})
SHOWN, HEARD = b"vide", b"soun"


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its kind, where it begins, where its content does, and where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


def walk(file: BinaryIO, size: int) -> Walked:
    """Walk the boxes; notes, and tracks that are neither sound nor picture, are blanked."""
    top = list(_top(file, size))
    movie = [box for box in top if box.kind == b"moov"]
    if top[0].kind != b"ftyp" or read(file, top[0].content, 4) in STILL or len(movie) != 1:
        raise NotThat
    is_in_pieces = any(box.kind == b"moof" for box in top)
    lost = False
    kinds: set[bytes] = set()
    for box in top:
        if box.kind in NOTES:
            lost |= _make_free(file, box)
        elif box.kind == b"moof":
            lost |= _without_notes(file, box, within={b"traf"})
    for track in _boxes(file, movie[0].content, movie[0].end):
        if track.kind == b"trak":
            kind = _kind_of_track(file, track)
            kinds.add(kind)
            if kind not in {SHOWN, HEARD}:
                lost |= _without_track(file, track, size, is_in_pieces=is_in_pieces)
        elif track.kind == b"cmov":
            raise Unwanted(
                "is packed in a way that we cannot look into. Save it again as MP4, then send that"
            )
    lost |= _without_notes(file, movie[0], within={b"trak", b"mdia", b"minf"})
    if not kinds & {SHOWN, HEARD}:
        raise NotThat
    return Walked("video/mp4" if SHOWN in kinds else "audio/mp4", top[-1].end, lost)


def walk_sound(file: BinaryIO, size: int) -> Walked:
    """The same for what says that it is sound alone."""
    walked = walk(file, size)
    if walked.media_type != "audio/mp4":
        raise NotThat
    return walked


def _top(file: BinaryIO, size: int) -> Iterator[Box]:
    """The boxes of the file, as far as they are ones of a film; what follows was appended."""
    has_movie = has_data = False
    for box in _boxes(file, 0, size, is_top=True):
        if box.kind not in TOP:
            if has_movie and has_data:
                return
            raise NotThat
        has_movie |= box.kind == b"moov"
        has_data |= box.kind in {b"mdat", b"moof"}
        yield box
    if not has_movie:
        raise NotThat


def _boxes(file: BinaryIO, at: int, end: int, *, is_top: bool = False) -> Iterator[Box]:
    for _ in range(MOST_PARTS):
        # QuickTime closes some lists of boxes with four zeros
        if at >= end or (end - at < 8 and not is_top):
            return
        if end - at < 8:
            yield Box(b"", at, at, end)
            return
        head = read(file, at, 8)
        length, content = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, content = int.from_bytes(read(file, at + 8, 8), "big"), at + 16
        elif length == 0 and is_top:
            length = end - at
        if length < content - at or at + length > end:
            if is_top and head[4:] not in TOP:
                yield Box(b"", at, at, end)
                return
            raise NotThat
        yield Box(head[4:], at, content, at + length)
        at += length
    raise NotThat


def _kind_of_track(file: BinaryIO, track: Box) -> bytes:
    for handler in _inside(file, track, b"mdia", b"hdlr"):
        return read(file, handler.content + 8, 4)
    raise NotThat


def _inside(file: BinaryIO, box: Box, *path: bytes) -> Iterator[Box]:
    if not path:
        yield box
        return
    for each in _boxes(file, box.content, box.end):
        if each.kind == path[0]:
            yield from _inside(file, each, *path[1:])


def _without_track(file: BinaryIO, track: Box, size: int, *, is_in_pieces: bool) -> bool:
    """Blank a track of notes, such as the positions that a camera wrote down while filming."""
    if is_in_pieces:
        raise Unwanted(
            "holds a track of notes beside sound and picture. Save it again as MP4, then send that"
        )
    for tables in _inside(file, track, b"mdia", b"minf", b"stbl"):
        found = {box.kind: (box.content, box.end) for box in _boxes(file, tables.content, tables.end)}
        for start, end in sample_stretches(file, found):
            if end > size:
                raise NotThat
            blank(file, start, end)
    return _make_free(file, track)


def _without_notes(file: BinaryIO, box: Box, *, within: set[bytes]) -> bool:
    """Blank the notes in a box, and in the boxes of some kinds in it."""
    lost = False
    for each in _boxes(file, box.content, box.end):
        if each.kind in NOTES:
            lost |= _make_free(file, each)
        elif each.kind in within:
            lost |= _without_notes(file, each, within=within)
    return lost


def _make_free(file: BinaryIO, box: Box) -> bool:
    overwrite(file, box.start + 4, b"free")
    return blank(file, box.content, box.end)
