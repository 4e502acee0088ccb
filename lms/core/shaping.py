"""Letters as their script writes them: joined, stacked, reordered and placed, by HarfBuzz.

Tamil, Arabic, Devanagari and Bengali are not a row of letters. A line in one of them becomes glyphs of the very
file that is embedded, each with its place. A glyph has no character of its own, so it is named by one from
Unicode's private area: `FIRST_GLYPH` plus its number in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize

import uharfbuzz  # type: ignore[import-untyped]  # ships none
from fontTools.ttLib import TTFont

from lms.core.faces import SHAPED, Face, FacesMissing, path_to

FIRST_GLYPH, LAST_GLYPH = 0xE000, 0xF8FF
EM = 1000


@dataclass(frozen=True, slots=True)
class Glyph:
    """One drawn shape: its private letter, how far it moves the pen, and how far from the pen it stands.

    Lengths are in thousandths of the size; `up` is positive above the baseline.
    """

    letter: str
    advance: float
    right: float = 0.0
    up: float = 0.0


@lru_cache(maxsize=1024)
def shape(text: str, face: Face) -> tuple[Glyph, ...]:
    """Text in one script as glyphs from left to right; nothing for a face that sets letters in a row."""
    if face not in SHAPED:
        return ()
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_drawn_by(face), buffer)
    scale = EM / _drawn_by(face).face.upem
    return tuple(
        Glyph(
            chr(FIRST_GLYPH + info.codepoint),
            place.x_advance * scale,
            place.x_offset * scale,
            place.y_offset * scale,
        )
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


@cache
def widths(face: Face) -> dict[str, float]:
    """How wide each glyph of a shaped face is by itself, in thousandths of the size, by its private letter."""
    drawn = _drawn_by(face)
    return {
        chr(FIRST_GLYPH + glyph): drawn.get_glyph_h_advance(glyph) * EM / drawn.face.upem
        for glyph in range(min(drawn.face.glyph_count, LAST_GLYPH - FIRST_GLYPH + 1))
    }


@cache
def meanings(face: Face) -> dict[str, str]:
    """The characters that each glyph of a shaped face stands for, by its private letter.

    Readers that do not know ActualText copy these. They come from the face's own substitutions: a joined shape
    stands for its letter, a ligature for the letters it is made of. Dots that Arabic letters share stand for none and are left out.
    """
    with TTFont(path_to(face), lazy=True) as file:
        known: dict[str, str] = {}
        for code, name in sorted(file.getBestCmap().items()):
            # An Arabic letter's joined shapes have characters of their own; what is meant is the letter.
            known.setdefault(name, normalize("NFKC", chr(code)))
        # Some single replacements only borrow a shape (Bengali candrabindu, drawn over ya); ligatures say what it is.
        rules = sorted(_substitutions(file), key=lambda rule: len(rule[1]), reverse=True)
        before = -1
        while before < len(known):
            before = len(known)
            for made, parts in rules:
                if made not in known and all(part in known for part in parts):
                    known[made] = "".join(known[part] for part in parts)
        return {chr(FIRST_GLYPH + file.getGlyphID(name)): text for name, text in known.items()}


@cache
def _drawn_by(face: Face) -> uharfbuzz.Font:
    read = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path_to(face))))
    if "GSUB" not in read.table_tags:
        raise FacesMissing(f"{path_to(face)} was cut without layout. Run: python -m lms.core.faces")
    return uharfbuzz.Font(read)


def _substitutions(file: TTFont) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each glyph that one glyph or a row of them is replaced with (GSUB lookups of types 1 and 4)."""
    for lookup in file["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            yield from _replacements(getattr(table, "ExtSubTable", table))


def _replacements(table: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    if table.LookupType == 1:
        yield from ((made, (part,)) for part, made in table.mapping.items())
    elif table.LookupType == 4:  # noqa: PLR2004 (the format's number for ligatures)
        for first, ligatures in table.ligatures.items():
            yield from ((ligature.LigGlyph, (first, *ligature.Component)) for ligature in ligatures)
