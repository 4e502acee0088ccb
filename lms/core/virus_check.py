"""A virus scanner beside us, when the operator has one: ClamAV, asked through its socket.

Whatever is not a clear answer is no answer: a scanner that is down, too slow or given more than it takes never makes a
file clean.
"""

from __future__ import annotations

import socket
from http import HTTPStatus
from pathlib import Path

from flask import current_app

from lms.core.errors import DomainError, Refused

PIECE = 256 * 1024
SECONDS = 60


class NotChecked(DomainError):
    """The scanner gave no answer, so the file is not taken (503)."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            "Our check for viruses did not answer, so we cannot take files at the moment. Try again in a few minutes.",
            field="file",
        )


def check(path: Path) -> None:
    """Have a file scanned, where a scanner is set.

    Raises:
        Refused: it carries a virus.
        NotChecked: there was no clear answer.
    """
    address: str = current_app.config["VIRUS_SCANNER"]
    if not address:
        return
    try:
        answer = _scan(address, path)
    except OSError:
        raise NotChecked from None
    if answer == "stream: OK":
        return
    if answer.endswith(" FOUND"):
        raise Refused(
            "That file carries a virus, so we did not take it. Have your device checked, and tell your training provider.",
            field="file",
        )
    raise NotChecked


def _scan(address: str, path: Path) -> str:
    """Send a file in pieces, each with its length before it; what clamd answers."""
    with _connected(address) as door, path.open("rb") as file:
        door.sendall(b"zINSTREAM\0")
        while piece := file.read(PIECE):
            door.sendall(len(piece).to_bytes(4, "big") + piece)
        door.sendall(bytes(4))
        answer = b""
        while part := door.recv(4096):
            answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    """A connection to host:port, or to the path of a socket."""
    host, separator, port = address.rpartition(":")
    if separator and port.isdigit():
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    door = socket.socket(socket.AF_UNIX)
    door.settimeout(SECONDS)
    try:
        door.connect(address)
    except OSError:
        door.close()
        raise
    return door
