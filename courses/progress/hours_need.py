"""What a practitioner's first page says of hours that are running out: while they can be reached, and when they cannot."""

from __future__ import annotations

from flask import url_for

from courses.attendance import catch_ups
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


def hours_need(learner: LearnerHome) -> Errand | None:
    """What somebody should know of their hours; None while nothing is lacking or there is time to spare.

    One query, and none without need.
    """
    rules = learner.learning.document.course.completion
    hours = _hours(learner, rules.taught_minutes)
    ahead = tuple(each.minutes for each in learner.meetings if each.had is None and not each.is_cancelled)
    facts = Facts(had=hours.had, ahead=ahead, read=0, undone=())
    within = completion.judge(rules, facts).within
    if within not in TITLES or not (hours.lost or hours.cancelled):
        return None
    cohort_id = learner.learning.cohort_id
    offers = tuple(
        Offer(each.on, f"session {each.number} of {each.cohort}", each.minutes)
        for each in catch_ups.among(catch_ups.read_alike(cohort_id), hours)
    )
    ring = " on ".join(part for part in (learner.learning.provider, learner.learning.provider_phone) if part)
    words = completion.hours_words(
        rules, Facts(had=hours.had, ahead=ahead, read=0, undone=(), offers=offers), provider=ring
    )
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
