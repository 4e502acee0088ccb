"""What points at one person or household: the kinds, and one place in a text where one stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Identifier(StrEnum):
    """A kind of thing that points at one person or household."""

    NHS_NUMBER = "nhs-number"
    NI_NUMBER = "ni-number"
    NAME = "name"
    COLLEAGUE = "colleague"
    BIRTH_DATE = "birth-date"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"

    @property
    def words(self) -> str:
        """What it is, as people say it."""
        return _WORDS[self][0]

    @property
    def instead(self) -> str:
        """What may stand in square brackets in its stead."""
        return _WORDS[self][1]

    @property
    def may_stay(self) -> bool:
        """Whether it may stay when the practitioner says that it is not about a family."""
        return self not in {Identifier.NHS_NUMBER, Identifier.NI_NUMBER}


_WORDS = {
    Identifier.NHS_NUMBER: ("an NHS number", "NHS number"),
    Identifier.NI_NUMBER: ("a National Insurance number", "National Insurance number"),
    Identifier.NAME: ("a name", "name"),
    Identifier.COLLEAGUE: ("the name of somebody you work with, or yours", "name"),
    Identifier.BIRTH_DATE: ("a date of birth", "date of birth"),
    Identifier.ADDRESS: ("a street address", "address"),
    Identifier.POSTCODE: ("a postcode", "postcode"),
    Identifier.PHONE: ("a phone number", "phone number"),
    Identifier.EMAIL: ("an email address", "email address"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a text that could identify somebody: its kind, its words, and where they stand."""

    kind: Identifier
    found: str
    start: int
    end: int

    def overlaps(self, other: Finding) -> bool:
        """Whether both hold a letter of the text."""
        return self.start < other.end and other.start < self.end
