"""What of a piece of evidence could identify somebody, where it stands, and what its author has said to it. Pure.

What was said is kept under a hash of the words and of the place where they stand, so that a change elsewhere asks nothing
again. Words that have come to stand there more often than when they were answered are asked about once more.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assessments.identifying.finding import find
from assessments.identifying.findings import Finding, Identifier
from assessments.identifying.letters import places_of, plain

PAGE_END = "\f"
AROUND = 90
"""Letters shown on either side of what was found."""
MOST_SHOWN = 3
"""Sentences shown of one finding; the rest is counted."""


WRITTEN_FIELDS = {
    "title": "What you call it",
    "text": "What you wrote",
    "note": "What you say of it",
    "place": "Where it is",
    "seen_by": "Who saw it",
}
"""The fields of a piece of evidence that hold words, as its author knows them."""


class Reason(StrEnum):
    """Why something that looks like a name or a number may stay."""

    COLLEAGUE = "colleague"
    SERVICE = "service"
    PUBLISHED = "published"
    NOBODY = "nobody"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason as its author chooses it."""
        return _REASONS[self]


_REASONS = {
    Reason.COLLEAGUE: "It is me, or somebody I work with",
    Reason.SERVICE: "It belongs to a service that anybody can look up",
    Reason.PUBLISHED: "It is a writer, a book or a model",
    Reason.NOBODY: "It is a word or a place, not a person",
    Reason.OTHER: "Another reason, which I give below",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in a piece of evidence where words stand.

    Attributes:
        key: its name in the database: a field, or a file's hash.
        label: what its author knows it by.
        text: the words; pages are parted by form feeds.
        file_ref: the file that holds them, if one does.
    """

    key: str
    label: str
    text: str
    file_ref: str | None = None
    is_name: bool = False
    """Whether the words are the file's name."""
    is_title: bool = False
    """Whether the words are what its author calls something, so that a name may stand in them by itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What its author said to a finding: what to write in its stead, or why it stays."""

    instead: str
    reason: Reason | None
    said: str
    times: int

    @property
    def is_mask(self) -> bool:
        """Whether it is covered."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Shown:
    """One place in a text: the words, and what stands around them."""

    before: str
    words: str
    after: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """Words in one place that could identify somebody."""

    key: str
    kind: Identifier
    words: str
    place: Place
    shown: tuple[Shown, ...]
    times: int
    answer: Answer | None

    @property
    def is_open(self) -> bool:
        """Whether its author has yet to say something to it."""
        if self.answer is None or (not self.answer.is_mask and not self.kind.may_stay):
            return True
        return not self.answer.is_mask and self.times > self.answer.times


def key_of(place: str, words: str) -> str:
    """The hash under which an answer to some words in one place is kept."""
    return hashlib.sha256(f"{place}\n{plain(words)}".encode()).hexdigest()


def look(places: Iterable[Place], *, known: Collection[str], answers: Mapping[str, Answer]) -> list[Found]:
    """What in some places could identify somebody, in the order it stands; the same words in one place are one finding."""
    return [found for place in places for found in _look_in(place, known, answers)]


def _look_in(place: Place, known: Collection[str], answers: Mapping[str, Answer]) -> list[Found]:
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in find(place.text, known, is_title=place.is_title):
        grouped[key_of(place.key, finding.found)].append(finding)
    return [
        Found(
            key=key,
            kind=findings[0].kind,
            words=findings[0].found,
            place=place,
            shown=tuple(_shown(place.text, finding) for finding in findings[:MOST_SHOWN]),
            times=len(findings),
            answer=answers.get(key),
        )
        for key, findings in grouped.items()
    ]


def _shown(text: str, finding: Finding) -> Shown:
    first, last = max(finding.start - AROUND, 0), finding.end + AROUND
    marks = ("\n\n", PAGE_END)
    start = max(first, *(text.rfind(mark, first, finding.start) for mark in marks))
    ends = [at for mark in marks if (at := text.find(mark, finding.end, last + 1)) >= 0]
    end = min([*ends, last, len(text)])
    before, after = text[start : finding.start], text[finding.end : end]
    if start == finding.start - AROUND:
        before = "…" + before.partition(" ")[2]
    if end == finding.end + AROUND:
        after = after.rpartition(" ")[0] + "…"
    page = text.count(PAGE_END, 0, finding.start) + 1 if PAGE_END in text else None
    return Shown(before.lstrip(), finding.found, after.rstrip(), page)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file whose words cannot be read here, and whether its author says that nobody can be recognised in it."""

    ref: str
    name: str
    sha256: str
    ask: str
    is_declared: bool


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that one piece of evidence asks of its author before it is sent."""

    found: tuple[Found, ...]
    unread: tuple[Unread, ...]

    @property
    def waiting(self) -> list[Found]:
        """What has yet to be answered."""
        return [one for one in self.found if one.is_open]

    @property
    def covered(self) -> list[Found]:
        """What is covered, and can be uncovered."""
        return [one for one in self.found if not one.is_open and one.answer and one.answer.is_mask]

    @property
    def staying(self) -> list[Found]:
        """What stays, and why."""
        return [one for one in self.found if not one.is_open and one.answer and not one.answer.is_mask]

    @property
    def undeclared(self) -> list[Unread]:
        """Files of which nobody has said that they show no one."""
        return [one for one in self.unread if not one.is_declared]

    @property
    def left(self) -> int:
        """How many things its author has yet to look at."""
        return len(self.waiting) + len(self.undeclared)


def asking(media_type: str) -> str:
    """What somebody says of a file that cannot be read, by its kind."""
    kind = media_type.partition("/")[0]
    return {
        "image": "No face, name, badge, letter or house number can be seen in it",
        "audio": "No name is said in it, and no voice of a family can be heard",
        "video": "No face, name or home can be seen in it, and no voice of a family can be heard",
    }.get(kind, "No name, face, address or number of a family is in it")


def masked(text: str, masks: Iterable[tuple[str, str]]) -> str:
    """A text in which some words are covered wherever they stand.

    Args:
        text: the text.
        masks: the words, and what to write in their stead.
    """
    instead = {plain(words): put for words, put in masks}
    parts, done = [], 0
    for start, end in places_of(text, instead):
        parts += [text[done:start], instead[plain(text[start:end])]]
        done = end
    return "".join([*parts, text[done:]])


def covering(kind: Identifier) -> str:
    """What is written over words of a kind."""
    return f"[{kind.instead}]"
