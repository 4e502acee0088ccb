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
_STAND_INS = {
    name: f"{name}-{secrets.token_hex(16)}" for name in ("csp_nonce", "csrf_token", "submission_key")
}
_NONCE, _TOKEN, _KEY = (word.encode() for word in _STAND_INS.values())


def register_pages(app: Flask, around: Callable[[], Hashable]) -> None:
    """Tell an application what stands around every page.

    Args:
        app: the application.
        around: gives all that the layouts draw of the person who looks: who they are, what they may do and where they can go.
    """
    app.extensions[EXTENSION] = around


def render_kept(template: str, values: Values[*Given], *given: *Given) -> str | bytes:
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
    pieces = kept(_drawn, template, values, given, around(), request.endpoint, request.script_root)
    return _filled(pieces)


def _drawn(
    template: str, values: Values[*tuple[Any, ...]], given: tuple[Any, ...], *_around: Hashable
) -> tuple[bytes, ...]:
    """The page as it is sent, cut before and after each stand-in. What else it is asked for says in the memory what it depends on."""
    with _standing_in():
        return _cut(render(template, **values(*given)).encode())


def _cut(page: bytes) -> tuple[bytes, ...]:
    pieces = [page]
    for word in (_NONCE, _TOKEN, _KEY):
        pieces = [part for piece in pieces for part in _around(word, piece)]
    return tuple(pieces)


def _around(word: bytes, piece: bytes) -> Iterator[bytes]:
    """A piece, cut before and after each place where a word stands."""
    first, *others = piece.split(word)
    yield first
    for other in others:
        yield word
        yield other


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


def _filled(pieces: tuple[bytes, ...]) -> bytes:
    """The page as this answer needs it."""
    real = ((_NONCE, csp_nonce), (_TOKEN, _token), (_KEY, new_submission_key))
    words = {stand_in: word().encode() for stand_in, word in real if stand_in in pieces}
    return b"".join([words.get(piece, piece) for piece in pieces])


def _token() -> str:
    """The token against forged forms, signed once for each session."""
    secret: str | None = session.get("csrf_token")
    return kept(_signed, secret) if secret else generate_csrf()


def _signed(_secret: str) -> str:
    token: str = generate_csrf()
    return token
