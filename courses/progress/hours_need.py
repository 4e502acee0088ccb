"""What a practitioner's first page says of hours that are running out: while they can be reached, and when they cannot."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from courses.attendance import catch_ups
from courses.attendance.catch_ups import Alike
from courses.attendance.hours import Hours, Mark, Recorded, Slot, fold
from courses.progress import completion
from courses.progress.completion import Facts, Offer, Within
from courses.progress.queries import LearnerHome
from courses.progress.supplements import Errand
from lms.core import text

TITLES = {
    Within.NOTHING_TO_SPARE: "Every session counts now",
    Within.OUT: "Your hours need a plan",
}


@dataclass(frozen=True, slots=True)
class Lack:
    """Hours that are running out: how near the end they are, what stands, and the minutes still to come."""

    within: Within
    hours: Hours
    ahead: tuple[int, ...]


def lack(learner: LearnerHome) -> Lack | None:
    """What somebody lacks of their hours; None while nothing is lacking or there is time to spare."""
    rules = learner.learning.document.course.completion
    hours = _hours(learner, rules.taught_minutes)
    ahead = tuple(each.minutes for each in learner.meetings if each.had is None and not each.is_cancelled)
    within = completion.judge(rules, Facts(had=hours.had, ahead=ahead, read=0, undone=())).within
    return Lack(within, hours, ahead) if within in TITLES and (hours.lost or hours.cancelled) else None


def hours_need(learner: LearnerHome, found: Lack, alike: Alike) -> Errand:
    """What somebody should know of their hours.

    Args:
        learner: whose.
        found: what they lack.
        alike: the sessions in which it could be made up.
    """
    rules, within, hours = learner.learning.document.course.completion, found.within, found.hours
    offers = tuple(
        Offer(each.on, f"session {each.number} of {each.cohort}", each.minutes, each.more)
        for each in catch_ups.among(alike, hours)
    )
    ring = " on ".join(part for part in (learner.learning.provider, learner.learning.provider_phone) if part)
    facts = Facts(had=hours.had, ahead=found.ahead, read=0, undone=(), offers=offers)
    words = completion.hours_words(rules, facts, provider=ring)
    had = f"You have had {text.hours(hours.had)} of the {text.hours(rules.taught_minutes)} hours needed. "
    return Errand(
        title=TITLES[within],
        text=(had if within is Within.NOTHING_TO_SPARE else "") + words,
        href=url_for("progress.hours"),
        action="See your hours",
    )


def _hours(learner: LearnerHome, needed: int) -> Hours:
    """The hours as the page has read them already: of each session, what its mark is worth."""
    slots = [Slot(each.number, each.number, each.minutes, each.is_cancelled) for each in learner.meetings]
    marks = [
        Recorded(each.number, Mark.CAME if each.had else Mark.MISSED, each.had, each.number)
        for each in learner.meetings
        if each.had is not None
    ]
    return fold(slots, marks, needed=needed)
