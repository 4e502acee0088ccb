"""What a certificate says, word for word as it is printed. Nothing here knows of people, cohorts or tables.

The facts are frozen when a certificate is issued and kept beside its bytes. The document prints them and the public
page repeats them, from this one place, so that paper and page cannot differ. `as_json` and `facts_from` carry them
in and out of the database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class CertificateKind(StrEnum):
    """What a certificate says."""

    ATTENDANCE = "attendance"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What both kinds of certificate print, in words; only the day it was signed stays a date.

    `check_at` is the address that the QR code holds, `check_shown` the shorter one in print.
    """

    number: str
    holder: str
    title: str
    provider: str
    signatory: str
    signatory_role: str
    signed_on: date
    check_at: str
    check_shown: str
    is_replacement: bool = False
    is_specimen: bool = False

    @property
    def signed_by(self) -> str:
        """Who signed, with their role as it stands after a name."""
        return f"{self.signatory}, {_inside(self.signatory_role)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceFacts(CertificateFacts):
    """That someone came: hours from the register, reading apart from them. No credit, no level, no qualification."""

    hours_attended: str
    hours_taught: str
    dates: str
    venue: str
    reading_hours: str = ""

    kind = CertificateKind.ATTENDANCE
    name = "Certificate of attendance"
    disclaimer = "Shows attendance only. It is not a qualification and carries no credit."

    @property
    def hours(self) -> str:
        """Such as 30 of 30."""
        return f"{self.hours_attended} of {self.hours_taught}"

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each printed fact, in order."""
        reading = (("Hours of reading declared", self.reading_hours),) if self.reading_hours else ()
        return (
            ("Awarded to", self.holder),
            ("What it is", self.name),
            ("Course", self.title),
            ("Taught hours attended", self.hours),
            *reading,
            ("Dates", self.dates),
            ("Where", self.venue),
            ("Given by", self.provider),
            ("Signed by", self.signed_by),
            ("Signed on", long_date(self.signed_on)),
            ("Certificate number", self.number),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts(CertificateFacts):
    """The centre's own record that every criterion of a unit was met. The credit itself is another body's to award."""

    level: str
    credit: str
    reference: str
    specification: str
    criteria: str
    agreed_on: str

    kind = CertificateKind.UNIT
    name = "Record of achievement"
    claim = "The credit is to be claimed from an awarding body"
    disclaimer = (
        "The centre’s own record. It is not a certificate of unit credit: an awarding body awards the credit."
    )

    @property
    def size(self) -> str:
        """Level and credit, marked as the unit's own."""
        return f"Level {self.level}, {self.credit} credits (level and credit of the unit)"

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each printed fact, in order."""
        reference = (("Unit reference", self.reference),) if self.reference else ()
        return (
            ("Awarded to", self.holder),
            ("What it is", self.name),
            ("Unit", self.title),
            *reference,
            ("Unit specification", self.specification),
            ("Level and credit", self.size),
            ("Criteria met", self.criteria),
            ("Agreed on", self.agreed_on),
            ("Credit", self.claim),
            ("Given by", self.provider),
            ("Signed by", self.signed_by),
            ("Signed on", long_date(self.signed_on)),
            ("Certificate number", self.number),
        )


Facts = AttendanceFacts | UnitFacts


def as_json(facts: Facts) -> dict[str, Any]:
    """The facts as they are kept in the database."""
    return {"kind": facts.kind.value, **asdict(facts), "signed_on": facts.signed_on.isoformat()}


def facts_from(kept: dict[str, Any]) -> Facts:
    """The facts as they were kept.

    Raises:
        KeyError, TypeError, ValueError: what was kept is not a certificate's facts.
    """
    fields = dict(kept)
    kind = CertificateKind(fields.pop("kind"))
    fields["signed_on"] = date.fromisoformat(fields["signed_on"])
    return AttendanceFacts(**fields) if kind is CertificateKind.ATTENDANCE else UnitFacts(**fields)


def in_hours(minutes: int) -> str:
    """Minutes as hours, to the tenth below: 1800 is 30, 1170 is 19.5. A certificate never says more than was had."""
    return f"{minutes * 10 // 60 / 10:g}"


def long_date(on: date) -> str:
    """Such as 8 December 2025."""
    return f"{on.day} {on:%B} {on.year}"


def span(first: date, last: date) -> str:
    """Two dates without saying a month or year twice: 1 to 5 December 2025."""
    if first == last:
        return long_date(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {long_date(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {long_date(last)}"
    return f"{long_date(first)} to {long_date(last)}"


def _inside(role: str) -> str:
    """A role as it reads inside a sentence: Programme manager becomes programme manager, IQA stays."""
    first = role.split(" ", maxsplit=1)[0]
    return role if first.isupper() else role[:1].lower() + role[1:]
