"""Forms of the questionnaires: what surrounds a part (its questions are in `questions.py`), and a file of responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from lms.core.forms import BaseForm


class PartForm(BaseForm):
    """One part of a questionnaire. Without a submission key: saving the same answers twice changes nothing."""

    submission_key = None  # type: ignore[assignment]


class ResponsesFileForm(BaseForm):
    """A provider's file of responses."""

    file = FileField("File of answers", validators=[FileRequired("Choose the file first.")])
    provider = SelectField("Provider", coerce=int)


def provider_choices(providers: Sequence[Any]) -> list[tuple[int, str]]:
    """Providers as choices of a field."""
    return [(provider.id, provider.name) for provider in providers]
