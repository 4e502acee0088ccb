"""Who had a place, who completed, who left and why: finished figures for a page. Pure.

Drop-out is an outcome too. What is told comes in batches of cohorts, each of which could be printed by itself, and was counted
once (`staying_releasing`). A page tells sums of whole batches, so nothing on it needs to be hidden beside any other page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.evaluation.figures import Answer, Question, Table, people, share
from assessments.evaluation.sections import Page
from courses.attendance.roll import STILL_RINGING
from courses.cohorts.leaving import Leaving
from lms.core.text import plural

COMPLETED, INCOMPLETE, LEFT = "completed", "incomplete", "left"
ENDS: Mapping[str, str] = {
    COMPLETED: "Completed the course",
    INCOMPLETE: "Stayed, and did not complete it",
    LEFT: "Left before the end",
}
REASONS: Mapping[str, str] = {reason.value: reason.words for reason in Leaving}
SETTLES = STILL_RINGING
"""How long after its last day a cohort is counted: until then hours can be made up, and somebody may yet complete."""


@dataclass(frozen=True)
class Batch:
    """Some cohorts together.

    Attributes:
        cohorts: Which.
        counts: How many people, by how their place ended or by why they left.
    """

    cohorts: frozenset[int]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Stayed:
    """All that came out about the cohorts of a page, with those that came out together with them.

    Attributes:
        ends: Batches told how places ended.
        reasons: Batches told why people left.
        running: How many cohorts of the page are not over.
        waiting: How many are over, and not counted.
        placeless: How many are over in which nobody's place is kept, since their answers came from files.
    """

    ends: Sequence[Batch]
    reasons: Sequence[Batch]
    running: int
    waiting: int
    placeless: int


def page(stayed: Stayed) -> Page:
    """The page of who stayed, of one cohort, provider or programme; a question of which nothing came out is left out."""
    questions = [
        _question(title, batches, labels)
        for title, batches, labels in (
            ("How it ended", stayed.ends, ENDS),
            ("Why people left", stayed.reasons, REASONS),
        )
        if batches
    ]
    return Page(
        "Who stayed, who left and why",
        _lead(stayed),
        {"questions": questions, "aside": _aside(stayed)},
        tuple(_table(question) for question in questions),
    )


def _question(title: str, batches: Sequence[Batch], labels: Mapping[str, str]) -> Question:
    counts = {code: _sum(batches, code) for code in labels}
    base = sum(counts.values())
    answers = tuple(
        Answer(label, share(counts[code], base), people(counts[code])) for code, label in labels.items()
    )
    cohorts = sum(len(batch.cohorts) for batch in batches)
    return Question(title, answers, people(base), note=f"in {plural(cohorts, 'group')}")


def _sum(batches: Sequence[Batch], code: str) -> int:
    return sum(batch.counts[code] for batch in batches)


def _lead(stayed: Stayed) -> str:
    if not stayed.ends and stayed.placeless and not stayed.waiting and not stayed.running:
        return "Nobody’s place is kept here for the groups that are over: their answers came from files, without names."
    if not stayed.ends:
        return (
            f"Nothing has come out yet. Figures come out {SETTLES.days // 7} weeks after groups end, when so many people had a "
            "place in them that nobody can be picked out."
        )
    places = sum(_sum(stayed.ends, code) for code in ENDS)
    completed = share(_sum(stayed.ends, COMPLETED), places)
    return (
        f"About {completed.people} people had a place, and {completed.percent}% completed the course "
        f"(likely between {completed.low}% and {completed.high}%)."
    )


def _aside(stayed: Stayed) -> str:
    """Which cohorts are not counted, in words; empty when all are."""
    said = []
    if stayed.running:
        said.append(f"{plural(stayed.running, 'group')} {_be(stayed.running)} not over yet.")
    if stayed.waiting:
        said.append(f"{plural(stayed.waiting, 'group')} {_be(stayed.waiting)} over and not counted here.")
    if stayed.placeless:
        said.append(
            f"Of {plural(stayed.placeless, 'group')} that {_be(stayed.placeless)} over no places are kept."
        )
    return " ".join(said)


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _table(question: Question) -> Table:
    rows = tuple(
        (answer.label, answer.people or 0, f"{answer.share.percent}%")
        for answer in question.answers
        if answer.share is not None
    )
    return Table(
        "People to the nearest five, and per cent of them all.",
        (question.title, "People", "Per cent"),
        (*rows, ("All", question.people or 0, "")),
    )
