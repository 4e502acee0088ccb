"""What every test may ask for: an application on a real, empty database, and a client that judges every page.

`--database sqlite` (the default) or `--database postgresql` chooses the database for the whole run.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings

from lms.core.database import writing
from lms.core.extensions import db
from lms.site.app import create_app
from tests import databases
from tests.client import JudgingClient

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out the tests that meet no database, and those that walk over
    what others look at (marked `once`): they would only repeat what the SQLite run has shown.
    """
    if config.getoption("--database") == "sqlite":
        return
    meeting = [
        item
        for item in items
        if "database_kind" in getattr(item, "fixturenames", ()) and item.get_closest_marker("once") is None
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(meeting)])
    items[:] = meeting


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what is imported by now and stays: it would look through all of it again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.config.getoption("--database")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    folder = tmp_path_factory.mktemp("template")
    databases.migrate(f"sqlite:///{folder / 'template.sqlite'}", folder)
    return folder / "template.sqlite"


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a running PostgreSQL server."""
    return databases.start_postgresql(tmp_path_factory.getbasetemp() / "postgresql")


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str, worker: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database of this worker's own."""
    url = databases.create_postgresql_database(postgresql_server, f"going_forward_{worker}")
    databases.migrate(url, tmp_path_factory.mktemp("migrate"))
    return url


@pytest.fixture(scope="session")
def postgresql_app(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    made = create_app(databases.settings_for(postgresql_url, tmp_path_factory.mktemp("app")))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("app")
    return create_app(databases.settings_for(f"sqlite:///{folder / 'test.sqlite'}", folder))


@pytest.fixture
def app(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database, inside its context; what a test adds itself it adds as a writer.

    One application serves all tests of a worker: to make it costs more than most tests do.
    """
    made = request.getfixturevalue(f"{database_kind}_app")
    made.test_client_class = JudgingClient
    settings = dict(made.config)
    made.config.update(FILES=tmp_path / "files", MAIL_FOLDER=tmp_path / "mail")
    with made.app_context(), writing():
        if database_kind == "sqlite":
            databases.copy_sqlite(request.getfixturevalue("sqlite_template"), Path(db.engine.url.database))
        yield made
        made.config.clear()
        made.config.update(settings)
        db.session.rollback()
        db.session.remove()
        if database_kind == "postgresql":
            databases.empty_postgresql(db.engine)
        else:
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> JudgingClient:
    """A browser without JavaScript that judges every page it gets."""
    made = app.test_client()
    assert isinstance(made, JudgingClient)
    return made


@pytest.fixture
def session(app: Flask) -> sa.orm.scoped_session[sa.orm.Session]:
    return db.session


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: object) -> None:
        if (
            self.family != socket.AF_UNIX
            and isinstance(address, tuple)
            and address[0] not in {"127.0.0.1", "::1", "localhost"}
        ):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", only_here)
