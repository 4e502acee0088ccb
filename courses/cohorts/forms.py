"""What people fill in about a cohort and its people."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from lms.core.forms import BaseForm


class UploadForm(BaseForm):
    """A learners' file."""

    file = FileField("The file", validators=[FileRequired("Choose a file first.")])


class ConfirmForm(BaseForm):
    """Agreement to what a preview shows."""

    expected = HiddenField(validators=[InputRequired("Open this page again.")])


class WithdrawForm(BaseForm):
    """Why somebody left."""

    reason = StringField(
        "Why did they leave?",
        validators=[InputRequired("Write why, in a few words, such as “moved away”."), Length(max=300)],
    )
