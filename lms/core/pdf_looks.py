"""How prose looks on paper: print, and large print.

Large print follows the UK Association for Accessible Formats: nothing under 16 point (here 18), a sans serif, no
italics, black on white, ragged right, open lines. Sizes are in millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.faces import Face
from lms.core.prose import Span

POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Style:
    """How words are set: three faces, size, distance from line to line, room above, and colour."""

    plain: Face
    strong: Face
    stressed: Face
    size: float
    step: float
    before: float
    colour: str

    def face_of(self, span: Span) -> Face:
        """The face of a span."""
        return self.strong if span.is_strong else self.stressed if span.is_stressed else self.plain


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that tells print from large print; headings by level, from the title down."""

    body: Style
    headings: tuple[Style, Style, Style]
    foot: Style
    indent: float
    between_items: float


def _style(
    faces: tuple[Face, Face, Face], points: float, leading: float, before: float, colour: str
) -> Style:
    size = points * POINT
    return Style(*faces, size, size * leading, before, colour)


_SERIF = (Face.LITERATA, Face.LITERATA_SEMIBOLD, Face.LITERATA_ITALIC)
_SERIF_HEADING = (Face.LITERATA_SEMIBOLD,) * 3
_SANS = (Face.SANS, Face.SANS_BOLD, Face.SANS_BOLD)
_SANS_HEADING = (Face.SANS_BOLD,) * 3

PRINT = Look(
    body=_style(_SERIF, 11.5, 1.42, 2.4, "#1d2b2d"),
    headings=(
        _style(_SERIF_HEADING, 22, 1.15, 0, "#0b3f44"),
        _style(_SERIF_HEADING, 14.5, 1.25, 5.5, "#0b3f44"),
        _style(_SERIF_HEADING, 12.5, 1.3, 4, "#0b3f44"),
    ),
    foot=_style((Face.SANS,) * 3, 10, 1.2, 0, "#4b595b"),
    indent=6.5,
    between_items=1.2,
)
LARGE_PRINT = Look(
    body=_style(_SANS, 18, 1.45, 5, "#000000"),
    headings=(
        _style(_SANS_HEADING, 28, 1.2, 0, "#000000"),
        _style(_SANS_HEADING, 22, 1.3, 10, "#000000"),
        _style(_SANS_HEADING, 20, 1.35, 8, "#000000"),
    ),
    foot=_style((Face.SANS,) * 3, 16, 1.2, 0, "#000000"),
    indent=11,
    between_items=3,
)
