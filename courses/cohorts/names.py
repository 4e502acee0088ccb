"""The order in which people read names, and how a name is looked for. Pure."""

from __future__ import annotations

import unicodedata
from typing import Protocol


class Named(Protocol):
    """Somebody in a list."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def ref(self) -> str:
        """The enrolment's reference."""


# Letters with a stroke are letters of their own to Unicode; a reader of English looks for them under the plain one
_PLAIN_LETTERS = str.maketrans("ĐđŁłØøĦħŦŧ", "DdLlOoHhTt")


def by_name(line: Named) -> tuple[str, str]:
    """The place of a name in a list as people read it: Ṣadé among the S, on both databases alike."""
    return plain(line.name), line.ref


def plain(name: str) -> str:
    """A name as it is looked for: small letters, and none with a mark or a stroke."""
    letters = unicodedata.normalize("NFKD", name.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
