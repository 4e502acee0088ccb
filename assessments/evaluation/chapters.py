"""The chapters that come out beside the tables: what each counts, by cohort, and what it says of some cohorts. Pure.

Each rests on tables that are shown whole or not at all; `pieces` decides which. What a chapter says is finished here, as a
document, and never worked out again: answers that are withdrawn or come late afterwards move nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assessments.evaluation import (
    cohort_figures,
    later_figures,
    lost_figures,
    manager_figures,
    mark_disclosure,
    marks,
    sure_figures,
    waves,
)
from assessments.evaluation.codebook import Codebook, Kind
from assessments.evaluation.cohort_figures import Divided, SortedCohorts
from assessments.evaluation.models import Chapter
from assessments.evaluation.pieces import Counted
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Answers, Part
from assessments.evaluation.responses import Responses

Document = dict[str, Any]
Finish = Callable[[Sequence[int], Collection[str]], Document]


@dataclass(frozen=True)
class Made:
    """One chapter over everybody it could be about.

    Attributes:
        chapter: Which.
        tables: What it counts, by cohort.
        finish: What it says of some cohorts, given which tables may be shown.
    """

    chapter: Chapter
    tables: tuple[Counted, ...]
    finish: Finish


def of_the_study(answers: Answers, parts: Sequence[Part], policy: Policy) -> tuple[Made, ...]:
    """Who was lost, whether statements go together, and whether cohorts differ.

    Args:
        answers: Answers before and after the course.
        parts: The cohorts they are of.
        policy: The thresholds.
    """
    cohorts = _by_cohort(answers, parts)

    def lost(cohort_ids: Sequence[int], shown: Collection[str]) -> Document:
        return asdict(lost_figures.dropout(answers.of(cohort_ids), policy, shown))

    def reliability(cohort_ids: Sequence[int], shown: Collection[str]) -> Document:
        responses = answers.of(cohort_ids)
        return {
            kind: asdict(sure_figures.reliability(responses, Kind(kind), policy)) for kind in sorted(shown)
        }

    def differ(cohort_ids: Sequence[int], shown: Collection[str]) -> Document:
        ordered = _sorted_cohorts(answers, [part for part in parts if part.id in set(cohort_ids)])
        return {name: asdict(cohort_figures.about(ordered, name, policy)) for name in sorted(shown)}

    return (
        Made(Chapter.LOST, lost_figures.tables_of(cohorts, policy), lost),
        Made(Chapter.RELIABILITY, sure_figures.tables_of(cohorts, policy), reliability),
        Made(Chapter.COHORTS, cohort_figures.tables_of(cohorts, policy), differ),
    )


def of_later(
    chapter: Chapter, answers: Answers, parts: Sequence[Part], topics: Codebook, policy: Policy
) -> Made:
    """What lasted, what managers say, or what focus groups gave.

    Args:
        chapter: Which.
        answers: The answers of the waves that it needs.
        parts: The cohorts they are of.
        topics: The codebook whose statements have short names.
        policy: The thresholds.
    """
    cohorts = _by_cohort(answers, parts)
    if chapter is Chapter.MANAGERS:
        return Made(chapter, manager_figures.tables_of(cohorts, policy), _managers(answers))
    if chapter is Chapter.FOCUS_GROUPS:
        return Made(chapter, mark_disclosure.tables_of(cohorts, policy), _marks(answers, policy))
    title = TITLES[chapter]

    def lasted(cohort_ids: Sequence[int], shown: Collection[str]) -> Document:
        return asdict(later_figures.asked_again(answers.of(cohort_ids), title, topics, policy, shown))

    return Made(chapter, later_figures.tables_of(cohorts, policy), lasted)


TITLES: Mapping[Chapter, str] = {
    Chapter.ONE_MONTH: "One month on",
    Chapter.THREE_MONTHS: "Three months on",
    Chapter.FOCUS_GROUPS: later_figures.MARKS_TITLE,
}
"""What the chapters of the page of what lasted are called, in its order."""


def _by_cohort(answers: Answers, parts: Sequence[Part]) -> dict[int, Responses]:
    return {part.id: answers.of([part.id]) for part in parts}


def _sorted_cohorts(answers: Answers, parts: Sequence[Part]) -> SortedCohorts:
    """Answers by cohort, with the cohorts sorted by who taught them, where and how."""
    place = {part.id: index for index, part in enumerate(parts)}
    divided = [
        Divided(title, np.unique(keys, return_inverse=True)[1])
        for title, keys in (
            ("By provider", [part.provider_id for part in parts]),
            ("By region where taught", [part.region for part in parts]),
            ("By pattern of delivery", [part.pattern for part in parts]),
        )
    ]
    rows = [cohort_id for cohort_id in answers.cohort_ids.tolist() if cohort_id in place]
    return SortedCohorts(answers.of(list(place)), np.array([place[each] for each in rows], np.int64), divided)


def _managers(answers: Answers) -> Finish:
    def finish(cohort_ids: Sequence[int], shown: Collection[str]) -> Document:
        responses = answers.of(cohort_ids)
        return {name: list(manager_figures.agreeing(responses, name)) for name in sorted(shown)}

    return finish


def _marks(answers: Answers, policy: Policy) -> Finish:
    def finish(cohort_ids: Sequence[int], shown: Collection[str]) -> Document:
        sheets = answers.of(cohort_ids)
        given = []
        for before, now in sheets.codebook.pairs:
            topic = sheets.codebook.variables[before].label.rsplit(",", maxsplit=1)[0]
            both = waves.numbers_of(sheets, before), waves.numbers_of(sheets, now)
            found = marks.compare_marks(*both, policy) if before in shown else None
            is_spread = before + mark_disclosure.SPREAD in shown
            given.append((topic, found if found is None or is_spread else found.without_spread))
        return asdict(later_figures.marked(given))

    return finish
