"""Numbers and addresses that point at one person or household: found by their form. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessments.identifying.findings import Finding, Identifier

NHS_WEIGHTS = range(10, 1, -1)

_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ \-.]?\d{3}[ \-.]?\d{4}(?!\d)")
_NI = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ \-]?\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?[A-D]\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d.])(?:"
    r"(?:\+44[ \-]?(?:\(0\)[ \-]?)?|\(?0)(?:\d\)?[ \-]?){8,9}\d"
    r"|(?:\+|\b00)(?!44)[1-9]\d{0,2}[ \-]?(?:\d[ \-]?){6,10}\d"
    r")(?!\d)"
)
_POSTCODE = re.compile(
    r"\b[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?\d(?!(?:st|nd|th)\b)[ABD-HJLNP-UW-Z]{2}\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\b[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+\b")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:{_DAY}[ /.\-]{{1,2}}\d{{1,2}}[ /.\-]{{1,2}}\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|{_DAY}(?: of)?[ /.\-]{_MONTH}(?:,?[ /.\-]\d{{2,4}})?|{_MONTH} {_DAY}(?:,? \d{{2,4}})?)"
)
_BIRTH = re.compile(
    r"(?:\b(?:d\.?\s?o\.?\s?b\b\.?|date of birth|birth ?date|birthday|born|birthdate)"
    rf"(?:\s*[:=\-–(]\s*|,?\s+(?:(?:is|was|on|the|of|her|his|child|mum|dob)\s+){{0,3}}|\s*\n\s*){_DATE}"
    rf"|\b{_DATE}\s*\(?(?:is (?:her|his|their) (?:birthday|date of birth)|d\.?o\.?b))",
    re.IGNORECASE,
)

_WAY = (
    r"(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Crescent|Cres|Court|Place|Terrace|Gardens|Gdns|Grove|Row|Walk|Mews|Square|"
    r"Parade|Villas|Mount|Rise|Green|Hill|View|Way|Croft|Garth|Fold|Wynd|Gate|House|Towers?|Buildings?|Estate|Vale|Park)"
)
_SURE_WAY = r"(?:Street|Road|Rd|Lane|Avenue|Ave|Crescent|Terrace|Gardens|Gdns|Grove|Mews|Close|Drive|Villas|Croft|Wynd)"
_NAMED = r"[A-Z][\w'’]+(?: [A-Z][\w'’]+){0,2}"
_ADDRESS = re.compile(
    rf"\b(?:(?:[Ff]lat|[Aa]partment|[Uu]nit|[Rr]oom) \w{{1,4}},? ?(?:of |in )?)?(?:[Nn]umber |[Nn]o\.? ?)?\d{{1,4}}[a-zA-Z]?,? "
    rf"{_NAMED} {_WAY}\b\.?(?! ?\d)"
    rf"|\b(?:[Ff]lat|[Aa]partment) \w{{1,4}},? {_NAMED}\b"
    rf"|\b[A-Z][\w'’]+(?: [A-Z][\w'’]+)? {_SURE_WAY}\b(?! (?:Centre|Children|Nursery|Surgery|School|Library|Clinic|Hospital|Hub|Family|Primary|Academy|Mosque|Church))"
)
_NO_STREET = re.compile(
    r"\b(?:Sesame|High|Coronation|Downing|Harley) (?:Street|Road)$|^(?:The|A|This|That|Every) "
)


def find_numbers(text: str) -> Iterator[Finding]:
    """Everything in a text that has the form of a number or an address, the graver kinds first."""
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
    for match in _ADDRESS.finditer(text):
        if not _NO_STREET.search(match.group()):
            yield Finding(Identifier.ADDRESS, match.group(), match.start(), match.end())


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits pass the check digit of an NHS number (weights 10 to 2, remainder of 11)."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, NHS_WEIGHTS, strict=False)) % 11
    return {11: 0, 10: -1}.get(check, check) == int(digits[9])
