"""What every form shares: text is stripped, and a key makes sending the same form twice harmless."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask import g, has_request_context, request
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from lms.core.held import held_values

PLAIN = {
    "Not a valid choice.": "Choose one of these.",
    "Not a valid choice": "Choose one of these.",
    "Invalid Choice: could not coerce.": "Choose one of these.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Choose from these.",
    "Not a valid integer value.": "Write a whole number, such as 90.",
    "Not a valid decimal value.": "Write a number, such as 2.5.",
    "Not a valid date value.": "Give a day that is in the calendar, such as 12 03 2026.",
    "Not a valid time value.": "Give a time, such as 09:30.",
    "Not a valid datetime value.": "Give a day and a time that are in the calendar.",
    "This field is required.": "Fill this in.",
    "Invalid input.": "This cannot be used as it is.",
    "Invalid email address.": "Write an email address such as joy@example.org.",
    "Number must be between %(min)s and %(max)s.": "Write a number from %(min)s to %(max)s.",
    "Number must be at least %(min)s.": "Write %(min)s or more.",
    "Number must be at most %(max)s.": "Write %(max)s or less.",
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” is not one of these.",
    "'%(value)s' are not valid choices for this field.": "“%(value)s” are not among these.",
}
"""What the forms library says by itself, in the words of this product."""


class PlainWords:
    """The library's own messages, put plainly."""

    def gettext(self, text: str) -> str:
        """A message."""
        return PLAIN.get(text, text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """A message that counts."""
        return self.gettext(one if count == 1 else many)


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


def new_submission_key() -> str:
    """What a form is known by when it arrives twice; on a page that is kept, what stands for it."""
    standing_in: str | None = g.get("submission_key")
    return standing_in or secrets.token_urlsafe(16)


class PartForm(Form):
    """The parent of a form inside a form, such as one line of a register."""

    class Meta:
        """Messages are plain."""

        def get_translations(self, _form: Any) -> PlainWords:
            """Our words for the library's messages."""
            return PlainWords()


class BaseForm(FlaskForm):  # type: ignore[misc]
    """The parent of every form.

    Carries the CSRF token, which is checked centrally, and `submission_key`, by which a repeated POST is answered
    with the first one's result.
    """

    submission_key = HiddenField(default=new_submission_key)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Text fields are tidied on the way in, and messages are plain."""

        def get_translations(self, _form: Any) -> PlainWords:
            """Our words for the library's messages."""
            return PlainWords()

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


class PressForm(BaseForm):
    """One thing to press, with nothing to fill in."""


def first_error(form: BaseForm) -> str:
    """What is wrong first in a form that did not validate, for a page that shows errors in one place."""
    return next(str(errors[0]) for errors in form.errors.values() if errors)
