"""What strangers sent is opened apart: by a process with little memory, little time and none of our secrets.

A helper that has loaded the libraries waits at a socket. For each piece of work it forks a child, which takes its limits
upon itself, does the work, writes its answer and is gone: a file that makes a library crash, dream up gigabytes or run
for ever ends that child and nothing else. `apart_process` is the other side.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECONDS = 60
"""How long one piece of work may take by the clock; the child has its own limit on the processor's time."""
_KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")


class TooMuch(Exception):
    """The work needed more memory or time than it is given, or what was opened made it crash."""


class _Helper:
    """The helper of this process: begun when first needed, begun again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._door: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, message: bytes, answer_to: int) -> None:
        """Hand over a piece of work, and the pipe that its answer goes to."""
        for attempt in (1, 2):
            door = self._opened()
            try:
                socket.send_fds(door, [message], [answer_to])
            except OSError:
                if attempt == 2:  # noqa: PLR2004 (the second and last)
                    raise
                self._close()
            else:
                return

    def _opened(self) -> socket.socket:
        with self._lock:
            # a process that was forked from one with a helper begins its own
            if self._door is None or self._owner != os.getpid():
                self._begin()
            assert self._door is not None  # noqa: S101 (for the type checker)
            return self._door

    def _begin(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lms.core.apart_process"],
                cwd=ROOT,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
            )
        self._door, self._owner = ours, os.getpid()

    def _close(self) -> None:
        with self._lock:
            if self._door is not None and self._owner == os.getpid():
                self._door.close()
                if self._process is not None:
                    self._process.wait()
            self._door = None

    close = _close


_helper = _Helper()
atexit.register(_helper.close)


def work(name: str, *words: str, seconds: float = SECONDS) -> Any:
    """Have a piece of work of `apart_process.WORK` done apart; gives back what it answers, which is plain data.

    Raises:
        TooMuch: it needed more than it may have, or died.
    """
    reading, writing = os.pipe()
    try:
        try:
            _helper.ask(json.dumps([name, *words]).encode(), writing)
        finally:
            os.close(writing)
        answer = _read_all(reading, until=time.monotonic() + seconds)
    finally:
        os.close(reading)
    if not answer:
        raise TooMuch(name)
    return json.loads(answer)


def _read_all(pipe: int, *, until: float) -> bytes:
    """Everything that comes through a pipe; nothing when its end has not come in time."""
    parts: list[bytes] = []
    while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(pipe, 1024 * 1024)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return b""
