"""Forms of marking: sending to the assessor, judging a criterion, sending decisions, allocating."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from assessments.marking.judgement import Judgement, Rule
from assessments.marking.models import Outcome
from assessments.portfolio.sending import DECLARED, Declaration
from lms.core.forms import BaseForm, choices

MET = Outcome.MET.value
NOT_YET_MET = Outcome.NOT_YET_MET.value


class StartForm(BaseForm):
    """Begin a portfolio: nothing to fill in, one thing to press."""


class SendForm(BaseForm):
    """Which criteria go to the assessor now, whose work they are, and whether AI had a part in it."""

    criteria = SelectMultipleField("Send these")
    declared = BooleanField(DECLARED.rstrip("."))
    ai_used = RadioField(
        "Did a tool such as AI help you?",
        choices=choices([("no", "No"), ("yes", "Yes, and I say for what")]),
        validators=[Optional()],
    )
    ai_statement = TextAreaField("Which tool, for what, and where do you say so?")

    def __init__(self, *args: Any, ready: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the criteria that are ready."""
        super().__init__(*args, **kwargs)
        self.criteria.choices = choices(ready)

    def declaration(self) -> Declaration:
        """What is declared, in the form that the service takes."""
        return Declaration(
            own_work=bool(self.declared.data),
            ai_used={"yes": True, "no": False}.get(self.ai_used.data or ""),
            ai_statement=self.ai_statement.data or "",
        )


class JudgementForm(BaseForm):
    """One criterion judged. What is half done can be kept; what it lacks is asked for when it is sent."""

    valid = BooleanField("Valid")
    authentic = BooleanField("Authentic")
    current = BooleanField("Current")
    sufficient = BooleanField("Enough")
    reliable = BooleanField("Reliable")
    reason = StringField(
        "Why a rule does not hold", validators=[Length(max=600, message="Keep this under 600 letters.")]
    )
    outcome = RadioField(
        "Your decision",
        choices=choices([(MET, "Met"), (NOT_YET_MET, "Not yet met: ask for one more thing")]),
        validators=[Optional()],
    )
    feedback = TextAreaField(
        "What you will say",
        validators=[Length(max=6000, message="Keep this under 6,000 letters; she reads it on a phone.")],
    )
    version = IntegerField(widget=HiddenInput(), default=0)

    def judgement(self) -> Judgement:
        """What was said, in the form that the service takes."""
        return Judgement(
            met={MET: True, NOT_YET_MET: False}.get(self.outcome.data or ""),
            rules=frozenset(rule for rule in Rule if self[rule.value].data),
            reason=self.reason.data or "",
            feedback=self.feedback.data or "",
        )


class ReleaseForm(BaseForm):
    """Send all decisions of a submission."""

    sequence = IntegerField(widget=HiddenInput(), default=0)


class AllocationForm(BaseForm):
    """The assessor of each practitioner of a cohort: one select a person, made for the cohort."""


def allocation_form(
    people: list[tuple[str, str, str | None]], assessors: list[tuple[str, str]]
) -> type[AllocationForm]:
    """A form with one select for each practitioner.

    Args:
        people: reference, name and the reference of the present assessor, if any.
        assessors: reference and name.
    """
    offered = choices([("", "Nobody yet"), *assessors])
    fields = {
        f"person_{ref}": SelectField(name, choices=offered, default=current or "")
        for ref, name, current in people
    }
    return type("CohortAllocationForm", (AllocationForm,), fields)
