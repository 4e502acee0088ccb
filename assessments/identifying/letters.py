"""Comparing words without regard to capitals, accents and kinds of apostrophe. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ı": "i", "’": "'", "‘": "'"}
)


def plain(words: str) -> str:
    """Words as they are compared: small letters, no accents, single spaces."""
    return folded(" ".join(words.split()))[0]


def folded(text: str) -> tuple[str, list[int]]:
    """A text without capitals and accents, and for each of its characters where it came from."""
    letters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text.translate(_LETTERS)):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if not unicodedata.combining(letter):
                letters.append(" " if letter.isspace() else letter)
                origin.append(place)
    return "".join(letters), origin


def places_of(text: str, wanted: Collection[str], *, whole_words: bool = True) -> list[tuple[int, int]]:
    """Where any of some words stand in a text (start, end), the longest first, whatever their capitals and accents."""
    sought = sorted({plain(words) for words in wanted} - {""}, key=lambda words: (-len(words), words))
    if not sought:
        return []
    pattern = "|".join(map(re.escape, sought))
    if whole_words:
        # what belongs to somebody, such as Leanne's, is found as well
        pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
    letters, origin = folded(text)
    found = []
    for match in re.finditer(pattern, letters):
        end = origin[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.append((origin[match.start()], end))
    return found
