"""The forms of witnesses: asking one, and what they say."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, DateField, EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from assessments.portfolio.witnesses import Said
from lms.core.forms import BaseForm, choices, text_of


class AskForm(BaseForm):
    """Whom to ask, and about what."""

    name = StringField(
        "Who saw you work?",
        validators=[
            DataRequired("Give their name."),
            Length(max=120, message="Keep the name under 120 letters."),
        ],
    )
    email = EmailField(
        "Their email address",
        validators=[
            DataRequired("Give their email address."),
            Email("This does not look like an email address, such as bev@centre.org.uk."),
            Length(max=254, message="That address is too long."),
        ],
    )
    about = TextAreaField(
        "What should they write about?",
        validators=[
            DataRequired("Say what they saw, such as “the group on Tuesdays in March”."),
            Length(max=600, message="Keep this under 600 letters."),
        ],
    )


class WitnessForm(BaseForm):
    """What a witness says of themselves, what they saw, and their typed name."""

    name = StringField(
        "Your name",
        validators=[DataRequired("Give your name."), Length(max=120, message="Keep it under 120 letters.")],
    )
    role = StringField(
        "Your job or role",
        validators=[
            DataRequired("Give your job or role."),
            Length(max=160, message="Keep it under 160 letters."),
        ],
    )
    relationship_to = StringField(
        "What are you to each other?",
        validators=[
            DataRequired("Say it in a few words, such as “I am her line manager”."),
            Length(max=160, message="Keep it under 160 letters."),
        ],
    )
    contact = StringField(
        "Where can the assessor reach you?",
        validators=[
            DataRequired("Give a work phone number or email address."),
            Length(max=254, message="Keep it under 254 letters."),
        ],
    )
    how_known = TextAreaField(
        "How do you know this work?",
        validators=[
            DataRequired("Say in a sentence how you come to know it."),
            Length(max=400, message="Keep this under 400 letters."),
        ],
    )
    seen_on = DateField(
        "When did you see it?",
        validators=[InputRequired("Give the day, or the last one, such as 12 03 2026.")],
    )
    saw = TextAreaField(
        "What did you see?", validators=[DataRequired("Write what you saw, in your own words.")]
    )
    is_expert = RadioField(
        "Are you an expert witness?",
        choices=choices([("no", "No"), ("yes", "Yes")]),
        default="no",
        validators=[Optional()],
    )
    expert_basis = TextAreaField(
        "What makes you one?", validators=[Length(max=600, message="Keep this under 600 letters.")]
    )
    interest = TextAreaField(
        "Anything the assessor should know?",
        validators=[Optional(), Length(max=400, message="Keep this under 400 letters.")],
    )
    declared = BooleanField("What I have written is true, and it is what I saw myself")
    identifiers_stay = BooleanField("These are not about a family. Leave them in")
    signature = StringField(
        "Sign with your name",
        validators=[
            DataRequired("Type your name as your signature."),
            Length(max=120, message="Keep it under 120 letters."),
        ],
    )

    def validate_expert_basis(self, field: TextAreaField) -> None:
        """Who says they are an expert says why."""
        if self.is_expert.data == "yes" and not text_of(field):
            field.errors = [
                "Say how you know the standard, and your qualification or that you judge such work in your job."
            ]

    def said(self) -> Said:
        """What was said, in the form that the service takes."""
        return Said(
            name=text_of(self.name),
            role=text_of(self.role),
            relationship_to=text_of(self.relationship_to),
            contact=text_of(self.contact),
            how_known=text_of(self.how_known),
            saw=text_of(self.saw),
            seen_on=self.seen_on.data or date.max,
            expert_basis=text_of(self.expert_basis) if self.is_expert.data == "yes" else "",
            interest=text_of(self.interest),
            signature=text_of(self.signature),
            declared=bool(self.declared.data),
            identifiers_stay=bool(self.identifiers_stay.data),
        )
