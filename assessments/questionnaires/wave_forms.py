"""What a provider fills in about one wave."""

from __future__ import annotations

from email.utils import getaddresses

from wtforms import DateField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from assessments.questionnaires.calendar import Days
from assessments.questionnaires.families import MOST_CARDS
from assessments.questionnaires.models import Wave
from lms.core.forms import BaseForm, text_of


class DaysForm(BaseForm):
    """From when until when a questionnaire is open."""

    opens_on = DateField("First day", validators=[InputRequired("Choose the first day, such as 12/01/2027.")])
    closes_on = DateField("Last day", validators=[InputRequired("Choose the last day, such as 09/02/2027.")])

    def fill(self, wave: Wave) -> None:
        """Show the days as they are."""
        self.opens_on.data, self.closes_on.data = wave.opens_on, wave.closes_on

    def days(self) -> Days:
        """What was asked for, once it is valid."""
        opens_on, closes_on = self.opens_on.data, self.closes_on.data
        if opens_on is None or closes_on is None:
            raise ValueError("a form that was found valid has both days")
        return Days(opens_on, closes_on)


class PeopleForm(BaseForm):
    """Names and addresses, a person a line."""

    people = TextAreaField(
        "Whom to ask",
        validators=[InputRequired("Write at least one address."), Length(max=8000)],
    )

    def validate_people(self, field: TextAreaField) -> None:
        """Each line has one address."""
        for number, line in enumerate(_lines(text_of(field)), 1):
            found = getaddresses([line])
            email = found[0][1] if len(found) == 1 else ""
            if email.count("@") != 1 or "." not in email.partition("@")[2] or " " in email:
                raise ValidationError(
                    f"Line {number}: write one address, such as Grace Mbatha <grace@example.org>."
                )

    def asked(self) -> list[tuple[str, str]]:
        """Names and addresses; who has no name is called by the address."""
        pairs = [getaddresses([line])[0] for line in _lines(text_of(self.people))]
        return [((name or email)[:120], email.lower()) for name, email in pairs]


class CardsForm(BaseForm):
    """How many cards for families."""

    cards = IntegerField(
        "How many cards",
        validators=[
            InputRequired("Say how many cards."),
            NumberRange(1, MOST_CARDS, f"Print from 1 to {MOST_CARDS} cards at a time."),
        ],
        default=12,
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
