"""The edge: one commit for each successful unsafe request, answers to repeated forms, and safe headers.

Views return; nobody else commits. A GET cannot write: a flush during one is an error. A form that arrives twice
with the same key (a double click, a reload, a retry after a lost answer) is answered with the first one's redirect.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import flask
from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.templating import Environment
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ForeignKey, String, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.routing import BaseConverter

from lms.core import clock, held
from lms.core.database import is_writing, reading, writing
from lms.core.extensions import db
from lms.core.model import REF_LENGTH, Base

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STATIC_ENDPOINTS = frozenset({"static", "bootstrap.static"})
SUCCESS_BELOW = 400
MOST_ADDRESSES = 4096
LONGEST_KEPT = 64
"""Of how many addresses, made of values how long, the application remembers what they are."""
DIGITS_OF_A_PAGE = 5
"""No list has more pages; a database refuses to skip more rows than it can count."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


View = TypeVar("View", bound=Callable[..., Any])


class Ref(BaseConverter):
    """The URL converter of unguessable references: `<ref:cohort_ref>`."""

    regex = rf"[A-Za-z0-9_-]{{{REF_LENGTH}}}"


class FormReceipt(Base):
    """What a form with a key was answered with, so that sending it again changes nothing."""

    __tablename__ = "form_receipt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    location: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Templates(Environment):
    """Jinja as Flask sets it up, for templates that have no globals of their own.

    Jinja would lay a chain of two mappings over the globals for each template, and go through it in Python for each
    template and each import of a component: about fifteen times a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template: those of all of them, unless it is given some of its own."""
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    """Flask with the transaction at the edge."""

    jinja_environment = Templates

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[tuple[object, ...], str] = {}

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer a request; commit once when an unsafe method succeeded."""
        if request.method in SAFE_METHODS:
            if _is_logged(self.view_functions.get(request.endpoint or "")):
                return self._logged()
            with reading():
                return super().dispatch_request()
        with writing():
            earlier = _earlier_answer()
            if earlier is not None:
                return redirect(earlier, code=303)
            response = self.make_response(super().dispatch_request())
            if response.status_code >= SUCCESS_BELOW:
                db.session.rollback()
                return response
            return self._committed(response)

    def _logged(self) -> ResponseReturnValue:
        """Answer a page that notes who read it; the note is committed before the answer goes out."""
        with writing():
            response = self.make_response(super().dispatch_request())
            if response.status_code < SUCCESS_BELOW:
                db.session.commit()
            return response

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of an endpoint; those that depend on nothing else are worked out once, for each page has many."""
        if None in values.values():
            # what is None changes no address; Flask's own url_for passes each of its options as None
            values = {name: value for name, value in values.items() if value is not None}
        known = self._known(endpoint, values)
        if known is not None:
            return known
        made = super().url_for(endpoint, **values)
        if self._is_lasting(endpoint, values):
            if len(self._addresses) >= MOST_ADDRESSES:
                self._addresses.clear()
            self._addresses[request.script_root, endpoint, *values.items()] = made
        return made

    def _known(self, endpoint: str, values: dict[str, Any]) -> str | None:
        """The address that was worked out for exactly these values, if any. Only lasting ones are kept."""
        if not flask.has_request_context():
            return None
        try:
            return self._addresses.get((request.script_root, endpoint, *values.items()))
        except TypeError:  # a list, which no kept address is made of
            return None

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself. Flask looks at each of those it calls whether it must be awaited; none of ours must."""
        return func

    def _is_lasting(self, endpoint: str, values: dict[str, Any]) -> bool:
        """Whether an address is the same each time: within a request, and made of the endpoint and of texts alone."""
        if endpoint.startswith(".") or not flask.has_request_context():
            return False
        if self.debug and endpoint in STATIC_ENDPOINTS:
            return False
        # a name with a line in front is an option, such as _external; other types may look alike and read differently
        return all(
            type(value) is str and len(value) <= LONGEST_KEPT and name[0] != "_"
            for name, value in values.items()
        )

    def _committed(self, response: Response) -> ResponseReturnValue:
        _keep_answer(response)
        if current_user.is_authenticated:
            held.let_go(request.path)
        try:
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            earlier = _earlier_answer()
            if earlier is None:
                raise
            return redirect(earlier, code=303)
        return response


def logged(view: View) -> View:
    """Say of a view that it notes who read what in the audit trail: the only thing that a GET may write."""
    cast("Any", view).is_logged = True
    return view


@contextmanager
def noted() -> Iterator[None]:
    """Within this block of a logged view what it noted is committed: whatever takes long goes here, while others may write."""
    db.session.commit()
    with reading():
        yield


def _is_logged(view: Callable[..., Any] | None) -> bool:
    return getattr(view, "is_logged", False)


def _form_key() -> str | None:
    key = request.form.get("submission_key", "")
    return key if key and current_user.is_authenticated else None


def _earlier_answer() -> str | None:
    key = _form_key()
    if key is None:
        return None
    mine = select(FormReceipt.location).where(
        FormReceipt.key == key[:64],
        FormReceipt.user_id == current_user.id,
        FormReceipt.path == request.path[:300],
    )
    return db.session.scalar(mine)


def _keep_answer(response: Response) -> None:
    key = _form_key()
    if key is not None and response.location:
        db.session.add(
            FormReceipt(
                key=key[:64],
                user_id=current_user.id,
                path=request.path[:300],
                location=response.location[:400],
            )
        )


def _no_write_in_a_safe_request(session: Session, *_: Any) -> None:
    changed = session.new or session.dirty or session.deleted
    if changed and flask.has_request_context() and request.method in SAFE_METHODS and not is_writing():
        raise RuntimeError(f"a {request.method} tried to write: {request.path}")


def csp_nonce() -> str:
    """The nonce of this response; scripts carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _add_headers(response: Response) -> Response:
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
        f"script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "media-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'"
    )
    # to ask whether a header is there goes through all of them, and fails by an exception
    there = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 (iterating gives pairs)
    for name, value in (*HEADERS.items(), ("Content-Security-Policy", policy)):
        if name.lower() not in there:
            response.headers.add(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint is None or not request.endpoint.endswith("static"):
        response.headers["Cache-Control"] = "no-store"
    return response


def render(template: str, **context: Any) -> str:
    """A page from its template."""
    return render_template(template, **context)


def see_other(endpoint: str, **values: Any) -> Response:
    """After a write: send the browser to a page, by its endpoint (303)."""
    return flask.current_app.make_response(redirect(url_for(endpoint, **values), code=303))


def page_asked() -> int:
    """The page of a list that the address asks for, from 1; 1 where it says nothing that a list could have."""
    asked = request.args.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) <= DIGITS_OF_A_PAGE else 1


def page_of(count: int, size: int) -> tuple[int, int]:
    """Which page of a list the address asks for, from 1 and never past the last; and how many pages there are.

    Args:
        count: how many lines the list has.
        size: how many stand on a page.
    """
    pages = max(1, -(-count // size))
    return min(page_asked(), pages), pages


def file_answer(content: bytes | str, *, name: str, media_type: str, is_shown: bool = False) -> Response:
    """A file made for this request: to keep, or shown in the browser. `name` is plain ASCII."""
    response = flask.current_app.make_response(content)
    response.headers["Content-Type"] = media_type
    disposition = "inline" if is_shown else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return response


def safe_next(target: str | None, otherwise: str) -> str:
    """A place to go on to after sign-in: only a path of our own, else `otherwise`."""
    if not target or "\\" in target or any(ord(character) < ord(" ") for character in target):
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return otherwise
    return target


def register_edge(app: Flask) -> None:
    """Bind the edge to the application."""
    app.url_map.converters["ref"] = Ref
    app.after_request(_add_headers)
    app.add_template_global(csp_nonce)
    if not event.contains(Session, "before_flush", _no_write_in_a_safe_request):
        event.listen(Session, "before_flush", _no_write_in_a_safe_request)
