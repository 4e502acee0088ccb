"""The demonstration, alone and with many more enrolments around it: built once a run, for all that measures pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from bench.stand.crowd import copy_cohorts
from bench.stand.databases import application, close, copied, empty, place
from courses.cohorts.models import Enrolment
from lms.core.extensions import db
from lms.site.demo import loading

FEW, MANY = 21, 21_000
"""How many enrolments the database holds: those of the demonstration, and a thousand times as many."""


def database(enrolments: int) -> Path:
    """Where the database with so many enrolments is, once there is a `site` upon it."""
    return place(f"{enrolments}-enrolments")


@cache
def site(enrolments: int) -> Flask:
    """The application with FEW or MANY enrolments in its database.

    Raises:
        RuntimeError: there are not so many, because the demonstration has other than FEW or they are no multiple of it.
    """
    if enrolments == FEW:
        before = empty()
    else:
        site(FEW)
        before = database(FEW)
    app = application(copied(before, database(enrolments)))
    with app.app_context():
        if enrolments == FEW:
            loading.build(quiet=True)
        else:
            copy_cohorts(enrolments // FEW - 1)
        held = db.session.scalar(select(func.count(Enrolment.id)))
        close()
    if held != enrolments:
        raise RuntimeError(f"the database holds {held} enrolments, not {enrolments}")
    return app
