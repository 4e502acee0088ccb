"""The practitioner's forms: a piece of evidence, written or as a file, and what it serves."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from assessments.portfolio.evidence_fields import EvidenceFields, family_letter
from assessments.portfolio.models import Evidence
from assessments.portfolio.unit_schema import EvidenceKind, Unit
from lms.core.forms import BaseForm, choices

FAMILY = "Write one letter, such as B. Never a name. Leave it empty when no family is in it."


class EvidenceForm(BaseForm):
    """What is asked of every piece of evidence."""

    title = StringField(
        "What do you call it?",
        validators=[
            DataRequired("Give it a name that you will know again."),
            Length(max=160, message="Keep the name under 160 letters."),
        ],
    )
    kind = RadioField(
        "What is it?",
        choices=choices((kind.value, kind.words) for kind in EvidenceKind),
        validators=[DataRequired("Choose what it is.")],
    )
    happened_on = DateField(
        "When did you do this work?",
        validators=[InputRequired("Give the day, such as 12 03 2026. A day near it will do.")],
    )
    family_code = StringField("Which family is it about?", validators=[Optional()])
    note = TextAreaField(
        "Anything your assessor should know?",
        validators=[
            Length(max=600, message="Keep this under 600 letters; the rest belongs in the evidence.")
        ],
    )
    criteria = SelectMultipleField(
        "Which criteria does it help with?",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired("Tick at least one criterion that it helps with.")],
    )
    own_work = BooleanField(
        "This is my own work", validators=[DataRequired("Tick this when it is your own work.")]
    )
    names_covered = BooleanField(
        "I have looked: no name, face, address or number of a family is in it",
        validators=[DataRequired("Look through it once more, then tick this.")],
    )
    identifiers_stay = BooleanField("These are not about a family. Leave them in")
    version = IntegerField(widget=HiddenInput(), default=0)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        """Offer the criteria of a unit."""
        super().__init__(*args, **kwargs)
        self.criteria.choices = choices((ref, criterion.plain) for ref, criterion in unit.criteria.items())

    def validate_family_code(self, field: StringField) -> None:
        """A code is one letter; anything else may be a name."""
        if family_letter(field.data or "") is None:
            raise ValidationError(FAMILY)

    def fields(self) -> EvidenceFields:
        """What was said, in the form that the service takes."""
        return EvidenceFields(
            title=self.title.data or "",
            kind=EvidenceKind(self.kind.data),
            happened_on=self.happened_on.data or date.max,
            family_code=family_letter(self.family_code.data or "") or "",
            note=self.note.data or "",
            criteria=frozenset(self.criteria.data or ()),
            own_work=bool(self.own_work.data),
            names_covered=bool(self.names_covered.data),
            identifiers_stay=bool(self.identifiers_stay.data),
        )


class WriteForm(EvidenceForm):
    """Evidence that is written here."""

    text = TextAreaField(
        "What happened?", validators=[DataRequired("Write what happened, in your own words.")]
    )


class FileForm(EvidenceForm):
    """Evidence that is made of files: photos, documents."""

    file = MultipleFileField("Your photos or files")


class MappingForm(BaseForm):
    """Which criteria a piece of evidence serves, when the rest of it has been sent and stays."""

    criteria = SelectMultipleField(
        "Which criteria does it help with?", validators=[DataRequired("Tick at least one criterion.")]
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        """Offer the criteria of a unit."""
        super().__init__(*args, **kwargs)
        self.criteria.choices = choices((ref, criterion.plain) for ref, criterion in unit.criteria.items())


def values_of(evidence: Evidence, criteria: list[str]) -> dict[str, Any]:
    """A piece of evidence as the first values of its form."""
    return {
        "title": evidence.title,
        "kind": evidence.kind.value,
        "happened_on": evidence.happened_on,
        "family_code": evidence.family_code,
        "note": evidence.note,
        "criteria": criteria,
        "own_work": True,
        "names_covered": True,
        "version": evidence.version,
        "text": evidence.text,
    }
