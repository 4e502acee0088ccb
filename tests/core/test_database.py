"""The promises that a connection keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import database
from lms.core.extensions import db
from lms.core.model import UTCDateTime
from lms.site.app import create_app
from tests import databases


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite, whichever database the run is about."""
    url = databases.copy_sqlite(sqlite_template, tmp_path / "own.sqlite")
    made = create_app(databases.settings_for(url, tmp_path))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def test_sqlite_is_durable_and_keeps_its_foreign_keys(sqlite: Flask) -> None:
    with db.engine.connect() as connection:
        seen = {name: connection.execute(sa.text(f"PRAGMA {name}")).scalar() for name in database.PRAGMAS}
    assert seen == database.PRAGMAS
    assert seen["synchronous"] == 2
    assert seen["journal_mode"] == "wal"


def test_the_library_is_free_of_the_wal_race(sqlite: Flask) -> None:
    with db.engine.connect() as connection:
        version = connection.execute(sa.text("SELECT sqlite_version()")).scalar() or ""
    assert tuple(int(part) for part in version.split(".")) >= database.SAFE_WAL


def test_writers_wait_their_turn_instead_of_failing(sqlite: Flask) -> None:
    """Two writers that read first and write later both succeed."""
    faults: list[Exception] = []
    table = sa.table("audit_head", sa.column("id"), sa.column("sequence"), sa.column("hash"))
    with db.engine.begin() as connection:
        connection.execute(sa.insert(table).values(id=1, sequence=0, hash="x"))

    def add_one() -> None:
        try:
            with database.writing(), db.engine.begin() as connection:
                count = connection.execute(sa.select(table.c.sequence)).scalar() or 0
                connection.execute(sa.update(table).values(sequence=count + 1))
        except sa.exc.DatabaseError as fault:
            faults.append(fault)

    engine_threads = [threading.Thread(target=_in_context(sqlite, add_one)) for _ in range(8)]
    db.session.rollback()
    for thread in engine_threads:
        thread.start()
    for thread in engine_threads:
        thread.join()
    assert faults == []
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(table.c.sequence)).scalar() == 8


def _in_context(app: Flask, work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            work()

    return run


def test_a_time_without_a_zone_cannot_be_stored(app: Flask) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UTCDateTime().process_bind_param(datetime(2026, 3, 10), db.engine.dialect)  # noqa: DTZ001 (the fault itself)
