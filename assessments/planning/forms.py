"""Forms of planning: what is put forward, an answer to it, and the record made at the workplace."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from assessments.planning.models import LONGEST_WORDS
from assessments.planning.service import METHODS, RECORDED, Expert, Terms
from assessments.portfolio.evidence_fields import EvidenceFields, family_letter
from assessments.portfolio.forms import FAMILY, MappingForm
from assessments.portfolio.models import LONGEST_PLACE
from assessments.portfolio.unit_schema import EvidenceKind, Unit
from lms.core.forms import BaseForm, choices, text_of
from lms.core.text import day

TOO_LONG = f"Keep this under {LONGEST_WORDS} letters."


class PlanForm(BaseForm):
    """What an assessor puts forward."""

    method = RadioField(
        "How?",
        choices=choices((kind.value, kind.words) for kind in METHODS),
        validators=[DataRequired("Choose how you will assess it.")],
    )
    criteria = SelectMultipleField(
        "Which criteria is it about?",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired("Tick at least one criterion that it is about.")],
    )
    on_day = DateField("Which day?", validators=[InputRequired("Give the day, such as 12 03 2026.")])
    place = StringField(
        "Where?",
        validators=[
            DataRequired("Say where you meet: the centre, a group, online. Never a family’s address."),
            Length(max=LONGEST_PLACE, message=f"Keep this under {LONGEST_PLACE} letters."),
        ],
    )
    who = StringField(
        "Who else is there?",
        validators=[Length(max=LONGEST_PLACE, message=f"Keep this under {LONGEST_PLACE} letters.")],
    )
    note = TextAreaField("Anything to have ready?", validators=[Length(max=LONGEST_WORDS, message=TOO_LONG)])

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        """Offer the criteria of a unit."""
        super().__init__(*args, **kwargs)
        self.criteria.choices = choices((ref, f"{ref} {one.plain}") for ref, one in unit.criteria.items())

    def terms(self) -> Terms:
        """What was said, in the form that the service takes."""
        return Terms(
            method=EvidenceKind(self.method.data),
            criteria=tuple(self.criteria.data or ()),
            on_day=self.on_day.data or date.max,
            place=self.place.data or "",
            who=self.who.data or "",
            note=self.note.data or "",
        )


class WordsForm(BaseForm):
    """A few words to an answer."""

    words = TextAreaField("What would be better?", validators=[Length(max=LONGEST_WORDS, message=TOO_LONG)])


class ExpertForm(BaseForm):
    """An expert witness."""

    name = StringField(
        "Who is it?",
        validators=[DataRequired("Give their name."), Length(max=120, message="Keep it under 120 letters.")],
    )
    email = EmailField(
        "Their email address",
        validators=[
            DataRequired("Give their email address."),
            Email("This does not look like an email address, such as bev@centre.org.uk."),
            Length(max=254, message="That address is too long."),
        ],
    )
    role = StringField(
        "Their job or role",
        validators=[
            DataRequired("Give their job or role."),
            Length(max=160, message="Keep it under 160 letters."),
        ],
    )
    basis = TextAreaField(
        "Why can they judge this work?",
        validators=[
            DataRequired("Say why they can judge this work."),
            Length(max=LONGEST_WORDS, message=TOO_LONG),
        ],
    )

    def expert(self) -> Expert:
        """What was said, in the form that the service takes."""
        return Expert(
            name=text_of(self.name),
            email=text_of(self.email),
            role=text_of(self.role),
            basis=text_of(self.basis),
        )


class RecordForm(MappingForm):
    """What was seen or said at the workplace."""

    kind = RadioField(
        "What is it?",
        choices=choices((kind.value, kind.words) for kind in RECORDED),
        validators=[DataRequired("Choose what it is.")],
    )
    text = TextAreaField("What did you see or hear?", validators=[Optional()])
    file = MultipleFileField("A recording, or photos of notes")
    happened_on = DateField("On which day?", validators=[InputRequired("Give the day on which it was.")])
    place = StringField(
        "Where?",
        validators=[Length(max=LONGEST_PLACE, message=f"Keep this under {LONGEST_PLACE} letters.")],
    )
    seen_by = StringField(
        "Who else was there?",
        validators=[Length(max=LONGEST_PLACE, message=f"Keep this under {LONGEST_PLACE} letters.")],
    )
    family_code = StringField("Which family was it about?", validators=[Optional()])
    own_work = BooleanField(
        "I was there, and this is what I saw and heard",
        validators=[DataRequired("Tick this when you were there yourself.")],
    )
    names_covered = BooleanField(
        "I have looked: no name, address or number of a family is in it",
        validators=[DataRequired("Look through it once more, then tick this.")],
    )

    def validate_family_code(self, field: StringField) -> None:
        """A code is one letter; anything else may be a name."""
        if family_letter(field.data or "") is None:
            raise ValidationError(FAMILY)

    def fields(self) -> EvidenceFields:
        """What was said, in the form that the service takes."""
        kind = EvidenceKind(self.kind.data)
        when = self.happened_on.data or date.max
        return EvidenceFields(
            title=f"{kind.words} on {day(when)}",
            kind=kind,
            happened_on=when,
            family_code=family_letter(self.family_code.data or "") or "",
            note="",
            criteria=frozenset(self.criteria.data or ()),
            own_work=bool(self.own_work.data),
            names_covered=bool(self.names_covered.data),
            place=self.place.data or "",
            seen_by=self.seen_by.data or "",
            why=self.why(),
        )
