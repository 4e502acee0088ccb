"""Passwords: hashed with Argon2id, refused when they are easy to guess, never changed on the way in.

The profile is OWASP's smaller one (19 MiB, two passes, one lane): about 25 ms of one core, so that a cohort that
signs in within the same minute still gets in. At most two hashes are computed at a time in one process.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from lms.core.errors import Refused

SHORTEST = 12
LONGEST = 256
JUDGED = 100
GOOD_SCORE = 3

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = threading.Semaphore(2)
_nobody = _hasher.hash("a password that nobody has")


def hash_password(password: str) -> str:
    """The hash that is kept."""
    with _turns:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed. An unknown person costs the same time as a wrong password."""
    with _turns:
        try:
            _hasher.verify(password_hash or _nobody, password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def require_good(password: str, *, about: list[str]) -> None:
    """Refuse a password that is short or easily guessed.

    Args:
        password: exactly as typed.
        about: words that somebody would try first: the person's name and address.

    Raises:
        Refused: with what to do about it.
    """
    if len(password) < SHORTEST:
        raise Refused(
            f"Use at least {SHORTEST} characters. Three words you will remember work well.", field="password"
        )
    if len(password) > LONGEST:
        raise Refused(f"Use at most {LONGEST} characters.", field="password")
    if zxcvbn(password[:JUDGED], user_inputs=about)["score"] < GOOD_SCORE:
        raise Refused("That password is easy to guess. Three unrelated words work well.", field="password")
