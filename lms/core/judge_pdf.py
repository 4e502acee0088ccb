"""Apart: PDFs, written anew without whatever acts, hides or tells of its maker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf

from lms.core.judged import Judged, NotThat, Unwanted

MOST_PAGES = 2000
DEEPEST = 60
SAFE_ACTIONS = frozenset({"/GoTo", "/URI", "/Named"})
SAFE_ADDRESSES = ("http://", "https://", "mailto:", "tel:")
ACTIVE_NOTES = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
ACTING = frozenset({"/AA", "/OpenAction", "/JS", "/JavaScript", "/XFA"})
CARRYING = frozenset({"/EmbeddedFiles", "/EF", "/AF", "/Collection"})
TELLING = frozenset({"/Metadata", "/PieceInfo"})
SCRIPTS = "We took out the scripts and actions that it held."
INSIDE = "We took out the files that were inside it."
MEDIA = "We took out the sound, film or attachments that lay on its pages."
LINKS = "We took out links that open programs or files."
TOO_DEEP = "is built of parts within parts, deeper than we follow. Print it to PDF, then send that"
DOING = frozenset({"/A", "/PA", "/Next"})
"""Where an action stands: one, or a list of them one after the other."""
HEADER = b"%PDF-"
JPEG_FILTER = pikepdf.Name("/DCTDecode")


def clean(source: str, target: str) -> Judged:
    """The same pages in a new file; earlier states of the file, appended bytes and active parts do not come along.

    Raises:
        NotThat: it is not a PDF that can be read.
        Unwanted: it is locked, has more pages than we take, or is built deeper than we follow.
    """
    with open(source, "rb") as file:  # noqa: PTH123 (a path as text, apart)
        if file.read(len(HEADER)) != HEADER:
            raise NotThat
    try:
        with pikepdf.open(source) as document:
            return _cleaned(document, target)
    except pikepdf.PasswordError:
        raise Unwanted("is locked with a password. Save it without one, then send it again") from None
    except pikepdf.PdfError:
        raise NotThat from None


def _cleaned(document: pikepdf.Pdf, target: str) -> Judged:
    if not len(document.pages):
        raise NotThat
    if len(document.pages) > MOST_PAGES:
        raise Unwanted(f"has {len(document.pages):,} pages, more than we take. Send the pages that matter")
    found: set[str] = set()
    for thing in (document.trailer, *document.objects):
        for change in _disarmed(thing, DEEPEST):
            found.add(change)
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return Judged(
        ".pdf",
        "application/pdf",
        [each for each in (SCRIPTS, INSIDE, MEDIA, LINKS) if each in found],
        is_redrawn=True,
    )


def _disarmed(thing: Any, depth: int) -> Iterator[str]:
    """Take out what acts, in one object and what is written directly into it; yields what it was."""
    if not isinstance(thing, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream):
        return
    if not depth:
        raise Unwanted(TOO_DEEP)
    if isinstance(thing, pikepdf.Array):
        yield from _disarmed_list(thing, depth)
        return
    if isinstance(thing, pikepdf.Stream):
        _without_camera_notes(thing)
    for key in list(thing.keys()):
        value: Any = thing[key]
        change = _armed(key, value, thing)
        if change is not None:
            del thing[key]
            if change:
                yield change
            continue
        if key in DOING and isinstance(value, pikepdf.Array):
            yield from _without_unsafe(value, depth - 1)
        if not _is_elsewhere(value):
            yield from _disarmed(value, depth - 1)


def _disarmed_list(things: pikepdf.Array, depth: int) -> Iterator[str]:
    for place in reversed(range(len(things))):
        each = things[place]
        if isinstance(each, pikepdf.Dictionary) and str(each.get("/Subtype", "")) in ACTIVE_NOTES:
            del things[place]
            yield MEDIA
        elif not _is_elsewhere(each):
            yield from _disarmed(each, depth - 1)


def _without_unsafe(actions: pikepdf.Array, depth: int) -> Iterator[str]:
    """Take unsafe actions out of a list of actions, wherever the list and its parts are written."""
    if not depth:
        raise Unwanted(TOO_DEEP)
    for place in reversed(range(len(actions))):
        each: Any = actions[place]
        if isinstance(each, pikepdf.Array):
            yield from _without_unsafe(each, depth - 1)
            continue
        change = _unsafe(each)
        if change is not None:
            del actions[place]
            yield change


def _is_elsewhere(thing: Any) -> bool:
    """Whether it is an object of its own, which is come to by itself."""
    return isinstance(thing, pikepdf.Object) and thing.is_indirect


def _armed(key: str, value: Any, holder: pikepdf.Object) -> str | None:
    """What an entry is that must go, in words; empty when nobody needs to know; None when it may stay."""
    if key in ACTING:
        return SCRIPTS
    if key in CARRYING:
        return INSIDE
    if key in TELLING:
        return ""
    if key == "/F" and isinstance(holder, pikepdf.Stream):
        return LINKS
    return _unsafe(value) if key in DOING else None


def _unsafe(action: Any) -> str | None:
    """What an action is that must go, in words; None when it may stay, or is no action."""
    if not isinstance(action, pikepdf.Dictionary) or "/S" not in action or _is_safe_action(action):
        return None
    return SCRIPTS if str(action["/S"]) == "/JavaScript" else LINKS


def _is_safe_action(action: pikepdf.Dictionary) -> bool:
    kind = str(action["/S"])
    if kind == "/URI":
        return str(action.get("/URI", "")).strip().lower().startswith(SAFE_ADDRESSES)
    return kind in SAFE_ACTIONS


def _without_camera_notes(stream: pikepdf.Stream) -> None:
    """Take out of a JPEG within the PDF what a camera wrote into it."""
    coats = _listed(stream.get("/Filter"))
    if not coats or coats[-1] != JPEG_FILTER:
        return
    try:
        raw = _uncoated(stream.read_raw_bytes(), coats[:-1])
    except pikepdf.PdfError:
        return  # no reader could show it either
    plain = jpeg_without_notes(raw)
    if plain != raw:
        parms = [
            each for each in _listed(stream.get("/DecodeParms"))[-1:] if isinstance(each, pikepdf.Dictionary)
        ]
        stream.write(plain, filter=JPEG_FILTER, decode_parms=parms[0] if parms else None)


def _listed(entry: pikepdf.Object | None) -> list[pikepdf.Object]:
    """What an entry of a stream holds that may be one thing or a list, the outermost filter's first."""
    if entry is None:
        return []
    return list(entry) if isinstance(entry, pikepdf.Array) else [entry]


def _uncoated(raw: bytes, coats: Sequence[pikepdf.Object]) -> bytes:
    """The bytes of a stream without some of its filters."""
    if not coats:
        return raw
    filters = pikepdf.Array([pikepdf.Name(str(coat)) for coat in coats])
    with pikepdf.new() as desk:
        stream = pikepdf.Stream(desk, raw, Filter=filters)
        return stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.specialized)


def jpeg_without_notes(raw: bytes) -> bytes:
    """A JPEG without its EXIF, XMP, IPTC and comment segments; as it is when its segments cannot be followed."""
    kept, at = [raw[:2]], 2
    while at + 4 <= len(raw) and raw[at] == 0xFF and raw[at + 1] != 0xDA:
        after = at + 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
        if raw[at + 1] not in {0xE1, 0xED, 0xFE}:
            kept.append(raw[at:after])
        at = after
    return b"".join([*kept, raw[at:]]) if raw[at : at + 2] == b"\xff\xda" else raw
