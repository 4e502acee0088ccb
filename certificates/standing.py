"""Whether a certificate holds: a pure fold over what has happened to it.

    issued -> replaced by a newer one
           -> revoked

Nothing is ever taken back: a certificate revoked in error is issued anew, under a new number.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import reduce


class CertificateEventKind(StrEnum):
    """What can happen to a certificate."""

    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Standing(StrEnum):
    """How a certificate stands; `words` is what the public page says."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"

    @property
    def words(self) -> str:
        """The standing as people read it."""
        return WORDS[self]


WORDS = {
    Standing.VALID: "Genuine and valid",
    Standing.REPLACED: "Replaced by a newer one",
    Standing.REVOKED: "Not valid",
}


class ImpossibleOrder(ValueError):
    """Something cannot have happened to a certificate at this point."""


_NEXT = {
    (None, CertificateEventKind.ISSUED): Standing.VALID,
    (Standing.VALID, CertificateEventKind.REPLACED): Standing.REPLACED,
    (Standing.VALID, CertificateEventKind.REVOKED): Standing.REVOKED,
}


def fold(events: Iterable[CertificateEventKind]) -> Standing:
    """How a certificate stands after its events, oldest first.

    Raises:
        ImpossibleOrder: they cannot have happened in this order, or there is none.
    """
    standing = reduce(_step, events, None)
    if standing is None:
        raise ImpossibleOrder("a certificate without events was never issued")
    return standing


def _step(standing: Standing | None, event: CertificateEventKind) -> Standing:
    if (standing, event) not in _NEXT:
        raise ImpossibleOrder(f"a certificate that is {standing or 'not issued'} cannot be {event}")
    return _NEXT[standing, event]
