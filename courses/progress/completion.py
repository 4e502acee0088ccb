"""What it takes to complete a course, worked out from facts and said in words. Pure.

The rules are the course's own: taught minutes from registers, minutes of declared reading that are ticked, activities
that have to be done. What can still be reached is said while it can be, and so is the moment when it cannot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from courses.attendance.roll import hours_text
from courses.cohorts.calendar import in_words
from courses.content.schema import Completion
from courses.progress.words import count
from lms.core.text import day


class Within(StrEnum):
    """Whether the taught hours that complete the course are within reach."""

    HAD = "had"
    AHEAD = "ahead"
    NOTHING_TO_SPARE = "nothing to spare"
    OUT = "out of reach"


@dataclass(frozen=True, slots=True)
class Offer:
    """A session of another cohort that would make up what was missed.

    Attributes:
        on: its day.
        words: which it is.
        minutes: what it would bring by itself.
        more: what it would bring somebody who goes to all the offers before it.
    """

    on: date
    words: str
    minutes: int
    more: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one practitioner. Minutes throughout.

    Attributes:
        had: taught minutes that count.
        ahead: of each session of theirs that has no mark yet, in order, the minutes.
        read: declared reading that is ticked as read.
        undone: titles of the activities that have to be done and are not.
        offers: sessions elsewhere that would make up what was missed, soonest first.
    """

    had: int
    ahead: tuple[int, ...]
    read: int
    undone: tuple[str, ...]
    offers: tuple[Offer, ...] = ()

    @property
    def reachable(self) -> int:
        """Return the taught minutes if every session ahead is attended whole."""
        return self.had + sum(self.ahead)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is from completing the course.

    Attributes:
        within: whether the taught hours are within reach.
        reading_left: minutes of reading still to be ticked.
        activities_left: titles of activities still to be done.
    """

    within: Within
    reading_left: int
    activities_left: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everything that completes the course is there."""
        return self.within is Within.HAD and not self.reading_left and not self.activities_left


def judge(rules: Completion, facts: Facts) -> Standing:
    """Return how far somebody is from completing a course."""
    return Standing(
        within=_within(rules.taught_minutes, facts),
        reading_left=max(0, rules.reading_minutes - facts.read),
        activities_left=facts.undone,
    )


def _within(needed: int, facts: Facts) -> Within:
    if facts.had >= needed:
        return Within.HAD
    if facts.reachable < needed:
        return Within.OUT
    return Within.NOTHING_TO_SPARE if facts.reachable - max(facts.ahead) < needed else Within.AHEAD


def hours_words(rules: Completion, facts: Facts, *, provider: str) -> str:
    """Say to a practitioner what their taught hours come to, what is left, and what is possible.

    Args:
        rules: what completes the course.
        facts: what is known of them.
        provider: whom to ring, with the number.
    """
    needed = hours_text(rules.taught_minutes)
    match _within(rules.taught_minutes, facts):
        case Within.HAD:
            return f"You have the {needed} taught hours that complete the course."
        case Within.OUT:
            return _out_of_reach(rules.taught_minutes, facts, provider)
        case within:
            left = _what_is_left(rules.taught_minutes, facts)
            if within is Within.AHEAD:
                return f"{left} {_spare(rules.taught_minutes, facts)}"
            return f"{left} There is nothing to spare: if you miss one more session, {needed} hours are out of reach here."


def _what_is_left(needed: int, facts: Facts) -> str:
    """Such as: To complete the course you need one more session, or the catch-up on Tuesday 4 May."""
    short = needed - facts.had
    sessions = _sessions_for(short, facts.ahead)
    more = f"{count(sessions, 'more session')}".lower()
    offer = next((each for each in facts.offers if each.minutes >= short), None)
    instead = f", or the catch-up on {day(offer.on)} ({offer.words})" if offer else ""
    return f"To complete the course you need {more}{instead}."


def _sessions_for(short: int, ahead: Sequence[int]) -> int:
    """How many of the sessions ahead, in order, bring so many minutes."""
    for number, _ in enumerate(ahead, start=1):
        if sum(ahead[:number]) >= short:
            return number
    raise ValueError(f"{short} minutes are not ahead in {ahead}")


def _spare(needed: int, facts: Facts) -> str:
    spare, missed = facts.reachable - needed, 0
    for minutes in sorted(facts.ahead, reverse=True):
        if minutes > spare:
            break
        spare, missed = spare - minutes, missed + 1
    return f"Of the {len(facts.ahead)} still to come you could miss {count(missed, 'session').lower().split()[0]}."


def _out_of_reach(needed: int, facts: Facts, provider: str) -> str:
    """Say that coming to everything here is no longer enough, and what would be."""
    here = (
        f"You have {hours_text(facts.had)} hours"
        if not facts.ahead
        else f"You can reach {hours_text(facts.reachable)} hours here"
    )
    clear = f"{here}, and {hours_text(needed)} complete the course: that cannot be reached in this cohort any more."
    taken: list[Offer] = []
    reached = facts.reachable
    for offer in facts.offers:
        if reached < needed and offer.more:
            taken.append(offer)
            reached += offer.more
    if taken and reached >= needed:
        where = " and ".join(f"on {day(each.on)} ({each.words})" for each in taken)
        which = "The catch-up" if len(taken) == 1 else "The catch-ups"
        brings = "brings" if len(taken) == 1 else "bring"
        return f"{clear} {which} {where} {brings} you there. Ring {provider} for a place."
    return f"{clear} Ring {provider} to talk about joining another cohort."


def other_words(standing: Standing) -> list[str]:
    """Say to a practitioner what else completes the course: reading and activities still to do."""
    said = []
    if standing.reading_left:
        said.append(f"{in_words(standing.reading_left)} of reading still to tick as read.")
    if standing.activities_left:
        titles = ", ".join(f"“{title}”" for title in standing.activities_left)
        said.append(f"Still to do: {titles}.")
    return said
