"""What people fill in to offer, ask for and decide about places."""

from __future__ import annotations

from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional

from courses.places.people_file import EMAIL_LETTERS, NAME_LETTERS, PLACE_LETTERS
from lms.core.forms import BaseForm

_EMAIL_WORDS = "Write an email address such as joy@example.org."
_EMAIL = [InputRequired(_EMAIL_WORDS), Email(_EMAIL_WORDS), Length(max=EMAIL_LETTERS)]


class InviteForm(BaseForm):
    """Whom to invite to a cohort."""

    name = StringField("Name", validators=[InputRequired("Write their name."), Length(max=NAME_LETTERS)])
    email = EmailField("Work email", validators=_EMAIL)
    setting = SelectField("Works at", choices=[], validators=[Optional()])


class AskForm(BaseForm):
    """Who asks for a place."""

    name = StringField("Your name", validators=[InputRequired("Write your name."), Length(max=NAME_LETTERS)])
    email = EmailField("Work email", validators=_EMAIL)
    employer = StringField(
        "Who you work for", validators=[InputRequired("Write who you work for."), Length(max=PLACE_LETTERS)]
    )
    job = StringField(
        "Your role there", validators=[InputRequired("Write your role there."), Length(max=PLACE_LETTERS)]
    )
    seeks_accreditation = BooleanField("I want the accredited unit as well as the course")


class ApproveForm(BaseForm):
    """Where somebody who asked works, as we know it."""

    setting = SelectField("Works at", choices=[], validators=[Optional()])


class DeclineForm(BaseForm):
    """Why somebody who asked does not get a place."""

    why = StringField(
        "What we write to them",
        validators=[InputRequired("Write why: it is mailed to the person who asked."), Length(max=300)],
    )
