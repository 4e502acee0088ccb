"""Reading how places ended: of cohorts that no figure counts yet, and what has come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select

from assessments.evaluation.models import PlacesRelease, PlacesTold
from assessments.evaluation.queries import Scope
from assessments.evaluation.staying import COMPLETED, INCOMPLETE, LEFT, Batch, Stayed
from courses.cohorts.models import Cohort, Enrolment, EnrolmentStatus
from courses.progress.completed import list_completed
from lms.core import clock
from lms.core.extensions import db

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Course:
    """A cohort: who runs it, for which programme, and its last day."""

    id: int
    provider_id: int
    programme_id: int | None
    ends_on: date


def list_courses() -> Sequence[Course]:
    """Every cohort, in the order in which they end."""
    rows = db.session.execute(
        select(Cohort.id, Cohort.provider_id, Cohort.programme_id, Cohort.ends_on).order_by(
            Cohort.ends_on, Cohort.id
        )
    )
    return [Course(*row) for row in rows]


def count_ends(cohort_ids: Collection[int]) -> Mapping[int, Counts]:
    """How many places of each cohort ended in which way; of a cohort without places, nothing."""
    completed = list_completed(cohort_ids)
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.cohort_id, Enrolment.status).where(Enrolment.cohort_id.in_(cohort_ids))
    )
    found: dict[int, Counter[str]] = {cohort_id: Counter() for cohort_id in cohort_ids}
    for enrolment_id, cohort_id, status in rows:
        stayed = COMPLETED if enrolment_id in completed else INCOMPLETE
        found[cohort_id][LEFT if status is EnrolmentStatus.WITHDRAWN else stayed] += 1
    return found


def count_reasons(cohort_ids: Collection[int]) -> Mapping[int, Counts]:
    """How many left each cohort, by reason."""
    rows = db.session.execute(
        select(Enrolment.cohort_id, Enrolment.left_reason).where(Enrolment.cohort_id.in_(cohort_ids))
    )
    found: dict[int, Counter[str]] = {cohort_id: Counter() for cohort_id in cohort_ids}
    for cohort_id, reason in rows:
        if reason is not None:
            found[cohort_id][reason.value] += 1
    return found


def list_released(told: PlacesTold) -> Sequence[PlacesRelease]:
    """Everything of a kind that has come out, the earliest first."""
    return db.session.scalars(
        select(PlacesRelease).where(PlacesRelease.told == told).order_by(PlacesRelease.id)
    ).all()


def stayed_in(scope: Scope) -> Stayed:
    """All that came out about the cohorts of a page; the same number of queries however many."""
    subject = PlacesRelease.programme_id if scope.kind == "programme" else PlacesRelease.provider_id
    owner = scope.id if scope.kind != "cohort" else scope.parts[0].provider_id
    rows = db.session.scalars(select(PlacesRelease).where(subject == owner).order_by(PlacesRelease.id)).all()
    own = [row for row in rows if scope.chosen.intersection(row.cohort_ids)]
    ends, reasons = (
        [Batch(frozenset(row.cohort_ids), row.counts) for row in own if row.told is told]
        for told in (PlacesTold.ENDS, PlacesTold.REASONS)
    )
    has_places = exists().where(Enrolment.cohort_id == Cohort.id)
    over = dict(
        db.session.execute(
            select(Cohort.id, has_places).where(Cohort.id.in_(scope.chosen), Cohort.ends_on < clock.today())
        ).all()
    )
    counted = frozenset[int]().union(*(batch.cohorts for batch in ends))
    waiting = Counter(is_kept for cohort_id, is_kept in over.items() if cohort_id not in counted)
    return Stayed(
        ends,
        reasons,
        running=len(scope.chosen - over.keys() - counted),
        waiting=waiting[True],
        placeless=waiting[False],
    )
