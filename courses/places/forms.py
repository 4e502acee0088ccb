"""What people fill in about a cohort and its people."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from courses.cohorts.leaving import NOTE_LETTERS, Leaving
from courses.cohorts.models import WHY_LETTERS
from courses.cohorts.new_forms import MOST_PEOPLE
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


class LearnerNumberForm(BaseForm):
    """A unique learner number."""

    uln = StringField("Unique learner number (ULN)", validators=[Optional(), Length(max=40)])


class PlacesForm(BaseForm):
    """How many places a cohort has."""

    capacity = IntegerField("Places", validators=[Optional(), NumberRange(min=1, max=MOST_PEOPLE)])


class AgreementsForm(BaseForm):
    """What a practitioner says about their own place."""

    seeks_accreditation = BooleanField("I want the accredited unit as well as the course")
    shares_progress = BooleanField("My employer may see how far I am")


class ParticularsForm(BaseForm):
    """What a provider keeps about somebody's place."""

    setting = SelectField("Works at", choices=[], validators=[Optional()])
    seeks_accreditation = BooleanField("Wants the unit as well as the course")
    shares_progress = BooleanField("Has agreed that the employer may see how far they are")
