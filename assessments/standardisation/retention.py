"""What is kept of standardisation."""

from __future__ import annotations

from assessments.standardisation.models import (
    Attendance,
    Exercise,
    Meeting,
    MeetingAction,
    MeetingActionClosed,
    MeetingExercise,
    MeetingReminder,
    ScriptJudge,
    ScriptJudgement,
    ScriptPiece,
    ScriptRemark,
)
from lms.core.retention import Kept

KEPT = (
    Kept(
        (
            Exercise,
            ScriptPiece,
            ScriptJudge,
            ScriptJudgement,
            ScriptRemark,
            Meeting,
            Attendance,
            MeetingExercise,
            MeetingAction,
            MeetingActionClosed,
            MeetingReminder,
        ),
        "How assessors standardise: anonymous scripts, what each judged, and minutes of meetings",
        until="at least 3 years after the meeting",
        why="Awarding bodies ask for it.",
    ),
)
