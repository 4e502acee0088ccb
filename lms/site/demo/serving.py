"""Serving the demonstration on this machine: the database, the web server, and a worker for slow jobs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

HOST = "127.0.0.1"
THREADS = 8
STOP_SECONDS = 10


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
    return True


def serve(port: int, *, folder: Path) -> int:
    """Serve until told to stop; the worker ends with the server.

    Args:
        port: where to listen, on this machine only.
        folder: the folder that holds `wsgi.py`.

    Returns:
        The server's exit status; 0 when it was asked to stop.
    """
    environment = {**os.environ, "ENVIRONMENT": "demo", "PUBLIC_URL": f"http://{HOST}:{port}"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"], cwd=folder, env=environment
    )
    web = subprocess.Popen(  # noqa: S603 (our own commands)
        [
            sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{HOST}:{port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS), "--log-level", "warning",
        ],
        cwd=folder,
        env=environment,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: web.terminate())
    try:
        status = web.wait()
    except KeyboardInterrupt:
        status = 0
    finally:
        for process in (web, worker):
            _stop(process)
    return max(status, 0)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
