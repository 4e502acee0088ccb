"""Sessions ahead, in other cohorts of the provider, in which somebody could make up what they have not had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import Integer, Select, bindparam, case, select, union_all
from sqlalchemy.orm import aliased

from courses.attendance.hours import Hours
from courses.attendance.overlap import Presence, covered
from courses.cohorts.models import Cohort, Enrolment, Session
from courses.cohorts.queries import has_room
from courses.content.models import CourseVersion
from lms.core import clock
from lms.core.clock import LONDON
from lms.core.packing import instant, packed, unpacked
from lms.core.reading import Rows, read_rows

MOST_COHORTS = 10
"""Of how many other cohorts a page looks at the sessions: more are seldom taught at once, and each costs it time."""


CANCELLED, AHEAD = "cancelled", "ahead"

_own, _own_version, _version = aliased(Cohort), aliased(CourseVersion), aliased(CourseVersion)
_ALL_OTHERS = (
    select(Cohort.id)
    .join(_version, _version.id == Cohort.course_version_id)
    .join(_own, _own.provider_id == Cohort.provider_id)
    .join(_own_version, _own_version.id == _own.course_version_id)
    .where(
        _own.id == bindparam("cohort"),
        Cohort.id != bindparam("cohort"),
        _version.slug == _own_version.slug,
        Cohort.ends_on >= bindparam("today"),
        has_room(),
    )
    .order_by(Cohort.ends_on, Cohort.id)
)


@cache
def _alike(most: int | None) -> Select[bool, str, str | None]:
    """The statement that reads the sessions of a cohort, and of at most so many others. Built once for each number."""
    others = _ALL_OTHERS.limit(most).subquery()
    cohorts = union_all(
        select(bindparam("cohort", type_=Integer).label("id")), select(others.c.id)
    ).subquery()
    sessions = packed(
        Session.number,
        Session.id,
        Session.starts_at,
        Session.minutes,
        case((Session.cancelled_at.is_(None), "held"), else_=CANCELLED),
        case((Session.starts_at > bindparam("now"), AHEAD), else_="begun"),
    )
    return select(
        Cohort.id == bindparam("cohort"),
        Cohort.name,
        select(sessions).where(Session.cohort_id == Cohort.id).scalar_subquery(),
    ).join(cohorts, cohorts.c.id == Cohort.id)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """A session elsewhere, and what it would bring.

    Attributes:
        number: its number there.
        cohort: the other cohort's name.
        on: its day in London.
        minutes: missed minutes that it would make up.
        more: of those, the minutes that none of the catch-ups before it would.
    """

    number: int
    cohort: str
    on: date
    minutes: int
    more: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A session of the own cohort: the minutes of the course from which and to which it goes, and whether it is off."""

    begins: int
    ends: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """A session of another cohort that is still to be held, laid along the course as the own ones are."""

    number: int
    cohort: str
    starts_at: datetime
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Alike:
    """The sessions of a cohort in their order, and those ahead in the cohorts that are taught alike, soonest first."""

    own: tuple[Slot, ...]
    ahead: tuple[Ahead, ...]


AlikeRows = Rows[bool, str, str | None]


def find_catch_ups(enrolment: Enrolment, hours: Hours) -> list[CatchUp]:
    """The catch-ups for what somebody has missed, or was cancelled, soonest first. One query, and none without need.

    Args:
        enrolment: whose.
        hours: where they stand, in the order of their cohort's sessions.
    """
    if not hours.lost and not hours.cancelled:
        return []
    return list(among(read_alike(enrolment.cohort_id), hours))


def read_alike(cohort_id: int, *, most: int | None = MOST_COHORTS) -> Alike:
    """The sessions of a cohort, and those ahead in the provider's others that are taught the same course and have room.

    One query.

    Args:
        cohort_id: the cohort.
        most: of how many others, those that end soonest; None for all, where nobody waits for a page.
    """
    return alike_of(read_alike_rows(cohort_id, most=most))


def read_alike_rows(cohort_id: int, *, most: int | None = MOST_COHORTS) -> AlikeRows:
    """The same as rows, for pages that are kept under them."""
    return read_rows(_alike(most), cohort=cohort_id, today=clock.today(), now=clock.now())


def alike_of(rows: AlikeRows) -> Alike:
    """The sessions that `read_alike_rows` has read."""
    own: list[Slot] = []
    ahead: list[tuple[int, Ahead]] = []
    for is_own, cohort, sessions in rows:
        ends = 0
        # the sessions of a cohort lie end to end along the course: each begins where those before it end
        for number, key, starts, length, held, when in sorted(unpacked(sessions), key=_by_number):
            begins, ends = ends, ends + int(length)
            if is_own:
                own.append(Slot(begins, ends, held == CANCELLED))
            elif when == AHEAD and held != CANCELLED:
                ahead.append((int(key), Ahead(int(number), cohort, instant(starts), begins, ends)))
    ahead.sort(key=lambda each: (each[1].starts_at, each[0]))
    return Alike(tuple(own), tuple(each for _, each in ahead))


def _by_number(session: list[str]) -> int:
    return int(session[0])


def among(alike: Alike, hours: Hours) -> Iterator[CatchUp]:
    """Of sessions taught alike, the catch-ups for one person of the cohort, soonest first."""
    lacking = _lacking(alike, hours)
    before: dict[tuple[int, int], Presence] = {}
    had = 0
    for each in alike.ahead:
        minutes = 0
        for slot, lack in lacking:
            shared = min(slot.ends, each.ends) - max(slot.begins, each.begins)
            if shared > 0:
                minutes += min(lack, shared)
        if not minutes:
            continue
        # cohorts that are taught alike hold the same parts of the course: each part is looked at once
        more, part = 0, (each.begins, each.ends)
        if part not in before:
            before[part] = Presence(*part)
            more = _brought(lacking, before.values()) - had
            had += more
        yield CatchUp(each.number, each.cohort, each.starts_at.astimezone(LONDON).date(), minutes, more)


def minutes_among(alike: Alike, hours: Hours) -> int:
    """How many minutes all the catch-ups together bring one person; what two of them have in common counts once."""
    return sum(each.more for each in among(alike, hours))


def _brought(lacking: Iterable[tuple[Slot, int]], there: Iterable[Presence]) -> int:
    """How many of the minutes that are lacking somebody has who is there."""
    return sum(min(lack, covered(there, begins=slot.begins, ends=slot.ends)) for slot, lack in lacking)


def _lacking(alike: Alike, hours: Hours) -> list[tuple[Slot, int]]:
    """The own sessions of which minutes are lacking for good, and how many."""
    return [
        (slot, slot.ends - slot.begins - worth)
        for slot, mark, worth in zip(alike.own, hours.marks, hours.worths, strict=True)
        if (mark is not None or slot.is_cancelled) and worth < slot.ends - slot.begins
    ]
