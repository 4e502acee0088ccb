"""What people fill in around a register: the marks, a guest, when people may check in, the code, apologies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, RadioField, StringField, TimeField
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from courses.attendance.hours import Mark
from courses.attendance.register_queries import RegisterLine
from courses.attendance.registers import Entry
from courses.cohorts.models import Session
from lms.core.clock import LONDON
from lms.core.forms import BaseForm, PartForm, choices, text_of

MAIN = (Mark.CAME, Mark.LATE, Mark.LEFT_EARLY, Mark.MISSED)
"""The marks in sight; the others are one tap further."""
TAPS = {
    Mark.CAME: "Came",
    Mark.LATE: "Late",
    Mark.LEFT_EARLY: "Left early",
    Mark.MISSED: "Missed",
    Mark.ONLINE: "Online",
    Mark.PART: "Part",
    Mark.APOLOGIES: "Apologies",
    Mark.MADE_UP: "Made up",
    Mark.TAKEN_BACK: "No mark",
}
Tap = tuple[int, str, str]
"""What can be tapped for a person: its place among the choices, the value of the mark, its words."""
_TAPS: tuple[Tap, ...] = tuple((place, mark.value, words) for place, (mark, words) in enumerate(TAPS.items()))
IN_SIGHT = tuple(tap for tap in _TAPS if tap[1] in MAIN)
_FURTHER = tuple(tap for tap in _TAPS if tap not in IN_SIGHT)
_FIRST = tuple(tap for tap in _FURTHER if tap[1] != Mark.TAKEN_BACK)
ASKED = {
    Mark.LATE: "Write how many minutes late, such as 20.",
    Mark.LEFT_EARLY: "Write how many minutes before the end, such as 20.",
}


def are_wanted(form: Form, field: Field) -> None:
    """Ask for minutes with the marks that need them, and pass over what stands there with the others.

    Raises:
        StopValidation: they are missing, or there is nothing more to look at.
    """
    chosen = form["mark"].data
    is_empty = not field.raw_data or not str(field.raw_data[0]).strip()
    if is_empty and chosen in ASKED:
        field.errors = []
        raise StopValidation(ASKED[Mark(chosen)])
    if is_empty or chosen not in {Mark.LATE, Mark.LEFT_EARLY, Mark.PART}:
        field.errors = []
        raise StopValidation


class LineForm(PartForm):
    """One person in a register."""

    enrolment = HiddenField()
    mark = RadioField(
        choices=choices((mark.value, words) for mark, words in TAPS.items()), validators=[Optional()]
    )
    minutes = IntegerField("Minutes", validators=[are_wanted, NumberRange(min=1, max=1_440)])


class RegisterForm(BaseForm):
    """A register: one line a person, in the order they are shown.

    `seen` is the number of the last mark that was on the page, so that two people who take the same register do not
    overwrite each other without knowing.
    """

    seen = HiddenField(default="0")
    lines = FieldList(FormField(LineForm))
    reason = StringField("Why a saved mark changes", validators=[Optional(), Length(max=200)])

    @property
    def seen_number(self) -> int:
        """The number of the last mark that was shown."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() else 0

    def entries(self) -> dict[str, Entry]:
        """What was chosen, by enrolment reference; people without a choice are left out."""
        found = {}
        for line in self.lines.entries:
            chosen, ref = line.form.mark.data, line.form.enrolment.data
            if chosen and ref:
                mark = Mark(chosen)
                found[ref] = Entry(mark, line.form.minutes.data if mark.is_partial else None)
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """What a person's boxes in a register hold. Written as they are: a page has a hundred of them.

    Attributes:
        enrolment: the enrolment's reference.
        name: what the names of the boxes begin with, as `RegisterForm` reads them.
        mark: the value of the mark that is chosen; None while none is.
        minutes: what stands in the box for minutes.
        faults: what is wrong with the minutes.
    """

    enrolment: str
    name: str
    mark: str | None
    minutes: str
    faults: tuple[str, ...] = ()


def saved_rows(people: Iterable[RegisterLine], *, minutes: int, rest: Mark | None) -> list[Row]:
    """The marks that count now; apologies for those who sent them, `rest` for the others without a mark.

    Args:
        people: who stands in the register.
        minutes: taught minutes of the session.
        rest: the mark that is offered for the others.
    """
    rows = []
    for number, person in enumerate(people):
        mark = person.mark or (Mark.APOLOGIES if person.apology is not None else rest)
        rows.append(
            Row(person.ref, f"lines-{number}", mark.value if mark else None, written(person, minutes))
        )
    return rows


def typed_rows(form: RegisterForm) -> list[Row]:
    """What was posted, with what is wrong about it."""
    return [
        Row(
            text_of(line.form.enrolment),
            line.name,
            line.form.mark.data,
            str(line.form.minutes.raw_data[0]) if line.form.minutes.raw_data else "",
            tuple(line.form.minutes.errors),
        )
        for line in form.lines.entries
    ]


def others(person: RegisterLine) -> tuple[Tap, ...]:
    """The marks that are one tap further: a mark can be taken back only where one counts."""
    return _FURTHER if person.mark else _FIRST


def chosen(row: Row) -> str | None:
    """The value of the mark that is chosen in a row; None where what was posted is none."""
    return row.mark if row.mark in list(TAPS) else None


def written(person: RegisterLine, minutes: int) -> str:
    """The minutes as they were written with a mark, in a session of so many taught minutes."""
    if person.mark is None or person.minutes is None or not person.mark.is_partial:
        return ""
    return str(person.minutes if person.mark is Mark.PART else minutes - person.minutes)


class GuestForm(BaseForm):
    """Whom to add to a register."""

    enrolment = HiddenField(validators=[InputRequired("Choose somebody from the list.")])


class WindowForm(BaseForm):
    """When people may check in, as London's clock shows it on the day of the session."""

    opens = TimeField("From", validators=[InputRequired("Choose a time, such as 09:15.")])
    closes = TimeField("Until", validators=[InputRequired("Choose a time, such as 09:50.")])

    def fill(self, opens_at: datetime, closes_at: datetime) -> None:
        """Show these instants."""
        self.opens.data = opens_at.astimezone(LONDON).time()
        self.closes.data = closes_at.astimezone(LONDON).time()

    def window(self, session: Session) -> tuple[datetime, datetime]:
        """The instants that were chosen."""
        on = session.starts_at.astimezone(LONDON).date()
        opens, closes = self.opens.data, self.closes.data
        if opens is None or closes is None:
            raise ValueError("a window without times")
        return (
            datetime.combine(on, opens, tzinfo=LONDON),
            datetime.combine(on, closes, tzinfo=LONDON),
        )


class CheckInForm(BaseForm):
    """The code on the facilitator's screen."""

    code = StringField(
        "Code", validators=[InputRequired("Type the six letters and figures on the screen."), Length(max=20)]
    )


class ApologyForm(BaseForm):
    """A line for the facilitator."""

    words = StringField("A line for your facilitator", validators=[Optional(), Length(max=200)])
