"""Secrets that services need and that are settings, never rows: the one place where they are read."""

import base64
import hashlib
import hmac

from flask import current_app

LINK_TOKEN = 43
"""Characters of the token of a personal link: 256 bits."""
CALENDAR_SIGNATURE = 22
"""Characters of the signature in a calendar's address: 132 bits."""


def response_key() -> bytes:
    """The key that makes the pseudonyms of questionnaire responses (`RESPONSE_KEY`)."""
    key: str = current_app.config["RESPONSE_KEY"]
    return key.encode()


def calendar_signature(ref: str) -> str:
    """What makes the address of somebody's calendar a secret: a code over its reference, by `SECRET_KEY`."""
    return _signature("calendar", ref)[:CALENDAR_SIGNATURE]


def link_token(ref: str) -> str:
    """The token of a personal link to a questionnaire: a code over the link's reference, by `SECRET_KEY`."""
    return _signature("questionnaire", ref)[:LINK_TOKEN]


def witness_token(ref: str, sending: int) -> str:
    """The token of the link by which a witness is asked, for each time that it is sent, by `SECRET_KEY`."""
    return _signature("witness", f"{ref}:{sending}")[:LINK_TOKEN]


def _signature(purpose: str, ref: str) -> str:
    key: str = current_app.config["SECRET_KEY"]
    code = hmac.digest(key.encode(), f"{purpose}:{ref}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(code).decode("ascii")
