"""What is kept of reading what people wrote."""

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
        "What readers hid in a written answer, the themes they saw in it, and quotes",
        until="as long as the answer",
        why="It goes with the answer when its author takes it back or writes other words.",
    ),
    Kept(
        (ThemeQuestion, Theme, Coder, ThemeFigures),
        "Themes, who coded, and the figures as they came out",
        until="as long as the installation",
        why="Figures must be traceable to what was meant by a theme. They are counts in which small numbers are hidden.",
    ),
    Kept(
        (ReadingDay,),
        "Who opened answers as they were written, and on which day",
        until="as long as the installation",
        why="So that it can always be said who has read them.",
    ),
)
