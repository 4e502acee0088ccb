"""Parts of registers and of the cohort's page that depend on what they are given alone: each is drawn once and kept."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from lms.core import text
from lms.core.fragments import drawn

MARKS = "components/marks.html"
BAR = "components/bar.html"
TAPS = "components/taps.html"


@lru_cache(maxsize=32)
def mark_picture(code: str) -> Markup:
    """One mark."""
    return drawn(MARKS, "mark", code)


@lru_cache(maxsize=2048)
def marks_picture(codes: tuple[str | None, ...]) -> Markup:
    """A row of marks, one a session: most rows of a cohort are like another's, or as they were a minute ago."""
    return drawn(MARKS, "marks", codes)


@lru_cache(maxsize=256)
def marks_key(used: frozenset[str], *, cancelled: bool) -> Markup:
    """What the marks of a cohort mean, those that are not in use every day only where they occur."""
    return drawn(MARKS, "marks_key", used, cancelled)


@lru_cache(maxsize=2048)
def hours_picture(had: int, taught: int, *, need: bool) -> Markup:
    """The hours that somebody has had of those that are taught, in minutes, in figures and as a bar."""
    figure = text.hours(had)
    return drawn(BAR, "figure_bar", figure, had, taught, f"{figure} of {text.hours(taught)} hours", need)


@lru_cache(maxsize=4096)
def taps(name: str, marks: tuple[tuple[int, str, str], ...], chosen: str | None) -> Markup:
    """The marks to tap for one line of a register.

    Args:
        name: what the names of the line's boxes begin with.
        marks: those that can be tapped: the place among the choices, the value, the words.
        chosen: the value of the one that is tapped.
    """
    pictured = [(place, value, mark_picture(value), words) for place, value, words in marks]
    return drawn(TAPS, "taps", name, pictured, chosen)
