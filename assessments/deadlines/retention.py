"""What is kept of extensions."""

from __future__ import annotations

from assessments.deadlines.models import Extension
from lms.core.retention import Kept

KEPT = (
    Kept(
        (Extension,),
        "Who was given more time for a portfolio, by whom and for which reason",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it, and an appeal or a complaint may need it longer.",
    ),
)
