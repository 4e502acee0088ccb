"""What is kept of assessors' decisions."""

from __future__ import annotations

from assessments.marking.allocation_models import AssessorCap, Interest, InterestEnd
from assessments.marking.models import (
    Allocation,
    AssessorStanding,
    AwaitingIqa,
    Countersignature,
    Decision,
    DecisionDraft,
    Entry,
    Waiting,
)
from assessments.marking.note_models import BankComment, Note, NoteDraft
from lms.core.retention import Kept

KEPT = (
    Kept(
        (Interest, InterestEnd, AssessorCap),
        "Which assessors declared an interest in whom, and how much each takes on",
        until="at least 3 years after certification",
        why="It shows why somebody did, or did not, assess somebody.",
    ),
    Kept(
        (Allocation, AssessorStanding, Decision, Countersignature, Entry, Note),
        "Who assessed and countersigned which work, each decision with its feedback, written and spoken, and notes on evidence",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it, and an appeal or a complaint may need it longer.",
    ),
    Kept(
        (DecisionDraft, NoteDraft, Waiting, AwaitingIqa),
        "What waits for an assessor or verifier, and decisions and notes half written",
        until="until the decision is sent",
        why="It goes with the decision.",
    ),
    Kept(
        (BankComment,),
        "Comments that assessors use again; they name nobody",
        until="until their assessor or provider removes them",
        why="They are the assessors' own tools.",
    ),
)
