"""Sessions ahead, in other cohorts of the provider, in which somebody could make up what they have not had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager

from courses.cohorts.hours import Hours
from courses.cohorts.makeups import Placed, place
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.cohorts.places import has_room
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.clock import LONDON
from lms.core.extensions import db


@dataclass(frozen=True, slots=True)
class CatchUp:
    """A session elsewhere, and what it would bring.

    Attributes:
        number: its number there.
        cohort: the other cohort's name.
        on: its day in London.
        minutes: missed minutes that it would make up.
    """

    number: int
    cohort: str
    on: date
    minutes: int


def find_catch_ups(enrolment: Enrolment, hours: Hours) -> list[CatchUp]:
    """The catch-ups for what somebody has missed, or was cancelled, soonest first. One query, and none without need.

    Args:
        enrolment: whose.
        hours: where they stand, in the order of their cohort's sessions.
    """
    if not hours.lost and not hours.cancelled:
        return []
    own, own_version, version = aliased(Cohort), aliased(CourseVersion), aliased(CourseVersion)
    sessions = db.session.scalars(
        select(Session)
        .join(Session.cohort)
        .join(version, version.id == Cohort.course_version_id)
        .join(own, own.provider_id == Cohort.provider_id)
        .join(own_version, own_version.id == own.course_version_id)
        .where(
            own.id == enrolment.cohort_id,
            version.slug == own_version.slug,
            (Cohort.ends_on >= clock.today()) | (Cohort.id == own.id),
            (Cohort.id == own.id) | has_room(),
        )
        .options(contains_eager(Session.cohort))
        .order_by(Session.starts_at, Session.id)
    ).all()
    places = place(sessions)
    slots = sorted(
        (placed for placed in places.values() if placed.session.cohort_id == enrolment.cohort_id),
        key=lambda placed: placed.begins,
    )
    lacking = [
        (slot, slot.session.minutes - worth)
        for slot, mark, worth in zip(slots, hours.marks, hours.worths, strict=True)
        if (mark is not None or slot.session.cancelled_at) and worth < slot.session.minutes
    ]
    now = clock.now()
    found = []
    for session in sessions:
        if session.cohort_id == enrolment.cohort_id or session.starts_at <= now or session.cancelled_at:
            continue
        minutes = sum(min(lack, _shared(slot, places[session.id])) for slot, lack in lacking)
        if minutes > 0:
            on = session.starts_at.astimezone(LONDON).date()
            found.append(CatchUp(session.number, session.cohort.name, on, minutes))
    return found


def _shared(one: Placed, other: Placed) -> int:
    """The minutes of the course that two sessions have in common."""
    return max(0, min(one.ends, other.ends) - max(one.begins, other.begins))
