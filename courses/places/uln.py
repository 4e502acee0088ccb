"""The unique learner number: ten digits, of which the last checks the others. Pure.

The check shows that a number is well formed, not whose it is.
"""

import re

NOT_KNOWN = "9999999999"
"""What funding returns write for a number that is not known yet."""
_DIGITS = 10
_MODULUS = 11


def tidy_uln(text: str) -> str:
    """A number without the spaces and dashes that it was written with; empty for one that is not known."""
    plain = re.sub(r"[\s-]", "", text)
    return "" if plain == NOT_KNOWN else plain


def why_not_uln(text: str) -> str | None:
    """Return None for a well-formed number and for none at all, or what is wrong, without a full stop."""
    number = tidy_uln(text)
    if not number:
        return None
    if re.fullmatch(r"[\d.]+E\+?\d+", number, re.ASCII | re.IGNORECASE):
        return f"“{text}” is a number that a spreadsheet has cut short"
    if not re.fullmatch(r"\d+", number, re.ASCII):
        return f"“{text}” is not a unique learner number: that has digits only"
    if len(number) != _DIGITS:
        return f"“{text}” has {len(number)} digits, and a unique learner number has ten"
    weighted = sum(int(digit) * weight for digit, weight in zip(number, range(_DIGITS, 0, -1), strict=True))
    if number[0] == "0" or weighted % _MODULUS != _DIGITS:
        return f"“{text}” is not a unique learner number: its last digit does not fit the others"
    return None
