"""Letters about hours: one when a missed session makes the course hang on a catch-up, one when nothing planned is enough.

A register that was saved is looked at half an hour later, so that a slip of the thumb that is put right worries nobody. Each
state is told once, to the practitioner and to who teaches the cohort; when it no longer holds, that is told too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.attendance import catch_ups, roll
from courses.attendance.catch_ups import Alike, CatchUp
from courses.attendance.hours import Hours
from courses.attendance.hours_queries import hours_by_enrolment
from courses.attendance.models import HoursWarning, OutOfReach
from courses.cohorts import letters
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.cohorts.queries import list_sessions
from courses.cohorts.staff_mail import tell_facilitators
from lms.core import clock
from lms.core.clock import LONDON
from lms.core.extensions import db
from lms.core.jobs import enqueue, job
from lms.core.text import day

REVIEW = "cohorts.review-hours"
SETTLED_AFTER = timedelta(minutes=30)
MOST_NAMED = 3
_MORNING = time(7)


def review_later(enrolment_ids: Collection[int]) -> None:
    """Have the hours of these people's cohorts looked at, once the register has had time to be put right."""
    statement = select(Enrolment.cohort_id).where(Enrolment.id.in_(enrolment_ids)).distinct()
    for cohort_id in sorted(db.session.scalars(statement)):
        review_cohort_later(cohort_id)


def review_cohort_later(cohort_id: int) -> None:
    """Have a cohort's hours looked at in half an hour."""
    enqueue(REVIEW, {"cohort_id": cohort_id}).due_at = clock.now() + SETTLED_AFTER


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is left to somebody whose own cohort can no longer bring the hours.

    Attributes:
        state: whether catch-ups that are planned would.
        offers: the first of those, soonest first.
    """

    state: OutOfReach
    offers: tuple[CatchUp, ...]

    @property
    def named(self) -> str:
        """The first catch-ups: the catch-up on Tuesday 4 May (session 3 of Beeston Thursdays)."""
        return ", ".join(f"{day(each.on)} (session {each.number} of {each.cohort})" for each in self.offers)


def outlook(hours: Hours, alike: Alike) -> Outlook | None:
    """What is left to somebody; None while the hours are had or within reach in the own cohort."""
    if hours.can_reach:
        return None
    is_enough = hours.reachable + catch_ups.minutes_among(alike, hours) >= hours.needed
    state = OutOfReach.CATCH_UP if is_enough else OutOfReach.LOST
    return Outlook(state, tuple(islice(catch_ups.among(alike, hours), MOST_NAMED)))


@job(REVIEW)
def review(payload: dict[str, Any]) -> None:
    """Tell the people of a cohort what has become of their hours since they were last told. Safe to run twice."""
    cohort = db.session.get_one(Cohort, payload["cohort_id"])
    lines = list_sessions(cohort.id)
    if not roll.is_time_to_ring(lines, clock.today()):
        return
    told = {
        warning.enrolment_id: warning
        for warning in db.session.scalars(
            select(HoursWarning)
            .join(Enrolment, Enrolment.id == HoursWarning.enrolment_id)
            .where(Enrolment.cohort_id == cohort.id)
        )
    }
    hours, alike = hours_by_enrolment(cohort.id, sessions=lines), catch_ups.read_alike(cohort.id, most=None)
    hanging: list[Outlook] = []
    for enrolment in _active(cohort.id):
        left = outlook(hours[enrolment.id], alike)
        _tell_what_changed(enrolment, hours[enrolment.id], left, told.get(enrolment.id))
        if left is not None and left.state is OutOfReach.CATCH_UP:
            hanging.append(left)
    _look_again(cohort.id, (each.on for left in hanging for each in left.offers))


def _active(cohort_id: int) -> Sequence[Enrolment]:
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .options(joinedload(Enrolment.user), joinedload(Enrolment.cohort).joinedload(Cohort.provider))
        .order_by(Enrolment.id)
    ).all()


def _tell_what_changed(
    enrolment: Enrolment, hours: Hours, left: Outlook | None, told: HoursWarning | None
) -> None:
    if (left.state if left else None) == (told.told if told else None):
        return
    if left is None:
        db.session.delete(told)
    elif told is None:
        db.session.add(HoursWarning(enrolment_id=enrolment.id, told=left.state))
    else:
        told.told = left.state
    _write(enrolment, hours, left)


def _write(enrolment: Enrolment, hours: Hours, left: Outlook | None) -> None:
    """One letter to the practitioner, one to each facilitator."""
    cohort, user = enrolment.cohort, enrolment.user
    words = {
        "state": left.state.value if left else "back",
        "named": left.named if left else "",
        "had": roll.hours_text(hours.had),
        "reachable": roll.hours_text(hours.reachable),
        "needed": roll.hours_text(hours.needed),
    }
    if user.disabled_at is None:
        letters.write(cohort, "courses/mail/hours", to=user.email, name=user.name, **words)
    tell_facilitators(
        cohort, "courses/mail/hours_of_somebody", who=user.name, enrolment_ref=enrolment.ref, **words
    )


def _look_again(cohort_id: int, days: Iterable[date]) -> None:
    """Look again on the morning after the next catch-up: whoever was not there may have nothing left."""
    following = min(days, default=None)
    if following is None:
        return
    made = enqueue(REVIEW, {"cohort_id": cohort_id}, key=f"{REVIEW}:{cohort_id}:{following}")
    made.due_at = datetime.combine(following + timedelta(days=1), _MORNING, tzinfo=LONDON)
