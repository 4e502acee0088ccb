"""Parts of pages that depend on what they are given alone, so that each is drawn once: the foot, a row of marks."""

from __future__ import annotations

from flask import Flask, get_template_attribute, request
from markupsafe import Markup


def drawn(template: str, macro: str, *values: object) -> Markup:
    """What a macro of a template draws; for whoever keeps it."""
    return Markup(get_template_attribute(template, macro)(*values))  # noqa: S704 (a component's own output)


def register_fragments(app: Flask) -> None:
    """Give templates `unchanging(template, macro)`: what a macro without arguments draws.

    It may depend on nothing but addresses, and is drawn once for each place the application is mounted at.
    """
    known: dict[tuple[str, str, str], Markup] = {}

    @app.template_global()
    def unchanging(template: str, macro: str) -> Markup:
        key = (request.script_root, template, macro)
        if key not in known or app.debug:
            known[key] = drawn(template, macro)
        return known[key]
