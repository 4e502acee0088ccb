"""What an employer is told about one member of staff, in words. Pure: the page adds nothing to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from certificates.queries import Award
from courses.attendance.hours import Hours
from lms.core.text import day, day_year, hours

State = tuple[str, str, str]
"""A status: its code, its words and its icon."""

ON_TRACK: State = ("with", "On track", "hourglass-split")
NEEDS_HELP: State = ("notyet", "Needs your help", "chat-left-text-fill")
FINISHED: State = ("met", "Finished", "check-lg")
ENDED_SHORT: State = ("none", "Ended, hours missing", "dash-square-dotted")
NOT_BEGUN: State = ("none", "Not begun yet", "dash-square-dotted")
LEFT: State = ("none", "Left the course", "dash-square-dotted")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody who shares their progress is.

    Attributes:
        provider: who teaches the cohort, and who rings about cover.
        left: whether the person has left the course.
        met: criteria of the unit that are met.
        criteria: criteria of the unit; 0 when there is no portfolio.
        today: the day on which this is said.
    """

    cohort: str
    provider: str
    starts_on: date
    ends_on: date
    left: bool
    hours: Hours
    met: int
    criteria: int
    awards: tuple[Award, ...]
    today: date

    @property
    def waits_for_employer(self) -> bool:
        """Whether the employer can do something about it."""
        return self.state is NEEDS_HELP

    @property
    def days(self) -> str:
        """The course's first and last day; the year where it is not this one."""
        return f"{self._named(self.starts_on)} to {self._named(self.ends_on)}"

    def _named(self, on: date) -> str:
        return f"{on.day} {on:%B}" if on.year == self.today.year else day_year(on)

    @property
    def state(self) -> State:
        """Where the person stands, as a status."""
        if self.left:
            return LEFT
        if self.hours.open == 0 or self.ends_on < self.today:
            return FINISHED if self.hours.has_enough else ENDED_SHORT
        if self.starts_on > self.today:
            return NOT_BEGUN
        return NEEDS_HELP if self.hours.to_ring else ON_TRACK

    @property
    def sentence(self) -> str:
        """What there is to know or to do about it."""
        needed = hours(self.hours.needed)
        plain = {
            LEFT: "What was done stays on record.",
            NOT_BEGUN: f"Begins on {day(self.starts_on)}.",
            ENDED_SHORT: f"The course has ended. A certificate of attendance needs {needed} hours.",
            FINISHED: f"Finished on {day(self.ends_on)}, with enough hours for a certificate of attendance.",
            ON_TRACK: f"Should finish by {day(self.ends_on)}.",
        }
        if self.state in plain:
            return plain[self.state]
        if self.hours.can_reach:
            return f"Missed the last session. Missing the next one would leave fewer than {needed} hours."
        return (
            f"Can reach {hours(self.hours.reachable)} hours here and needs {needed}. "
            f"{self.provider} will ring you about cover for a session elsewhere."
        )
