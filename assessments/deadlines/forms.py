"""What is filled in to give somebody more time."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from assessments.deadlines.policy import Policy
from lms.core.forms import BaseForm, choices

NOTE_LETTERS = 600


class ExtensionForm(BaseForm):
    """Until when, and why."""

    until = DateField("The new last day", validators=[InputRequired("Choose the day.")])
    reason = RadioField("Why?", validators=[InputRequired("Choose the reason.")])
    note = StringField(
        "Anything to add for them to read",
        validators=[Length(max=NOTE_LETTERS, message=f"Keep this under {NOTE_LETTERS} letters.")],
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        """Offer the reasons of the policy that the cohort goes by."""
        super().__init__(*args, **kwargs)
        self.reason.choices = choices(
            (key, f"{reason.words} (up to {reason.most_days} days)") for key, reason in policy.reasons.items()
        )
