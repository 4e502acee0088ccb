"""How much memory a server takes while it works: it and all its children together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EVERY = 0.01
"""Seconds between two looks."""


@contextmanager
def peak_of(process_id: int) -> Iterator[list[float]]:
    """Within this block, watch a process and its descendants; the list's only entry is the highest sum, in MB, so far."""
    highest = [_together(process_id)]
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(EVERY):
            highest[0] = max(highest[0], _together(process_id))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield highest
    finally:
        is_over.set()
        watcher.join()


def _together(process_id: int) -> float:
    """The memory of a process and its descendants that is no file’s. One that ends meanwhile counts nothing."""
    total = 0.0
    with suppress(OSError):
        # a page that a forked child shares with its parent counts once
        for line in Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss_Anon:"):
                total += int(line.split()[1]) / 1024
        for task in Path(f"/proc/{process_id}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                total += _together(int(child))
    return total
