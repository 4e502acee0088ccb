"""Pages that are drawn once for the same rows, the same person and the same day.

What must be another in each answer stands in a kept page as a word nobody can guess, and is put in on the way out: the
nonce of the scripts, the token against forged forms, the key by which a form that arrives twice is known.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVarTuple

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import generate_csrf

from lms.core import held
from lms.core.forms import new_submission_key
from lms.core.kept import kept
from lms.core.web import csp_nonce, render

Given = TypeVarTuple("Given")
Values = Callable[[*Given], Mapping[str, Any]]

EXTENSION = "kept-pages"
_NONCE, _TOKEN, _KEY = (f"{name}-{secrets.token_hex(16)}" for name in ("nonce", "token", "key"))
_STAND_INS = {"csp_nonce": _NONCE, "csrf_token": _TOKEN, "submission_key": _KEY}


def register_pages(app: Flask, around: Callable[[], Hashable]) -> None:
    """Tell an application what stands around every page.

    Args:
        app: the application.
        around: gives all that the layouts draw of the person who looks: who they are, what they may do and where they can go.
    """
    app.extensions[EXTENSION] = around


def render_kept(template: str, values: Values[*Given], *given: *Given) -> str:
    """A page from its template, drawn once for equal `given` and the same person.

    Args:
        template: its name.
        values: a function of a module that makes what the template is given; the rules of `kept` hold for it and for
            the template.
        given: its arguments.
    """
    if current_app.debug or "_flashes" in session or held.FLAG in session:
        return render(template, **values(*given))
    around: Callable[[], Hashable] = current_app.extensions[EXTENSION]
    page = kept(_drawn, template, values, given, around(), request.endpoint, request.script_root)
    return _filled(page)


def _drawn(
    template: str, values: Values[*tuple[Any, ...]], given: tuple[Any, ...], *_around: Hashable
) -> str:
    """The page with stand-ins. Whatever else it was asked for says in the memory what it depends on."""
    with _standing_in():
        return render(template, **values(*given))


@contextmanager
def _standing_in() -> Iterator[None]:
    before = {name: g.get(name) for name in _STAND_INS}
    for name, word in _STAND_INS.items():
        setattr(g, name, word)
    try:
        yield
    finally:
        for name, word in before.items():
            g.pop(name)
            if word is not None:
                setattr(g, name, word)


def _filled(page: str) -> str:
    """The page as this answer needs it."""
    page = page.replace(_NONCE, csp_nonce())
    if _TOKEN in page:
        page = page.replace(_TOKEN, generate_csrf())
    if _KEY in page:
        page = page.replace(_KEY, new_submission_key())
    return page
