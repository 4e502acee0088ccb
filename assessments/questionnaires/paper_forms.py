"""What is filled in to print forms and to key them; the answers themselves are read by `paper_keyed.py`."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from assessments.questionnaires.sheets import MOST_SHEETS
from lms.core.forms import BaseForm


class PrintForm(BaseForm):
    """How many forms, in which language, and whether two people key each."""

    sheets = IntegerField(
        "How many forms",
        validators=[
            InputRequired("Say how many forms."),
            NumberRange(1, MOST_SHEETS, f"Print from 1 to {MOST_SHEETS} forms at a time."),
        ],
        default=12,
    )
    language = SelectField("Language", validators=[Optional()])
    twice = BooleanField("Two people key each form, and differences are looked at")


class NumberForm(BaseForm):
    """The number of the next form. Sent by GET: finding a form changes nothing."""

    submission_key = None  # type: ignore[assignment]
    number = StringField("Number of the form", validators=[InputRequired(), Length(max=20)])

    class Meta(BaseForm.Meta):
        """Without a token."""

        csrf = False


class KeyForm(BaseForm):
    """The personal code of one form."""

    code = StringField("Personal code", validators=[Optional(), Length(max=20)])
