"""The way through a course for one practitioner: where am I, what is next, by when. Pure.

Modules are laid along the sessions by their minutes, so ten weekly sessions take one module each and five whole days
take two. A module's parts are asked for from the day of its session, and are due before the session that follows. The
reading before the course is due before the first session. Anything written may be opened early: nothing is locked.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Literal

from courses.content.schema import Activity, Course, Module
from courses.progress.standing import Standing

StoneState = Literal["done", "now", "todo"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session of the practitioner's cohort, with what the register says of them.

    Attributes:
        number: From 1.
        starts_at: Aware.
        ends_at: Aware.
        on: The day, in London.
        minutes: Taught minutes.
        venue: Where; empty when nobody has said.
        had: Taught minutes that count; None while nothing is recorded.
        link: The address to join at; empty when it is not online.
        is_cancelled: Whether it is called off; the way leads past it.
    """

    number: int
    starts_at: datetime
    ends_at: datetime
    on: date
    minutes: int
    venue: str
    had: int | None
    link: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Stone:
    """One module on the path.

    Attributes:
        module: The module.
        state: `done`, `now` (the practitioner is here) or `todo`.
        done: How many of its parts are done.
        total: How many parts it has; 0 when its material is not written yet.
        finished_at: When the last part was done, if all are.
        meeting: The session it belongs to, if there is one.
        was_there: Whether the practitioner was at that session.
    """

    module: Module
    state: StoneState
    done: int
    total: int
    finished_at: datetime | None
    meeting: Meeting | None
    was_there: bool


@dataclass(frozen=True, slots=True)
class NextPart:
    """The next thing to do: a part of a module.

    Attributes:
        module: Where it is.
        activity: What it is.
        is_started: Whether it was begun.
        before: The session it should be done before, if one is to come.
    """

    module: Module
    activity: Activity
    is_started: bool
    before: Meeting | None


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The next thing to do: come to a session. `module` is what it is about, where that is known."""

    meeting: Meeting
    module: Module | None


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way.

    Attributes:
        stones: The modules, in order.
        next: What is next; None when there is nothing left to do.
        upcoming: The next session, if one is to come.
    """

    stones: tuple[Stone, ...]
    next: NextPart | NextMeeting | None
    upcoming: Meeting | None


def walk(
    course: Course,
    standings: Mapping[str, Standing],
    meetings: Sequence[Meeting],
    *,
    now: datetime,
    today: date,
) -> Way:
    """Lay out the way.

    Args:
        course: The version of the course that the cohort is taught from.
        standings: Where the practitioner's activities stand.
        meetings: The cohort's sessions, in order of number, which is that of their days.
        now: This instant, aware.
        today: The day it is in London.
    """
    meetings = [meeting for meeting in meetings if not meeting.is_cancelled]
    upcoming = next((meeting for meeting in meetings if meeting.ends_at > now), None)
    places = _meetings_of(course, meetings)
    following: NextPart | NextMeeting | None = None
    undone = _first_undone(course, standings, places, today)
    if undone is not None:
        module, activity = undone
        before = _due(module, places.get(module.id), meetings, upcoming)
        following = NextPart(module, activity, activity.id in standings, before)
    elif upcoming is not None:
        about = next((module for module in course.modules if places.get(module.id) == upcoming), None)
        following = NextMeeting(upcoming, about)
    here = following.module if following else None
    stones = tuple(_stone(module, standings, places.get(module.id), here) for module in course.modules)
    return Way(stones, following, upcoming)


def _meetings_of(course: Course, meetings: Sequence[Meeting]) -> dict[str, Meeting]:
    """The session in which each taught module begins, by laying minutes end to end."""
    taught = [module for module in course.modules if module.is_taught]
    begins = [0, *accumulate(module.minutes for module in taught)]
    ends = list(accumulate(meeting.minutes for meeting in meetings))
    found: dict[str, Meeting] = {}
    for module, begin in zip(taught, begins, strict=False):
        index = bisect_right(ends, begin)
        if index < len(meetings):
            found[module.id] = meetings[index]
    return found


def _first_undone(
    course: Course, standings: Mapping[str, Standing], places: Mapping[str, Meeting], today: date
) -> tuple[Module, Activity] | None:
    """The first part not done among modules whose session day has come."""
    for module in course.modules:
        place = places.get(module.id)
        if place is not None and place.on > today:
            continue
        for activity in module.steps:
            if activity.id not in standings or not standings[activity.id].is_done:
                return module, activity
    return None


def _due(
    module: Module, place: Meeting | None, meetings: Sequence[Meeting], upcoming: Meeting | None
) -> Meeting | None:
    """The session before which a module's parts are due: the one after its own, or the next one when that is past."""
    if upcoming is None:
        return None
    own = place.number if place else 0 if not module.is_taught else upcoming.number
    after = next((meeting for meeting in meetings if meeting.number > own), None)
    return max(after, upcoming, key=lambda meeting: meeting.number) if after else upcoming


def _stone(
    module: Module, standings: Mapping[str, Standing], place: Meeting | None, here: Module | None
) -> Stone:
    total = len(module.steps)
    done = [
        standings[step.id].since
        for step in module.steps
        if step.id in standings and standings[step.id].is_done
    ]
    was_there = bool(place and place.had)
    finished = total > 0 and len(done) == total
    state: StoneState = "todo"
    if finished or (total == 0 and was_there):
        state = "done"
    elif here is not None and here.id == module.id:
        state = "now"
    return Stone(module, state, len(done), total, max(done) if finished else None, place, was_there)
