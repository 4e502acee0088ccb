"""What is kept of the reading of written answers."""

from __future__ import annotations

from assessments.themes.models import (
    CodedTheme,
    Coder,
    Coding,
    Quote,
    ReadingDay,
    Redaction,
    SettledTheme,
    Settlement,
    TakenIn,
    Theme,
    ThemeFigures,
    ThemeQuestion,
)
from lms.core.retention import Kept

KEPT = (
    Kept(
        (TakenIn, Redaction, Coding, CodedTheme, Settlement, SettledTheme, Quote),
        "Written answers with names taken out, their themes and quotes",
        until="as long as the answer stands; whoever takes it back takes all of this with it",
        why="An evaluation can show how it came to its themes. Nothing here says who wrote.",
    ),
    Kept(
        (ThemeQuestion, Theme, ThemeFigures),
        "Codebooks, and themes by count as they came out",
        until="as long as the installation",
        why="They are words of those who evaluate, and counts in which small numbers are hidden.",
    ),
    Kept(
        (Coder, ReadingDay),
        "Who coded written answers, and on which days somebody read them with names in them",
        until="as long as the installation",
        why="Whoever wrote may want to know that they were read by few, and by whom.",
    ),
)
