"""Slow work, kept as rows of our own database and written in the same transaction as its cause.

A job is claimed with a lease by a conditional update, so that any number of workers on either database share the
queue; a worker that is killed loses nothing, for its lease runs out and another takes the job up again. Handlers
must therefore be safe to run twice. This is not a place for business rules: a handler is a service function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import JSON, CheckConstraint, Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock
from lms.core.database import reading, writing
from lms.core.extensions import db
from lms.core.model import Entity, enum_column

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=30)

Steps = Iterator[tuple[int, int]]
"""What long work gives as it goes: how many steps are done, of how many."""
Handler = Callable[[dict[str, Any]], Steps | None]
_handlers: dict[str, Handler] = {}
_log = structlog.get_logger(__name__)


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Job(Entity):
    """One piece of slow work. `key`, when given, makes a second enqueueing of the same work a no-op."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done_steps <= total_steps", name="steps"),
        Index(None, "state", "due_at"),
    )

    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[JobState] = mapped_column(enum_column(JobState), default=JobState.WAITING)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_steps: Mapped[int] = mapped_column(default=0)
    total_steps: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")


def job(name: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of the jobs of a name."""

    def register(handler: Handler) -> Handler:
        _handlers[name] = handler
        return handler

    return register


def enqueue(name: str, payload: dict[str, Any], *, key: str | None = None) -> Job:
    """Add a job to the present transaction; give back the one that stands when its key is taken.

    Raises:
        KeyError: no handler has that name.
    """
    if name not in _handlers:
        raise KeyError(f"no handler for jobs named {name!r}")
    if key is not None:
        standing = db.session.scalar(select(Job).where(Job.key == key))
        if standing is not None:
            return standing
    made = Job(name=name, payload=payload, key=key)
    db.session.add(made)
    return made


def claim() -> Job | None:
    """Take the next due job for the length of a lease, or None when nothing is due. Commits."""
    now = clock.now()
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    with writing():
        candidate = db.session.scalar(
            select(Job)
            .where(Job.state == JobState.WAITING, Job.due_at <= now, free)
            .order_by(Job.due_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if candidate is None:
            db.session.rollback()
            return None
        candidate.leased_until = now + LEASE
        candidate.attempts += 1
        db.session.commit()
    return candidate


def report_progress(job_id: int, *, done: int, total: int) -> None:
    """Note how far a job has come and renew its lease. Belongs to the handler's transaction."""
    db.session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(done_steps=done, total_steps=total, leased_until=clock.now() + LEASE)
    )


def run(claimed: Job) -> bool:
    """Run a claimed job in one transaction: its effects and its end are committed together.

    A handler that gives steps is long work: nobody waits for a lock while it goes on, how far it has come is committed after
    each step, and what it writes after the last is committed with its end.

    Returns:
        Whether it ended well. One that fails is tried again later, each time after twice the wait; after the last
        attempt it is kept as failed for an administrator to see.
    """
    job_id, name, attempts = claimed.id, claimed.name, claimed.attempts
    try:
        with writing():
            steps = _handlers[name]({**claimed.payload, "job_id": job_id})
            if steps is not None:
                _follow(job_id, steps)
            db.session.execute(
                update(Job).where(Job.id == job_id).values(state=JobState.DONE, leased_until=None, trouble="")
            )
            db.session.commit()
    except Exception as trouble:  # noqa: BLE001 (whatever a handler raises, the queue must go on and say so)
        db.session.rollback()
        _log.warning("job failed", job=name, job_id=job_id, attempt=attempts, trouble=repr(trouble))
        _put_back(job_id, attempts, repr(trouble))
        return False
    return True


def _follow(job_id: int, steps: Steps) -> None:
    """Go through the steps of long work, each in a transaction that only reads; what follows the last may write."""
    db.session.commit()
    while True:
        with reading():
            come = next(steps, None)
        if come is None:
            return
        db.session.rollback()
        report_progress(job_id, done=come[0], total=come[1])
        db.session.commit()


def _put_back(job_id: int, attempts: int, trouble: str) -> None:
    state = JobState.FAILED if attempts >= MOST_ATTEMPTS else JobState.WAITING
    wait = FIRST_RETRY * 2 ** (attempts - 1)
    with writing():
        db.session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(state=state, leased_until=None, due_at=clock.now() + wait, trouble=trouble)
        )
        db.session.commit()


def run_all_due(limit: int = 10_000) -> int:
    """Run jobs until none is due; gives back how many were run."""
    for count in range(limit):
        claimed = claim()
        if claimed is None:
            return count
        run(claimed)
    return limit
