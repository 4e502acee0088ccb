"""Servers of our own on the loopback, and how long they take to answer."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

PATIENCE = 120
"""Seconds for a server to come up."""


@dataclass(frozen=True, slots=True)
class Door:
    """A page behind a server's port, asked for by somebody whom the cookie makes known."""

    port: int
    path: str
    cookie: str
    taken: list[float] = field(default_factory=list)

    def knock(self) -> None:
        """Ask once over a connection of its own, and note how many milliseconds the whole answer took.

        Raises:
            RuntimeError: it is not 200.
        """
        start = time.perf_counter()
        status = _status(self.port, self.path, self.cookie)
        self.taken.append(1000 * (time.perf_counter() - start))
        if status != 200:
            raise RuntimeError(f"port {self.port}, {self.path}: {status}")


@contextmanager
def serving(
    command: Sequence[str], *, port: int, path: str, environment: Mapping[str, str], folder: Path
) -> Iterator[None]:
    """Keep a server running within this block; it has come up once the path answers.

    Raises:
        RuntimeError: it ends or does not answer in time.
    """
    with (
        (folder / f"{port}.log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            _await(server, port, path)
            yield
        finally:
            server.terminate()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _await(server: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            if _status(port, path) < 500:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
    raise RuntimeError(f"the server on port {port} did not come up")


def _status(port: int, path: str, cookie: str = "") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
