"""Keyed pseudonyms: how a response is found by its author and by nobody who has only the database.

Each is HMAC-SHA256 (RFC 2104) over a purpose and the parts that name the thing, cut to 128 bits and written in
hexadecimal. The key is a setting and is never stored beside the answers. Pure: a key and text in, text out.
"""

import hashlib
import hmac
from collections.abc import Iterable
from enum import StrEnum

import numpy as np

LENGTH = 32
"""Characters of a pseudonym: 128 bits in hexadecimal."""
CHECK_LENGTH = 16
"""Characters of a key's check value."""


class Purpose(StrEnum):
    """What a pseudonym is for. Two purposes give values that cannot be matched without the key."""

    ENROLMENT = "response of an enrolment"
    MANAGER = "response of a manager"
    PARTICIPANT = "response of a participant of a focus group"
    PARENT = "response of a parent"
    PAPER = "response on a sheet of paper without a code"
    PAPER_CODE = "code that somebody writes on their sheets of paper"
    FILE = "response of a respondent in a provider's file"
    SPECIAL = "special-category answers of a response"
    WRITTEN = "written answer of a response"
    SEAL = "special-category answers in the copy by column"
    CHECK = "which key made the pseudonyms of a cohort"


def derive(key: bytes, purpose: Purpose, *parts: str) -> str:
    """The pseudonym for a purpose and the parts that name something (an enrolment's reference, a response's id).

    Each part goes in with its length in front, so that ("ab", "c") and ("a", "bc") differ.
    """
    message = "".join([f"{len(part)}:{part}" for part in (purpose.value, *parts)])
    return hmac.digest(key, message.encode(), "sha256").hex()[:LENGTH]


def derive_each(key: bytes, purpose: Purpose, names: Iterable[str]) -> list[str]:
    """The pseudonyms of many things that each have one name: the same as `derive` of each, in a third of the time."""
    start = f"{len(purpose.value)}:{purpose.value}"
    digest = hmac.digest
    return [digest(key, f"{start}{len(name)}:{name}".encode(), "sha256").hex()[:LENGTH] for name in names]


def check_value(key: bytes) -> str:
    """A value that tells whether two pseudonyms were made with the same key, and nothing about the key."""
    return derive(key, Purpose.CHECK)[:CHECK_LENGTH]


def seal(key: bytes, name: str, plain: bytes) -> bytes:
    """Make bytes unreadable without the key, or readable again: the same both ways, and as long as they were.

    Each byte is combined with one of a stream that SHAKE-256 (FIPS 202) makes from a key of its own for this name. A name
    is to be used once, for streams of the same name would cancel out.
    """
    own_key = derive(key, Purpose.SEAL, name).encode()
    stream = np.frombuffer(hashlib.shake_256(own_key).digest(len(plain)), np.uint8)
    return (np.frombuffer(plain, np.uint8) ^ stream).tobytes()
