"""Taking out of a written answer whatever could tell who somebody is: what to propose, and the text without it. Pure.

Proposals come from names that the system knows and from patterns. Neither finds everything, so a person reads each answer,
lets go of what may stay and adds what was not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assessments.identifying.finding import find
from assessments.identifying.findings import Identifier
from assessments.identifying.letters import places_of

NAME, WORKPLACE, OTHER = "name", "workplace", "left out"
LABELS = frozenset({WORKPLACE, OTHER, *(kind.instead for kind in Identifier)})
"""What may stand in brackets in place of what is hidden."""

_SHORT = 3
_CENTRE = re.compile(
    r"\s+(?:children'?s|family|families|nursery|community)\b.*$|\s+(?:ltd|limited|plc|cic)\.?$", re.IGNORECASE
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
    found = [Span(start, end, OTHER) for start, end in places_of(text, [words], whole_words=False)]
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
    people: list[Span] = []
    numbers: list[Span] = []
    for finding in find(text, known.people):
        span = Span(finding.start, finding.end, finding.kind.instead)
        (people if span.label == NAME else numbers).append(span)
    yield from numbers
    for start, end in places_of(text, _places(known.places)):
        yield Span(start, end, WORKPLACE)
    yield from people


def _places(names: Iterable[str]) -> set[str]:
    """Names of organisations, in full and as people shorten them."""
    full = set(names)
    return full | {short for name in full if len(short := _CENTRE.sub("", name.replace("’", "'"))) > _SHORT}
