"""Forms about people and getting in."""

from __future__ import annotations

from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length

from lms.core.forms import BaseForm, choices
from lms.people.models import Theme

_EMAIL_WORDS = "Write an email address such as joy@example.org."


class EmailForm(BaseForm):
    """An address to send a link to."""

    email = EmailField(
        "Work email", validators=[InputRequired(_EMAIL_WORDS), Email(_EMAIL_WORDS), Length(max=254)]
    )


class PasswordSignInForm(BaseForm):
    """An address and its password."""

    email = EmailField("Work email", validators=[InputRequired(_EMAIL_WORDS), Length(max=254)])
    password = PasswordField("Password", validators=[InputRequired("Write your password."), Length(max=256)])


class ChoosePasswordForm(BaseForm):
    """A new password, exactly as typed."""

    password = PasswordField("Choose a password", validators=[InputRequired("Choose a password.")])


class LinkForm(BaseForm):
    """Nothing but a button: signing in by a link is a POST, so that a mail scanner cannot use the link up."""


class ThemeForm(BaseForm):
    """How pages look."""

    theme = RadioField(
        "How pages look",
        choices=choices(
            [
                (Theme.LIGHT.value, "Light"),
                (Theme.DARK.value, "Dark"),
                (Theme.DEVICE.value, "The same as my phone or computer"),
            ]
        ),
    )


class RoleForm(BaseForm):
    """Another of one's own roles."""

    role = SelectField("Work as", choices=[], validate_choice=False)


class InviteForm(BaseForm):
    """A colleague to invite into a team."""

    name = StringField("Name", validators=[InputRequired("Write their name."), Length(max=120)])
    email = EmailField(
        "Work email", validators=[InputRequired(_EMAIL_WORDS), Email(_EMAIL_WORDS), Length(max=254)]
    )
    role = SelectField("Role", choices=[], validators=[InputRequired("Choose a role.")])


class EndMembershipForm(BaseForm):
    """Nothing but a button."""
