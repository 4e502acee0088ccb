"""What is kept of assessors' decisions."""

from __future__ import annotations

from assessments.marking.allocation_models import AssessorCap, Interest, InterestEnd
from assessments.marking.models import (
    Allocation,
    AwaitingIqa,
    Decision,
    DecisionDraft,
    Entry,
    Waiting,
)
from lms.core.retention import Kept

KEPT = (
    Kept(
        (Interest, InterestEnd, AssessorCap),
        "Which assessors declared an interest in whom, and how much each takes on",
        until="at least 3 years after certification",
        why="It shows why somebody did, or did not, assess somebody.",
    ),
    Kept(
        (Allocation, Decision, Entry),
        "Who assessed which work, each decision and its feedback",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it, and an appeal or a complaint may need it longer.",
    ),
    Kept(
        (DecisionDraft, Waiting, AwaitingIqa),
        "What waits for an assessor or verifier, and decisions half written",
        until="until the decision is sent",
        why="It goes with the decision.",
    ),
)
