"""Processes of the product that start at once: each is forked from one that has imported the product and done no more.

To import the product takes longer than most of what journeys ask of it. That it starts from nothing too is shown by
`tests/site/test_production.py`.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path
from socket import socket

ROOT = Path(__file__).parents[2]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["lms.site.app", "gunicorn.app.wsgiapp"])


def start(
    words: list[str], environment: dict[str, str], *, printing_to: Path, door: socket | None = None
) -> BaseProcess:
    """Start `python -m …` in a group of its own; what it prints is added to a file. A door is listened at by gunicorn."""
    process = _forks.Process(target=_run, args=(words, environment, printing_to, door), daemon=True)
    process.start()
    return process


def _run(words: list[str], environment: dict[str, str], printing_to: Path, door: socket | None) -> None:
    os.setsid()
    os.chdir(ROOT)
    with printing_to.open("ab") as prints:
        os.dup2(prints.fileno(), sys.stdout.fileno())
        os.dup2(prints.fileno(), sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [*words, "--bind", f"fd://{door.fileno()}"] if door else words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
