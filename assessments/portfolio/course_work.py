"""What a practitioner did on the course, as the beginning of a piece of evidence. Reads; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assessments.portfolio.unit_schema import EvidenceKind
from courses.content.schema import Activity, Reflection
from courses.content.worksheets import Worksheet
from courses.progress import queries as progress
from courses.progress.drafts import Values
from courses.progress.worksheet_text import as_text
from lms.core.access import Reach
from lms.core.text import london


@dataclass(frozen=True, slots=True)
class CourseWork:
    """A worksheet or journal entry of the course, put into words.

    Attributes:
        activity: the activity's id.
        title: what it is called on the course.
        text: what is in it.
        kind: the kind of evidence that it is.
        criteria: the criteria that its author says it can serve.
        done_on: the day it was last written in, if known.
    """

    activity: str
    title: str
    text: str
    kind: EvidenceKind
    criteria: tuple[str, ...]
    done_on: date | None


def find_course_work(activity_id: str, *, within: Reach) -> CourseWork | None:
    """What somebody wrote in an activity of their own course; None when it is not theirs, or nothing is in it."""
    learning = progress.find_learning(within=within) if activity_id else None
    if learning is None:
        return None
    activity = next(
        (each for _, each in learning.document.course.activities() if each.id == activity_id), None
    )
    if not isinstance(activity, Worksheet | Reflection):
        return None
    written = progress.writing(learning.key(activity_id), person_id=within.person_id)
    text = _words(activity, written.values) or progress.find_answer(learning.enrolment_id, activity_id)
    if not text:
        return None
    return CourseWork(
        activity=activity_id,
        title=activity.title,
        text=text,
        kind=EvidenceKind.WORK_PRODUCT
        if isinstance(activity, Worksheet)
        else EvidenceKind.REFLECTIVE_ACCOUNT,
        criteria=activity.criteria,
        done_on=london(written.saved_at).date() if written.saved_at else None,
    )


def _words(activity: Activity, values: Values) -> str:
    return (
        as_text(activity, values) if isinstance(activity, Worksheet) else str(values.get("text", "")).strip()
    )
