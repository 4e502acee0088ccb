"""Databases for measurements: files that are gone when the run ends, and the application upon one of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pysqlite3
import structlog
from flask import Flask
from flask_migrate import upgrade

from config import Settings
from lms.core.extensions import db
from lms.site.app import create_app

MIGRATIONS = Path(__file__).parents[2] / "migrations"
_folder = TemporaryDirectory(prefix="going-forward-bench-")


def place(name: str) -> Path:
    """Where the database of that name is, or will be."""
    return Path(_folder.name) / f"{name}.sqlite"


def settings(path: Path) -> dict[str, str]:
    """The settings of the application upon a database, as environment variables."""
    return {
        "ENVIRONMENT": "test",
        "DATABASE_URL": f"sqlite:///{path}",
        "FILES": str(path.with_suffix(".files")),
        "MAIL_FOLDER": str(path.with_suffix(".mail")),
        "SECRET_KEY": "bench " * 8,
        "RESPONSE_KEY": "bench " * 8,
        "LIMITS": "no",
    }


def application(path: Path) -> Flask:
    """The application upon a database. Its log is put together as always, and not printed among the figures."""
    app = create_app(Settings.from_environment(settings(path)))
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    return app


@cache
def empty() -> Path:
    """A database with every table and nothing in them."""
    path = place("empty")
    with application(path).app_context():
        upgrade(directory=str(MIGRATIONS))
        close()
    return path


def copied(source: Path, target: Path) -> Path:
    """A copy of a database, whoever has it open; gives back where it is."""
    with pysqlite3.connect(source) as read, pysqlite3.connect(target) as written:
        read.backup(written)
    read.close()
    written.close()
    return target


def close() -> None:
    """Within an application's context: let go of its database."""
    db.session.remove()
    db.engine.dispose()
