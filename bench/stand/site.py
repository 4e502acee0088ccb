"""The demonstration, alone and with many more enrolments around it: built once a run, for all that measures pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pysqlite3
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from bench.stand.crowd import copy_cohorts
from config import Settings
from courses.cohorts.models import Enrolment
from lms.core.extensions import db
from lms.site.app import create_app
from lms.site.demo import loading

FEW, MANY = 20, 20_000
"""How many enrolments the database holds: those of the demonstration, and a thousand times as many."""

_folder = TemporaryDirectory(prefix="going-forward-bench-")


def settings(enrolments: int) -> dict[str, str]:
    """The settings of the site with so many enrolments, as environment variables."""
    folder = Path(_folder.name)
    return {
        "ENVIRONMENT": "test",
        "DATABASE_URL": f"sqlite:///{_database(enrolments)}",
        "FILES": str(folder / "files"),
        "MAIL_FOLDER": str(folder / "mail"),
        "SECRET_KEY": "bench " * 8,
        "RESPONSE_KEY": "bench " * 8,
        "LIMITS": "no",
    }


def _database(enrolments: int) -> Path:
    return Path(_folder.name) / f"{enrolments}.sqlite"


@cache
def site(enrolments: int) -> Flask:
    """The application with FEW or MANY enrolments in its database.

    Raises:
        RuntimeError: the demonstration does not hold FEW enrolments, or a multiple of them is not as many as wanted.
    """
    app = create_app(Settings.from_environment(settings(enrolments)))
    if enrolments != FEW:
        site(FEW)
        _copy_file(_database(FEW), _database(enrolments))
    with app.app_context():
        if enrolments == FEW:
            upgrade(directory=str(Path(__file__).parents[2] / "migrations"))
            loading.build(quiet=True)
        else:
            copy_cohorts(enrolments // FEW - 1)
        held = db.session.scalar(select(func.count(Enrolment.id)))
        db.session.remove()
        db.engine.dispose()
    if held != enrolments:
        raise RuntimeError(f"the database holds {held} enrolments, not {enrolments}")
    return app


def _copy_file(source: Path, target: Path) -> None:
    with pysqlite3.connect(source) as read, pysqlite3.connect(target) as written:
        read.backup(written)
