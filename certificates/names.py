"""Whether a name somebody typed is the last name in print. Pure, and forgiving of accents, case and word order."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans(
    {"đ": "d", "ł": "l", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


def is_last_name(typed: str, printed: str) -> bool:
    """Whether the typed words are the end of the printed name, or its beginning.

    Many names end in the family's (Maeve O’Dowd, Gwen ap Rhys), others begin with it (Đặng Thùy Linh), and the person with
    the paper in hand cannot be asked to know which.
    """
    words, name = _folded(typed), _folded(printed)
    return bool(words) and words in (name[-len(words) :], name[: len(words)])


def _folded(text: str) -> list[str]:
    """Words in small letters without accents, hyphens and apostrophes."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN))
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return ["".join(filter(str.isalnum, word)) for word in plain.replace("-", " ").split()]
