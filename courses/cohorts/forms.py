"""What people fill in about cohorts."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from courses.cohorts.hours import Mark
from courses.cohorts.queries import RegisterLine
from courses.cohorts.service import Entry
from lms.core.forms import BaseForm, PartForm, choices


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


class LineForm(PartForm):
    """One person in a register."""

    enrolment = HiddenField()
    mark = RadioField(
        choices=choices(
            [
                (Mark.CAME.value, "Came"),
                (Mark.PART.value, "Part"),
                (Mark.MADE_UP.value, "Made up"),
                (Mark.MISSED.value, "Missed"),
            ]
        ),
        validators=[Optional()],
    )
    minutes = IntegerField("Minutes there", validators=[Optional(), NumberRange(min=1, max=1_440)])


class RegisterForm(BaseForm):
    """A register: one line a person, in the order they are shown.

    `seen` is the number of the last mark that was on the page, so that two people who take the same register do not
    overwrite each other without knowing.
    """

    seen = HiddenField(default="0")
    lines = FieldList(FormField(LineForm))

    def fill(self, people: list[RegisterLine], *, seen: int) -> None:
        """Show the marks that count now."""
        self.seen.data = str(seen)
        while self.lines.entries:
            self.lines.pop_entry()
        for person in people:
            self.lines.append_entry(
                {
                    "enrolment": person.ref,
                    "mark": person.mark.value if person.mark else None,
                    "minutes": person.minutes if person.mark is Mark.PART else None,
                }
            )

    @property
    def seen_number(self) -> int:
        """The number of the last mark that was shown."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() else 0

    def entries(self) -> dict[str, Entry]:
        """What was chosen, by enrolment reference; people without a choice are left out."""
        return {
            line.form.enrolment.data: Entry(
                Mark(line.form.mark.data),
                line.form.minutes.data if line.form.mark.data == Mark.PART.value else None,
            )
            for line in self.lines.entries
            if line.form.mark.data and line.form.enrolment.data
        }
