"""Brings out the chapters beside the tables, of a provider or programme, as far as nothing is left bare by it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments.evaluation import chapters, queries, waves
from assessments.evaluation.chapters import Made
from assessments.evaluation.models import Chapter, ChapterRelease
from assessments.evaluation.pieces import Responses, may_come_out
from assessments.evaluation.policy import Policy
from assessments.evaluation.queries import Kind, Part
from assessments.questionnaires.schema import WaveKind
from lms.core import audit
from lms.core.audit import Act
from lms.core.extensions import db

WAVES: Mapping[Chapter, tuple[WaveKind, ...]] = {
    Chapter.ONE_MONTH: (WaveKind.POST, WaveKind.ONE_MONTH),
    Chapter.THREE_MONTHS: (WaveKind.POST, WaveKind.THREE_MONTHS),
    Chapter.MANAGERS: (WaveKind.MANAGER,),
    Chapter.FOCUS_GROUPS: (WaveKind.FOCUS_GROUP,),
}
"""The waves that the chapters after the course need; the last has to have closed."""


@dataclass(frozen=True)
class Subject:
    """A provider or programme of which chapters may come out.

    Attributes:
        kind, id: Which.
        cohort_ids: The cohorts that they would be about.
        may_show: Whether its own tables allow a table of a chapter.
    """

    kind: Kind
    id: int
    cohort_ids: frozenset[int]
    may_show: Callable[[Chapter, str], bool]


def release_later(parts: Sequence[Part], policy: Policy, *, on: date) -> list[ChapterRelease]:
    """Bring out what lasted, what managers say and what focus groups gave, where enough have answered since the last time.

    Args:
        parts: Every cohort that the figures count.
        policy: The thresholds.
        on: The day.
    """
    out = []
    for chapter, kinds in WAVES.items():
        closed = set(queries.list_closed(parts, kinds[-1], on=on))
        ready = [part for part in parts if part.id in closed]
        if _is_due(chapter, ready, kinds[-1], policy):
            answers = waves.answers_of([part.id for part in ready], kinds)
            made = chapters.of_later(chapter, answers, ready, queries.codebook(), policy)
            responses = queries.count_responses([part.id for part in ready], kinds)
            out += bring_out(made, _subjects(ready), responses, on=on)
    return out


def _is_due(chapter: Chapter, ready: Sequence[Part], kind: WaveKind, policy: Policy) -> bool:
    """Whether enough answers have come of cohorts that the chapter has not counted yet anywhere."""
    counted = {int(cohort_id) for each in queries.list_chapters(chapter) for cohort_id in each.counted}
    fresh = queries.count_responses([part.id for part in ready if part.id not in counted], [kind])
    return sum(fresh.values()) >= min(policy.mean_base, policy.percent_base)


def _subjects(parts: Sequence[Part]) -> list[Subject]:
    members: dict[tuple[Kind, int], set[int]] = {}
    for part in parts:
        if part.programme_id is not None:
            members.setdefault(("programme", part.programme_id), set()).add(part.id)
        if not part.is_shared:
            members.setdefault(("provider", part.provider_id), set()).add(part.id)
    return [
        Subject(kind, number, frozenset(ids), lambda _chapter, _name: True)
        for (kind, number), ids in members.items()
    ]


def bring_out(
    made: Made, subjects: Sequence[Subject], responses: Responses, *, on: date
) -> list[ChapterRelease]:
    """Bring out one chapter of some programmes and providers: programmes first, then the providers with most cohorts.

    What could show less than before stays as it came out.

    Args:
        made: The chapter.
        subjects: Of which it may come out.
        responses: How many responses each cohort holds.
        on: The day.
    """
    past = list(queries.list_chapters(made.chapter))
    out = []
    for subject in sorted(
        subjects, key=lambda each: (each.kind != "programme", -len(each.cohort_ids), each.id)
    ):
        now = {cohort_id: responses.get(cohort_id, 0) for cohort_id in sorted(subject.cohort_ids)}
        last = [each for each in past if _is_of(each, subject)][-1:]
        if last and subject.cohort_ids <= _counted(last[0]).keys():
            continue
        shown = [
            table.name
            for table in made.tables
            if subject.may_show(made.chapter, table.name)
            and may_come_out(table, now, [_counted(each) for each in past if table.name in each.shown])
        ]
        if shown and len(shown) >= max((len(each.shown) for each in last), default=0):
            released = _keep(made, subject, now, shown, on=on)
            past.append(released)
            out.append(released)
    return out


def _is_of(released: ChapterRelease, subject: Subject) -> bool:
    return subject.id == (released.programme_id if subject.kind == "programme" else released.provider_id)


def _counted(released: ChapterRelease) -> dict[int, int]:
    return {int(cohort_id): responses for cohort_id, responses in released.counted.items()}


def _keep(made: Made, subject: Subject, now: Responses, shown: Sequence[str], *, on: date) -> ChapterRelease:
    released = ChapterRelease(
        chapter=made.chapter,
        provider_id=subject.id if subject.kind == "provider" else None,
        programme_id=subject.id if subject.kind == "programme" else None,
        made_on=on,
        counted={str(cohort_id): responses for cohort_id, responses in now.items()},
        shown=list(shown),
        figures=_without_nan(made.finish(list(now), frozenset(shown))),
    )
    db.session.add(released)
    db.session.flush()
    audit.record(Act.EVALUATION_RELEASED, by=None, on=released, about=subject.kind, cohorts=len(now))
    return released


def _without_nan(value: Any) -> Any:
    """A document with None for what is no number, which JSON cannot hold."""
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
