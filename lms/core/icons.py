"""Icons drawn into the page itself: a phone asks for no second file, and one without signal still has them.

The drawings are Bootstrap Icons (MIT), taken from the sprite that Bootstrap-Flask carries: about two thousand in a
megabyte, of which a page uses ten.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import flask_bootstrap
from flask import Flask
from markupsafe import Markup

SPRITE = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
_SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.DOTALL)


@cache
def _drawings() -> dict[str, Markup]:
    sprite = SPRITE.read_text(encoding="utf-8")
    return {
        name: Markup(f'<svg class="bi" viewBox="{box}" aria-hidden="true">{paths}</svg>')  # noqa: S704 - the package's own drawings
        for box, name, paths in _SYMBOL.findall(sprite)
    }


def draw(name: str) -> Markup:
    """One icon as decoration; the words beside it carry the meaning.

    Raises:
        LookupError: Bootstrap Icons has no drawing of that name.
    """
    try:
        return _drawings()[name]
    except KeyError:
        raise LookupError(
            f"there is no icon called {name!r}: see icons.getbootstrap.com for the names"
        ) from None


def register_icons(app: Flask) -> None:
    """Give templates `draw_icon(name)`, which the component calls `icon`."""
    app.add_template_global(draw, "draw_icon")
