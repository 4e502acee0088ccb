"""Apart: what a file is, judged by its content. Each kind has its own judge."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import puremagic

from lms.core import judge_office, judge_pdf, judge_pictures, judge_text, media
from lms.core.judged import Judged, NotThat, Unwanted

LOOKED_AT = 8192


def judge(ending: str, source: str, target: str) -> dict[str, Any]:
    """Judge a file that should be of a kind.

    Args:
        ending: the ending of the kind that its name says.
        source: where it lies; a recording's notes of place are blanked there.
        target: where a file that is made anew goes.

    Returns:
        The fields of `Judged`; or `unwanted`, words to go after the name; or `looks`, the ending of what it looks like.
    """
    try:
        return asdict(_judged(ending, source, target))
    except Unwanted as refusal:
        return {"unwanted": str(refusal)}
    except NotThat:
        return {"looks": _looks_like(source)}


def _judged(ending: str, source: str, target: str) -> Judged:
    if ending == ".pdf":
        return judge_pdf.clean(source, target)
    if ending in judge_office.MAIN:
        return judge_office.check(ending, source)
    if ending in judge_pictures.FORMATS:
        return judge_pictures.redraw(ending, source, target)
    if ending in judge_text.MEDIA_TYPES:
        return judge_text.check(ending, source)
    return media.check(ending, source)


def _looks_like(source: str) -> str:
    with open(source, "rb") as file:  # noqa: PTH123 (a path as text, apart)
        head = file.read(LOOKED_AT)
    try:
        return str(puremagic.from_string(head))
    except (puremagic.PureError, ValueError):
        return ""
