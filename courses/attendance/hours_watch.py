"""Of a cohort's people, those whose hours have nothing to spare or are out of reach, with what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.attendance import catch_ups, roll
from courses.attendance.catch_ups import Alike
from courses.attendance.hours import Hours
from courses.attendance.hours_warnings import Outlook, outlook
from courses.attendance.models import OutOfReach
from courses.attendance.roll import Person
from lms.core.text import day


@dataclass(frozen=True, slots=True)
class Watched:
    """Somebody to keep an eye on.

    Attributes:
        ref: the enrolment's reference.
        name: who.
        words: a sentence that goes on from the name.
        help: a sentence about catch-ups; empty where there is none to go to and none is needed.
        is_out: whether the own cohort can no longer bring the hours.
    """

    ref: str
    name: str
    words: str
    help: str
    is_out: bool


def list_watched(people: Sequence[tuple[Person, Hours]], alike: Alike) -> list[Watched]:
    """Those whose hours hang on every session still to come, then those out of reach.

    Args:
        people: the active people of a cohort with their hours, in the order of the page.
        alike: the cohort's sessions and those in which something could be made up.
    """
    found = [_watched(person, hours, alike) for person, hours in people if wants_watching(hours)]
    return sorted(found, key=lambda each: each.is_out)


def wants_watching(hours: Hours) -> bool:
    """Whether somebody's hours hang on every session still to come, or are out of reach."""
    is_lacking = bool(hours.lost or hours.cancelled) and not hours.has_enough
    return is_lacking and hours.reachable - hours.next_open < hours.needed


def _watched(person: Person, hours: Hours, alike: Alike) -> Watched:
    left = outlook(hours, alike)
    words, help_ = _while_reachable(hours, alike) if left is None else _out(hours, left)
    return Watched(person.ref, person.name, words, help_, is_out=left is not None)


def _while_reachable(hours: Hours, alike: Alike) -> tuple[str, str]:
    following = next(catch_ups.among(alike, hours), None)
    had, needed = roll.hours_text(hours.had), roll.hours_text(hours.needed)
    return (
        f"has had {had} of the {needed} hours needed, and has to come to every session still to come.",
        f"The next catch-up is on {day(following.on)}." if following else "",
    )


def _out(hours: Hours, left: Outlook) -> tuple[str, str]:
    reachable, needed = roll.hours_text(hours.reachable), roll.hours_text(hours.needed)
    return (
        f"can reach {reachable} of the {needed} hours needed here.",
        f"A catch-up brings the rest: {left.named}."
        if left.state is OutOfReach.CATCH_UP
        else "No catch-up that is planned brings the rest.",
    )
