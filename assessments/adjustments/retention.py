"""What is kept of adjustments to assessment."""

from __future__ import annotations

from assessments.adjustments.models import AgreedAdjustment
from lms.core.retention import Kept

KEPT = (
    Kept(
        (AgreedAdjustment,),
        "What was agreed to be done differently in somebody’s assessment, and by whom; not why",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it.",
    ),
)
