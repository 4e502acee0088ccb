"""Names of people in a text, found by what stands around them and by lists of names. Pure.

Nothing finds every name. What is sure: a title, words such as "her son" or "called", names on the lists. What is likely: a word
with a capital inside a sentence that is neither an English word nor known to be nobody. A name once found is found wherever
it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assessments.identifying.cues import (
    AUTHORS,
    CALLS,
    DATED,
    KIN,
    KINDS_OF_FAMILY,
    LINKS,
    MONTHS,
    NAMING,
    PARTICLES,
    SAINTS,
    SAYS,
    SURNAMES_TOO,
    TITLES,
    WHERE,
)
from assessments.identifying.findings import Finding, Identifier
from assessments.identifying.letters import places_of, plain
from assessments.identifying.word_lists import WordLists, word_lists

_WORD = re.compile(r"[^\W\d_]+(?:['’‘\-][^\W\d_]+)*")
_STARTS = re.compile(
    r"(?:^|[.!?:;•|>#\n…]|[–—] ?|^\s*[\-*])[\s\"'“”‘’()\[\]•\-*_>|#]*$|[\"“‘(]$", re.MULTILINE
)
_LOOK_BACK = 12

_CLOSE = frozenset({"", ".", ",", ":", "(", "'", '"', "‘", "“", ", “", ", ‘", "–", "-"})
"""What may stand between a name and the word that says that one follows."""
_FAMILY_FIRST = re.compile(
    r"\b[Ff]amily ([A-Z][^\W\d_][\w'’-]*)\b(?<!Hub)(?<!Hubs)(?<!Centre)(?<!Support)(?<!Learning)(?<!Links)(?<!Going)(?<!Lives)(?<!Nurse)"
)
_FAMILY_LAST = re.compile(
    r"\b[Tt]he ([A-Z][^\W\d_][\w'’-]+) (?:children|kids|twins|boys|girls)\b"
    r"|\b([^\W\d_][\w'’-]+) (?:[Ff]amily|FAMILY|[Hh]ousehold|HOUSEHOLD)\b"
)
_OTHER_SCRIPTS = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u0900-\u0dff\u0e00-\u0e7f\u1200-\u137f\u3040-\u30ff"
    r"\u4e00-\u9fff\uac00-\ud7af\ufb50-\ufdff\ufe70-\ufeff]+(?:[\s\u200c\u200d]+[\u0370-\u1fff\u3040-\ud7af\ufb50-\ufeff]+)?"
)
_MOST_FOREIGN = 0.3
_HEADING = 0.7
_SHORT = 3


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text, and how it stands there."""

    text: str
    plain: str
    start: int
    end: int
    is_capital: bool
    is_first: bool
    """Begins a sentence, or stands in a heading: its capital says nothing."""
    gap: str
    """What stands between it and the word before."""


def find_names(text: str, known: Collection[str] = (), *, is_title: bool = False) -> Iterator[Finding]:
    """Names of people in a text; those of `known` people as what they are.

    The same place may come more than once: a caller keeps the first. Of a title even the first word may be all that names
    a family: "Okonkwo", "Khan visit".
    """
    yield from _known(text, known)
    words = _words(text)
    lists = word_lists()
    marked = [_is_name(words, place, lists) for place in range(len(words))]
    if is_title:
        marked = [is_name or _is_in_title_alone(words, place, lists) for place, is_name in enumerate(marked)]
    _join(words, marked, lists)
    _repeat(words, marked, lists)
    yield from _runs(text, words, marked, lists)
    yield from _in_other_scripts(text)


def _known(text: str, known: Collection[str]) -> Iterator[Finding]:
    lists = word_lists()
    parts = {part for name in known for part in name.split()}
    parts = {
        part
        for part in parts
        if len(part) > 1 and plain(part) not in PARTICLES and plain(part) not in lists.nobody
    }
    for wanted in (known, parts):
        for start, end in places_of(text, wanted):
            folded = plain(text[start:end]).split()
            may_be_words = all(len(word) <= _SHORT or word in lists.both for word in folded)
            if not may_be_words or not text[start].islower():
                yield Finding(Identifier.COLLEAGUE, text[start:end], start, end)


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    end = 0
    headings = _headings(text)
    for match in _WORD.finditer(text):
        said = match.group()
        for ending in ("'s", "’s", "s'", "s’"):
            said = said.removesuffix(ending)
        start = match.start()
        before = text[max(0, start - _LOOK_BACK) : start]
        is_first = bool(_STARTS.search(before))
        found.append(
            _Word(
                text=said,
                plain=plain(said),
                start=start,
                end=start + len(said),
                is_capital=said[0].isupper() and (len(said) == 1 or not said.isupper() or len(said) > _SHORT),
                is_first=is_first or _is_within(headings, start),
                gap=text[end:start],
            )
        )
        end = match.start() + len(said)
    return found


