"""What a provider fills in about assessors: who has whom, how much each takes on, and interests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from assessments.marking.allocation_queries import AssessorRow, PersonRow
from lms.core.forms import BaseForm, choices
from lms.core.text import plural

MOST_PORTFOLIOS = 500
WHY_LETTERS = 600
WAS = "was_"


class AllocationForm(BaseForm):
    """The assessor of each practitioner of a cohort: one select a person, made for the cohort.

    Beside each stands whom they had when the page was opened, so that what another person changed since is left alone.
    """

    def changed(self, prefix: str) -> dict[str, str]:
        """Whom somebody chose on the page: the reference of the assessor by that of the enrolment."""
        chosen = {
            name.removeprefix(prefix): value for name, value in self.data.items() if name.startswith(prefix)
        }
        return {ref: to for ref, to in chosen.items() if to and to != self[f"{WAS}{ref}"].data}


class SheetForm(BaseForm):
    """A list of who assesses whom."""

    file = FileField("The file", validators=[FileRequired("Choose a file first.")])


class CapsForm(BaseForm):
    """How many open portfolios each assessor takes on: one box each, made for the provider."""


class InterestForm(BaseForm):
    """Who has an interest in whom, or in which workplace."""

    assessor = SelectField("Whose interest?", validators=[InputRequired("Choose the assessor.")])
    about = SelectField("In whom, or in which workplace?", validators=[InputRequired("Choose one.")])
    reason = StringField(
        "What is it?",
        validators=[
            InputRequired("Say in a few words what the interest is."),
            Length(max=WHY_LETTERS, message=f"Keep this under {WHY_LETTERS} letters."),
        ],
    )

    def __init__(
        self,
        *args: Any,
        assessors: Sequence[tuple[str, str]],
        about: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """Offer the assessors and what the interest can be in."""
        super().__init__(*args, **kwargs)
        self.assessor.choices = choices(assessors if len(assessors) == 1 else [("", "Choose"), *assessors])
        self.about.choices = choices([("", "Choose"), *about])


class EndForm(BaseForm):
    """Why an interest is over."""

    reason = StringField(
        "Why is it over?",
        validators=[InputRequired("Say why it is over."), Length(max=WHY_LETTERS)],
    )


def allocation_form(
    people: Sequence[PersonRow],
    assessors: Sequence[AssessorRow],
    chosen: Mapping[str, str],
    *,
    prefix: str,
) -> type[AllocationForm]:
    """A form with one select for each practitioner; it does not offer an assessor who must not have them.

    Args:
        people: the practitioners.
        assessors: the provider's assessors.
        chosen: the reference of the assessor by that of the enrolment, where it differs from the present one.
        prefix: what the names of the fields begin with.
    """
    words = {
        row.ref: f"{row.name} ({plural(row.waiting, 'criterion', 'criteria')} to decide)"
        if row.waiting
        else row.name
        for row in assessors
    }
    fields = {
        f"{prefix}{person.ref}": SelectField(
            person.name,
            choices=choices(
                [
                    *_nobody_else(person, words),
                    *(
                        (ref, said)
                        for ref, said in words.items()
                        if ref not in person.barred or ref == person.assessor_ref
                    ),
                ]
            ),
            default=chosen.get(person.ref, person.assessor_ref or ""),
        )
        for person in people
    }
    was = {f"{WAS}{person.ref}": HiddenField(default=person.assessor_ref or "") for person in people}
    return type("CohortAllocationForm", (AllocationForm,), fields | was)


def _nobody_else(person: PersonRow, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The choice that leaves somebody as they are, where none of the assessors has them: nobody loses an assessor here."""
    if person.assessor_ref is None:
        return [("", "Nobody yet")]
    return [] if person.assessor_ref in words else [("", f"{person.assessor}, who no longer assesses here")]


def caps_form(assessors: Sequence[AssessorRow], *, prefix: str) -> type[CapsForm]:
    """A form with one box for each assessor; an empty box is no limit."""
    fields = {
        f"{prefix}{row.ref}": IntegerField(
            f"{row.name}: at most",
            default=row.cap,
            validators=[Optional(), NumberRange(min=0, max=MOST_PORTFOLIOS)],
        )
        for row in assessors
    }
    return type("ProviderCapsForm", (CapsForm,), fields)
