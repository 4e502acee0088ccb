"""A server that does nothing with what it is sent: how fast bytes can come in at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

CHUNK = 256 * 1024


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Read the body to its end and answer nothing."""
    left = int(environ.get("CONTENT_LENGTH") or 0)
    while left and (piece := environ["wsgi.input"].read(min(CHUNK, left))):
        left -= len(piece)
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
