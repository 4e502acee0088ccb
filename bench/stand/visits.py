"""Looking at a page as somebody who is signed in, through Flask's own test client."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, select

from courses.cohorts.models import Cohort, Enrolment, Programme, Session
from lms.core import clock
from lms.core.database import writing
from lms.core.extensions import db
from lms.people import queries
from lms.people import service as people
from lms.people.models import User
from lms.people.roles import Role
from lms.people.sign_in import SEEN
from lms.site import demo_accounts


@dataclass(frozen=True, slots=True)
class Page:
    """A page to look at: what it is called, who looks at it, and where it is."""

    name: str
    role: Role
    path: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is signed in, in front of a page."""

    path: str
    client: FlaskClient

    def look(self) -> None:
        """Ask for the page.

        Raises:
            RuntimeError: it does not answer 200.
        """
        # a context of its own, as on a server: nothing of the one around it is reused
        response = contextvars.Context().run(self.client.get, self.path)
        if response.status_code != 200:
            raise RuntimeError(f"{self.path}: {response.status_code}")

    def cookie(self, app: Flask) -> str:
        """The Cookie header that makes the person known to another server with the same settings.

        Raises:
            RuntimeError: nobody is signed in.
        """
        found = self.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        if found is None:
            raise RuntimeError("there is no session cookie")
        return f"{found.key}={found.value}"


def visit(app: Flask, page: Page) -> Visit:
    """Sign somebody in on the page's behalf, and look once so that all is warm."""
    with app.app_context():
        with writing():
            person = people.sign_in(_listed(page.role), lasts=app.config["SESSION_LONGEST"], device="bench")
            db.session.commit()
        with app.test_request_context():
            path = page.path()
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = person.token
        cookie["_fresh"] = True
        cookie[SEEN] = clock.now().timestamp()
    made = Visit(path, client)
    made.look()
    return made


_names = count(1)


def rename_practitioner(app: Flask) -> None:
    """Give the practitioner of the demonstration a name they never had."""
    with app.app_context(), writing():
        _listed(Role.PRACTITIONER).name = f"Ann Number-{next(_names)}"
        db.session.commit()
        db.session.remove()


def count_queries(app: Flask, look: Callable[[], None]) -> int:
    """How many statements the database is asked while somebody looks."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        look()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def _listed(role: Role) -> User:
    user = queries.find_user(demo_accounts.address(role.value))
    if user is None:
        raise RuntimeError(f"the demonstration has no {role.value}")
    return user


def _home() -> str:
    return url_for("progress.home")


def _cohort() -> str:
    return url_for("cohorts.show", cohort_ref=_live_cohort().ref)


def _register() -> str:
    held = select(Session).where(Session.cohort_id == _live_cohort().id, Session.starts_at <= clock.now())
    last = db.session.scalars(held.order_by(Session.number.desc()).limit(1)).one()
    return url_for("cohorts.register", session_ref=last.ref)


def _queue() -> str:
    return url_for("marking.queue")


def _study() -> str:
    """The programme of the 2010-11 study, whose 547 respondents the demonstration holds."""
    oldest = (
        select(Programme.ref)
        .join(Cohort, Cohort.programme_id == Programme.id)
        .order_by(Cohort.starts_on)
        .limit(1)
    )
    return db.session.scalars(oldest).one()


def _results() -> str:
    return url_for("evaluation.programme", programme_ref=_study(), section="results")


def report(form: str) -> Page:
    """The report of the 2010-11 study as a file: `form` is pdf, html or xlsx."""
    return Page(
        f"the report of 547 respondents, {form}",
        Role.COMMISSIONER,
        lambda: url_for("reporting.programme_file", programme_ref=_study(), form=form),
    )


def _live_cohort() -> Cohort:
    """The cohort of the practitioner who is listed."""
    own = select(Cohort).join(Enrolment, Enrolment.cohort_id == Cohort.id)
    return db.session.scalars(own.where(Enrolment.user_id == _listed(Role.PRACTITIONER).id)).one()


HOME = Page("home", Role.PRACTITIONER, _home)
COHORT = Page("cohort page", Role.FACILITATOR, _cohort)
REGISTER = Page("register", Role.FACILITATOR, _register)
QUEUE = Page("marking queue", Role.ASSESSOR, _queue)
RESULTS = Page("results of 547 respondents", Role.COMMISSIONER, _results)
