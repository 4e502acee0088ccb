"""What somebody is asked about what they need."""

from __future__ import annotations

from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from courses.attendance.needs import WORDS_LETTERS, Need
from lms.core.forms import BaseForm, choices


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
