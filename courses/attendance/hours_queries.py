"""Reading hours: where the people of a cohort stand, folded from the marks of its registers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, select

from courses.attendance.hours import Hours, Mark, Recorded, Slot, fold
from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Enrolment
from courses.cohorts.queries import SessionLine, list_sessions
from courses.cohorts.taught_course import content_hash_of
from courses.content.queries import completion_of
from courses.content.schema import Course
from lms.core.extensions import db
from lms.core.packing import packed, unpacked
from lms.core.reading import Rows, read_rows

_MARKS = select(
    Enrolment.id,
    select(packed(AttendanceMark.session_id, AttendanceMark.mark, AttendanceMark.minutes, AttendanceMark.id))
    .where(AttendanceMark.enrolment_id == Enrolment.id)
    .scalar_subquery(),
).where(Enrolment.cohort_id == bindparam("cohort"))


def hours_by_enrolment(
    cohort_id: int, *, sessions: Sequence[SessionLine] | None = None, course: Course | None = None
) -> dict[int, Hours]:
    """Where each person of a cohort stands, by enrolment number, people who have left included.

    Args:
        cohort_id: the cohort.
        sessions: the cohort's sessions, when they have been read already.
        course: the course as it is taught to the cohort, when it has been read already.

    Returns:
        One entry for each enrolment. One query, and one more for each thing that has not been read.
    """
    lines = list_sessions(cohort_id) if sessions is None else sessions
    needed = course.completion.taught_minutes if course else minutes_needed(cohort_id)
    return hours_from(read_marks(cohort_id), sessions=lines, needed=needed)


MarkRows = Rows[int, str | None]


def read_marks(cohort_id: int) -> MarkRows:
    """Everybody who has or had a place in a cohort with every mark they were given, as rows."""
    return read_rows(_MARKS, cohort=cohort_id)


def hours_from(rows: MarkRows, *, sessions: Sequence[SessionLine], needed: int) -> dict[int, Hours]:
    """Where each person stands, by enrolment number.

    Args:
        rows: what `read_marks` has read.
        sessions: the cohort's.
        needed: the fewest taught minutes that complete the course.
    """
    slots = _slots(sessions)
    return {enrolment_id: fold(slots, _recorded(marks), needed=needed) for enrolment_id, marks in rows}


def _recorded(marks: str | None) -> Iterator[Recorded]:
    for session_id, mark, minutes, order in unpacked(marks):
        yield Recorded(int(session_id), Mark(mark), int(minutes), int(order))


def hours_of(enrolment: Enrolment, *, sessions: Sequence[SessionLine] | None = None) -> Hours:
    """Where one person stands."""
    slots = _slots(list_sessions(enrolment.cohort_id) if sessions is None else sessions)
    statement = select(
        AttendanceMark.session_id, AttendanceMark.mark, AttendanceMark.minutes, AttendanceMark.id
    ).where(AttendanceMark.enrolment_id == enrolment.id)
    recorded = [Recorded(*row) for row in db.session.execute(statement)]
    return fold(slots, recorded, needed=minutes_needed(enrolment.cohort_id))


def minutes_needed(cohort_id: int) -> int:
    """The fewest taught minutes that complete the course of a cohort, as the version it is taught from says."""
    return completion_of(content_hash_of(cohort_id)).taught_minutes


def _slots(sessions: Sequence[SessionLine]) -> list[Slot]:
    return [Slot(line.id, line.number, line.minutes, line.is_cancelled) for line in sessions]
