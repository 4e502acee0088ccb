"""What every form of the player shares: words that are saved as they come. `activity_forms` makes each kind."""

from typing import Any

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from courses.progress.drafts import Values
from lms.core.forms import BaseForm

ASKED = "asked"
"""The field that says which question of a scenario the page asked."""
OWN_FIELDS = ("csrf_token", "submission_key", "version", ASKED)


class DraftForm(BaseForm):
    """A form whose words are saved as they come. `version` is the one it was filled from."""

    version = HiddenField(default="0")

    @property
    def based_on(self) -> int:
        """The version the words were written over; 0 when it is not known."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) <= len("999999999") else 0

    @property
    def words(self) -> Values:
        """What was written, by field name, without the form's own fields and without empty ones."""
        return {name: value for name, value in self.data.items() if name not in OWN_FIELDS and value}


class JournalForm(DraftForm):
    """Words for the journal."""

    text = TextAreaField(
        "Your words", [Length(max=20_000, message="An entry holds 20,000 letters. Make two of it.")]
    )


def made_of(fields: dict[str, Any]) -> type[DraftForm]:
    """A form class with these fields."""
    return type("ActivityForm", (DraftForm,), fields)
