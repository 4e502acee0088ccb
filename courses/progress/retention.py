"""What is kept of what practitioners do and write on the course."""

from __future__ import annotations

from courses.progress.models import ActivityEvent, Draft, DraftCopy, JournalEntry
from lms.core.retention import Kept

KEPT = (
    Kept(
        (JournalEntry, Draft, DraftCopy),
        "Journals and worksheets",
        until="until their author asks",
        why="They are their author's own, and nobody else reads them. Nothing typed is ever lost.",
    ),
    Kept(
        (ActivityEvent,),
        "Which parts of the course somebody opened and finished",
        until="as long as the place they belong to",
        why="Completion is worked out from them.",
    ),
)
