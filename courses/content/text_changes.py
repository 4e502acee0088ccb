"""What is different between two texts: line by line, and word by word in lines that are versions of each other. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from courses.content.lines import TextLine

ALIKE = 0.4
"""Two lines that share less than this of their words are two lines, and not one that was changed."""


class Fate(StrEnum):
    """What became of something from one version to the next."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stayed, came or went together."""

    text: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class TextChange:
    """A line that was added, removed or changed: where it is, and its words."""

    where: str
    fate: Fate
    words: tuple[Words, ...]


def text_changes(before: Sequence[TextLine], after: Sequence[TextLine]) -> tuple[TextChange, ...]:
    """The lines that are different, in order."""
    return tuple(_text_changes(before, after))


def _text_changes(before: Sequence[TextLine], after: Sequence[TextLine]) -> Iterator[TextChange]:
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from _replaced(list(before[a:b]), after[c:d])


def _replaced(old: list[TextLine], new: Iterable[TextLine]) -> Iterator[TextChange]:
    """Lines in place of others: each new line beside the first old one that it is a version of."""
    for line in new:
        place = next((n for n, other in enumerate(old) if _are_versions(other, line)), None)
        if place is None:
            yield TextChange(line.where, Fate.ADDED, (Words(line.text, Fate.ADDED),))
            continue
        for gone in old[:place]:
            yield TextChange(gone.where, Fate.REMOVED, (Words(gone.text, Fate.REMOVED),))
        yield TextChange(line.where, Fate.CHANGED, tuple(_words(old[place].text, line.text)))
        del old[: place + 1]
    for gone in old:
        yield TextChange(gone.where, Fate.REMOVED, (Words(gone.text, Fate.REMOVED),))


def _are_versions(one: TextLine, other: TextLine) -> bool:
    if one.key != other.key:
        return False
    first, second = one.text.split(), other.text.split()
    # a word or two, such as a date or yes and no, is always a version of what stood there
    if len(first) <= 2 and len(second) <= 2:  # noqa: PLR2004 - as the comment says
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _words(before: str, after: str) -> Iterator[Words]:
    old, new = before.split(), after.split()
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Words(" ".join(old[a:b]), Fate.SAME)
            continue
        if a < b:
            yield Words(" ".join(old[a:b]), Fate.REMOVED)
        if c < d:
            yield Words(" ".join(new[c:d]), Fate.ADDED)
