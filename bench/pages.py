"""What a page costs the processor: a practitioner's home and an assessor's queue, at 100 and at 10,000 enrolments.

The people are the demonstration's, whose home and queue hold what such pages hold in use; the others are enrolled
from spreadsheets around them. Each page is asked for through Flask's own test client, sign-in, headers and all, and
compared with a constant page of 6 KB that a bare Flask application gives back in the same minute. The number of
queries must not change with the number of enrolments, or the run stops.
"""

from __future__ import annotations

import contextvars
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, func, select

from bench.figure import Figure
from config import Settings
from courses.cohorts import imports
from courses.cohorts import service as cohorts
from courses.cohorts.calendar import Pattern
from courses.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.database import writing
from lms.core.extensions import db
from lms.people import queries
from lms.people import service as people
from lms.people.roles import Role
from lms.people.sign_in import SEEN
from lms.site import demo_accounts
from lms.site.app import create_app
from lms.site.demo import loading

SIZES = (100, 10_000)
IN_ONE_COHORT = 500
PAGES = ((Role.PRACTITIONER, "progress.home", "home"), (Role.ASSESSOR, "marking.queue", "marking queue"))
REQUESTS = 40
ROUNDS = 5
CONSTANT_BYTES = 6 * 1024
GOAL = 1 / 8
"""A page may cost eight constant ones."""
HEADINGS = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer"


def figures() -> list[Figure]:
    """Measure both pages at both sizes, turn and turn about with the constant page.

    Raises:
        RuntimeError: a page asks for more queries with more enrolments, or does not answer 200.
    """
    found: list[Figure] = []
    counts: dict[str, list[int]] = {name: [] for _, _, name in PAGES}
    with tempfile.TemporaryDirectory() as folder:
        app = _app(Path(folder))
        with app.app_context():
            upgrade(directory=str(Path(__file__).parents[1] / "migrations"))
            loading.build(quiet=True)
            for size in SIZES:
                _fill_up(size)
                for role, endpoint, name in PAGES:
                    look = _looker(app, role, endpoint)
                    counts[name].append(_queries(look))
                    found.append(_compared(f"{name} at {size:,} enrolments", look))
            db.session.remove()
            db.engine.dispose()
    for name, (few, many) in counts.items():
        if few != many:
            raise RuntimeError(
                f"the {name} asks {few} queries at {SIZES[0]} enrolments and {many} at {SIZES[1]}"
            )
    return found


def _app(folder: Path) -> Flask:
    return create_app(
        Settings(
            ENVIRONMENT="test",
            DATABASE_URL=f"sqlite:///{folder / 'pages.sqlite'}",
            FILES=folder / "files",
            MAIL_FOLDER=folder / "mail",
            SECRET_KEY="bench " * 8,
            RESPONSE_KEY="bench " * 8,
            LIMITS=False,
        )
    )


def _fill_up(size: int) -> None:
    """Enrol people in further cohorts of the same provider until there are so many."""
    administrator = queries.find_user(demo_accounts.address(Role.PROVIDER_ADMINISTRATOR.value))
    if administrator is None:
        raise RuntimeError("the demonstration has no provider administrator")
    by = queries.get_person(administrator.id)
    model = db.session.scalars(select(Cohort).order_by(Cohort.id.desc()).limit(1)).one()
    held = db.session.scalar(select(func.count()).select_from(Enrolment)) or 0
    while held < size:
        wanted = min(IN_ONE_COHORT, size - held)
        with writing():
            cohort = cohorts.create_cohort(
                provider=model.provider,
                course_version=model.course_version,
                name=f"Cohort of person {held}",
                pattern=Pattern.WEEKLY,
                first_day=date(2026, 1, 13),
                starts=clock_time(9, 30),
                region="yorkshire_humber",
                by=by,
            )
            kept = imports.offer_import(cohort, _spreadsheet(held, wanted), filename="people.csv", by=by)
            plan, _ = imports.plan(cohort, imports.learners_of(kept))
            imports.confirm_import(kept, expected=plan.fingerprint, lasts=timedelta(days=14), by=by)
            db.session.commit()
        held += wanted


def _spreadsheet(first: int, count: int) -> bytes:
    lines = io.StringIO()
    lines.write(f"{HEADINGS}\n")
    for number in range(first, first + count):
        lines.write(f"Person {number},person{number}@bench.example,,,yes,no\n")
    return lines.getvalue().encode()


def _looker(app: Flask, role: Role, endpoint: str) -> Callable[[], None]:
    """A call that asks for a page as a person who is signed in."""
    user = queries.find_user(demo_accounts.address(role.value))
    if user is None:
        raise RuntimeError(f"the demonstration has no {role.value}")
    with writing():
        person = people.sign_in(user, lasts=app.config["SESSION_LONGEST"], device="bench")
        db.session.commit()
    client: FlaskClient = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = person.token
        cookie["_fresh"] = True
        cookie[SEEN] = clock.now().timestamp()
    address = app.url_map.bind("localhost").build(endpoint)

    def look() -> None:
        # a context of its own, as on a server: nothing of the one around it is reused
        response = contextvars.Context().run(client.get, address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    look()
    return look


def _queries(look: Callable[[], None]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        look()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def _constant() -> Callable[[], None]:
    """A call that asks a bare Flask application for a constant page."""
    bare = Flask("constant", static_folder=None)
    bare.add_url_rule("/", "page", lambda: "x" * CONSTANT_BYTES)
    client = bare.test_client()

    def look() -> None:
        contextvars.Context().run(client.get, "/")

    look()
    return look


def _compared(name: str, look: Callable[[], None]) -> Figure:
    """Processor time of a page and of the constant one, in turns."""
    constant = _constant()
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(_milliseconds(constant))
        ours.append(_milliseconds(look))
    ratio = statistics.median(floor / page for floor, page in zip(bare, ours, strict=True))
    page = statistics.median(ours)
    return Figure(
        f"{name}, {1 / ratio:.1f} constant pages",
        page,
        "ms CPU",
        ratio,
        "a constant 6 KB response's speed",
        GOAL,
    )


def _milliseconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    for _ in range(REQUESTS):
        work()
    return 1000 * (time.process_time() - start) / REQUESTS
