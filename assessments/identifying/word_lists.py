"""Lists of names and of words, read once: whose they are, and which words are both.

First names, surnames and the commonest English words come from zxcvbn (MIT), which the site has for passwords anyway. Its
names are of the census of the United States, so the lists in `data` add what families here are called.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from assessments.identifying.letters import plain

_DATA = Path(__file__).parent / "data"
_COMMON_GIVEN = 700
"""So many of the commonest first names are known without a capital."""
_SHORTEST = 3
"""Letters of a name at least: in lists made from forms, shorter ones are slips."""


@dataclass(frozen=True, slots=True)
class WordLists:
    """Words as they are compared: no capitals, no accents.

    Attributes:
        given: names that people are given, and nothing else.
        small: those of them that are known for names even without a capital.
        family: names of families, and nothing else.
        alone: both of these: names and nothing else.
        given_both: names that people are given, and words as well.
        both: names of either kind, and words as well.
        nobody: words with a capital that are nobody.
        english: words of ordinary writing.
    """

    given: frozenset[str]
    small: frozenset[str]
    family: frozenset[str]
    alone: frozenset[str]
    given_both: frozenset[str]
    both: frozenset[str]
    nobody: frozenset[str]
    english: frozenset[str]

    def is_ordinary(self, word: str) -> bool:
        """Whether it is a word that a sentence may well hold without a person being meant."""
        return word in self.english or word in self.nobody or word in self.both


@cache
def word_lists() -> WordLists:
    """The lists, read once."""
    given_both, family_both = _read("given-also-words.txt"), _read("family-also-words.txt")
    nobody = _read("not-people.txt")
    own_given, own_family = _read("given-names.txt"), _read("family-names.txt")
    girls, boys = FREQUENCY_LISTS["female_names"], FREQUENCY_LISTS["male_names"]
    words = frozenset(FREQUENCY_LISTS["english_wikipedia"]) | frozenset(FREQUENCY_LISTS["us_tv_and_film"])
    words |= _read("ordinary-words.txt")
    doubtful = given_both | family_both | nobody
    given = (own_given | {name for name in (*girls, *boys) if len(name) >= _SHORTEST}) - doubtful
    family = own_family | {name for name in FREQUENCY_LISTS["surnames"] if len(name) >= _SHORTEST}
    family -= doubtful | given
    return WordLists(
        given=given,
        small=frozenset(
            name
            for name in own_given | {*girls[:_COMMON_GIVEN], *boys[:_COMMON_GIVEN]}
            if name in given and len(name) > _SHORTEST and name not in words
        ),
        family=family,
        alone=given | family,
        given_both=given_both,
        both=given_both | family_both,
        nobody=nobody,
        english=words - own_given - own_family,
    )


def _read(name: str) -> frozenset[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(plain(word) for line in lines if not line.startswith("#") for word in line.split())
