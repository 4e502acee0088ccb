"""What is kept of holds."""

from __future__ import annotations

from assessments.holds.models import Hold, HoldLifting
from lms.core.retention import Kept

KEPT = (
    Kept(
        (Hold, HoldLifting),
        "When work was put on hold, by whom and why, and when that ended",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it, and an appeal or a complaint may need it longer.",
    ),
)
