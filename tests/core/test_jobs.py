"""Jobs: written with their cause, taken by one worker, tried again, never lost by a kill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from lms.core import clock, jobs
from lms.core.extensions import db
from lms.core.jobs import Job, JobState

NAME = "test.note"


@pytest.fixture
def notes(app: object) -> Iterator[list[dict[str, Any]]]:
    seen: list[dict[str, Any]] = []

    @jobs.job(NAME)
    def note(payload: dict[str, Any]) -> None:
        if payload.get("fail"):
            raise ValueError("planted")
        seen.append(payload)

    yield seen
    jobs._handlers.pop(NAME)


def the_job() -> Job:
    db.session.expire_all()
    return db.session.scalars(select(Job).where(Job.name == NAME)).one()


def test_a_job_runs_once_after_its_cause_is_committed(notes: list[dict[str, Any]]) -> None:
    jobs.enqueue(NAME, {"word": "hello"})
    db.session.commit()
    assert jobs.run_all_due() == 1
    assert jobs.run_all_due() == 0
    assert [note["word"] for note in notes] == ["hello"]
    assert the_job().state is JobState.DONE


def test_a_job_whose_cause_is_rolled_back_never_runs(notes: list[dict[str, Any]]) -> None:
    jobs.enqueue(NAME, {})
    db.session.rollback()
    assert jobs.run_all_due() == 0


def test_the_same_key_is_the_same_job(notes: list[dict[str, Any]]) -> None:
    first = jobs.enqueue(NAME, {}, key="once")
    assert jobs.enqueue(NAME, {}, key="once") is first


def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(notes: list[dict[str, Any]]) -> None:
    jobs.enqueue(NAME, {})
    db.session.commit()
    assert jobs.claim() is not None
    assert jobs.claim() is None
    the_job().leased_until = clock.now() - timedelta(seconds=1)
    db.session.commit()
    again = jobs.claim()
    assert again is not None
    assert again.attempts == 2


def test_a_failing_job_waits_longer_each_time_and_is_kept_for_somebody_to_see(
    notes: list[dict[str, Any]],
) -> None:
    jobs.enqueue(NAME, {"fail": True})
    db.session.commit()
    waits = []
    for _ in range(jobs.MOST_ATTEMPTS):
        job = the_job()
        job.due_at = clock.now()
        db.session.commit()
        claimed = jobs.claim()
        assert claimed is not None
        before = clock.now()
        assert jobs.run(claimed) is False
        waits.append((the_job().due_at - before).total_seconds())
    assert all(later > earlier for earlier, later in pairwise(waits))
    assert the_job().state is JobState.FAILED
    assert "planted" in the_job().trouble


def test_a_name_without_a_handler_is_refused_when_it_is_queued(app: object) -> None:
    with pytest.raises(KeyError, match="no handler"):
        jobs.enqueue("test.unknown", {})
