"""Register marks as pictures. They depend on the marks alone, so each is drawn once and kept."""

from __future__ import annotations

from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup

COMPONENT = "components/marks.html"


@lru_cache(maxsize=32)
def mark_picture(code: str) -> Markup:
    """One mark."""
    return Markup(get_template_attribute(COMPONENT, "mark")(code))  # noqa: S704 (a component's own output)


@lru_cache(maxsize=2048)
def marks_picture(codes: tuple[str | None, ...]) -> Markup:
    """A row of marks, one a session: most rows of a cohort are like another's, or as they were a minute ago."""
    return Markup(get_template_attribute(COMPONENT, "marks")(codes))  # noqa: S704 (the same)
