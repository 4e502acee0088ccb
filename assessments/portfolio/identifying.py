"""Finding what could identify a family in a practitioner's words: numbers, addresses and the like.

A check like this finds patterns, not people: names pass it, so the page still asks the practitioner to look. Two kinds are
refused outright, because nothing in a portfolio needs them (an NHS number, a National Insurance number); the others draw
a question, because a service's own phone number or postcode may stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Identifier(StrEnum):
    """A kind of thing that points at one person or household."""

    NHS_NUMBER = "nhs-number"
    NI_NUMBER = "ni-number"
    PHONE = "phone"
    POSTCODE = "postcode"
    EMAIL = "email"
    BIRTH_DATE = "birth-date"

    @property
    def words(self) -> str:
        """What it is, as people say it."""
        return _WORDS[self]

    @property
    def may_stay(self) -> bool:
        """Whether it may stay when the practitioner says that it is not about a family."""
        return self not in {Identifier.NHS_NUMBER, Identifier.NI_NUMBER}


_WORDS = {
    Identifier.NHS_NUMBER: "an NHS number",
    Identifier.NI_NUMBER: "a National Insurance number",
    Identifier.PHONE: "a phone number",
    Identifier.POSTCODE: "a postcode",
    Identifier.EMAIL: "an email address",
    Identifier.BIRTH_DATE: "a date of birth",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a text that could identify somebody: its kind, its words, and where they stand."""

    kind: Identifier
    found: str
    start: int
    end: int


_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ \-]?\d{3}[ \-]?\d{4}(?!\d)")
_NI = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d.])(?:\+44[ \-]?(?:\(0\)[ \-]?)?|0)(?:\d[ \-]?){8,9}\d(?!\d)")
_POSTCODE = re.compile(
    r"\b[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?\d[ABD-HJLNP-UW-Z]{2}\b"
)
_EMAIL = re.compile(r"\b[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+\b")
_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)\W{0,3}(?:the )?\d{1,2}(?:st|nd|rd|th)?[ /.\-](?:\d{1,2}|[a-z]{3,9})[ /.\-]\d{2,4}\b",
    re.IGNORECASE,
)
NHS_WEIGHTS = range(10, 1, -1)


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits pass the check digit of an NHS number (weights 10 to 2, remainder of 11)."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, NHS_WEIGHTS, strict=False)) % 11
    return {11: 0, 10: -1}.get(check, check) == int(digits[9])


def find(text: str) -> list[Finding]:
    """What in a text could identify somebody.

    Returns:
        The findings in the order they stand; where two overlap, the graver kind.
    """
    taken: list[Finding] = []
    for finding in _candidates(text):
        if not any(finding.start < other.end and other.start < finding.end for other in taken):
            taken.append(finding)
    return sorted(taken, key=lambda finding: finding.start)


def _candidates(text: str) -> Iterator[Finding]:
    """All matches, the graver kinds first."""
    for match in _TEN_DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        # ten digits that begin with 0 are a phone number written without its last pair, or a short area code
        if not digits.startswith("0") and is_nhs_number(digits):
            yield Finding(Identifier.NHS_NUMBER, match.group(), match.start(), match.end())
    for kind, pattern in (
        (Identifier.NI_NUMBER, _NI),
        (Identifier.EMAIL, _EMAIL),
        (Identifier.BIRTH_DATE, _BIRTH),
        (Identifier.PHONE, _PHONE),
        (Identifier.POSTCODE, _POSTCODE),
    ):
        for match in pattern.finditer(text):
            yield Finding(kind, match.group(), match.start(), match.end())
