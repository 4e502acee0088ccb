"""The helper that opens what strangers sent. `apart` starts it as `python -m lms.core.apart_process` and hands it work."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import traceback
from collections.abc import Callable
from typing import Any

from lms.core import apart_previews, judging

MEMORY = 1536 * 1024 * 1024
PROCESSOR_SECONDS = 30
CLOCK_SECONDS = 60
LARGEST_WRITTEN = 512 * 1024 * 1024
LONGEST_MESSAGE = 65536

WORK: dict[str, Callable[..., Any]] = {
    "judge": judging.judge,
    "text": apart_previews.text,
    "count-pages": apart_previews.count_pages,
    "draw-page": apart_previews.draw_page,
}


def serve(door: socket.socket) -> None:
    """Fork a child for each piece of work that comes through the door, until the other side is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are put away by the kernel
    while True:
        message, descriptors, _, _ = socket.recv_fds(door, LONGEST_MESSAGE, 1)
        if not message:
            return
        if os.fork() == 0:
            door.close()
            _do(message, descriptors[0])
        os.close(descriptors[0])


def _do(message: bytes, answer_to: int) -> None:
    """Do one piece of work within its limits, and end. A child that fails answers nothing."""
    status = 1
    try:
        limit()
        name, *words = json.loads(message)
        answer = json.dumps(WORK[name](*words)).encode()
        with os.fdopen(answer_to, "wb") as out:
            out.write(answer)
        status = 0
    except Exception:  # noqa: BLE001 (whatever it is, it ends this child and is said on the error stream)
        traceback.print_exc()
    finally:
        os._exit(status)


def limit() -> None:
    """Take the limits upon this process; they cannot be given back."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(CLOCK_SECONDS)


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
