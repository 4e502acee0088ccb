"""How old a reader must be to read a page with ease. Pure.

The Flesch-Kincaid grade (Kincaid, Fishburne, Rogers and Chissom 1975) is

    0.39 x words / sentences + 11.8 x syllables / words - 15.59

in school years of the United States; a pupil in grade g is about g + 5 years old. It sees only the length of words
and sentences, so it warns of hard prose and proves nothing about good prose. Syllables are counted by rule, which
for English is right for about nine words in ten.
"""

import re

WORDS_A_MINUTE = 200
"""A fast pace for a careful adult reader: a page that needs more than this has too short a time beside it."""

_VOWELS = re.compile(r"[aeiouy]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:](?:[\"”’)*_]*)(?:\s|$)|\n{2,}")


def plain_text(markdown: str) -> str:
    """The words of a Markdown page without its marks, addresses and pictures; a heading or list item ends a sentence."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", markdown)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s*(?:[-*+]|\d+\.|#+|>)\s+", "\n\n", text, flags=re.MULTILINE)
    text = re.sub(
        r"^(\s*\|.*)$",
        lambda row: "\n\n" + re.sub(r"\s*\|[\s:|-]*", "\n\n", row[1]),
        text,
        flags=re.MULTILINE,
    )
    return text.replace("*", "").replace("`", "")


def words(markdown: str) -> list[str]:
    """The words of a page, in order; figures are not words."""
    return _WORD.findall(plain_text(markdown))


def syllables(word: str) -> int:
    """Syllables of an English word by rule: groups of vowels, less a silent e. At least one."""
    lower = word.lower()
    count = len(_VOWELS.findall(lower))
    if re.search(r"[^aeiouy]e(?:s|d)?$", lower) and not re.search(
        r"(?:[sxz]|ch|sh|c|g)es$|[td]ed$|[^aeiouy]le[sd]?$", lower
    ):
        count -= 1
    return max(count, 1)


def reading_age(markdown: str) -> float:
    """Reading age of a page in years (Flesch-Kincaid grade plus 5); 5.0 for a page with no words."""
    text = plain_text(markdown)
    found = _WORD.findall(text)
    if not found:
        return 5.0
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    syllable_count = sum(syllables(word) for word in found)
    grade = 0.39 * len(found) / sentences + 11.8 * syllable_count / len(found) - 15.59
    return max(grade + 5, 5.0)
