"""Who had a place, who completed, who left and why: finished figures for a page, small ones hidden. Pure.

Drop-out is an outcome too. Only cohorts whose last day is over count, so that figures move with whole groups and not with
the one person who left last week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.evaluation.figures import Answer, Question, Table, people, share
from assessments.evaluation.frequency_disclosure import FrequencyTable, protect_flat
from assessments.evaluation.policy import Policy
from assessments.evaluation.sections import Page
from courses.cohorts.leaving import Leaving

LEFT = "left"
ENDS: Mapping[str, str] = {
    "completed": "Completed the course",
    "incomplete": "Stayed, and did not complete it",
    LEFT: "Left before the end",
}
HIDDEN = "too few to show"


@dataclass(frozen=True)
class Ends:
    """How the places of some cohorts ended.

    Attributes:
        cohorts: How many cohorts are over.
        completed: How many people completed the course.
        incomplete: How many stayed and did not.
        left: How many left, by reason.
        running: How many people are in cohorts that are not over.
    """

    cohorts: int
    completed: int
    incomplete: int
    left: Mapping[Leaving, int]
    running: int

    @property
    def gone(self) -> int:
        """How many left."""
        return sum(self.left.values())

    @property
    def places(self) -> int:
        """How many had a place in a cohort that is over."""
        return self.completed + self.incomplete + self.gone


def page(ends: Ends, policy: Policy) -> Page:
    """The page of who stayed, of one cohort, provider or programme; what cannot be shown at all is left out."""
    how, why = protected(ends, policy)
    shown = [each for each in (how, why) if any(answer.share for answer in each.answers)]
    return Page(
        "Who stayed, who left and why",
        _lead(ends, how),
        {"questions": shown, "running": _running(ends.running, policy), "cohorts": ends.cohorts},
        tuple(_table(question) for question in shown),
    )


def protected(ends: Ends, policy: Policy) -> tuple[Question, Question]:
    """How places ended, and why people left, with small numbers hidden and what they could be worked out from."""
    counts = {"completed": ends.completed, "incomplete": ends.incomplete, LEFT: ends.gone}
    how = FrequencyTable("ends", counts, ends.places, ends.places)
    protect_flat(how, policy, keep_counts=False)
    left = {reason.value: ends.left.get(reason, 0) for reason in Leaving}
    why = FrequencyTable("reasons", left, ends.gone, ends.gone)
    protect_flat(why, policy, keep_counts=False)
    if LEFT in how.hidden:
        why.hide_counts()
        why.base_hidden = True
    return (
        _question("How it ended", how, ENDS),
        _question("Why people left", why, {reason.value: reason.words for reason in Leaving}),
    )


def _question(title: str, table: FrequencyTable, labels: Mapping[str, str]) -> Question:
    answers = tuple(
        Answer(
            label,
            None if code in table.hidden or not table.base else share(table.counts[code], table.base),
            None if code in table.hidden else people(table.counts[code]),
        )
        for code, label in labels.items()
    )
    return Question(title, answers, None if table.base_hidden else people(table.base))


def _lead(ends: Ends, how: Question) -> str:
    if not ends.cohorts:
        return "No group is over yet. Figures appear when one is."
    if not ends.places:
        return "Nobody’s place is kept here for the groups that are over: their answers came from files, without names."
    if how.people is None:
        return "Too few people had a place to show how it ended."
    completed = how.answers[0].share
    if completed is None:
        return f"About {how.people} people had a place. That is too few to show how it ended."
    return (
        f"About {how.people} people had a place, and {completed.percent}% completed the course "
        f"(likely between {completed.low}% and {completed.high}%)."
    )


def _running(count: int, policy: Policy) -> str:
    """How many are still being taught, in words; empty when nobody is."""
    if not count:
        return ""
    if policy.is_small(count, special=False):
        return "A few people are in groups that are not over, and are not counted yet."
    return f"About {people(count)} people are in groups that are not over, and are not counted yet."


def _table(question: Question) -> Table:
    rows = tuple(
        (
            answer.label,
            HIDDEN if answer.people is None else answer.people,
            HIDDEN if answer.share is None else f"{answer.share.percent}%",
        )
        for answer in question.answers
    )
    base = HIDDEN if question.people is None else question.people
    return Table(
        "People to the nearest five, and per cent of them all.",
        (question.title, "People", "Per cent"),
        (*rows, ("All", base, "")),
    )
