"""A virus scanner that finds, that finds nothing, and that gives no answer. The scanner here speaks clamd's own language."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.core.errors import DomainError
from tests.core.test_files import keep

VIRUS = b"-".join((b"EICAR", b"STANDARD", b"ANTIVIRUS", b"TEST", b"FILE!"))
MOST = 100_000
"""What the scanner takes; beyond it, it hangs up, as clamd does."""


@pytest.fixture
def scanner(app: Flask, tmp_path: Path) -> Iterator[None]:
    path = str(tmp_path / "clamd.socket")
    door = socket.socket(socket.AF_UNIX)
    door.bind(path)
    door.listen()
    app.config["VIRUS_SCANNER"] = path
    serving = threading.Thread(target=_serve, args=(door,), daemon=True)
    serving.start()
    yield
    door.shutdown(socket.SHUT_RDWR)
    serving.join()
    door.close()


def _serve(door: socket.socket) -> None:
    while True:
        try:
            asked, _ = door.accept()
        except OSError:
            return
        with asked, asked.makefile("rb") as incoming:
            answer = _scanned(incoming.read)
            if answer:
                asked.sendall(answer)


def _scanned(read: Callable[[int], bytes]) -> bytes:
    assert read(10) == b"zINSTREAM\0"
    content = b""
    while length := int.from_bytes(read(4), "big"):
        content += read(length)
        if len(content) > MOST:
            return b""
    return b"stream: Eicar-Test-Signature FOUND\0" if VIRUS in content else b"stream: OK\0"


@pytest.mark.usefixtures("scanner")
def test_what_the_scanner_finds_is_refused_and_what_it_clears_is_kept(app: Flask) -> None:
    assert keep(b"words", "notes.txt").size == 5
    with pytest.raises(DomainError, match="carries a virus"):
        keep(b"words " + VIRUS, "notes.txt")


@pytest.mark.usefixtures("scanner")
def test_more_than_the_scanner_takes_is_not_clean(app: Flask) -> None:
    with pytest.raises(DomainError, match="did not answer") as refusal:
        keep(b"words " * 100_000, "notes.txt")
    assert refusal.value.status == 503


@pytest.mark.parametrize("address", ["/nowhere/clamd.socket", "127.0.0.1:9"])
def test_a_scanner_that_is_down_makes_nothing_clean(app: Flask, address: str) -> None:
    app.config["VIRUS_SCANNER"] = address
    with pytest.raises(DomainError, match="did not answer"):
        keep(b"words", "notes.txt")
