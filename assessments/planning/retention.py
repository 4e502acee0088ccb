"""What is kept of assessment plans."""

from __future__ import annotations

from assessments.planning.models import PlannedAssessment, PlanStep
from lms.core.retention import Kept

KEPT = (
    Kept(
        (PlannedAssessment, PlanStep),
        "Assessment plans: what was planned with whom, and what became of it",
        until="at least 3 years after certification",
        why="Quality assurers look at how work was planned, and an appeal may need it longer.",
    ),
)
