"""Apart: plain text and lists of values."""

from __future__ import annotations

import re
from pathlib import Path

from lms.core.judged import Judged, NotThat

MARKUP = re.compile(
    r"\s*<(!doctype|!--|\?xml|html|head|body|script|svg|iframe|style|meta|title)\b", re.IGNORECASE
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
MEDIA_TYPES = {".txt": "text/plain", ".csv": "text/csv"}


def check(ending: str, source: str) -> Judged:
    """Read plain text.

    Raises:
        NotThat: it holds what text does not, or is a page or drawing in disguise.
    """
    content = Path(source).read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        words = content.decode("utf-16", "replace")
    else:
        words = content.decode("utf-8-sig", "replace")
    if CONTROLS.search(words) or MARKUP.match(words):
        raise NotThat
    return Judged(ending, MEDIA_TYPES[ending])
