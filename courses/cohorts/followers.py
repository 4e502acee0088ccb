"""Those above who follow a cohort's days and people: questionnaires are asked by its calendar, of whoever is in it.

The rooms that ask stand above this one, so the roof leaves their functions under a name, as it does with supplements.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app

EXTENSION = "courses.cohort-followers"
"""Where the roof puts its followers: `app.extensions[EXTENSION] = (follower, …)`."""

Follower = Callable[[int], None]
"""Given the id of a cohort, within the transaction of the change; must be quick, so it leaves what is slow to a job."""


def tell(cohort_id: int) -> None:
    """Say that a cohort has been laid out, that its sessions have moved, or that somebody has a place in it."""
    followers: tuple[Follower, ...] = current_app.extensions[EXTENSION]
    for follower in followers:
        follower(cohort_id)
