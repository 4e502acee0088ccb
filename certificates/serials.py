"""Certificate numbers that can be read over the telephone, and the codes that QR codes carry. Pure but for chance.

A number looks like GF-7K4M-29QX-T: eight random characters and one that checks them. The alphabet has 31 characters, none
easily taken for another; because 31 is prime, the check finds every single wrong character and every two that
were swapped. A number is not a secret: looking one up asks for the last name too. The code in the QR code is.
"""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
CODE_BYTES = 12
CODE_LENGTH = 16


def new_serial() -> str:
    """A number for a new certificate; there are 31 to the power of 8, about 850 thousand million."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return _shown(body + _check(body))


def new_code() -> str:
    """An unguessable code: 96 random bits as 16 characters that an address can hold."""
    return secrets.token_urlsafe(CODE_BYTES)


def tidy_serial(typed: str) -> str | None:
    """A number as printed, from what somebody typed; None when it cannot be one.

    Case, spaces and dashes do not matter, nor whether GF stands before it.
    """
    plain = "".join(character for character in typed.upper() if character.isalnum())
    plain = plain.removeprefix("GF") if len(plain) > LENGTH + 1 else plain
    body, check = plain[:LENGTH], plain[LENGTH:]
    if len(plain) != LENGTH + 1 or not set(plain) <= set(ALPHABET) or _check(body) != check:
        return None
    return _shown(plain)


def _check(body: str) -> str:
    total = sum(place * ALPHABET.index(character) for place, character in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def _shown(plain: str) -> str:
    return f"GF-{plain[:4]}-{plain[4:8]}-{plain[8:]}"
