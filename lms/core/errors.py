"""Errors that people meet. A service raises them; the roof turns each into a page with its status.

The message is what the person reads: what happened, which row or field, and what to do.
"""

from __future__ import annotations

from http import HTTPStatus


class DomainError(Exception):
    """Something a person asked for cannot be done.

    Attributes:
        message: the sentence shown to the person.
        field: the form field it belongs to, when there is one.
        status: the HTTP status that the answer carries.
    """

    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Refused(DomainError):
    """A rule says no, or what was given cannot be used (422)."""


class NotFound(DomainError):
    """There is no such thing within this person's reach (404). Not found and not yours look the same."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, message: str = "There is no such page for you.", *, field: str | None = None) -> None:
        super().__init__(message, field=field)


class Forbidden(DomainError):
    """This person's role does not include this (403)."""

    status = HTTPStatus.FORBIDDEN


class Conflict(DomainError):
    """Somebody else changed it first, or it has already been done (409)."""

    status = HTTPStatus.CONFLICT


class TooLarge(DomainError):
    """The file or the text is larger than allowed (413)."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
