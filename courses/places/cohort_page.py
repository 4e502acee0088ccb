"""The page of a cohort: what is read for it, and what is made of that. The page is kept under what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from courses.attendance import apologies, catch_ups, claims, hours_queries, hours_watch, roll
from courses.attendance.apologies import ExpectedRows
from courses.attendance.catch_ups import AlikeRows
from courses.attendance.hours import Hours
from courses.attendance.hours_queries import MarkRows
from courses.attendance.pictures import hours_picture, marks_key, marks_picture
from courses.cohorts import moved, queries, taught_course
from courses.cohorts.leaving import counts
from courses.cohorts.models import EnrolmentStatus
from courses.cohorts.moved import MovedRows
from courses.cohorts.queries import PersonLine, PersonRows, SessionLine, SessionRows
from courses.cohorts.shown import CohortShown
from courses.content.queries import get_document
from courses.places import request_queries
from lms.core import clock
from lms.core.access import current_actor
from lms.core.kept import kept
from lms.core.permissions import Permission
from lms.core.reading import Rows


@dataclass(frozen=True, slots=True)
class Read:
    """What says where the people of a cohort stand, as it was read, and the day in London."""

    cohort: CohortShown
    content_hash: str
    sessions: SessionRows
    marks: MarkRows
    people: PersonRows
    today: date


@dataclass(frozen=True, slots=True)
class News:
    """What else a cohort's page shows, as it was read.

    Attributes:
        asking: how many requests for a place wait for a decision of who looks.
    """

    facilitators: Rows[str]
    moved_away: MovedRows
    moved_here: MovedRows
    apologies: ExpectedRows
    claims: Rows[str, int, int]
    asking: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a cohort stands: its sessions, its people with their hours, who has left, and whether it is time to ring."""

    sessions: tuple[SessionLine, ...]
    active: tuple[tuple[PersonLine, Hours], ...]
    left: tuple[PersonLine, ...]
    is_time: bool


def read_standing(cohort: CohortShown) -> Read:
    """Where the people of a cohort stand. Four queries."""
    return Read(
        cohort=cohort,
        content_hash=taught_course.content_hash_of(cohort.id),
        sessions=queries.read_sessions(cohort.id),
        marks=hours_queries.read_marks(cohort.id),
        people=queries.read_people(cohort.id),
        today=clock.today(),
    )


def read_news(cohort_id: int) -> News:
    """What else the page shows. Five queries, and one more for who decides about requests."""
    decides = current_actor().may(Permission.COHORTS_LEARNERS_IMPORT)
    return News(
        facilitators=queries.read_facilitators(cohort_id),
        moved_away=moved.read_moved_away(cohort_id),
        moved_here=moved.read_moved_here(cohort_id),
        apologies=apologies.read_ahead(cohort_id),
        claims=claims.read_by_session(cohort_id),
        asking=request_queries.count_open(cohort_id) if decides else 0,
    )


def standing(read: Read) -> Standing:
    """What was read of the people, folded."""
    sessions, everybody = queries.sessions_of(read.sessions), queries.people_of(read.people)
    needed = get_document(read.content_hash).course.completion.taught_minutes
    hours = hours_queries.hours_from(read.marks, sessions=sessions, needed=needed)
    return Standing(
        sessions=tuple(sessions),
        active=tuple(
            (person, hours[person.id]) for person in everybody if person.status is EnrolmentStatus.ACTIVE
        ),
        left=tuple(person for person in everybody if person.status is EnrolmentStatus.WITHDRAWN),
        is_time=roll.is_time_to_ring(sessions, read.today),
    )


def wants_catch_ups(read: Read) -> bool:
    """Whether the page says of anybody what catch-ups would bring them."""
    found = kept(standing, read)
    return found.is_time and any(hours_watch.wants_watching(hours) for _, hours in found.active)


def values(read: Read, news: News, alike: AlikeRows | None) -> dict[str, Any]:
    """What the page is given. `alike` is there where it wants catch-ups."""
    found = kept(standing, read)
    return _of_people(read, found, alike) | _of_news(news) | _of_cohort(read, found, news)


def _of_people(read: Read, found: Standing, alike: AlikeRows | None) -> dict[str, Any]:
    """Who is to ring and to watch, and everybody's row."""
    active, sessions = found.active, found.sessions
    rings = roll.to_ring(active, sessions) if found.is_time else []
    watched = hours_watch.list_watched(active, catch_ups.alike_of(alike)) if alike is not None else []
    ringing, helps = {ring.ref for ring in rings}, {each.ref: each.help for each in watched}
    on_cards = {ring.ref for ring in rings[: roll.CARDS]}
    return {
        "ring_heading": roll.ring_heading(len(rings)),
        "cards": [(ring, helps.get(ring.ref, "")) for ring in rings[: roll.CARDS]],
        "more_to_ring": len(rings[roll.CARDS :]),
        "ringing": ringing,
        "watched": [each for each in watched if each.ref not in on_cards],
        "register": roll.register_due(sessions, [hours for _, hours in active], read.today),
        "active": [
            (
                person,
                marks_picture(roll.codes(hours, sessions)),
                hours_picture(hours.had, hours.taught, need=person.ref in ringing),
            )
            for person, hours in active
        ],
    }


def _of_news(news: News) -> dict[str, Any]:
    """What has happened."""
    return {
        "asking": news.asking,
        "moved_away": moved.moves_of(news.moved_away),
        "moved_here": moved.moves_of(news.moved_here),
        "apologies": apologies.ahead_of(news.apologies),
        "claims": claims.by_session_of(news.claims),
    }


def _of_cohort(read: Read, found: Standing, news: News) -> dict[str, Any]:
    """The cohort as a whole: what it is called, its figures, what its marks mean, who left it."""
    reasons = [person.left_reason for person in found.left if person.left_reason]
    has_unit = get_document(read.content_hash).course.unit is not None
    return {
        "cohort": read.cohort,
        "has_unit": has_unit,
        "sessions": found.sessions,
        "lead": roll.lead(found.sessions, [name for (name,) in news.facilitators], read.today),
        "figures": roll.figures(
            [hours for _, hours in found.active],
            left=reasons,
            seek=sum(person.seeks_accreditation for person, _ in found.active) if has_unit else None,
        ),
        "key": marks_key(
            frozenset({mark.value for _, hours in found.active for mark in hours.marks if mark}),
            cancelled=any(session.is_cancelled for session in found.sessions),
        ),
        "left": found.left,
        "left_counts": counts(reasons),
    }
