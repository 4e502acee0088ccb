"""What people fill in about cohorts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import cast

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from courses.cohorts.calendar import Pattern
from courses.cohorts.regions import REGIONS
from lms.core.forms import BaseForm, choices
from lms.core.spreadsheets import read_day

MOST_DAYS_OUT = 40
"""Days a cohort may leave out; more is a typing error or another cohort."""


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


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a cohort should meet, as `calendar.lay_out` takes it."""

    pattern: Pattern
    first_day: date
    starts: time
    without: list[date]


class TimetableForm(BaseForm):
    """When a cohort meets. Sent by GET to look at the dates, and again by POST with the rest."""

    pattern = RadioField(
        "How is it taught?",
        choices=choices(
            [
                (Pattern.WEEKLY.value, "Weekly: 10 sessions of 3 hours"),
                (Pattern.BLOCK.value, "In a block: 5 days of 6 hours"),
            ]
        ),
        validators=[InputRequired("Choose how it is taught.")],
    )
    first_day = DateField(
        "First day", validators=[InputRequired("Choose the first day, such as 12/01/2027.")]
    )
    starts = TimeField("Each session starts at", validators=[InputRequired("Choose a time, such as 09:30.")])
    without = TextAreaField("Days it does not meet", validators=[Optional(), Length(max=1000), are_days])

    def wishes(self) -> Wishes | None:
        """What was asked for; None, with the reasons on the fields, when it cannot be read."""
        asked: list[Field] = [self.pattern, self.first_day, self.starts, self.without]
        if not all([field.validate(self) for field in asked]):  # noqa: C419 (each is to be judged)
            return None
        return Wishes(
            pattern=Pattern(self.pattern.data),
            first_day=cast("date", self.first_day.data),
            starts=cast("time", self.starts.data),
            without=days_in(self.without.data or ""),
        )


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
    course = SelectField("Course", validators=[InputRequired("Choose the course.")])
    programme = SelectField("Programme that pays for the places", validators=[Optional()])
    region = SelectField(
        "Region",
        choices=choices([("", "Choose"), *REGIONS.items()]),
        validators=[InputRequired("Choose the region it is taught in.")],
    )
    venue = StringField("Where it meets", validators=[Optional(), Length(max=200)])
    facilitators = SelectMultipleField(
        "Who teaches it",
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class UploadForm(BaseForm):
    """A learners' file."""

    file = FileField("The file", validators=[FileRequired("Choose a file first.")])


class ConfirmForm(BaseForm):
    """Agreement to what a preview shows."""

    expected = HiddenField(validators=[InputRequired("Open this page again.")])


class WithdrawForm(BaseForm):
    """Why somebody left."""

    reason = StringField(
        "Why did they leave?",
        validators=[InputRequired("Write why, in a few words, such as “moved away”."), Length(max=300)],
    )
