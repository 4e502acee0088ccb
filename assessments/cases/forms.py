"""What is filled in about cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from assessments.adjustments.models import Authority, EvidenceSeen
from assessments.cases import words
from assessments.cases.settling import Agreement
from assessments.cases.standing import OUTCOMES, Kind, Outcome
from lms.core.forms import BaseForm, choices
from lms.people.models import User

LETTERS = 6000
_LENGTH = Length(max=LETTERS, message="Keep this under 6,000 letters.")


class WordsForm(BaseForm):
    """Something said in one's own words."""

    words = TextAreaField("In your own words", validators=[InputRequired("Write a few words."), _LENGTH])


class AdjustmentForm(WordsForm):
    """What would help, and why: the two are kept apart."""

    need = TextAreaField("Why do you need it?", validators=[Optional(), _LENGTH])


class FurtherForm(BaseForm):
    """Why somebody takes their case further; it can be left out."""

    words = TextAreaField("Anything to add?", validators=[Optional(), _LENGTH])


class PersonForm(BaseForm):
    """The independent person."""

    person = SelectField("Who answers it?", validators=[InputRequired("Choose somebody.")])

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        """Offer those who have no part in it."""
        super().__init__(*args, **kwargs)
        self.person.choices = choices([("", "Choose"), *((one.ref, one.name) for one in people)])


class AnswerForm(BaseForm):
    """The answer to a case, with what is agreed where a request is granted."""

    outcome = RadioField("Your answer", validators=[InputRequired("Choose an answer.")])
    words = TextAreaField(
        "Why, in words that the person reads", validators=[InputRequired("Say why."), _LENGTH]
    )
    what = TextAreaField("What is agreed, as the assessor reads it", validators=[Optional(), _LENGTH])
    authority = RadioField(
        "Who can allow it?",
        choices=choices([(one.value, one.words[0].upper() + one.words[1:]) for one in Authority]),
        default=Authority.CENTRE.value,
        validators=[Optional()],
    )
    evidence_seen = RadioField(
        "What did you see?",
        choices=choices([(one.value, one.words) for one in EvidenceSeen]),
        default=EvidenceSeen.NONE_NEEDED.value,
        validators=[Optional()],
    )
    until = DateField("Until when?", validators=[Optional()])
    standard_kept = BooleanField("What has to be shown stays the same; only how it is shown changes")

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        """Offer the answers of the kind of case."""
        super().__init__(*args, **kwargs)
        self.outcome.choices = choices((one.value, words.OUTCOMES[one]) for one in OUTCOMES[kind])

    def chosen(self) -> Outcome:
        """The outcome that was chosen."""
        return Outcome(self.outcome.data)

    def agreement(self) -> Agreement:
        """What is agreed, in the form that the service takes."""
        return Agreement(
            what=self.what.data or "",
            authority=Authority(self.authority.data or Authority.CENTRE),
            evidence_seen=EvidenceSeen(self.evidence_seen.data or EvidenceSeen.NONE_NEEDED),
            until=self.until.data,
            standard_kept=bool(self.standard_kept.data),
        )


class AllegationForm(BaseForm):
    """What is suspected, and of whom."""

    kind = RadioField(
        "What is suspected?",
        choices=choices(
            [
                (Kind.MALPRACTICE.value, "Malpractice: somebody broke the rules on purpose or did not care"),
                (Kind.MALADMINISTRATION.value, "Maladministration: something required was not done"),
            ]
        ),
        validators=[InputRequired("Choose what is suspected.")],
    )
    against = SelectField("Of whom?", validators=[InputRequired("Choose the person.")])
    words = TextAreaField(
        "What happened, and how it came to light", validators=[InputRequired("Write what happened."), _LENGTH]
    )

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the people it can be about."""
        super().__init__(*args, **kwargs)
        self.against.choices = choices([("", "Choose"), *people])


class ReviewForm(BaseForm):
    """What came of looking again at a decision that may have the same fault."""

    found = RadioField(
        "What did you find?",
        choices=choices([("stands", "It stands"), ("reopen", "It has the same fault: decide it once more")]),
        validators=[InputRequired("Choose what you found.")],
    )
    words = StringField("Why?", validators=[InputRequired("Say why."), Length(max=600)])
