"""What every form shares: text is stripped, and a key makes sending the same form twice harmless."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask import has_request_context, request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from lms.core.held import held_values


def tidy(text: object) -> object:
    """Strip text, make line ends uniform and bring it to Unicode's composed form; drop NULs, which no database takes."""
    if not isinstance(text, str):
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "").strip())


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Choices of a select or radio field, from pairs of value and words."""
    return [SelectChoice(value, words) for value, words in pairs]


def text_of(field: Field) -> str:
    """The text of a field; empty when nothing came."""
    return str(field.data) if field.data is not None else ""


class BaseForm(FlaskForm):  # type: ignore[misc]
    """The parent of every form.

    Carries the CSRF token, which is checked centrally, and `submission_key`, by which a repeated POST is answered
    with the first one's result.
    """

    submission_key = HiddenField(default=lambda: secrets.token_urlsafe(16))

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Text fields are tidied on the way in."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Add the tidying filter to each text field; a password stays exactly as typed."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField | TextAreaField) and not issubclass(kind, PasswordField):
                given = tuple(unbound_field.kwargs.get("filters", ()))
                unbound_field.kwargs["filters"] = given if tidy in given else (*given, tidy)
            bound: Field = unbound_field.bind(form=form, **options)
            return bound

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        """Take what was posted; on a page that is only shown, take what is held for it, if anything is."""
        if formdata is None and has_request_context() and request.method == "GET":
            formdata = held_values(request.path)
        super().__init__(formdata=formdata, **kwargs)

    def add_error(self, message: str, *, field: str | None = None) -> None:
        """Show a service's refusal on the field it belongs to, or at the top."""
        if field is not None and field in self._fields:
            target = self._fields[field]
            target.errors = [*target.errors, message]
        else:
            self.form_errors.append(message)
