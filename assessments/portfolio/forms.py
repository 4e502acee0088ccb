"""The practitioner's forms: a piece of evidence of each kind, what it serves, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

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

from assessments.portfolio.evidence_fields import EvidenceFields, Reasons, family_letter
from assessments.portfolio.models import LONGEST_PLACE, LONGEST_WHY, Evidence
from assessments.portfolio.unit_schema import EvidenceKind, Unit
from lms.core.forms import BaseForm, choices

FAMILY = "Write one letter, such as B. Never a name. Leave it empty when no family is in it."


WHY = "why-"
"""What the name of a box begins with that says why a criterion is shown; the criterion's reference follows."""
CHOSEN_KINDS = (
    EvidenceKind.REFLECTIVE_ACCOUNT,
    EvidenceKind.WORK_PRODUCT,
    EvidenceKind.WITNESS_TESTIMONY,
    EvidenceKind.OBSERVATION,
    EvidenceKind.PROFESSIONAL_DISCUSSION,
    EvidenceKind.QUESTIONS,
)
"""The kinds that a text or a file may be; the others have a page of their own."""


class MappingForm(BaseForm):
    """Which criteria a piece of evidence serves, and why it shows each of them."""

    criteria = SelectMultipleField(
        "Which criteria does it show?",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired("Tick at least one criterion that it helps with.")],
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        """Offer the criteria of a unit."""
        super().__init__(*args, **kwargs)
        self.criteria.choices = choices((ref, criterion.plain) for ref, criterion in unit.criteria.items())

    def why(self) -> Reasons:
        """Why it shows each criterion that is ticked, as far as that is said."""
        return {ref: self[WHY + ref].data or "" for ref in self.criteria.data or () if WHY + ref in self}


class EvidenceForm(MappingForm):
    """What is asked of every piece of evidence."""

    of_kind: ClassVar[EvidenceKind | None] = None
    """The kind of everything made on this form; None where the practitioner chooses."""

    title = StringField(
        "What do you call it?",
        validators=[
            DataRequired("Give it a name that you will know again."),
            Length(max=160, message="Keep the name under 160 letters."),
        ],
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
    own_work = BooleanField(
        "This is my own work", validators=[DataRequired("Tick this when it is your own work.")]
    )
    names_covered = BooleanField(
        "I have looked: no name, face, address or number of a family is in it",
        validators=[DataRequired("Look through it once more, then tick this.")],
    )
    identifiers_stay = BooleanField("These are not about a family. Leave them in")
    version = IntegerField(widget=HiddenInput(), default=0)

    def validate_family_code(self, field: StringField) -> None:
        """A code is one letter; anything else may be a name."""
        if family_letter(field.data or "") is None:
            raise ValidationError(FAMILY)

    def fields(self) -> EvidenceFields:
        """What was said, in the form that the service takes."""
        return EvidenceFields(
            title=self.title.data or "",
            kind=self.of_kind or EvidenceKind(self.said("kind")),
            happened_on=self.happened_on.data or date.max,
            family_code=family_letter(self.said("family_code")) or "",
            note=self.note.data or "",
            criteria=frozenset(self.criteria.data or ()),
            own_work=bool(self.own_work.data),
            names_covered=bool(self.names_covered.data),
            identifiers_stay=bool(self.identifiers_stay.data),
            place=self.said("place"),
            seen_by=self.said("seen_by"),
            why=self.why(),
        )

    def said(self, name: str) -> str:
        """What is in a box; empty when this form has no such box."""
        return str(self[name].data or "") if name in self else ""


def _kind() -> RadioField:
    return RadioField(
        "What is it?",
        choices=choices((kind.value, kind.words) for kind in CHOSEN_KINDS),
        validators=[DataRequired("Choose what it is.")],
    )


class WriteForm(EvidenceForm):
    """Evidence that is written here."""

    kind = _kind()
    text = TextAreaField(
        "What happened?", validators=[DataRequired("Write what happened, in your own words.")]
    )


class FileForm(EvidenceForm):
    """Evidence that is made of files: photos, documents, recordings."""

    kind = _kind()
    file = MultipleFileField("Your photos or files")


class SeenForm(EvidenceForm):
    """Something that stays in the workplace, where somebody saw it."""

    of_kind = EvidenceKind.SEEN_IN_WORKPLACE

    happened_on = DateField(
        "When was it seen?", validators=[InputRequired("Give the day on which it was seen.")]
    )
    text = TextAreaField("What is it?", validators=[DataRequired("Say what it is, and what it shows.")])
    place = StringField(
        "Where is it?",
        validators=[
            DataRequired("Say where it is, so that your assessor can find it."),
            Length(max=LONGEST_PLACE, message=f"Keep this under {LONGEST_PLACE} letters."),
        ],
    )
    seen_by = StringField(
        "Who saw it there?",
        validators=[
            DataRequired("Say who saw it there: their role, and their name if they are a colleague."),
            Length(max=LONGEST_PLACE, message=f"Keep this under {LONGEST_PLACE} letters."),
        ],
    )


class PriorForm(EvidenceForm):
    """What the practitioner had learned before this course, with its certificate."""

    of_kind = EvidenceKind.PRIOR_LEARNING

    family_code = None  # type: ignore[assignment]
    happened_on = DateField(
        "When did you finish it?",
        validators=[InputRequired("Give the day, such as 12 03 2024. A day near it will do.")],
    )
    text = TextAreaField(
        "What did you learn, and how do you use it now?",
        validators=[DataRequired("Say what you learned, and how you use it now.")],
    )
    file = MultipleFileField("The certificate, or other proof")


Kind = TypeVar("Kind", bound=MappingForm)


@cache
def _with_reasons(kind: type[MappingForm], refs: tuple[str, ...]) -> type[MappingForm]:
    """A form with one box a criterion for why it is shown. Kept, for there are few units and each page needs one."""
    boxes = {
        WHY + ref: StringField(
            f"Why it shows {ref}",
            validators=[Length(max=LONGEST_WHY, message=f"{ref}: keep this under {LONGEST_WHY} letters.")],
        )
        for ref in refs
    }
    return type(kind.__name__, (kind,), boxes)


def make_form(
    kind: type[Kind], unit: Unit, formdata: Any = None, data: Mapping[str, Any] | None = None
) -> Kind:
    """A form of evidence for the criteria of a unit.

    Args:
        kind: which form.
        unit: whose criteria it offers.
        formdata: what was posted, if anything.
        data: first values otherwise; `criteria` and `why` as `values_of` gives them.
    """
    first = dict(data or {})
    first |= {WHY + ref: why for ref, why in first.pop("why", {}).items()}
    offered = _with_reasons(cast("Any", kind), tuple(unit.criteria))
    return cast("Kind", offered(formdata, unit=unit, data=first))


def values_of(evidence: Evidence, why: Reasons) -> dict[str, Any]:
    """A piece of evidence as the first values of its form.

    Args:
        evidence: the piece.
        why: the criteria that it serves, each with why.
    """
    return {
        "title": evidence.title,
        "kind": evidence.kind.value,
        "happened_on": evidence.happened_on,
        "family_code": evidence.family_code,
        "note": evidence.note,
        "criteria": list(why),
        "why": why,
        "own_work": True,
        "names_covered": True,
        "version": evidence.version,
        "text": evidence.text,
        "place": evidence.place,
        "seen_by": evidence.seen_by,
    }
