"""The product as an operator runs it: gunicorn on a real database file, which a test may kill at any instant."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.journeys import processes

LINK = re.compile(r"https?://\S+")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One installation: a folder with its database, files and mail, and the process that serves it."""

    folder: Path
    port: int = field(default_factory=_free_port)
    process: BaseProcess | None = None
    kind: str = "development"
    at: datetime | None = None
    """The time it thinks it is; None: the true one."""
    database_url: str = ""
    """Where its rows are; empty: in a file of the folder."""

    def __post_init__(self) -> None:
        self.database_url = self.database_url or f"sqlite:///{self.database}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "going-forward.sqlite"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "ENVIRONMENT": self.kind,
            "DATABASE_URL": self.database_url,
            "FILES": str(self.folder / "files"),
            "MAIL_FOLDER": str(self.folder / "mail"),
            "PUBLIC_URL": self.url,
            "SECRET_KEY": "journeys " * 5,
            "RESPONSE_KEY": "answers " * 5,
            "LIMITS": "no",
            "JOURNEY_AT": self.at.isoformat() if self.at else "",
        }

    def command(self, *words: str) -> str:
        """Run `flask --app wsgi …` and give back what it printed."""
        prints = self.folder / "printed.txt"
        prints.unlink(missing_ok=True)
        done = processes.start(["flask", "--app", "wsgi", *words], self.environment, printing_to=prints)
        done.join()
        printed = prints.read_text(encoding="utf-8")
        assert done.exitcode == 0, f"flask {' '.join(words)}: {printed}"
        return printed

    def start(self) -> None:
        """Start serving; returns when the first request has been answered.

        The socket is opened here and handed over, so a request waits for the server instead of being refused.
        """
        words = ["gunicorn", "tests.journeys.moment:app" if self.at else "wsgi:app", "--threads", "4"]
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._bind(door)
            door.listen(64)
            self.process = processes.start(
                words, self.environment, printing_to=self.folder / "server.log", door=door
            )
        with urllib.request.urlopen(f"{self.url}/health", timeout=60) as answer:
            assert answer.status == 200

    def _bind(self, door: socket.socket) -> None:
        """Take the port. A killed worker holds it until the kernel has put it away, a few milliseconds later."""
        for _ in range(500):
            try:
                return door.bind(("127.0.0.1", self.port))
            except OSError:
                time.sleep(0.01)
        raise AssertionError(f"port {self.port} did not become free")

    def move_to(self, moment: datetime) -> None:
        """Stop, and serve on as if it were another time."""
        if self.process is not None:
            self.kill()
        self.at = moment
        self.start()

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        assert self.process is not None
        assert self.process.pid is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join()
        self.process = None

    def letters(self, to: str) -> list[str]:
        """Run what is due, then give back the plain text of every letter to an address, oldest first."""
        self.command("jobs", "run")
        found = []
        for path in sorted((self.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            if letter["To"] == to:
                body = letter.get_body(("plain",))
                assert body is not None
                found.append(body.get_content())
        return found

    def link_for(self, to: str) -> str:
        """The link in the newest letter to an address."""
        letters = self.letters(to)
        assert letters, f"no letter for {to}"
        return LINK.findall(letters[-1])[0]
