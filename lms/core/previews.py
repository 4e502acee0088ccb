"""Documents as words and as pictures of their pages, for whoever looks at them in a page of ours.

Both are worked out apart from the server when first asked for and kept beside the files, under the file's own random
name; `forget` takes them away with the file.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Response, current_app

from lms.core import apart, clock, files
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.core.withheld import require_given

READABLE = {
    files.PDF.media_type: ".pdf",
    files.DOCX.media_type: ".docx",
    files.ODT.media_type: ".odt",
    files.TEXT.media_type: ".txt",
}
FOLDER = "previews"
TRIED_AGAIN = timedelta(days=1)
"""How long it is remembered that a file cannot be read: each try may cost a minute, and one may fail because the machine was busy."""


def text(stored: StoredFile) -> str | None:
    """The words in a file: empty for a document of pictures; None for what has no words, and for what cannot be read.

    A form feed stands behind each page of a PDF. Words in headers, footers, notes, comments, form fields and deletions that were only marked count too.
    """
    kind = READABLE.get(stored.media_type)
    if kind is None:
        return None
    found = _kept(stored, "words", lambda: apart.work("text", kind, str(files.path_of(stored))))
    return None if found is None else str(found)


def pages(stored: StoredFile) -> int:
    """Of how many pages a picture can be had; none for what is not a PDF or cannot be read."""
    if stored.media_type != files.PDF.media_type:
        return 0
    return int(_kept(stored, "pages", lambda: apart.work("count-pages", str(files.path_of(stored)))) or 0)


def page(stored: StoredFile, number: int) -> Path:
    """The picture of a page of a PDF, counted from 1: where its PNG lies.

    Raises:
        NotFound: there is no such page, or it cannot be drawn.
    """
    if not 1 <= number <= pages(stored):
        raise NotFound
    target = _folder(stored.path) / f"{number}.png"
    if not target.is_file() and not _kept(stored, f"drawn-{number}", lambda: _draw(stored, number, target)):
        raise NotFound("That page cannot be shown as a picture. Open the file itself.")
    return target


def send_page(stored: StoredFile, number: int) -> Response:
    """A response with the picture of a page, as strict as that of a file."""
    return files.send_picture(page(stored, number))


def forget(path: str) -> None:
    """Take away what was worked out from a file, by its path. It is worked out again when somebody asks."""
    shutil.rmtree(_folder(path), ignore_errors=True)


def _folder(path: str) -> Path:
    return Path(current_app.config["FILES"]) / FOLDER / Path(path).name


def _draw(stored: StoredFile, number: int, target: Path) -> bool:
    partial = target.with_name(f"{number}.{secrets.token_hex(4)}.part")
    try:
        drawn = bool(apart.work("draw-page", str(files.path_of(stored)), str(number), str(partial)))
        if drawn:
            partial.replace(target)
        return drawn
    finally:
        partial.unlink(missing_ok=True)


def _kept(stored: StoredFile, name: str, work_out: Callable[[], Any]) -> Any:
    """What was worked out before, else what is worked out now; None when the file cannot be read, which is remembered for a day."""
    require_given(stored.id)
    path = _folder(stored.path) / f"{name}.json"
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
        if found is not None or path.stat().st_mtime > (clock.now() - TRIED_AGAIN).timestamp():
            return found
    try:
        found = work_out()
    except apart.TooMuch:
        found = None
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{name}.{secrets.token_hex(4)}.part")
    partial.write_text(json.dumps(found), encoding="utf-8")
    partial.replace(path)
    return found
