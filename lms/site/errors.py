"""What people see when something cannot be done: what happened, and something useful to do next."""

from __future__ import annotations

import secrets
from http import HTTPStatus

import structlog
from flask import Flask, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from lms.core.errors import DomainError
from lms.core.extensions import db
from lms.core.web import render

_log = structlog.get_logger(__name__)

MESSAGES: dict[int, str] = {
    400: "Something in that request could not be read. Go back, reload the page and try again.",
    403: "This page belongs to someone else. If you think you should see it, ring your training provider.",
    404: "There is no such page for you. The address may be mistyped, or the page may belong to someone else.",
    405: "That page cannot be used in this way. Go back and use its buttons.",
    409: "Somebody changed this a moment before you, or it has already been done. Go back and look at it again.",
    413: "That is larger than we can take. Send a smaller file.",
    422: "That could not be done as it stands.",
    429: "That was tried many times in a short while. Wait a minute, then try again.",
    500: "Something went wrong on our side, and nothing was changed. Try again; if it happens twice, ring your "
    "training provider and tell them the number below.",
    503: "The site is busy. Wait a moment, then try again. What was saved is safe.",
}


def register(app: Flask) -> None:
    """Give each kind of error its page."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(IntegrityError, _integrity_error)
    app.register_error_handler(OperationalError, _operational_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _answer(status: int, message: str, *, reference: str = "") -> ResponseReturnValue:
    db.session.rollback()
    if request.headers.get("X-Requested-With") == "fetch":
        return make_response(jsonify(error=HTTPStatus(status).name.lower(), message=message), status)
    page = render("site/errors/error.html", status=status, message=message, reference=reference)
    return make_response(page, status)


def _route() -> str:
    """The route of the request, for the log: the address itself may hold the secret of a mailed link or a calendar."""
    return request.url_rule.rule if request.url_rule else ""


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return _answer(error.status, error.message)


def _csrf_error(_: CSRFError) -> ResponseReturnValue:
    return _answer(400, "This page had been open for a long time. Go back, reload it and send it again.")


def _integrity_error(error: IntegrityError) -> ResponseReturnValue:
    _log.warning("integrity error", route=_route(), error=str(error.orig))
    return _answer(409, MESSAGES[409])


def _operational_error(error: OperationalError) -> ResponseReturnValue:
    _log.error("database unavailable", route=_route(), error=str(error.orig))
    return _answer(503, MESSAGES[503])


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error
    return _answer(status, MESSAGES.get(status, error.description or MESSAGES[400]))


def _unexpected(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    _log.error("unexpected error", reference=reference, route=_route(), exc_info=error)
    return _answer(500, MESSAGES[500], reference=reference)
