"""Forms of a visit: opening one, moving its end, choosing, and the visitor's report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from assessments.verification.visit_models import ClaimsAdvice, VisitOutcome
from assessments.verification.visit_service import Findings
from lms.core.forms import BaseForm, choices

ACTION_LINES = 4
LONGEST = 6000
SHORT = Length(max=600, message="Keep it under 600 letters.")


class VisitForm(BaseForm):
    """Who visits, when, and what is proposed."""

    eqa = SelectField("Who is coming?", validators=[DataRequired("Choose who is coming.")])
    from_on = DateField("First day", validators=[DataRequired("Give the first day of the visit.")])
    until_on = DateField("Last day", validators=[DataRequired("Give the last day of the visit.")])
    portfolios = SelectMultipleField("Which portfolios do you propose?")

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], portfolios: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """Offer the people who may visit and the portfolios of a cohort."""
        super().__init__(*args, **kwargs)
        self.eqa.choices = choices(people)
        self.portfolios.choices = choices(portfolios)


class EndForm(BaseForm):
    """Another last day."""

    until_on = DateField("Last day", validators=[DataRequired("Give the last day of the visit.")])


class ChooseForm(BaseForm):
    """Portfolios to read, by reference."""

    portfolios = SelectMultipleField("Portfolios", validate_choice=False)


class ActionForm(Form):
    """Something to do, and by when."""

    text = StringField("What is to be done", validators=[Optional(), SHORT])
    due_on = DateField("By when", validators=[Optional()])


class ReportForm(BaseForm):
    """What came of a visit."""

    outcome = RadioField(
        "What came of the visit?",
        choices=choices((each.value, each.words) for each in VisitOutcome),
        validators=[DataRequired("Choose what came of the visit.")],
    )
    summary = TextAreaField(
        "What you looked at and found",
        validators=[
            DataRequired("Say what you looked at and what you found."),
            Length(max=LONGEST, message="Keep it under 6,000 letters."),
        ],
    )
    actions = FieldList(FormField(ActionForm), min_entries=ACTION_LINES, max_entries=ACTION_LINES)
    signed_off = SelectMultipleField("Whose credit may be claimed?", validate_choice=False)
    advice = RadioField(
        "What do you recommend about direct claims?",
        choices=choices((each.value, each.words) for each in ClaimsAdvice),
        default=ClaimsAdvice.NONE.value,
    )
    advice_reason = TextAreaField("Why you recommend it", validators=[Optional(), SHORT])

    def __init__(self, *args: Any, portfolios: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the portfolios that can be signed off."""
        super().__init__(*args, **kwargs)
        self.signed_off.choices = choices(portfolios)

    def findings(self) -> Findings:
        """What was filled in."""
        return Findings(
            outcome=VisitOutcome(self.outcome.data),
            summary=(self.summary.data or "").strip(),
            advice=ClaimsAdvice(self.advice.data or ClaimsAdvice.NONE.value),
            advice_reason=(self.advice_reason.data or "").strip(),
            actions=tuple(self._actions()),
            signed_off=tuple(self.signed_off.data or ()),
        )

    def _actions(self) -> Iterator[tuple[str, date]]:
        for line in self.actions:
            text, due_on = line.form.text.data, line.form.due_on.data
            if text and text.strip() and due_on:
                yield text.strip(), due_on

    def validate(self, extra_validators: Any = None) -> bool:
        """An action needs its day, and a day its action."""
        is_valid: bool = super().validate(extra_validators)
        for line in self.actions:
            if bool((line.form.text.data or "").strip()) != bool(line.form.due_on.data):
                field = line.form.due_on if line.form.text.data else line.form.text
                field.errors = [*field.errors, "Give each action its words and its day."]
                is_valid = False
        return is_valid
