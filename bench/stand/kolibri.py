"""Kolibri, installed for the occasion into a virtual environment of its own and served on the loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.stand.servers import Door, free_port, serving

VERSION = "0.19.5"
WHEEL = f"kolibri=={VERSION} --hash=sha256:dc4c187d29a80037594c2dadd1cbc862cb4b8b76166bfd4084314f8ab2bc6221"
"""One wheel that brings all that it needs with it."""
HOME = "/learn/api/homehydrate"
"""What a learner's home asks the server for once its page of scripts is there."""
LONGEST = 300
"""Seconds for any one step of the installation."""


@contextmanager
def kolibri() -> Iterator[Door | None]:
    """A learner's home in Kolibri, for as long as this block runs; None where it cannot be installed or started."""
    with TemporaryDirectory(prefix="kolibri-bench-") as name, ExitStack() as running:
        folder = Path(name)
        try:
            door = Door(free_port(), HOME, _set_up(folder))
            running.enter_context(_served(folder, door.port))
        except (OSError, subprocess.SubprocessError, RuntimeError):
            door = None
        yield door


def _served(folder: Path, port: int) -> AbstractContextManager[None]:
    return serving(
        [_program(folder), "start", "--foreground", f"--port={port}", f"--zip-port={free_port()}"],
        port=port,
        path="/api/public/info/",
        environment=_environment(folder),
        folder=folder,
    )


def _set_up(folder: Path) -> str:
    """Install it, make a school with a class, and give the Cookie header of one learner."""
    requirement = folder / "requirement.txt"
    requirement.write_text(WHEEL, encoding="ascii")
    _run(folder, sys.executable, "-m", "venv", str(folder / "venv"))
    pip = [str(folder / "venv" / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    _run(folder, *pip, "--no-deps", "--require-hashes", "-r", str(requirement))
    who = ["--superusername", "coach", "--superuserpassword", "coach of a class"]
    where = ["--facility", "A school", "--preset", "nonformal", "--language_id", "en", "--noinput"]
    _run(folder, _program(folder), "manage", "provisiondevice", *where, *who)
    script = (Path(__file__).parent / "kolibri_class.py").read_text(encoding="utf-8")
    said = _run(folder, _program(folder), "manage", "shell", "--command", script)
    found = [line.removeprefix("COOKIE ") for line in said.splitlines() if line.startswith("COOKIE ")]
    if not found:
        raise RuntimeError("Kolibri let nobody in")
    return "; ".join(found)


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, env=_environment(folder), capture_output=True, check=True, text=True, timeout=LONGEST
    )
    return done.stdout


def _program(folder: Path) -> str:
    return str(folder / "venv" / "bin" / "kolibri")


def _environment(folder: Path) -> dict[str, str]:
    """Its data in the folder, its ears on the loopback, and no word to the world outside."""
    return os.environ | {
        "KOLIBRI_HOME": str(folder / "home"),
        "KOLIBRI_LISTEN_ADDRESS": "127.0.0.1",
        "KOLIBRI_DISABLE_PING": "true",
        "KOLIBRI_ZEROCONF_ENABLED": "false",
    }
