"""Forms of standardisation: an exercise, a piece of its script, a remark, a meeting, an action closed."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from assessments.portfolio.evidence_fields import LONGEST_TEXT
from assessments.standardisation.exercises import LONGEST_TITLE
from lms.core.forms import BaseForm, choices

SHORT = Length(max=LONGEST_TITLE, message="Keep it under 160 letters.")
LONG = Length(max=20000, message="Keep it under 20,000 letters.")
WORDS = Length(max=LONGEST_TEXT, message=f"Keep it under {LONGEST_TEXT:,} letters.")
"""A piece may be as long as the evidence that it is copied from."""
LINE = Length(max=600, message="Keep it under 600 letters.")
ACTIONS = 3
"""How many new actions the form of a meeting has room for."""


class WhereAsked(Optional):
    """A box that may stay empty, and is yet needed where the one before it is filled in: so it is not called optional."""

    def __init__(self) -> None:
        """Say nothing of it to the page."""
        super().__init__()
        self.field_flags = {}


class ExerciseForm(BaseForm):
    """What is judged, and by which criteria."""

    title = StringField("What do you call it?", validators=[DataRequired("Give the exercise a name."), SHORT])
    unit = SelectField("Which unit?", validators=[DataRequired("Choose a unit.")])
    criteria = SelectMultipleField(
        "Which criteria?", validators=[DataRequired("Choose the criteria that the script is judged by.")]
    )

    def __init__(
        self, *args: Any, units: list[tuple[str, str]], criteria: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """Offer units and criteria."""
        super().__init__(*args, **kwargs)
        self.unit.choices, self.criteria.choices = choices(units), choices(criteria)


class CopyForm(BaseForm):
    """From which portfolio the script is copied."""

    portfolio = SelectField("Copy from a portfolio that was drawn")

    def __init__(self, *args: Any, portfolios: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer portfolios."""
        super().__init__(*args, **kwargs)
        self.portfolio.choices = choices(portfolios)


class PieceForm(BaseForm):
    """A piece of a script."""

    title = StringField("What is it?", validators=[DataRequired("Give the piece a name."), SHORT])
    text = TextAreaField("Its words", validators=[WORDS])
    file = FileField("Or a file")


class OpenForm(BaseForm):
    """The last look before the assessors see a script."""

    is_anonymous = BooleanField(
        "I have read it all. It names nobody: no practitioner, no family, no colleague"
    )


class RemarkForm(BaseForm):
    """A remark in the discussion; `met` where the IQA settles a criterion."""

    criterion = SelectField("About")
    text = TextAreaField("What do you say?", validators=[DataRequired("Write something first."), LONG])
    met = RadioField(
        "From now on all of us hold it as",
        choices=choices([("", "Only a remark"), ("met", "Met"), ("not", "Not yet met")]),
        default="",
    )

    def __init__(self, *args: Any, criteria: list[str], **kwargs: Any) -> None:
        """Offer the criteria of the script, and the whole."""
        super().__init__(*args, **kwargs)
        self.criterion.choices = choices([("", "The whole script"), *((ref, ref) for ref in criteria)])


class MeetingForm(BaseForm):
    """Minutes: who came, what was talked about, what somebody does until when."""

    title = StringField("What was it?", validators=[DataRequired("Give the meeting a name."), SHORT])
    held_on = DateField("When was it?", validators=[DataRequired("Give the day of the meeting.")])
    came = SelectMultipleField("Who came?", validators=[DataRequired("Tick who came.")])
    exercises = SelectMultipleField("Which exercises did you talk about?", validators=[Optional()])
    minutes = TextAreaField(
        "What was said and agreed?", validators=[DataRequired("Write what was said and agreed."), LONG]
    )
    words_0 = StringField("What is to be done?", validators=[LINE])
    owner_0 = SelectField("Who does it?", validators=[WhereAsked()])
    due_0 = DateField("By when?", validators=[WhereAsked()])
    words_1 = StringField("What is to be done?", validators=[LINE])
    owner_1 = SelectField("Who does it?", validators=[WhereAsked()])
    due_1 = DateField("By when?", validators=[WhereAsked()])
    words_2 = StringField("What is to be done?", validators=[LINE])
    owner_2 = SelectField("Who does it?", validators=[WhereAsked()])
    due_2 = DateField("By when?", validators=[WhereAsked()])

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], exercises: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """Offer people and exercises."""
        super().__init__(*args, **kwargs)
        self.came.choices, self.exercises.choices = choices(people), choices(exercises)
        for number in range(ACTIONS):
            self[f"owner_{number}"].choices = choices([("", "Choose somebody"), *people])


class CloseForm(BaseForm):
    """What came of an action."""

    words = StringField("What came of it?", validators=[LINE])
