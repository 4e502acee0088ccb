"""What is kept of verification."""

from __future__ import annotations

from assessments.verification.development_models import StaffRecord
from assessments.verification.direct_claims_models import DirectClaimsEntry
from assessments.verification.models import (
    ActionStep,
    Sample,
    SampleAction,
    SampledDecision,
    SamplePlan,
    SampleReport,
)
from assessments.verification.rating_models import ProviderPolicy, RiskRating
from assessments.verification.visit_models import (
    Visit,
    VisitAction,
    VisitChoice,
    VisitProposal,
    VisitReport,
    VisitSignOff,
)
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
            VisitProposal,
            VisitChoice,
            VisitReport,
            VisitAction,
            VisitSignOff,
            DirectClaimsEntry,
            StaffRecord,
        ),
        "What verifiers sampled and found, visits of external quality assurers with their reports, direct claims, and awards and development of assessors and verifiers",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it.",
    ),
)
