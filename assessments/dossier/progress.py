"""How far a copy or a pack has come while it is made."""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.jobs import Job, JobState


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come: steps done, of how many; whether it is being made, or could not be."""

    done: int
    total: int
    has_failed: bool
    is_going: bool


def progress(job: Job | None, *, is_made: bool, total: int = 0) -> Progress:
    """How far a job has come; one that is cleared away without having made anything has failed.

    Args:
        job: the job, while it is kept.
        is_made: whether what it makes is there.
        total: how many steps it will have, until it says so itself.
    """
    if job is None:
        return Progress(0, total, has_failed=not is_made, is_going=False)
    has_failed = job.state is JobState.FAILED
    is_going = not is_made and not has_failed
    return Progress(job.done_steps, job.total_steps or total, has_failed=has_failed, is_going=is_going)
