"""Check and publish a course, against the least that keeps the same files as data.

The service reads every file with its line numbers, judges it by the description, holds the parts against each other
(ids, minutes, links, criteria, reading age) and appends a version with its line in the audit trail. The floor parses the
same YAML with libyaml, reads the same pages, writes one JSON text and inserts one row. Both write as safely.
"""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pysqlite3
import yaml

from assessments.portfolio.unit_files import read_units
from bench.figure import Figure, cpu_seconds
from bench.stand.databases import application, close, copied, empty, place
from courses.content import checks, loader, service
from lms.core.database import PRAGMAS, writing
from lms.core.extensions import db

COURSE = loader.LIBRARY / "families-going-forward"
ROUNDS = 7


def figures() -> list[Figure]:
    """Rounds of both, turn and turn about, each into a database without courses."""
    ours: list[float] = []
    floor: list[float] = []
    for number in range(ROUNDS):
        published = copied(empty(), place(f"published-{number}"))
        with application(published).app_context(), writing():
            ours.append(cpu_seconds(_check_and_publish))
            close()
        kept = copied(empty(), place(f"kept-{number}"))
        floor.append(_keep_bare(published, kept))
    speed = statistics.median(least / own for least, own in zip(floor, ours, strict=True))
    return [
        Figure("files of a course, parsed and kept bare", 1000 * statistics.median(floor), "ms CPU"),
        Figure(
            "check and publish a course",
            1000 * statistics.median(ours),
            "ms CPU",
            speed,
            "the bare parser's and driver's speed",
        ),
    ]


def _check_and_publish() -> None:
    source = loader.load(COURSE)
    faults = checks.check_library([source], criteria_of=_criteria_of)
    if faults:
        raise RuntimeError(f"{COURSE.name} has {len(faults)} faults")
    service.publish(source.document, by=None)
    db.session.commit()


def _criteria_of(unit: str) -> frozenset[str] | None:
    return next((frozenset(found.criteria) for found in read_units() if found.slug == unit), None)


def _keep_bare(published: Path, kept: Path) -> float:
    """Seconds for the files' data in one row, whose other columns are those of the published version."""
    reading = pysqlite3.connect(published)
    reading.row_factory = pysqlite3.Row
    row = dict(reading.execute("SELECT * FROM course_version").fetchone())
    reading.close()
    connection = pysqlite3.connect(kept, isolation_level=None)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    statement = f"INSERT INTO course_version ({names}) VALUES ({marks})"  # noqa: S608 (the table's own columns)
    taken = cpu_seconds(lambda: connection.execute(statement, row | {"document": _document()}))
    connection.close()
    return taken


def _document() -> str:
    files = [COURSE / "course.yaml", *sorted((COURSE / "modules").glob("*.yaml"))]
    course, *modules = (yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in files)
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted((COURSE / "pages").glob("*.md"))}
    return json.dumps({"course": course, "modules": modules, "pages": pages})
