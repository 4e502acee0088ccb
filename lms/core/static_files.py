"""Style sheets, scripts and faces are asked for once: their addresses carry what is in them, so a phone may keep them.

The modules that a script imports are asked for by plain name and are checked each time; faces are kept for a month.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

ENDPOINTS = frozenset({"static", "bootstrap.static"})
FOR_GOOD = "public, max-age=31536000, immutable"
A_MONTH = "public, max-age=2592000"


@lru_cache(maxsize=256)
def _digest(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def version_of(path: Path) -> str | None:
    """What stands for a file's content in its address; None when there is no such file."""
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except OSError:
        return None


def register_static_files(app: Flask) -> None:
    """Put the version into each address that `url_for` makes for a static file, and let browsers keep the answer."""

    def folder_of(endpoint: str) -> str | None:
        owner = app if endpoint == "static" else app.blueprints[endpoint.partition(".")[0]]
        return owner.static_folder

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in ENDPOINTS and "filename" in values and (folder := folder_of(endpoint)):
            values.setdefault("v", version_of(Path(folder) / values["filename"]))

    @app.after_request
    def may_be_kept(response: Response) -> Response:
        if request.endpoint in ENDPOINTS and response.status_code < 400:  # noqa: PLR2004 - HTTP's own line between well and not
            if "v" in request.args:
                response.headers["Cache-Control"] = FOR_GOOD
            elif request.path.endswith(".woff2"):
                response.headers["Cache-Control"] = A_MONTH
        return response
