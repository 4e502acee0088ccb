"""Reading who waits for a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from courses.cohorts.models import Cohort, Enrolment, WaitingPlace
from lms.core.extensions import db
from lms.people.models import Setting, User


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A person who waits for a place; `gives_up` names the cohort they would move from, if any."""

    ref: str
    name: str
    email: str
    setting: str
    since: datetime
    gives_up: str


def list_waiting(cohort_id: int) -> list[WaitingLine]:
    """Those who wait for a place in a cohort, the one who gets the next first."""
    statement = (
        select(
            WaitingPlace.ref,
            User.name,
            User.email,
            func.coalesce(Setting.name, ""),
            WaitingPlace.created_at,
            func.coalesce(Cohort.name, ""),
        )
        .join(User, User.id == WaitingPlace.user_id)
        .outerjoin(Setting, Setting.id == WaitingPlace.setting_id)
        .outerjoin(Enrolment, Enrolment.id == WaitingPlace.gives_up_id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(WaitingPlace.cohort_id == cohort_id)
        .order_by(WaitingPlace.id)
    )
    return [WaitingLine(*row) for row in db.session.execute(statement)]


def count_waiting_of(import_id: int) -> int:
    """How many people of a learners' file wait for a place."""
    counted = select(func.count(WaitingPlace.id)).where(WaitingPlace.import_id == import_id)
    return db.session.scalar(counted) or 0
