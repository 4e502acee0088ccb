"""Who wants to know that a piece of evidence was taken out, because they keep copies of it. Filled in by the roof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import current_app

from assessments.portfolio.models import Evidence
from lms.core.access import Actor
from lms.core.files import StoredFile

EXTENSION = "portfolio.quarantine-followers"
"""Where the roof puts its followers: `app.extensions[EXTENSION] = (follower, …)`."""

Follower = Callable[[Evidence, Actor], Iterable[StoredFile]]
"""Given the piece and who takes it out, within that transaction. Blanks or deletes its own copies of the piece's words; gives back
those of its files that hold copies, which are then withheld and purged with the rest."""


def tell(evidence: Evidence, *, by: Actor) -> Iterator[StoredFile]:
    """Say that a piece is being taken out; gives back the files in which copies of it lie."""
    followers: tuple[Follower, ...] = current_app.extensions[EXTENSION]
    for follower in followers:
        yield from follower(evidence, by)
