"""Sessions ahead, in other cohorts of the provider, in which somebody could make up what they have not had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager

from courses.attendance.hours import Hours
from courses.attendance.makeups import Placed, place
from courses.attendance.overlap import Presence, covered
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.cohorts.queries import has_room
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.clock import LONDON
from lms.core.extensions import db

MOST_COHORTS = 25
"""Of how many other cohorts a page looks at the sessions: more are seldom taught at once, and each costs it time."""


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
    return among(list_alike(enrolment.cohort_id), enrolment.cohort_id, hours)


def list_alike(cohort_id: int, *, most: int | None = MOST_COHORTS) -> Sequence[Session]:
    """The sessions of a cohort, and of the provider's others that are taught the same course and have room. One query.

    Args:
        cohort_id: the cohort.
        most: of how many others, those that end soonest; None for all, where nobody waits for a page.
    """
    own, own_version, version = aliased(Cohort), aliased(CourseVersion), aliased(CourseVersion)
    others = (
        select(Cohort.id)
        .join(version, version.id == Cohort.course_version_id)
        .join(own, own.provider_id == Cohort.provider_id)
        .join(own_version, own_version.id == own.course_version_id)
        .where(
            own.id == cohort_id,
            Cohort.id != cohort_id,
            version.slug == own_version.slug,
            Cohort.ends_on >= clock.today(),
            has_room(),
        )
        .order_by(Cohort.ends_on, Cohort.id)
        .limit(most)
        .correlate(None)
    )
    return db.session.scalars(
        select(Session)
        .join(Session.cohort)
        .where((Cohort.id == cohort_id) | Cohort.id.in_(others))
        .options(contains_eager(Session.cohort))
        .order_by(Session.starts_at, Session.id)
    ).all()


def among(sessions: Sequence[Session], cohort_id: int, hours: Hours) -> list[CatchUp]:
    """Of sessions taught alike, as `list_alike` gives them, the catch-ups for one person of a cohort, soonest first."""
    places = place(sessions)
    lacking = _lacking(places, cohort_id, hours)
    found = []
    for session in _ahead(sessions, cohort_id):
        minutes = sum(min(lack, _shared(slot, places[session.id])) for slot, lack in lacking)
        if minutes > 0:
            on = session.starts_at.astimezone(LONDON).date()
            found.append(CatchUp(session.number, session.cohort.name, on, minutes))
    return found


def minutes_among(sessions: Sequence[Session], cohort_id: int, hours: Hours) -> int:
    """How many minutes all the catch-ups together bring one person; what two of them have in common counts once."""
    places = place(sessions)
    ahead = [Presence(places[each.id].begins, places[each.id].ends) for each in _ahead(sessions, cohort_id)]
    return sum(
        min(lack, covered(ahead, begins=slot.begins, ends=slot.ends))
        for slot, lack in _lacking(places, cohort_id, hours)
    )


def _lacking(places: Mapping[int, Placed], cohort_id: int, hours: Hours) -> list[tuple[Placed, int]]:
    """The own sessions of which minutes are lacking for good, and how many."""
    slots = sorted(
        (placed for placed in places.values() if placed.session.cohort_id == cohort_id),
        key=lambda placed: placed.begins,
    )
    return [
        (slot, slot.session.minutes - worth)
        for slot, mark, worth in zip(slots, hours.marks, hours.worths, strict=True)
        if (mark is not None or slot.session.cancelled_at) and worth < slot.session.minutes
    ]


def _ahead(sessions: Sequence[Session], cohort_id: int) -> list[Session]:
    """Those of other cohorts that are still to be held."""
    now = clock.now()
    return [
        each
        for each in sessions
        if each.cohort_id != cohort_id and each.starts_at > now and not each.cancelled_at
    ]


def _shared(one: Placed, other: Placed) -> int:
    """The minutes of the course that two sessions have in common."""
    return max(0, min(one.ends, other.ends) - max(one.begins, other.begins))
