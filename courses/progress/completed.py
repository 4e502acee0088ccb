"""Who has completed their course, of many cohorts at once: the same rules as for one person, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, select

from courses.attendance.hours import Recorded, Slot
from courses.attendance.hours import fold as fold_marks
from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Session
from courses.content.models import CourseVersion
from courses.content.queries import get_document
from courses.content.schema import Activity, Course
from courses.progress import completion
from courses.progress.completion import Facts
from courses.progress.models import ActivityEvent
from courses.progress.standing import Happening, fold
from lms.core.extensions import db


def list_completed(cohort_ids: Collection[int]) -> set[int]:
    """The enrolments of some cohorts, those that were left apart, that have everything their course asks for."""
    courses = _courses(cohort_ids)
    slots, recorded = _slots(cohort_ids), _marks(cohort_ids)
    wanted = {activity.id for course in courses.values() for activity in _counting(course)}
    done = _done(cohort_ids, wanted)
    enrolments = select(Enrolment.id, Enrolment.cohort_id).where(_taught(cohort_ids))
    return {
        enrolment_id
        for enrolment_id, cohort_id in db.session.execute(enrolments)
        if _is_complete(
            courses[cohort_id],
            had=fold_marks(slots[cohort_id], recorded[enrolment_id], needed=0).had,
            done=done.get(enrolment_id, set()),
        )
    }


def _is_complete(course: Course, *, had: int, done: Collection[str]) -> bool:
    read = sum(step.minutes for step in _reading(course) if step.id in done)
    undone = tuple(each for each in course.completion.activities if each not in done)
    return completion.judge(course.completion, Facts(had, (), read, undone)).is_complete


def _reading(course: Course) -> list[Activity]:
    return [step for module in course.modules if not module.is_taught for step in module.steps]


def _counting(course: Course) -> list[Activity]:
    """The activities that completing a course hangs on."""
    asked = [activity for _, activity in course.activities() if activity.id in course.completion.activities]
    return asked + (_reading(course) if course.completion.reading_minutes else [])


def _taught(cohort_ids: Collection[int]) -> ColumnElement[bool]:
    return and_(Enrolment.cohort_id.in_(cohort_ids), Enrolment.status == EnrolmentStatus.ACTIVE)


def _courses(cohort_ids: Collection[int]) -> dict[int, Course]:
    hashes = (
        select(Cohort.id, CourseVersion.content_hash)
        .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
        .where(Cohort.id.in_(cohort_ids))
    )
    return {cohort_id: get_document(each).course for cohort_id, each in db.session.execute(hashes)}


def _slots(cohort_ids: Collection[int]) -> Mapping[int, list[Slot]]:
    slots: dict[int, list[Slot]] = defaultdict(list)
    statement = (
        select(
            Session.cohort_id, Session.id, Session.number, Session.minutes, Session.cancelled_at.is_not(None)
        )
        .where(Session.cohort_id.in_(cohort_ids))
        .order_by(Session.number)
    )
    for cohort_id, session_id, number, minutes, is_cancelled in db.session.execute(statement):
        slots[cohort_id].append(Slot(session_id, number, minutes, is_cancelled))
    return slots


def _marks(cohort_ids: Collection[int]) -> Mapping[int, list[Recorded]]:
    marks: dict[int, list[Recorded]] = defaultdict(list)
    statement = (
        select(
            Enrolment.id,
            AttendanceMark.session_id,
            AttendanceMark.mark,
            AttendanceMark.minutes,
            AttendanceMark.id,
        )
        .join(AttendanceMark, AttendanceMark.enrolment_id == Enrolment.id)
        .where(_taught(cohort_ids))
    )
    for enrolment_id, session_id, mark, minutes, order in db.session.execute(statement):
        marks[enrolment_id].append(Recorded(session_id, mark, minutes, order))
    return marks


def _done(cohort_ids: Collection[int], activities: Collection[str]) -> Mapping[int, set[str]]:
    happenings: dict[int, list[Happening]] = defaultdict(list)
    statement = (
        select(
            ActivityEvent.enrolment_id, ActivityEvent.activity, ActivityEvent.kind, ActivityEvent.created_at
        )
        .join(Enrolment, Enrolment.id == ActivityEvent.enrolment_id)
        .where(_taught(cohort_ids), ActivityEvent.activity.in_(activities))
        .order_by(ActivityEvent.id)
    )
    for enrolment_id, activity, kind, at in db.session.execute(statement):
        happenings[enrolment_id].append(Happening(activity, kind.value, at))
    return {
        enrolment_id: {activity for activity, standing in fold(all_of).items() if standing.is_done}
        for enrolment_id, all_of in happenings.items()
    }
