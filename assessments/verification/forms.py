"""Forms of quality assurance: a plan, an answer to a decision."""

from __future__ import annotations

from wtforms import (
    DateField,
    FloatField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assessments.verification.development import LONGEST, MOST_HOURS
from assessments.verification.development_models import RecordKind
from assessments.verification.models import SampleOutcome
from assessments.verification.quality_policy import QualityPolicy
from assessments.verification.sampling import Risk, Stage
from lms.core.forms import BaseForm, choices

RISK_CHOICES = choices((risk.value, risk.value.capitalize()) for risk in Risk)
PER_CENT = [
    InputRequired("Give a whole number from 0 to 100."),
    NumberRange(0, 100, "Give a whole number from 0 to 100."),
]


class PlanForm(BaseForm):
    """A draw: its seed, and of which portfolios. Everything else is policy."""

    stage = HiddenField()
    seed = StringField(
        "Seed",
        validators=[
            DataRequired("Give the draw a seed: any words or numbers."),
            Length(max=80, message="Keep it under 80 letters."),
        ],
    )


class RatingForm(BaseForm):
    """An IQA's word on an assessor's risk."""

    risk = RadioField(
        "How closely do you look?", choices=RISK_CHOICES, validators=[DataRequired("Choose one.")]
    )
    reason = TextAreaField("Why?", validators=[Length(max=2000, message="Keep it under 2,000 letters.")])


class StaffRecordForm(BaseForm):
    """An award, or professional development."""

    kind = RadioField(
        "What is it?",
        choices=choices(
            [(RecordKind.DEVELOPMENT.value, "Professional development"), (RecordKind.AWARD.value, "An award")]
        ),
        validators=[DataRequired("Choose one.")],
    )
    words = StringField(
        "What was it?",
        validators=[
            DataRequired("Say what it was."),
            Length(max=LONGEST, message=f"Keep it under {LONGEST} letters."),
        ],
    )
    on = DateField("When?", validators=[DataRequired("Give the day of it.")])
    hours = FloatField(
        "How many hours?",
        validators=[Optional(), NumberRange(0, MOST_HOURS, f"Give hours, up to {MOST_HOURS}.")],
    )


class PolicyForm(BaseForm):
    """The parts of a provider's policy that it may change by itself."""

    summative_red = IntegerField("Red", validators=PER_CENT)
    summative_amber = IntegerField("Amber", validators=PER_CENT)
    summative_green = IntegerField("Green", validators=PER_CENT)
    interim_red = IntegerField("Red", validators=PER_CENT)
    interim_amber = IntegerField("Amber", validators=PER_CENT)
    interim_green = IntegerField("Green", validators=PER_CENT)
    floor_per_quarter = IntegerField(
        "Portfolios of each assessor in a quarter, at least",
        validators=[
            InputRequired("Give a whole number."),
            NumberRange(0, 100, "Give a whole number from 0 to 100."),
        ],
    )
    action_days = IntegerField(
        "Days to answer what is returned",
        validators=[InputRequired("Give a whole number."), NumberRange(1, 365, "Give 1 to 365 days.")],
    )
    holds_from = DateField("From which day?", validators=[DataRequired("Give the day from which it holds.")])
    why = TextAreaField(
        "Why is it changed?",
        validators=[
            DataRequired("Say why. It is kept with the policy."),
            Length(max=2000, message="Keep it under 2,000 letters."),
        ],
    )

    def changed(self) -> dict[str, object]:
        """What was filled in, by the names of the policy."""
        stages = ("summative", "interim")
        rates = {stage: {risk.value: self[f"{stage}_{risk.value}"].data for risk in Risk} for stage in stages}
        return {
            **rates,
            "floor_per_quarter": self.floor_per_quarter.data,
            "action_days": self.action_days.data,
        }


def policy_values(policy: QualityPolicy) -> dict[str, object]:
    """The values of a policy for the form."""
    rates = {
        f"{stage.value}_{risk.value}": rate for stage in Stage for risk, rate in policy.rates(stage).items()
    }
    return {**rates, "floor_per_quarter": policy.floor_per_quarter, "action_days": policy.action_days}


class AnswerForm(BaseForm):
    """An answer to one decision."""

    decision = StringField("Decision", validators=[DataRequired()])
    outcome = RadioField(
        "Your answer",
        choices=choices([(SampleOutcome.AGREED.value, "Agree"), (SampleOutcome.RETURNED.value, "Return it")]),
        validators=[DataRequired("Choose agree or return.")],
    )
    comment = TextAreaField(
        "What should the assessor look at again?",
        validators=[Length(max=4000, message="Keep it under 4,000 letters.")],
    )
    due_on = DateField("By when?", validators=[Optional()])


class ReportForm(BaseForm):
    """What an IQA tells the assessor of a sample."""

    on_feedback = TextAreaField(
        "How does the feedback read?", validators=[Length(max=4000, message="Keep it under 4,000 letters.")]
    )
    on_planning = TextAreaField(
        "How was the assessment planned?",
        validators=[Length(max=4000, message="Keep it under 4,000 letters.")],
    )


class ActionForm(BaseForm):
    """Something an assessor is asked to do that is about no single decision."""

    note = TextAreaField(
        "What should they do?",
        validators=[
            DataRequired("Say what the assessor should do."),
            Length(max=4000, message="Keep it under 4,000 letters."),
        ],
    )
    due_on = DateField("By when?", validators=[Optional()])


class StepForm(BaseForm):
    """A line that goes with an action that is done or closed."""

    note = StringField("In a line", validators=[Length(max=600, message="Keep it under 600 letters.")])
