"""Forms about certificates."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.core.forms import BaseForm

LONGEST_REASON = 300


class NameForm(BaseForm):
    """How one's name is to be printed."""

    name = StringField(
        "Your name on certificates",
        validators=[
            DataRequired("Write your name as it is to be printed."),
            Length(max=120, message="A name can be up to 120 letters long."),
        ],
    )


class IssueForm(BaseForm):
    """The role that the issuer signs in."""

    signatory_role = StringField(
        "Your role, printed under your name",
        validators=[
            DataRequired("Write your role, such as Programme manager."),
            Length(max=80, message="A role can be up to 80 letters long."),
        ],
    )


class ReplaceForm(IssueForm):
    """Why a newer certificate is given. Its ids are its own: the page shows another form beside it."""

    reason = TextAreaField(
        "Why is it replaced?",
        id="replace-reason",
        validators=[
            DataRequired("Write why, such as: the name was spelled wrongly."),
            Length(max=LONGEST_REASON, message="Keep the reason under 300 letters."),
        ],
    )


class RevokeForm(BaseForm):
    """Why a certificate no longer holds."""

    reason = TextAreaField(
        "Why is it no longer valid?",
        id="revoke-reason",
        validators=[
            DataRequired("Write why, such as: it was issued to the wrong person."),
            Length(max=LONGEST_REASON, message="Keep the reason under 300 letters."),
        ],
    )


class CheckForm(BaseForm):
    """A certificate's number and the last name on it."""

    number = StringField(
        "Certificate number",
        description="At the foot of the certificate. Starts with GF",
        validators=[DataRequired("Write the number at the foot of the certificate."), Length(max=40)],
    )
    last_name = StringField(
        "Last name on it",
        description="As printed. Accents do not matter",
        validators=[DataRequired("Write the last name on the certificate."), Length(max=120)],
    )
