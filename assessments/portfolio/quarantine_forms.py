"""The form behind taking a piece of evidence out."""

from __future__ import annotations

from wtforms import RadioField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from assessments.portfolio.quarantine_models import Mistake, Seen
from lms.core.forms import BaseForm, choices


class TakeOutForm(BaseForm):
    """By what somebody can be recognised; never who."""

    seen = SelectMultipleField(
        "By what can somebody be recognised?",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        choices=choices((seen.value, seen.words.capitalize()) for seen in Seen),
        validators=[DataRequired("Tick by what somebody can be recognised.")],
    )

    def told(self) -> list[Seen]:
        """What was ticked."""
        return [Seen(each) for each in self.seen.data or ()]


class UndoForm(BaseForm):
    """Why a piece should not have been taken out; never who is in it."""

    mistake = RadioField(
        "Why was it a mistake?",
        choices=choices((mistake.value, mistake.words) for mistake in Mistake),
        validators=[DataRequired("Choose why it was a mistake.")],
    )
