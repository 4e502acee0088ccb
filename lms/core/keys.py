"""Secrets that services need and that are settings, never rows: the one place where they are read."""

from flask import current_app


def response_key() -> bytes:
    """The key that makes the pseudonyms of questionnaire responses (`RESPONSE_KEY`)."""
    key: str = current_app.config["RESPONSE_KEY"]
    return key.encode()
