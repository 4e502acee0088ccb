"""Enrol 10,000 people from a spreadsheet through the real service, against the bare driver writing the same rows.

The service reads the file, checks every row, keeps the file, compares it with what is known, writes everything in one
transaction and notes it in the audit trail. The driver only writes: the very rows that the service wrote go into a copy
of the database as it was before, by one `executemany` a table. Both keep foreign keys and full synchronous writes on.
"""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path

import pysqlite3
from sqlalchemy import func, select

from bench.figure import Figure, cpu_seconds
from bench.stand.databases import application, close, copied, empty, place
from courses.cohorts import service
from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.models import Cohort, Enrolment
from courses.content import loader
from courses.content import service as content
from courses.places import imports
from lms.core.database import PRAGMAS, writing
from lms.core.extensions import db
from lms.people import queries
from lms.people import service as people
from lms.people.models import OrganisationKind
from lms.people.person import Person
from lms.people.roles import Role

PEOPLE = 10_000
ROUNDS = 5
TABLES = ("user", "membership", "enrolment")
POINTED_AT = ("organisation", "setting", "stored_file", "learner_import")
"""Tables whose few new rows the others point at; they are copied outside the measurement."""
HEADINGS = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer"


def figures() -> list[Figure]:
    """Measure rounds of both, turn and turn about, each on its own empty database."""
    ours: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS):
        path, before = copied(empty(), place(f"import-{number}")), place(f"before-import-{number}")
        ours.append(_import(path, before))
        bare.append(_write_bare(path, before))
    service_time, driver_time = statistics.median(ours), statistics.median(bare)
    speeds = statistics.median(driver / service for driver, service in zip(bare, ours, strict=True))
    return [
        Figure("rows of 10,000 learners, bare driver", driver_time, "s CPU"),
        Figure("import 10,000 learners", service_time, "s CPU", speeds, "the bare driver's speed", 1 / 3),
    ]


def spreadsheet(count: int) -> bytes:
    """A .csv of so many people from 40 settings of 8 employers."""
    rows = (
        f"Ṣadé Adéyẹmí {n},sade.{n}@leeds.example,Centre {n % 40},Employer {n % 8},{'yes' if n % 2 else 'no'},yes"
        for n in range(count)
    )
    return "\n".join([HEADINGS, *rows]).encode()


def _import(path: Path, before: Path) -> float:
    """The seconds that checking, keeping and confirming the file take; the database is copied before."""
    data = spreadsheet(PEOPLE)
    with application(path).app_context(), writing():
        cohort, by = _cohort()
        copied(path, before)
        taken = cpu_seconds(lambda: _check_and_confirm(cohort, data, by))
        written = db.session.scalar(select(func.count(Enrolment.id)))
        close()
    if written != PEOPLE:
        raise RuntimeError(f"{written} people were enrolled, not {PEOPLE}")
    return taken


def _check_and_confirm(cohort: Cohort, data: bytes, by: Person) -> None:
    kept = imports.offer_import(cohort, data, filename="learners.csv", by=by)
    plan, _ = imports.plan(cohort, imports.learners_of(kept))
    imports.confirm_import(kept, expected=plan.fingerprint, lasts=timedelta(days=14), by=by)
    db.session.commit()


def _cohort() -> tuple[Cohort, Person]:
    provider = people.create_organisation(kind=OrganisationKind.PROVIDER, name="Bench Learning")
    user = people.create_user(name="Joy Mensah", email="joy@example.org")
    people.add_member(user, provider, Role.PROVIDER_ADMINISTRATOR)
    version = content.publish(loader.load(loader.LIBRARY / "families-going-forward").document, by=None)
    cohort = service.create_cohort(
        provider=provider,
        course_version=version,
        name="Everybody",
        wishes=Wishes(Pattern.WEEKLY, first_day=date(2027, 1, 12), starts=clock_time(9, 30)),
        region="london",
        by=None,
    )
    db.session.commit()
    return cohort, queries.get_person(user.id)


def _write_bare(after: Path, before: Path) -> float:
    """The seconds that the driver takes for the rows that are in one database and not yet in the other."""
    reading = pysqlite3.connect(after)
    connection = pysqlite3.connect(before, isolation_level=None)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    rows = {table: _rows_since(reading, connection, table) for table in (*POINTED_AT, *TABLES)}
    reading.close()
    _insert(connection, {table: rows.pop(table) for table in POINTED_AT})
    taken = cpu_seconds(lambda: _insert(connection, rows))
    connection.close()
    return taken


def _rows_since(
    after: pysqlite3.Connection, before: pysqlite3.Connection, table: str
) -> list[tuple[object, ...]]:
    last = before.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"').fetchone()  # noqa: S608 (a name from the lists above)
    since = f'SELECT * FROM "{table}" WHERE id > ? ORDER BY id'  # noqa: S608 (the same)
    found: list[tuple[object, ...]] = after.execute(since, last).fetchall()
    return found


def _insert(connection: pysqlite3.Connection, rows: dict[str, list[tuple[object, ...]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, found in rows.items():
        marks = ",".join("?" * len(found[0]))
        connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', found)  # noqa: S608 (the same)
    connection.execute("COMMIT")
