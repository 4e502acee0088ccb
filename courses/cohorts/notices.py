"""Telling those who come to a cohort's sessions what has changed: rows of mail, in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from courses.cohorts import letters
from courses.cohorts.models import CohortFacilitator, Enrolment, EnrolmentStatus, Session
from lms.core.extensions import db
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Change:
    """One thing about a session that is not as it was; empty words for nothing said."""

    what: str
    before: str
    now: str


def tell_moved(session: Session, changes: Sequence[Change], *, was: int) -> int:
    """Tell everybody that a session has another time or place."""
    return _tell(session, "courses/mail/session_moved", changes=changes, was=was, again=False)


def tell_on_again(session: Session, changes: Sequence[Change], *, was: int) -> int:
    """Tell everybody that a cancelled session is held after all."""
    return _tell(session, "courses/mail/session_moved", changes=changes, was=was, again=True)


def tell_cancelled(session: Session) -> int:
    """Tell everybody that a session is off."""
    return _tell(session, "courses/mail/session_cancelled")


def _tell(session: Session, template: str, **words: Any) -> int:
    cohort = session.cohort
    people = _list_people(cohort.id)
    for name, email in people:
        letters.write(
            cohort,
            template,
            to=email,
            name=name,
            session=session,
            venue=session.venue or ("" if session.link else cohort.venue),
            path="/",
            **words,
        )
    return len(people)


def _list_people(cohort_id: int) -> list[tuple[str, str]]:
    """Name and address of everybody with a place in a cohort, and of its facilitators. Each once."""
    enrolled = select(Enrolment.user_id).where(
        Enrolment.cohort_id == cohort_id, Enrolment.status == EnrolmentStatus.ACTIVE
    )
    teaching = select(CohortFacilitator.user_id).where(CohortFacilitator.cohort_id == cohort_id)
    statement = (
        select(User.name, User.email)
        .where(or_(User.id.in_(enrolled), User.id.in_(teaching)), User.disabled_at.is_(None))
        .order_by(User.id)
    )
    return [(name, email) for name, email in db.session.execute(statement)]
