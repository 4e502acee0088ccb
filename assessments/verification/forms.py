"""Forms of quality assurance: a plan, an answer to a decision."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from assessments.verification.models import SampleOutcome
from assessments.verification.sampling import DEFAULT_RATES, Risk
from lms.core.forms import BaseForm, choices

RISK_CHOICES = choices((risk.value, risk.value.capitalize()) for risk in Risk)
PER_CENT = [
    InputRequired("Give a whole number from 0 to 100."),
    NumberRange(0, 100, "Give a whole number from 0 to 100."),
]


class PlanForm(BaseForm):
    """A draw: its seed and its rates. One select of risk for each assessor is added."""

    seed = StringField(
        "Seed",
        validators=[
            DataRequired("Give the draw a seed: any words or numbers."),
            Length(max=80, message="Keep it under 80 letters."),
        ],
    )
    red = IntegerField("Red", default=DEFAULT_RATES[Risk.RED], validators=PER_CENT)
    amber = IntegerField("Amber", default=DEFAULT_RATES[Risk.AMBER], validators=PER_CENT)
    green = IntegerField("Green", default=DEFAULT_RATES[Risk.GREEN], validators=PER_CENT)

    def rates(self) -> dict[Risk, int]:
        """Per cent by risk."""
        return {
            Risk.RED: self.red.data or 0,
            Risk.AMBER: self.amber.data or 0,
            Risk.GREEN: self.green.data or 0,
        }


def plan_form(assessors: Sequence[tuple[str, str, Risk]]) -> type[PlanForm]:
    """A plan's form with one choice of risk for each assessor: reference, name, the risk suggested."""
    fields = {
        f"risk_{ref}": SelectField(name, choices=RISK_CHOICES, default=suggested.value)
        for ref, name, suggested in assessors
    }
    return type("CohortPlanForm", (PlanForm,), fields)


class AnswerForm(BaseForm):
    """An answer to one decision."""

    decision = StringField("Decision", validators=[DataRequired()])
    outcome = RadioField(
        "Your answer",
        choices=choices([(SampleOutcome.AGREED.value, "Agree"), (SampleOutcome.RETURNED.value, "Return it")]),
        validators=[DataRequired("Choose agree or return.")],
    )
    comment = TextAreaField("What should the assessor look at again?")


class PressForm(BaseForm):
    """One thing to press, with nothing to fill in."""
