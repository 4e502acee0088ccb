"""What is kept of verification."""

from __future__ import annotations

from assessments.verification.models import (
    ActionStep,
    Sample,
    SampleAction,
    SampledDecision,
    SamplePlan,
    SampleReport,
    Visit,
    VisitPortfolio,
)
from assessments.verification.rating_models import ProviderPolicy, RiskRating
from lms.core.retention import Kept

KEPT = (
    Kept(
        (
            SamplePlan,
            Sample,
            SampledDecision,
            SampleReport,
            SampleAction,
            ActionStep,
            ProviderPolicy,
            RiskRating,
            Visit,
            VisitPortfolio,
        ),
        "What verifiers sampled and found, and visits of external quality assurers",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it.",
    ),
)
