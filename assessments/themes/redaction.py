"""Taking out of a written answer whatever could tell who somebody is: what to propose, and the text without it. Pure.

Proposals come from names that the system knows and from patterns. Neither finds everything, so a person reads each answer,
lets go of what may stay and adds what was not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from assessments.portfolio import identifying

NAME, WORKPLACE, OTHER = "name", "workplace", "left out"
_IN_PLACE_OF = {
    identifying.Identifier.NHS_NUMBER: "NHS number",
    identifying.Identifier.NI_NUMBER: "National Insurance number",
    identifying.Identifier.PHONE: "phone number",
    identifying.Identifier.POSTCODE: "postcode",
    identifying.Identifier.EMAIL: "email address",
    identifying.Identifier.BIRTH_DATE: "date of birth",
}
LABELS = frozenset({NAME, WORKPLACE, OTHER, *_IN_PLACE_OF.values()})
"""What may stand in brackets in place of what is hidden."""

_SHORT = 3
_ALSO_WORDS_TEXT = """
amber april august autumn clay dale dawn dean drew faith field fields frank gene grace grant green hall heather hill hope house
iris ivy joy june king lane long mark marsh may miles mills moss north page pearl penny price reed rich rose ruby shaw skye stone
summer sunny tree victor violet wade ward west will wood woods young
"""
_ALSO_WORDS = frozenset(_ALSO_WORDS_TEXT.split())
"""Names that are words as well: only a capital letter tells them apart, and of short names too."""
_NO_NAMES = frozenset(
    {
        "and",
        "the",
        "of",
        "for",
        "at",
        "in",
        "de",
        "da",
        "di",
        "la",
        "le",
        "van",
        "von",
        "al",
        "el",
        "bin",
        "st",
    }
)
_CENTRE = re.compile(
    r"\s+(?:children'?s|family|families|nursery|community)\b.*$|\s+(?:ltd|limited|plc|cic)\.?$", re.IGNORECASE
)
_NAMED = re.compile(
    r"\b(?i:mrs?|ms|miss|dr|aunt(?:ie|y)?|uncle|nan(?:a|ny)?|called|named|(?:son|daughter|baby|toddler|brother|sister|partner|"
    r"husband|wife|child|girl|boy|twins?)(?: is| was)?(?: called)?),?\.? +([A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"
)
_FAMILY = re.compile(
    r"\b[Ff]amily ([A-Z][\w'’-]+)\b(?<!Hub)(?<!Centre)(?<!Support)(?<!Learning)(?<!Links)(?<!Going)"
)
_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ı": "i", "’": "'", "‘": "'"}
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text: where it starts and ends, and what is written in brackets in its stead."""

    start: int
    end: int
    label: str

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Known:
    """Names that the system knows: of people, and of organisations and workplaces."""

    people: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


class NotInText(ValueError):
    """Words to hide that the answer does not hold; the message names them."""


def propose(text: str, known: Known) -> list[Span]:
    """What of a text had better be hidden, in the order it stands, none over another."""
    found: list[Span] = []
    for span in _candidates(text, known):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return sorted(found)


def find_words(text: str, words: str) -> list[Span]:
    """Every place where words stand in a text, whatever their capitals and accents.

    Raises:
        NotInText: they stand nowhere.
    """
    found = [Span(start, end, OTHER) for start, end in _matches(text, [words], whole_words=False)]
    if not found:
        raise NotInText(words)
    return found


def hide(text: str, spans: Iterable[Span]) -> str:
    """The text with each place replaced by what it is, in brackets. Places that touch or overlap become one.

    Raises:
        ValueError: a place lies outside the text.
    """
    joined: list[Span] = []
    for span in sorted(spans):
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"no place {span.key} in a text of {len(text)} characters")
        if joined and span.start < joined[-1].end:
            last = joined.pop()
            label = last.label if last.label == span.label else OTHER
            span = Span(last.start, max(last.end, span.end), label)  # noqa: PLW2901 (grown by what it overlaps)
        joined.append(span)
    parts: list[str] = []
    done = 0
    for span in joined:
        parts += [text[done : span.start], f"[{span.label}]"]
        done = span.end
    return "".join([*parts, text[done:]])


def _candidates(text: str, known: Known) -> Iterator[Span]:
    """All matches, those first that are to win over others."""
    for finding in identifying.find(text):
        yield Span(finding.start, finding.end, _IN_PLACE_OF[finding.kind])
    for start, end in _matches(text, _places(known.places)):
        yield Span(start, end, WORKPLACE)
    yield from _names(text, known.people)
    for pattern in (_NAMED, _FAMILY):
        for match in pattern.finditer(text):
            yield Span(match.start(1), match.end(1), NAME)
    parts = {part for name in known.people for part in name.split()}
    yield from _names(text, {part for part in parts if len(part) > 1 and _plain(part) not in _NO_NAMES})


def _names(text: str, names: Collection[str]) -> Iterator[Span]:
    for start, end in _matches(text, names):
        words = _plain(text[start:end]).split()
        may_be_words = all(len(word) <= _SHORT or word in _ALSO_WORDS for word in words)
        if not may_be_words or not text[start].islower():
            yield Span(start, end, NAME)


def _places(names: Iterable[str]) -> set[str]:
    """Names of organisations, in full and as people shorten them."""
    full = set(names)
    return full | {short for name in full if len(short := _CENTRE.sub("", name.translate(_LETTERS))) > _SHORT}


def _matches(text: str, wanted: Collection[str], *, whole_words: bool = True) -> list[tuple[int, int]]:
    """Where any of some words stand, the longest first, without regard to capitals and accents."""
    plain = sorted({_plain(words) for words in wanted} - {""}, key=lambda words: (-len(words), words))
    if not plain:
        return []
    pattern = "|".join(map(re.escape, plain))
    if whole_words:
        # what belongs to somebody, such as Leanne's, is found as well
        pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
    folded, origin = _folded(text)
    found = []
    for match in re.finditer(pattern, folded):
        end = origin[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.append((origin[match.start()], end))
    return found


def _plain(words: str) -> str:
    return _folded(" ".join(words.split()))[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """A text without capitals and accents, and for each of its characters where it came from."""
    letters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text.translate(_LETTERS)):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if not unicodedata.combining(letter):
                letters.append(" " if letter.isspace() else letter)
                origin.append(place)
    return "".join(letters), origin
