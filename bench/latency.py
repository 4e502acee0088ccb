"""How long people wait for a page over HTTP with 21,000 enrolments, beside a learner's home in Kolibri.

Both servers run on this machine in the same minute and are asked in turns, one request at a time, each on a connection of its
own. Ours is served as the README says and answers with the page; Kolibri answers with the data of its home alone (17 KB of
JSON), which the browser still has to draw. It has one class of 25 with ten lessons.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure
from bench.stand.databases import settings
from bench.stand.kolibri import VERSION, kolibri
from bench.stand.servers import Door, free_port, serving
from bench.stand.site import MANY, database, site
from bench.stand.visits import COHORT, HOME, REGISTER, visit

PAGES = (HOME, COHORT, REGISTER)
ROUNDS = 60
WARM = 5
PUBLISHED = f"Kolibri {VERSION}, not run here: 56 to 124 ms, one learner, where it was measured before"
"""Its home data at one request at a time, on a shared machine with two cores."""


def figures() -> list[Figure]:
    """The middle and the slow end of each page's milliseconds, with the ratio to Kolibri's middle."""
    with _ours() as doors, kolibri() as rival:
        _take_turns([*doors.values(), *([rival] if rival else [])])
    middle = statistics.median(rival.taken) if rival else None
    against = f"Kolibri {VERSION}: home data, {_spread(rival)}" if rival else PUBLISHED
    return [
        Figure(
            f"{name} over HTTP at {MANY:,} enrolments, {_spread(door)}",
            statistics.median(door.taken),
            "ms",
            middle / statistics.median(door.taken) if middle else None,
            against,
        )
        for name, door in doors.items()
    ]


def _take_turns(doors: list[Door]) -> None:
    for turn in range(WARM + ROUNDS):
        for door in doors:
            door.knock()
            if turn < WARM:
                door.taken.clear()


def _spread(door: Door) -> str:
    taken = sorted(door.taken)
    return f"median {statistics.median(taken):.1f} ms, p95 {taken[int(0.95 * len(taken))]:.1f} ms"


@contextmanager
def _ours() -> Iterator[dict[str, Door]]:
    """Each page behind gunicorn, with somebody signed in in front of it."""
    app = site(MANY)
    port = free_port()
    visits = {page.name: visit(app, page) for page in PAGES}
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
    with (
        TemporaryDirectory() as folder,
        serving(
            [sys.executable, "-m", "gunicorn", "wsgi:app", *threads, "--bind", f"127.0.0.1:{port}"],
            port=port,
            path="/health",
            environment=os.environ | settings(database(MANY)),
            folder=Path(folder),
        ),
    ):
        yield {name: Door(port, each.path, each.cookie(app)) for name, each in visits.items()}
