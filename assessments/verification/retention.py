"""What is kept of verification."""

from __future__ import annotations

from assessments.verification.models import (
    Sample,
    SampledDecision,
    SamplePlan,
    Visit,
    VisitPortfolio,
)
from lms.core.retention import Kept

KEPT = (
    Kept(
        (SamplePlan, Sample, SampledDecision, Visit, VisitPortfolio),
        "What verifiers sampled and found, and visits of external quality assurers",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it.",
    ),
)
