"""The form behind each finding: why it stays."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from assessments.portfolio.checking import Reason
from assessments.portfolio.checking_models import LONGEST_SAID
from lms.core.forms import BaseForm, choices


class StaysForm(BaseForm):
    """Why something that looks like a name or a number stays."""

    reason = SelectField(
        "Why does it stay?",
        choices=choices([("", "Choose a reason"), *((reason.value, reason.words) for reason in Reason)]),
        validators=[DataRequired("Choose why it stays.")],
    )
    said = StringField(
        "In a few words",
        validators=[Length(max=LONGEST_SAID, message=f"Keep this under {LONGEST_SAID} letters.")],
    )
