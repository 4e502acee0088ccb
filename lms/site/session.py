"""The session of a person who is signed in: found by the cookie's token, ended by idleness, guarded on the way in."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, flash, jsonify, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from lms.core import clock, held
from lms.core.extensions import db, login
from lms.core.kept import kept
from lms.core.web import SAFE_METHODS, STATIC_ENDPOINTS, safe_next
from lms.people import queries
from lms.people.models import SignIn
from lms.people.person import Person
from lms.people.sign_in import SEEN

REFRESH_SECONDS = 60
AWAY = "You were away for a while, so we signed you out."
KEPT = f"{AWAY} Your words are saved. Sign in to carry on."


class Cookies(SecureCookieSessionInterface):
    """Signed cookies, whose signer is put together once, and of which each is looked through once while it stays the same."""

    _signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and checks the cookie."""
        if self._signing is None:
            self._signing = super().get_signing_serializer(app)
        return self._signing

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request; an empty one without a cookie of ours that is young enough."""
        signing, cookie = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if signing is None or not cookie:
            return super().open_session(app, request)
        try:
            content, signed_at = kept(_content, cookie)
        except BadSignature:
            return self.session_class()
        if content is None:
            return super().open_session(app, request)
        age = int(time.time()) - signed_at
        is_young = 0 <= age <= app.permanent_session_lifetime.total_seconds()
        return self.session_class(dict(content) if is_young else None)


def _content(cookie: str) -> tuple[tuple[tuple[str, Any], ...] | None, int]:
    """What a cookie holds and when it was signed; None instead of what somebody could change, such as a list.

    Raises:
        BadSignature: it is none of ours.
    """
    signing = current_app.session_interface.get_signing_serializer(current_app)  # type: ignore[attr-defined]
    content, signed_at = signing.loads(cookie, return_timestamp=True)
    is_plain = all(isinstance(value, str | int | float) for value in content.values())
    return tuple(content.items()) if is_plain else None, int(signed_at.timestamp())


def register(app: Flask) -> None:
    """Bind the session rules to the application."""
    app.session_interface = Cookies()

    @login.user_loader  # type: ignore[untyped-decorator]
    def find_person(token: str) -> Person | None:
        seen = float(session.get(SEEN, 0))
        if clock.now().timestamp() - seen > app.config["SESSION_IDLE"].total_seconds():
            return None
        return queries.find_signed_in(token)

    @login.unauthorized_handler  # type: ignore[untyped-decorator]
    def send_to_the_door() -> ResponseReturnValue:
        if request.headers.get("X-Requested-With") == "fetch":
            return jsonify(error="signed-out", message=AWAY), 401
        page = request.full_path.rstrip("?") if request.method in SAFE_METHODS else _page_of_form()
        if "_user_id" in session:
            flash(KEPT if request.method not in SAFE_METHODS and _hold_words(page) else AWAY, "warning")
        return redirect(url_for("people.sign_in", next=page))

    @app.after_request
    def note_seen(response: object) -> object:
        at = clock.now().timestamp()
        fresh = at - float(session.get(SEEN, 0)) > REFRESH_SECONDS
        if SEEN in session and fresh and login_is_live():
            session[SEEN] = at
        return response

    def login_is_live() -> bool:
        return "_user_id" in session and request.endpoint not in STATIC_ENDPOINTS and _is_recent()

    def _is_recent() -> bool:
        idle = clock.now().timestamp() - float(session.get(SEEN, 0))
        return bool(idle <= app.config["SESSION_IDLE"].total_seconds())


def _page_of_form() -> str:
    """The page whose form was posted: where the browser came from, when that is our own."""
    referrer = urlsplit(request.referrer or "")
    own = referrer.netloc == request.host
    return safe_next(referrer.path if own else None, request.path)


def _hold_words(page: str) -> bool:
    sign_in = db.session.scalar(
        select(SignIn).where(SignIn.token_hash == queries.hash_token(session["_user_id"]))
    )
    return sign_in is not None and held.hold(request, user_id=sign_in.user_id, page=page)
