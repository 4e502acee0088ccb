"""Moving an enrolment to another cohort: what it carries along, and what the new register says of what it missed.

The row itself moves, so everything that names it stays with it: portfolio, journal, answers, certificates. Its marks stay
in the registers of the old cohort; what they bring is settled into the new one as made up, each minute of the course once.
"""

from __future__ import annotations

from sqlalchemy import exists, select

from courses.attendance import makeups
from courses.attendance.hours import Mark
from courses.attendance.models import AttendanceMark
from courses.cohorts import followers, letters
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus, Session, Transfer
from lms.core import audit
from lms.core.access import Actor
from lms.core.audit import Act
from lms.core.extensions import db

NOT_HERE_YET = "Was not in this cohort yet"


def move(enrolment: Enrolment, to: Cohort, *, by: Actor, why: str = "") -> None:
    """Move an enrolment to a cohort that has a place for it, and tell its person. One that was left is taken up again.

    Args:
        enrolment: which.
        to: a cohort of the same provider that is taught the same course; the caller has seen to that.
        by: who moves it.
        why: a few words.
    """
    before = enrolment.cohort
    moved = Transfer(
        enrolment_id=enrolment.id, from_cohort_id=before.id, to_cohort_id=to.id, why=why.strip(), by_id=by.id
    )
    db.session.add(moved)
    enrolment.cohort = to
    enrolment.status = EnrolmentStatus.ACTIVE
    enrolment.left_reason, enrolment.left_note, enrolment.withdrawn_on = None, "", None
    db.session.flush()
    makeups.settle([enrolment.id], by=by)
    _mark_what_was_held(enrolment, by)
    audit.record(
        Act.ENROLMENT_MOVED,
        by=by,
        on=enrolment,
        organisation_id=to.provider_id,
        from_cohort=before.code,
        to_cohort=to.code,
    )
    _tell(enrolment, before)
    followers.tell(to.id)


def _mark_what_was_held(enrolment: Enrolment, by: Actor) -> None:
    """Sessions whose register is taken were missed, unless something was brought along: then they can be made up."""
    mine = exists().where(
        AttendanceMark.session_id == Session.id, AttendanceMark.enrolment_id == enrolment.id
    )
    taken = exists().where(AttendanceMark.session_id == Session.id)
    held = select(Session.id).where(
        Session.cohort_id == enrolment.cohort_id, Session.cancelled_at.is_(None), taken, ~mine
    )
    db.session.add_all(
        AttendanceMark(
            session_id=session_id,
            enrolment_id=enrolment.id,
            mark=Mark.MISSED,
            minutes=0,
            by_id=by.id,
            reason=NOT_HERE_YET,
        )
        for session_id in db.session.scalars(held).all()
    )
    db.session.flush()


def _tell(enrolment: Enrolment, before: Cohort) -> None:
    letters.write(
        enrolment.cohort,
        "courses/mail/moved",
        to=enrolment.user.email,
        name=enrolment.user.name,
        before=before.name,
        path="/my-course/hours",
    )
