"""Production: it refuses to start without its secrets, and starts with gunicorn on either database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config import Settings, SettingsError
from tests import databases

ROOT = Path(__file__).parents[2]
SECRET = "a secret of more than thirty-two letters"
START_SECONDS = 60


def test_it_names_every_secret_that_is_missing() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environment({"ENVIRONMENT": "production", "SECRET_KEY": "short"})
    assert str(refusal.value).splitlines() == [
        "SECRET_KEY must be set to at least 32 characters",
        "RESPONSE_KEY must be set to at least 32 characters",
    ]


def test_production_is_what_it_is_when_nothing_is_said() -> None:
    with pytest.raises(SettingsError):
        Settings.from_environment({})


def test_values_that_cannot_be_read_are_named_together() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environment({"PROXIES": "one", "SESSION_IDLE": "soon", "LIMITS": "perhaps"})
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()] == [
        "PROXIES",
        "SESSION_IDLE",
        "LIMITS",
    ]


def _environment(tmp_path: Path, **values: str) -> dict[str, str]:
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {
        **kept,
        "ENVIRONMENT": "production",
        "FILES": str(tmp_path / "files"),
        "MAIL_FOLDER": str(tmp_path / "mail"),
        **values,
    }


@pytest.mark.once
@pytest.mark.slow
def test_the_server_refuses_to_start_without_secrets(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", "127.0.0.1:0"],
        cwd=ROOT,
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert refused.returncode != 0
    assert "SECRET_KEY must be set to at least 32 characters" in refused.stderr


@pytest.fixture
def production_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path, worker: str) -> str:
    """An empty, migrated database of this test's own."""
    if database_kind == "sqlite":
        return databases.copy_sqlite(
            request.getfixturevalue("sqlite_template"), tmp_path / "production.sqlite"
        )
    server = request.getfixturevalue("postgresql_server")
    url = databases.create_postgresql_database(server, f"production_{worker}")
    databases.migrate(url, tmp_path)
    return url


@pytest.mark.once
@pytest.mark.slow
def test_it_starts_with_gunicorn_and_says_it_is_well(production_url: str, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = _environment(
        tmp_path, DATABASE_URL=production_url, SECRET_KEY=SECRET, RESPONSE_KEY=SECRET[::-1]
    )
    command = [
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--threads",
        "2",
    ]
    log = (tmp_path / "log").open("w+", encoding="utf-8")
    server = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment, stderr=log)
    try:
        body, headers = _when_up(f"http://127.0.0.1:{port}/health", server)
        assert body == b'{"status":"ok"}\n'
        assert headers["Cache-Control"] == "no-store"
        door, _ = _when_up(f"http://127.0.0.1:{port}/sign-in", server)
        assert b"Look around the demonstration" not in door
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(START_SECONDS)
        log.close()


def _when_up(url: str, server: subprocess.Popen[bytes]) -> tuple[bytes, dict[str, str]]:
    """What an address answers, once the server listens."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=START_SECONDS) as response:
                return response.read(), dict(response.headers)
        except urllib.error.URLError:
            assert time.monotonic() < until, "the server did not come up"
            with pytest.raises(subprocess.TimeoutExpired):  # it still runs: ask again
                server.wait(0.2)
