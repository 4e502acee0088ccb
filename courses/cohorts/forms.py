"""What people fill in about a cohort and its people."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from courses.cohorts.leaving import NOTE_LETTERS, Leaving
from courses.cohorts.needs import WORDS_LETTERS, Need
from courses.cohorts.place_models import WHY_LETTERS
from lms.core.forms import BaseForm, choices


class UploadForm(BaseForm):
    """A learners' file."""

    file = FileField("The file", validators=[FileRequired("Choose a file first.")])


class ConfirmForm(BaseForm):
    """Agreement to what a preview shows."""

    expected = HiddenField(validators=[InputRequired("Open this page again.")])


class WithdrawForm(BaseForm):
    """Why and when somebody left."""

    reason = RadioField(
        "Why did they leave?",
        choices=choices([(reason.value, reason.words) for reason in Leaving]),
        validators=[InputRequired("Choose why they left.")],
    )
    on = DateField("Their last day", validators=[InputRequired("Choose the day, such as 09/03/2026.")])
    note = StringField("A few words more", validators=[Optional(), Length(max=NOTE_LETTERS)])


class TransferForm(BaseForm):
    """Where somebody moves to."""

    cohort = RadioField("Which cohort?", choices=[], validators=[InputRequired("Choose the cohort.")])
    wait = BooleanField("If it is full, let them wait for a place there")
    why = StringField("Why, in a few words", validators=[Optional(), Length(max=WHY_LETTERS)])


class AdjustmentsForm(BaseForm):
    """What somebody needs to take part."""

    needs = SelectMultipleField(
        "What is needed",
        choices=choices([(need.value, need.words) for need in Need]),
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    words = TextAreaField("Anything else", validators=[Optional(), Length(max=WORDS_LETTERS)])

    def chosen(self) -> list[Need]:
        """What is ticked."""
        return [Need(value) for value in self.needs.data or ()]


class LearnerNumberForm(BaseForm):
    """A unique learner number."""

    uln = StringField("Unique learner number (ULN)", validators=[Optional(), Length(max=40)])
