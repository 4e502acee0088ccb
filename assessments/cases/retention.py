"""What is kept of cases, and what goes."""

from __future__ import annotations

from sqlalchemy import select

from assessments.cases.models import (
    AdjustmentNeed,
    AffectedDecision,
    AffectedReview,
    Case,
    CaseAdjustment,
    CaseHold,
    CaseStep,
)
from courses.cohorts.models import Cohort, Enrolment
from lms.core.retention import Kept, Rule

RULES = (
    Rule(
        AdjustmentNeed,
        "Why somebody asked for an adjustment to their assessment",
        keep="KEEP_NEEDS",
        since="the cohort’s end",
        why="It is about health or disability. What was agreed stays on record without it.",
        past=lambda before: AdjustmentNeed.case_id.in_(
            select(Case.id)
            .join(Enrolment, Enrolment.id == Case.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Cohort.ends_on < before.date())
        ),
    ),
)

KEPT = (
    Kept(
        (Case, CaseStep, CaseHold, CaseAdjustment, AffectedDecision, AffectedReview),
        "Appeals, complaints, requests and suspected malpractice: every step, who took it and when",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it, and it shows that each was answered fairly and in time.",
    ),
)
