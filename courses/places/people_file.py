"""Read a list of learners: what each row means, and everything that is wrong with it. Pure.

Asks for nothing that delivering and certifying the course does not need; columns about age, gender, ethnicity and the
like are refused by name, because a file that never holds them cannot lose them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from courses.places.uln import tidy_uln, why_not_uln
from lms.core.spreadsheets import Column, Fault, Layout, Limits, Row, Unwanted, read_day, read_table

NAME_LETTERS = 120
EMAIL_LETTERS = 254
PLACE_LETTERS = 160

LAYOUT = Layout(
    columns=(
        Column(
            "name", "Name", ("full name", "learner", "learner name", "practitioner", "participant", "person")
        ),
        Column("email", "Email", ("e-mail", "email address", "e-mail address", "mail", "work email")),
        Column(
            "setting",
            "Setting",
            ("centre", "children's centre", "centre name", "workplace", "school", "site"),
            required=False,
        ),
        Column(
            "employer",
            "Employer",
            ("organisation", "employed by", "local authority", "employer name"),
            required=False,
        ),
        Column(
            "seeks_accreditation",
            "Seeks accreditation",
            ("accreditation", "accredited", "wants accreditation", "wants the unit", "for credit"),
        ),
        Column(
            "shares_progress",
            "Shares progress with employer",
            ("shares progress", "share progress", "share with employer", "employer may see progress"),
            required=False,
        ),
        Column(
            "enrolled_on",
            "Enrolled on",
            ("date enrolled", "enrolment date", "joined", "place given on"),
            required=False,
        ),
        Column(
            "uln",
            "ULN",
            ("unique learner number", "unique learner no", "learner number", "uln number"),
            required=False,
        ),
    ),
    unwanted=(
        Unwanted(
            "the date of birth",
            ("date of birth", "dob", "d.o.b.", "birth date", "birthday", "born", "born on"),
        ),
        Unwanted("the age", ("age", "age group")),
        Unwanted(
            "the National Insurance number",
            ("ni number", "national insurance", "national insurance number", "nino", "ni no"),
        ),
        Unwanted("the gender", ("gender", "sex", "pronouns", "title")),
        Unwanted("the ethnic group", ("ethnicity", "ethnic group", "ethnic origin", "race", "nationality")),
        Unwanted("the religion", ("religion", "faith", "religion or belief")),
        Unwanted(
            "the disability",
            ("disability", "disabilities", "health", "health condition", "medical", "special needs"),
        ),
        Unwanted("the home address", ("address", "home address", "postcode", "post code")),
        Unwanted("the password", ("password", "passcode", "pin")),
    ),
)

_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "ok"})
_NO = frozenset({"no", "n", "false", "0", "-", "–"})
_YES_OR_NO = _YES | _NO
_NAME_HAS_A_LETTER = re.compile(r"[^\W\d_]")
# Marks that turn the direction of text: they come along when an Arabic or Hebrew name is pasted, and can disguise another
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# What nearly every work address looks like. Anything else is judged by email-validator, which is right and slower
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9_+'-]|\.(?!\.|@)){0,63}@(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}",
    re.ASCII | re.IGNORECASE,
)
_LOCAL_PART_LETTERS = 64


class Learner(NamedTuple):
    """One person to be enrolled.

    Attributes:
        row: the row of the file, for messages.
        name: as it will be printed on certificates.
        email: in lower case; what tells people apart.
        setting: the centre or other workplace, "" where none is given.
        employer: who employs the person, "" where none is given.
        seeks_accreditation: whether the person wants the unit, not only the course.
        shares_progress: whether the person agreed that the employer may see progress; never assumed.
        enrolled_on: the day the place was given, None when the file does not say.
        uln: the unique learner number, "" when it is not known.
    """

    row: int
    name: str
    email: str
    setting: str = ""
    employer: str = ""
    seeks_accreditation: bool = False
    shares_progress: bool = False
    enrolled_on: date | None = None
    uln: str = ""


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """What a learners' file says: the people, or the faults that keep it from being used."""

    learners: tuple[Learner, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def read_people(data: bytes, *, filename: str, limits: Limits | None = None) -> PeopleFile:
    """Read a learners' file and check every row.

    Args:
        data: the whole .csv or .xlsx file.
        filename: the name it came with.
        limits: how much is read.

    Returns:
        All faults at once, in the order of the rows; the learners only when there is no fault.
    """
    table = read_table(data, filename=filename, layout=LAYOUT, limits=limits)
    faults = list(table.faults)
    has = {column.name for column in LAYOUT.columns}
    absent = {fault.column for fault in faults if "is missing" in fault.what}
    has -= {column.name for column in LAYOUT.columns if column.title in absent}
    learners = []
    seen: dict[str, int] = {}
    for row in table.rows:
        wrong = list(_faults_of(row, has))
        email = row.values["email"].lower()
        first = seen.setdefault(email, row.number) if email else row.number
        if first != row.number:
            wrong.append(
                Fault(
                    f"{email} is already in row {first}",
                    "Keep one of the two rows.",
                    row=row.number,
                    column="Email",
                )
            )
        faults.extend(wrong)
        if not faults:
            learners.append(_learner(row, email))
    faults.sort(key=lambda fault: fault.row or 0)
    return PeopleFile(() if faults else tuple(learners), tuple(faults), table.notes)


def _learner(row: Row, email: str) -> Learner:
    values = row.values
    return Learner(
        row=row.number,
        name=tidy_name(values["name"]),
        email=email,
        setting=" ".join(values["setting"].split()),
        employer=" ".join(values["employer"].split()),
        seeks_accreditation=values["seeks_accreditation"].lower() in _YES,
        shares_progress=values["shares_progress"].lower() in _YES,
        enrolled_on=read_day(values["enrolled_on"]) if values["enrolled_on"] else None,
        uln=tidy_uln(values["uln"]),
    )


def tidy_name(name: str) -> str:
    """Return a name with single spaces and without marks that turn the direction of text; letters are never changed."""
    return " ".join((name if name.isascii() else _DIRECTION_MARKS.sub("", name)).split())


def why_not_email(email: str) -> str | None:
    """Return None for an address that mail can be sent to, or what is wrong with it, without a full stop.

    The form is checked, not the existence of the domain: an import must not depend on the network.
    """
    fits = len(email) <= EMAIL_LETTERS and email.rfind("@") <= _LOCAL_PART_LETTERS
    if fits and _PLAIN_EMAIL.fullmatch(email):
        return None
    if not email:
        return "the email is empty"
    if re.search(r"[,;\s]", email):
        return f"“{email}” is not one email address"
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        fits = False
    return None if fits else f"“{email}” is not an email address"


def _faults_of(row: Row, has: set[str]) -> Iterator[Fault]:
    """Find what is wrong in one row. Columns that are missing from the whole file are not reported again."""
    values = row.values
    name, email = values["name"], values["email"]
    if "name" in has and (fault := _fault_of_name(row.number, name)) is not None:
        yield fault
    if "email" in has and (why := why_not_email(email)) is not None:
        yield Fault(
            why, "Write the person's own work address, such as sade@example.org.", row.number, "Email"
        )
    if "seeks_accreditation" in has and values["seeks_accreditation"].lower() not in _YES_OR_NO:
        yield _fault_of_choice(row, "seeks_accreditation", "Seeks accreditation")
    if values["shares_progress"] and values["shares_progress"].lower() not in _YES_OR_NO:
        yield _fault_of_choice(row, "shares_progress", "Shares progress with employer")
    if values["enrolled_on"] and read_day(values["enrolled_on"]) is None:
        what = f"{values['enrolled_on']} is not a date in the calendar"
        yield Fault(what, "Write the day as 09/03/2026.", row.number, "Enrolled on")
    if values["uln"] and (wrong := why_not_uln(values["uln"])) is not None:
        yield Fault(wrong, "Check it on the learner's record, or leave it empty.", row.number, "ULN")
    for column, title in (("setting", "setting"), ("employer", "employer")):
        if len(values[column]) > PLACE_LETTERS:
            what = f"the {title} has {len(values[column])} letters"
            yield Fault(what, f"Shorten it to {PLACE_LETTERS}.", row.number, title.title())
    if values["employer"] and not values["setting"]:
        yield Fault(
            "an employer is given but no setting",
            "Write the centre or office where the person works.",
            row.number,
            "Setting",
        )


def _fault_of_choice(row: Row, column: str, title: str) -> Fault:
    text = row.values[column]
    what = f"“{text}” under “{title}” is neither yes nor no" if text else f"“{title}” is empty"
    return Fault(what, "Write yes or no.", row.number, title)


def _fault_of_name(number: int, name: str) -> Fault | None:
    if not name:
        return Fault("the name is empty", "Write it as it should stand on the certificate.", number, "Name")
    if len(name) > NAME_LETTERS:
        what = f"the name has {len(name)} letters, and {NAME_LETTERS} fit on a certificate"
        return Fault(what, "Write the name the person goes by.", number, "Name")
    if "\n" in name or not _NAME_HAS_A_LETTER.search(name):
        what = f"“{' '.join(name.split())}” is not a name"
        return Fault(what, "Write one person's name, in any script.", number, "Name")
    return None
