"""Reading who waits for a place, and what was offered from a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from courses.cohorts.models import Cohort, Enrolment, WaitingPlace
from courses.cohorts.queries import found
from courses.cohorts.reach import open_to
from courses.places.models import LearnerImport
from lms.core.access import Reach
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


def get_waiting_place(ref: str, *, within: Reach) -> WaitingPlace:
    """A place on a waiting list with its cohort and person.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    statement = (
        select(WaitingPlace)
        .join(WaitingPlace.cohort)
        .where(WaitingPlace.ref == ref, open_to(within))
        .options(contains_eager(WaitingPlace.cohort), joinedload(WaitingPlace.user))
    )
    return found(db.session.scalar(statement))


def get_learner_import(ref: str, *, within: Reach) -> LearnerImport:
    """A checked learners' file with its cohort and provider.

    Raises:
        NotFound: it does not exist or lies outside.
    """
    statement = (
        select(LearnerImport)
        .join(LearnerImport.cohort)
        .where(LearnerImport.ref == ref, open_to(within))
        .options(contains_eager(LearnerImport.cohort).joinedload(Cohort.provider))
    )
    return found(db.session.scalar(statement))