def _is_within(ranges: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether a place lies in one of some ranges, which stand in order and apart."""
    at = bisect_right(ranges, place, key=lambda each: each[0]) - 1
    return at >= 0 and place < ranges[at][1]


def _headings(text: str) -> list[tuple[int, int]]:
    """Lines in which nearly every word has a capital."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        long = [word for word in _WORD.findall(line) if len(word) > _SHORT]
        if len(long) > 1 and sum(word[0].isupper() for word in long) >= _HEADING * len(long):
            found.append((start, start + len(line)))
        start += len(line)
    return found


def _is_name(words: Sequence[_Word], place: int, lists: WordLists) -> bool:
    word = words[place]
    if not word.is_capital:
        return word.plain in lists.small
    return (
        _is_told(words, place, lists) or _is_listed(words, place, lists) or _is_strange(words, place, lists)
    )


def _is_in_title_alone(words: Sequence[_Word], place: int, lists: WordLists) -> bool:
    """Whether a word of a title is a name although it may stand there for its place alone."""
    word = words[place]
    if not word.text[0].isupper() or len(word.text) < _SHORT or word.plain in lists.nobody:
        return False
    if len(words) == 1 and word.plain in lists.both:
        return True
    singular = word.plain.removesuffix("s")
    if any(one in lists.family and one not in lists.english for one in (word.plain, singular)):
        return True
    return _is_strange([replace(one, is_first=False) for one in words], place, lists)


def _is_told(words: Sequence[_Word], place: int, lists: WordLists) -> bool:
    """Whether the words before it say that a person follows."""
    word = words[place]
    if place == 0 or len(word.text) == 1 or (word.plain in lists.nobody and word.plain not in lists.both):
        return False
    before, between = words[place - 1], word.gap.strip()
    if "\n" in word.gap or between not in _CLOSE:
        return False
    if before.plain in TITLES and before.plain not in KIN and before.is_capital and between in {"", "."}:
        return True
    if between == ".":
        return False
    if before.plain in CALLS:
        return True
    follows = before.plain in KIN or (
        place > 1
        and before.plain in LINKS
        and (words[place - 2].plain in CALLS or (words[place - 2].plain in KIN and before.plain in NAMING))
    )
    return follows and (word.plain not in lists.english or word.plain in lists.both)


def _is_listed(words: Sequence[_Word], place: int, lists: WordLists) -> bool:
    """Whether it is on a list of names, and stands as a name does."""
    word = words[place]
    if place and words[place - 1].plain in SAINTS:
        return False
    parts = [part for part in re.split(r"[-']", word.plain) if len(part) > 1]
    double = len(parts) > 1 and all(_is_name_word(part, lists) for part in parts[:2]) and not word.is_first
    if word.plain in lists.given or double:
        return True
    if word.plain in lists.family:
        return (not word.is_first and not word.text.isupper()) or _acts(words, place)
    if word.plain not in lists.given_both or word.plain in lists.nobody or word.text.isupper():
        return False
    if word.is_first:
        return _acts(words, place) and word.plain not in lists.english
    return not _is_date(words, place) and not _is_in_title(words, place, lists)


def _is_date(words: Sequence[_Word], place: int) -> bool:
    """Whether it is a month or a season that happens to be a name."""
    word = words[place]
    before = words[place - 1].plain if place else ""
    dated = before in DATED or bool(re.search(r"\d\s*(?:st|nd|rd|th)?\s*(?:of )?$", word.gap))
    return word.plain in MONTHS and dated


def _is_name_word(word: str, lists: WordLists) -> bool:
    return word in lists.alone or word in lists.given_both


def _is_in_title(words: Sequence[_Word], place: int, lists: WordLists) -> bool:
    """Whether it belongs to a title of several words, such as Pen Green or Healthy Start, rather than to a person."""
    around = [words[place - 1]] if place and words[place].gap == " " else []
    if place + 1 < len(words) and words[place + 1].gap == " ":
        around.append(words[place + 1])
    return any(
        one.is_capital and not one.is_first and one.plain not in lists.alone and lists.is_ordinary(one.plain)
        for one in around
    )


def _is_strange(words: Sequence[_Word], place: int, lists: WordLists) -> bool:
    """Whether it has a capital that nothing but a name would explain."""
    word = words[place]
    if (
        len(word.text) < _SHORT
        or word.text.isupper()
        or any(letter.isupper() for letter in word.text[1:] if "-" not in word.text)
    ):
        return False
    parts = [word.plain, *re.split(r"[-']", word.plain)]
    if any(_is_english(part, lists) for part in parts) or (place and words[place - 1].plain in WHERE):
        return False
    return not word.is_first or _acts(words, place)


def _is_english(word: str, lists: WordLists) -> bool:
    if lists.is_ordinary(word):
        return True
    stems = {
        word.removesuffix(ending) + more
        for ending in ("s", "es", "d", "ed", "ing", "ly", "er", "ness", "n")
        for more in ("", "e")
    }
    return any(stem in lists.english for stem in stems if len(stem) > _SHORT)


def _acts(words: Sequence[_Word], place: int) -> bool:
    """Whether what follows is what people do, or what is theirs."""
    if place + 1 == len(words):
        return False
    after = words[place + 1]
    return after.gap[:2] in {"'s", "’s"} or (after.gap == " " and after.plain in SAYS)


def _join(words: Sequence[_Word], marked: list[bool], lists: WordLists) -> None:
    """Take the rest of a name in: what stands with a capital beside a part that was found."""
    for place in range(1, len(words)):
        if (
            marked[place - 1]
            and words[place].gap in {" ", "-"}
            and _may_be_part(words[place], words[place - 1], lists)
        ):
            marked[place] = True
    for place in range(len(words) - 2, -1, -1):
        word, after = words[place], words[place + 1]
        begins = not word.is_first or word.plain in lists.both or not _is_english(word.plain, lists)
        if (
            marked[place + 1]
            and after.gap in {" ", "-"}
            and begins
            and word.plain not in TITLES
            and word.plain not in KIN
            and _may_be_part(word, after, lists)
        ):
            marked[place] = True


def _may_be_part(word: _Word, of: _Word, lists: WordLists) -> bool:
    return word.is_capital and of.is_capital and len(word.text) > 1 and word.plain not in lists.nobody


def _repeat(words: Sequence[_Word], marked: list[bool], lists: WordLists) -> None:
    """A name found in one place is that name in every other, where it has its capital."""
    sure = {word.plain for word, is_name in zip(words, marked, strict=True) if is_name and word.is_capital}
    for place, word in enumerate(words):
        doubtful = word.is_first and lists.is_ordinary(word.plain) and not _acts(words, place)
        if word.plain in sure and word.is_capital and not doubtful:
            marked[place] = True


def _runs(text: str, words: Sequence[_Word], marked: Sequence[bool], lists: WordLists) -> Iterator[Finding]:
    """Names of several words as one, without those of well-known authors."""
    place = 0
    while place < len(words):
        if not marked[place]:
            place += 1
            continue
        last = place
        while last + 1 < len(words) and marked[last + 1] and words[last + 1].gap in {" ", "-"}:
            last += 1
        start, end = words[place].start, words[last].end
        with_next = words[min(last + 1, len(words) - 1)].end
        if not {plain(text[start:end]), plain(text[start:with_next])} & AUTHORS:
            yield Finding(Identifier.NAME, text[start:end], start, end)
        place = last + 1
    for pattern in (_FAMILY_FIRST, _FAMILY_LAST):
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            said, word = match.group(group), plain(match.group(group)).removesuffix("'s")
            if _is_kind_of_family(word, text, match.start(group)):
                continue
            if _is_of_family(word, said, is_sure=pattern is _FAMILY_FIRST, lists=lists):
                yield Finding(Identifier.NAME, said, *match.span(group))


def _is_kind_of_family(word: str, text: str, start: int) -> bool:
    """Whether a word beside "family" says what kind it is; but the Long family, the Best children bear their name."""
    is_named = (
        word in SURNAMES_TOO and text[start].isupper() and text[max(0, start - 4) : start] in {"the ", "The "}
    )
    return word in KINDS_OF_FAMILY and not is_named


def _is_of_family(word: str, text: str, *, is_sure: bool, lists: WordLists) -> bool:
    """Whether a word beside "family" is its name: the Cole family, Khan family, and not a young family."""
    if word in lists.nobody:
        return False
    if text[0].islower():
        return word in lists.family and not _is_english(word, lists)
    return is_sure or word in lists.both or not _is_english(word, lists)


def _in_other_scripts(text: str) -> Iterator[Finding]:
    """Words in another script than the rest: in English writing they are nearly always a name."""
    found = list(_OTHER_SCRIPTS.finditer(text))
    if sum(len(match.group()) for match in found) > _MOST_FOREIGN * len(text):
        return
    for match in found:
        yield Finding(Identifier.NAME, match.group(), match.start(), match.end())
