"""What people fill in to offer, ask for and decide about places."""

from __future__ import annotations

from wtforms import EmailField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional

from courses.cohorts.people_file import EMAIL_LETTERS, NAME_LETTERS
from lms.core.forms import BaseForm

_EMAIL_WORDS = "Write an email address such as joy@example.org."
_EMAIL = [InputRequired(_EMAIL_WORDS), Email(_EMAIL_WORDS), Length(max=EMAIL_LETTERS)]


class InviteForm(BaseForm):
    """Whom to invite to a cohort."""

    name = StringField("Name", validators=[InputRequired("Write their name."), Length(max=NAME_LETTERS)])
    email = EmailField("Work email", validators=_EMAIL)
    setting = SelectField("Works at", choices=[], validators=[Optional()])
