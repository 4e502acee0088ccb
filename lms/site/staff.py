"""What an employer may read of their own staff: hours had, how many criteria are met, and what was awarded.

A fixed number of queries whatever the number of people. Nothing else of a practitioner is selected here, and of one
who does not share their progress nothing but the name and the setting.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from unicodedata import combining, normalize

from sqlalchemy import select, true

from assessments.marking import queries as marking
from assessments.marking.queries import Position
from assessments.portfolio.models import Portfolio
from certificates import queries as certificates
from courses.attendance.hours import Hours, Recorded, Slot, fold
from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Session
from courses.content.models import CourseVersion
from courses.content.queries import completion_of
from lms.core import clock
from lms.core.access import Reach
from lms.core.extensions import db
from lms.people.models import Organisation, Setting, User
from lms.site.staff_standing import Progress


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One member of staff on one course; `progress` is None for a person who does not share it."""

    name: str
    setting: str
    progress: Progress | None


def list_staff(*, within: Reach) -> list[StaffLine]:
    """The staff of the employers within reach who have a place on a course: who needs help first, then by name.

    Args:
        within: the employers whose settings are read.
    """
    rows = db.session.execute(
        select(
            Enrolment.id,
            Enrolment.cohort_id,
            Enrolment.shares_progress,
            Enrolment.status,
            User.name.label("name"),
            Setting.name.label("setting"),
            Cohort.name.label("cohort"),
            Cohort.starts_on,
            Cohort.ends_on,
            Organisation.name.label("provider"),
            CourseVersion.content_hash,
        )
        .join(Setting, Setting.id == Enrolment.setting_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Organisation, Organisation.id == Cohort.provider_id)
        .join(CourseVersion, CourseVersion.id == Cohort.course_version_id)
        .where(true() if within.everywhere else Setting.organisation_id.in_(within.organisation_ids))
        .order_by(User.name, Enrolment.id)
    ).all()
    sharing = {row.id: row.cohort_id for row in rows if row.shares_progress}
    needed = {row.id: completion_of(row.content_hash).taught_minutes for row in rows if row.shares_progress}
    hours, positions = _hours(sharing, needed), _positions(sharing)
    awards = certificates.list_awards(sharing)
    today = clock.today()
    lines = [
        StaffLine(
            name=row.name,
            setting=row.setting,
            progress=Progress(
                cohort=row.cohort,
                provider=row.provider,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                left=row.status is EnrolmentStatus.WITHDRAWN,
                hours=hours[row.id],
                met=positions[row.id].standing.met if row.id in positions else 0,
                criteria=len(positions[row.id].standing.criteria) if row.id in positions else 0,
                awards=tuple(awards.get(row.id, ())),
                today=today,
            )
            if row.id in sharing
            else None,
        )
        for row in rows
    ]
    return sorted(lines, key=_place)


def _place(line: StaffLine) -> tuple[bool, str]:
    """Where a line stands in the list; letters with marks stand beside those without."""
    plain = "".join(letter for letter in normalize("NFKD", line.name.casefold()) if not combining(letter))
    return not (line.progress and line.progress.waits_for_employer), plain.replace("đ", "d").replace("ł", "l")


def _hours(cohort_of: dict[int, int], needed: dict[int, int]) -> dict[int, Hours]:
    """The hours of some enrolments, each with its cohort and the minutes that complete its course."""
    slots: dict[int, list[Slot]] = defaultdict(list)
    off = Session.cancelled_at.is_not(None)
    sessions = select(Session.cohort_id, Session.id, Session.number, Session.minutes, off)
    for cohort_id, session_id, number, minutes, is_cancelled in db.session.execute(
        sessions.where(Session.cohort_id.in_(set(cohort_of.values()))).order_by(Session.number)
    ):
        slots[cohort_id].append(Slot(session_id, number, minutes, is_cancelled))
    marks: dict[int, list[Recorded]] = defaultdict(list)
    columns = (AttendanceMark.session_id, AttendanceMark.mark, AttendanceMark.minutes, AttendanceMark.id)
    for enrolment_id, session_id, mark, minutes, order in db.session.execute(
        select(AttendanceMark.enrolment_id, *columns).where(AttendanceMark.enrolment_id.in_(cohort_of))
    ):
        marks[enrolment_id].append(Recorded(session_id, mark, minutes, order))
    return {
        enrolment_id: fold(slots[cohort_id], marks[enrolment_id], needed=needed[enrolment_id])
        for enrolment_id, cohort_id in cohort_of.items()
    }


def _positions(enrolment_ids: dict[int, int]) -> dict[int, Position]:
    """Where the portfolios of some enrolments stand."""
    rows = db.session.execute(
        select(Portfolio.id, Portfolio.enrolment_id).where(Portfolio.enrolment_id.in_(enrolment_ids))
    ).all()
    found = marking.positions([row.id for row in rows])
    return {row.enrolment_id: found[row.id] for row in rows}
