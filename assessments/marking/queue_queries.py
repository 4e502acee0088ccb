"""The assessor's queue: what waits, in what state, of what kind, a page at a time; and how much each assessor has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)

from assessments.deadlines.queries import due_of, longest_extension
from assessments.marking.models import Allocation, DecisionDraft, Origin, Stage, Waiting
from assessments.portfolio.models import Portfolio, Submission
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.access import Reach
from lms.core.reading import Rows, read_rows
from lms.core.text import london
from lms.people.models import User

ROWS_A_PAGE = 50
SOON_DAYS = 3


class Part(StrEnum):
    """Which part of the queue is asked for."""

    ALL = "all"
    LATE = "late"
    SOON = "soon"
    AGAIN = "again"
    BACK = "back"
    SIGNING = "signing"

    @property
    def words(self) -> str:
        """The part as a filter is labelled."""
        return _PARTS[self]


_PARTS = {
    Part.ALL: "All",
    Part.LATE: "Late",
    Part.SOON: f"Due within {SOON_DAYS} days",
    Part.AGAIN: "Sent again",
    Part.BACK: "Back to you",
    Part.SIGNING: "Being countersigned",
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What somebody wants to see of their queue."""

    part: Part = Part.ALL
    page: int = 1

    @classmethod
    def of(cls, part: str, page: int) -> QueueFilter:
        """From what an address asks for; a part that is not known is the whole."""
        return cls(Part(part) if part in set(Part) else Part.ALL, page)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One submission that waits."""

    ref: str
    learner: str
    cohort: str
    number: int
    criteria: int
    drafted: int
    since: datetime
    answer_by: date
    stage: Stage
    origin: Origin
    due_on: date

    @property
    def state(self) -> str:
        """Where it stands between being sent and being answered, in words."""
        if self.stage is Stage.COUNTERSIGNER:
            return "Being countersigned"
        if self.origin is not Origin.LEARNER:
            return "Back from the IQA" if self.origin is Origin.IQA else "Back from your countersigner"
        if not self.drafted:
            return "To decide"
        return "Being decided" if self.drafted < self.criteria else "Ready to send"


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits for one assessor.

    Attributes:
        counts: how many of each part.
        oldest: since when the oldest waits; None when nothing does.
    """

    counts: dict[Part, int]
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class QueueRead:
    """What a page of the queue shows, as it was read, and the day in London."""

    wanted: QueueFilter
    rows: Rows[*tuple[Any, ...]]
    counts: Rows[*tuple[Any, ...]]
    today: date


def _part(part: Part) -> ColumnElement[bool]:
    """Within a query of what waits: one part of the queue, on a day (`today`), up to another (`soon`)."""
    today, soon = bindparam("today", type_=Date), bindparam("soon", type_=Date)
    theirs = Waiting.stage == Stage.ASSESSOR
    return {
        Part.ALL: theirs,
        Part.LATE: and_(theirs, Waiting.answer_by < today),
        Part.SOON: and_(theirs, Waiting.answer_by >= today, Waiting.answer_by <= soon),
        Part.AGAIN: and_(theirs, Submission.number > 1),
        Part.BACK: and_(theirs, Waiting.origin != Origin.LEARNER),
        Part.SIGNING: Waiting.stage == Stage.COUNTERSIGNER,
    }[part]


def _waiting_for(*columns: Any, everywhere: bool) -> Select[*tuple[Any, ...]]:
    theirs = true() if everywhere else Cohort.provider_id.in_(bindparam("providers", expanding=True))
    return (
        select(*columns)
        .select_from(Waiting)
        .join(Allocation, Allocation.portfolio_id == Waiting.portfolio_id)
        .join(Submission, Submission.id == Waiting.submission_id)
        .join(Portfolio, Portfolio.id == Waiting.portfolio_id)
        .join(Enrolment, Enrolment.id == Portfolio.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Allocation.assessor_id == bindparam("person"), theirs)
    )


@lru_cache(maxsize=64)
def _rows(part: Part, page: int, *, everywhere: bool) -> Select[*tuple[Any, ...]]:
    """A page of the queue. Built once, for it is long."""
    drafted = (
        select(func.count())
        .select_from(DecisionDraft)
        .where(DecisionDraft.submission_id == Waiting.submission_id, DecisionDraft.outcome.is_not(None))
        .scalar_subquery()
    )
    return (
        _waiting_for(
            Submission.ref,
            User.name,
            Cohort.name,
            Submission.number,
            Waiting.criteria,
            drafted,
            Waiting.since,
            Waiting.answer_by,
            Waiting.stage,
            Waiting.origin,
            Cohort.ends_on,
            longest_extension(Waiting.portfolio_id),
            everywhere=everywhere,
        )
        .join(User, User.id == Portfolio.learner_id)
        .where(_part(part))
        .order_by(Waiting.since, Waiting.id)
        .limit(ROWS_A_PAGE)
        .offset((page - 1) * ROWS_A_PAGE)
    )


@cache
def _counts(*, everywhere: bool) -> Select[*tuple[Any, ...]]:
    """How many there are of each part, and since when the oldest waits."""
    numbers = [func.coalesce(func.sum(case((_part(part), 1), else_=0)), 0) for part in Part]
    oldest = func.min(case((Waiting.stage == Stage.ASSESSOR, Waiting.since)))
    return _waiting_for(*numbers, oldest, everywhere=everywhere)


def read_queue(wanted: QueueFilter, *, within: Reach) -> QueueRead:
    """A page of what waits for the asking assessor, longest first, and how much there is: two queries, columns only."""
    today = clock.today()
    days = {"today": today, "soon": today + timedelta(days=SOON_DAYS)}
    asked = {Part.LATE: {"today": today}, Part.SOON: days}.get(wanted.part, {})
    values, everywhere = _values(within), within.everywhere
    return QueueRead(
        wanted=wanted,
        rows=read_rows(_rows(wanted.part, wanted.page, everywhere=everywhere), **values, **asked),
        counts=read_rows(_counts(everywhere=everywhere), **values, **days),
        today=today,
    )


def values(read: QueueRead) -> dict[str, Any]:
    """What the page of the queue is given. Pure; `oldest_days` are whole days in London."""
    load = _load(read.counts)
    return {
        "wanted": read.wanted,
        "rows": [QueueRow(*(*row[:-2], due_of(*row[-2:]))) for row in read.rows],
        "load": load,
        "pages": -(-load.counts[read.wanted.part] // ROWS_A_PAGE),
        "oldest_days": (read.today - london(load.oldest).date()).days if load.oldest else None,
        "today": read.today,
    }


def _load(counts: Rows[*tuple[Any, ...]]) -> Load:
    (row,) = counts
    return Load(dict(zip(Part, row, strict=False)), row[-1])


def _values(within: Reach) -> dict[str, Any]:
    theirs = {} if within.everywhere else {"providers": list(within.organisation_ids)}
    return {"person": within.person_id, **theirs}


def behind(waiting: Waiting | None) -> ColumnElement[bool]:
    """Within a query of what waits: what comes after a submission in the order of the queue."""
    if waiting is None:
        return true()
    return or_(Waiting.since > waiting.since, and_(Waiting.since == waiting.since, Waiting.id > waiting.id))
