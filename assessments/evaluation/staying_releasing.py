"""Brings out how places ended and why people left, in batches of cohorts that are fit to be printed as they are.

A cohort comes in once, with its counts as they are then, and these are kept. So whatever pages say, at any level and on any
day, is a sum of whole batches, and what follows from it follows from counts of which none is small. Why that is enough:
docs/decisions/figures-over-time.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from assessments.evaluation import staying_batches, staying_queries
from assessments.evaluation.models import PlacesRelease, PlacesTold
from assessments.evaluation.policy import Policy
from assessments.evaluation.staying import ENDS, LEFT, REASONS, SETTLES
from assessments.evaluation.staying_batches import Group, Waiting
from assessments.evaluation.staying_queries import Counts
from lms.core import audit
from lms.core.audit import Act
from lms.core.extensions import db

CODES: Mapping[PlacesTold, Collection[str]] = {PlacesTold.ENDS: ENDS, PlacesTold.REASONS: REASONS}


@dataclass(frozen=True)
class _Piece:
    """What comes in whole: a cohort, or a batch that was told how places ended and is to be told why people left."""

    id: int
    group: Group
    cohort_ids: Sequence[int]
    counts: Counts


def release_places(policy: Policy, *, on: date) -> list[PlacesRelease]:
    """Bring out how places ended of cohorts whose hours can no longer be made up, and why people left those that are told.

    Args:
        policy: The thresholds.
        on: The day.
    """
    courses = staying_queries.list_courses()
    growing = {course.programme_id for course in courses if course.ends_on + SETTLES >= on}
    told = _cohorts_told(PlacesTold.ENDS)
    fresh = [course for course in courses if course.ends_on + SETTLES < on and course.id not in told]
    counts = staying_queries.count_ends([course.id for course in fresh])
    cohorts = [
        _Piece(course.id, (course.provider_id, course.programme_id), [course.id], counts[course.id])
        for course in fresh
    ]
    ends = _bring_out(PlacesTold.ENDS, cohorts, growing, policy, on=on)
    return ends + _bring_out(PlacesTold.REASONS, _untold_reasons(), growing, policy, on=on)


def _cohorts_told(told: PlacesTold) -> set[int]:
    return {cohort_id for each in staying_queries.list_released(told) for cohort_id in each.cohort_ids}


def _untold_reasons() -> list[_Piece]:
    """Batches of which reasons are not told, if as many people have left them now as when they came out.

    Otherwise the reasons beside how places ended would tell of those who came back or left since.
    """
    told = _cohorts_told(PlacesTold.REASONS)
    untold = [
        each for each in staying_queries.list_released(PlacesTold.ENDS) if told.isdisjoint(each.cohort_ids)
    ]
    reasons = staying_queries.count_reasons([cohort_id for each in untold for cohort_id in each.cohort_ids])
    pieces = [
        _Piece(
            each.id,
            (each.provider_id, each.programme_id),
            each.cohort_ids,
            _add(reasons[cohort_id] for cohort_id in each.cohort_ids),
        )
        for each in untold
    ]
    left = {each.id: each.counts[LEFT] for each in untold}
    return [piece for piece in pieces if sum(piece.counts.values()) == left[piece.id]]


def _bring_out(
    told: PlacesTold, pieces: Sequence[_Piece], growing: Collection[int | None], policy: Policy, *, on: date
) -> list[PlacesRelease]:
    by_id = {piece.id: piece for piece in pieces}
    waiting = [
        Waiting(piece.id, piece.group, np.array([piece.counts.get(code, 0) for code in CODES[told]]))
        for piece in pieces
    ]
    return [
        _keep(told, [by_id[each.id] for each in batch], on=on)
        for batch in staying_batches.form(waiting, growing, policy)
    ]


def _keep(told: PlacesTold, pieces: Sequence[_Piece], *, on: date) -> PlacesRelease:
    provider_ids = {piece.group[0] for piece in pieces}
    counts = _add(piece.counts for piece in pieces)
    cohort_ids = sorted(cohort_id for piece in pieces for cohort_id in piece.cohort_ids)
    released = PlacesRelease(
        told=told,
        provider_id=pieces[0].group[0] if len(provider_ids) == 1 else None,
        programme_id=pieces[0].group[1],
        made_on=on,
        first_cohort_id=cohort_ids[0],
        cohort_ids=cohort_ids,
        counts={code: counts.get(code, 0) for code in CODES[told]},
    )
    db.session.add(released)
    db.session.flush()
    audit.record(
        Act.EVALUATION_RELEASED, by=None, on=released, about="places", cohorts=len(released.cohort_ids)
    )
    return released


def _add(counts: Iterable[Counts]) -> Counts:
    total = Counter[str]()
    for each in counts:
        total.update(each)
    return total
