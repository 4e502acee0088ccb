"""How the report looks on paper: type, colours and measures. Lengths are in millimetres."""

from __future__ import annotations

from lms.core.faces import Face
from lms.core.pdf_looks import POINT, Style

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM = 24.0, 188.0, 30.0, 272.0
"""Where the words may stand."""
WIDE_LEFT, WIDE_RIGHT = 16.0, 194.0
"""Where tables of many columns may stand."""
HEAD, FOOT = 17.5, 284.0
"""Baselines of the running head and foot."""

INK, QUIET = "#1d2b2d", "#4b595b"
TEAL, TEAL_DEEP, TEAL_MID, TEAL_SOFT = "#11595f", "#0b3f44", "#559a97", "#dcedeb"
CORAL, CORAL_BRIGHT = "#b3432a", "#f2856a"
SAND, LINE, WHITE = "#f7f1e6", "#e2d8c6", "#ffffff"

SERIF = (Face.LITERATA, Face.LITERATA_SEMIBOLD, Face.LITERATA_ITALIC)
SANS = (Face.SANS, Face.SANS_BOLD, Face.SANS)


def style(
    faces: tuple[Face, Face, Face], points: float, leading: float, before: float = 0, colour: str = INK
) -> Style:
    """A style from points and a share of them from line to line; `before` is in millimetres."""
    size = points * POINT
    return Style(*faces, size, size * leading, before, colour)


def _bold(face: Face) -> tuple[Face, Face, Face]:
    return (face, face, face)


BODY = style(SERIF, 10.5, 1.5, 3)
LEAD = style(SERIF, 12.5, 1.45, 4, TEAL_DEEP)
CHAPTER = style(_bold(Face.LITERATA_SEMIBOLD), 25, 1.16, 0, TEAL_DEEP)
CHAPTER_NUMBER = style(_bold(Face.SANS_SEMIBOLD), 11, 1.3, 0, CORAL)
HEADINGS = {
    2: style(_bold(Face.LITERATA_SEMIBOLD), 15, 1.25, 8, TEAL_DEEP),
    3: style(_bold(Face.LITERATA_SEMIBOLD), 12, 1.3, 6, TEAL_DEEP),
}
CAPTION = style((Face.SANS_SEMIBOLD, Face.SANS_BOLD, Face.SANS), 9.5, 1.3, 5, TEAL)
FINDING = style((Face.SANS, Face.SANS_SEMIBOLD, Face.SANS), 10.5, 1.38, 1, INK)
CHART = style(SANS, 8.5, 1.25, 0, INK)
CHART_TITLE = style((Face.SANS_SEMIBOLD, Face.SANS_BOLD, Face.SANS), 9, 1.3, 2.2, INK)
CHART_QUIET = style(SANS, 8.5, 1.25, 0, QUIET)
TABLE = style(SANS, 8.8, 1.28, 0, INK)
TABLE_HEAD = style((Face.SANS_SEMIBOLD, Face.SANS_BOLD, Face.SANS), 8.8, 1.22, 0, INK)
WIDE = style(SANS, 7.8, 1.25, 0, INK)
WIDE_HEAD = style((Face.SANS_SEMIBOLD, Face.SANS_BOLD, Face.SANS), 7.8, 1.2, 0, INK)
SMALL = style(SANS, 8, 1.3, 1.2, QUIET)
RUNNING = style(SANS, 8.5, 1.2, 0, QUIET)
BIG = style(_bold(Face.LITERATA_SEMIBOLD), 24, 1.15, 0, TEAL_DEEP)
CONTENTS = style((Face.SANS, Face.SANS_SEMIBOLD, Face.SANS), 10.5, 1.3, 2.6, INK)
CONTENTS_SUB = style(SANS, 9.2, 1.3, 0.7, QUIET)
