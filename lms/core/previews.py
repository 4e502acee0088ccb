"""Documents as words and as pictures of their pages, for whoever looks at them in a page of ours.

Both are worked out apart from the server when first asked for and kept beside the files, under the file's own random
name; `forget` takes them away with the file.
"""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from flask import Response, current_app

from lms.core import apart, files
from lms.core.errors import NotFound
from lms.core.files import StoredFile

READABLE = {
    files.PDF.media_type: ".pdf",
    files.DOCX.media_type: ".docx",
    files.ODT.media_type: ".odt",
    files.TEXT.media_type: ".txt",
}
FOLDER = "previews"


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
    target = _folder(stored) / f"{number}.png"
    if not target.is_file():
        partial = target.with_name(f"{number}.{secrets.token_hex(4)}.part")
        try:
            apart.work("draw-page", str(files.path_of(stored)), str(number), str(partial))
            partial.replace(target)
        except (apart.TooMuch, OSError):
            partial.unlink(missing_ok=True)
            raise NotFound("That page cannot be shown as a picture. Open the file itself.") from None
    return target


def send_page(stored: StoredFile, number: int) -> Response:
    """A response with the picture of a page, as strict as that of a file."""
    return files.send_picture(page(stored, number))


def forget(stored: StoredFile) -> None:
    """Take away what was worked out from a file. It is worked out again when somebody asks."""
    shutil.rmtree(_folder(stored), ignore_errors=True)


def _folder(stored: StoredFile) -> Path:
    return Path(current_app.config["FILES"]) / FOLDER / Path(stored.path).name


def _kept(stored: StoredFile, name: str, work_out: Any) -> Any:
    """What was worked out before, else what is worked out now; None when the file cannot be read."""
    path = _folder(stored) / f"{name}.json"
    if path.is_file():
        return json.loads(path.read_text(encoding="utf-8"))
    try:
        found = work_out()
    except apart.TooMuch:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{name}.{secrets.token_hex(4)}.part")
    partial.write_text(json.dumps(found), encoding="utf-8")
    partial.replace(path)
    return found
