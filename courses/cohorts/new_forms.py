"""What people fill in about a new cohort, and about one that is like another."""

from __future__ import annotations

import re
from datetime import date

from wtforms import (
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from courses.cohorts.calendar import Pattern, Wishes
from courses.cohorts.listed_days import CannotRead, read_listed
from courses.cohorts.regions import REGIONS
from lms.core.forms import BaseForm, choices, text_of
from lms.core.spreadsheets import read_day

MOST_DAYS_OUT = 40
"""Days a cohort may leave out; more is a typing error or another cohort."""
MOST_PEOPLE = 500
PATTERNS = (Pattern.WEEKLY, Pattern.BLOCK, Pattern.CUSTOM)
"""The patterns, the most usual first."""

HTTPS = Regexp(
    r"https://[^\s/]+\.[^\s/]+(/\S*)?$",
    message="Write the whole address, beginning with https://, such as https://meet.example.org/room.",
)
"""A link that people are sent to is encrypted, and is one address."""


def link_field() -> StringField:
    """The address of an online session."""
    return StringField("Link, if it is online", validators=[Optional(), Length(max=400), HTTPS])


def days_in(text: str) -> list[date]:
    """Read days as people list them, one a line or with commas.

    Raises:
        ValidationError: naming the first that is not a day.
    """
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    days = []
    for word in words[: MOST_DAYS_OUT + 1]:
        found = read_day(word)
        if found is None:
            raise ValidationError(
                f"{word} is not a date in the calendar. Write days as 25/05/2026, one a line."
            )
        days.append(found)
    if len(words) > MOST_DAYS_OUT:
        raise ValidationError(f"These are more than {MOST_DAYS_OUT} days. Leave fewer out.")
    return days


def are_days(_form: BaseForm, field: Field) -> None:
    """Refuse what is not a list of days."""
    days_in(field.data or "")


class Asked:
    """A field that one way of teaching asks for and the other does not: left alone where it is not asked for."""

    def __init__(self, message: str | None = None, *, listed: bool = False) -> None:
        self.message = message
        self.listed = listed

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Stop here when the field is not asked for, or is and is empty."""
        if (form["pattern"].data == Pattern.CUSTOM.value) is not self.listed:
            field.errors = []
            raise StopValidation
        if self.message and not (field.raw_data and str(field.raw_data[0]).strip()):
            field.errors = []
            raise StopValidation(self.message)


def are_sessions(_form: BaseForm, field: Field) -> None:
    """Refuse what is not a list of sessions."""
    try:
        read_listed(field.data or "")
    except CannotRead as reason:
        raise ValidationError(str(reason)) from reason


class TimetableForm(BaseForm):
    """When a cohort meets. Sent by GET to look at the dates, and again by POST with the rest."""

    course = SelectField("Course", validators=[DataRequired("Choose the course.")])
    pattern = RadioField(
        "How is it taught?",
        choices=choices([(pattern.value, pattern.words) for pattern in PATTERNS]),
        validators=[InputRequired("Choose how it is taught.")],
    )
    first_day = DateField("First day", validators=[Asked("Choose the first day, such as 12/01/2027.")])
    starts = TimeField("Each session starts at", validators=[Asked("Choose a time, such as 09:30.")])
    without = TextAreaField(
        "Days it does not meet", validators=[Asked(), Optional(), Length(max=1000), are_days]
    )
    listed = TextAreaField("Its sessions", validators=[Asked(listed=True), Length(max=4000), are_sessions])

    def wishes(self) -> Wishes | None:
        """What was asked for; None, with the reasons on the fields, when it cannot be read."""
        asked: list[Field] = [
            self.course, self.pattern, self.first_day, self.starts, self.without, self.listed,
        ]  # fmt: skip
        if not all([field.validate(self) for field in asked]):  # noqa: C419 (each is to be judged)
            return None
        pattern = Pattern(self.pattern.data)
        if pattern is Pattern.CUSTOM:
            return Wishes(pattern, listed=read_listed(text_of(self.listed)))
        return Wishes(pattern, self.first_day.data, self.starts.data, days_in(text_of(self.without)))


class CohortForm(TimetableForm):
    """A new cohort."""

    name = StringField(
        "Name",
        validators=[
            InputRequired("Give it a name, such as Harehills Tuesdays, spring 2027."),
            Length(max=160),
        ],
    )
    provider = SelectField("Provider", validators=[InputRequired("Choose the provider.")])
    programme = SelectField("Programme that pays for the places", validators=[Optional()])
    region = SelectField(
        "Region",
        choices=choices([("", "Choose"), *REGIONS.items()]),
        validators=[InputRequired("Choose the region it is taught in.")],
    )
    venue = StringField("Where it meets", validators=[Optional(), Length(max=200)])
    link = link_field()
    capacity = IntegerField("Places", validators=[Optional(), NumberRange(min=1, max=MOST_PEOPLE)])
    facilitators = SelectMultipleField(
        "Who teaches it",
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
