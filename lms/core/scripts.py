"""Which face draws which letters of a name, and in what order and shape.

ReportLab sets one letter after another from left to right. That is right for Latin, Greek and Cyrillic, and not
for every script in which people here write their names, so this module prepares a line for it:

- each letter goes to a face that has it; letters beside each other in one face form a run;
- Arabic and Urdu letters take the shape that joins them to their neighbours, and run from right to left;
- Tamil, Devanagari and Bengali vowel signs that are written before their consonant are put there.

What it does not do: consonants that grow together in Devanagari and Bengali are shown with a visible virama, and
Tamil u-signs stand beside their consonant rather than in one shape with it; both are legible but not how a person
would write them. Arabic vowel marks stand beside, not above, their letter. A run whose letters were moved or
changed says so in `spoken`, so that reading aloud, searching and copying stay right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from lms.core.faces import Face
from lms.core.pdf import letters_of

FALLBACKS = (Face.SANS_SEMIBOLD, Face.TAMIL, Face.ARABIC, Face.DEVANAGARI, Face.BENGALI)

# For each script: its consonants (with what may follow one inside a syllable) and the vowel signs written first.
WRITTEN_FIRST = {
    Face.TAMIL: re.compile("(\u0b95\u0bcd\u0bb7|[\u0b95-\u0bb9])([\u0bc6-\u0bc8])"),
    Face.DEVANAGARI: re.compile("([\u0915-\u0939]\u093c?)(\u093f)"),
    Face.BENGALI: re.compile("([\u0995-\u09b9]\u09bc?)([\u09bf\u09c7\u09c8])"),
}


class Undrawable(ValueError):
    """Text holds letters that none of our faces has; `letters` names them."""

    def __init__(self, letters: Iterable[str]) -> None:
        self.letters = "".join(sorted(set(letters)))
        super().__init__(f"no face draws {self.letters}")


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that one face draws, in the order they are drawn; `spoken` is the text where that differs."""

    face: Face
    shown: str
    spoken: str = ""


def runs_of(text: str, preferred: Face) -> tuple[Run, ...]:
    """A line as runs from left to right, in the preferred face wherever it has the letters.

    Raises:
        Undrawable: some letter has no face.
    """
    line = tidy(text)
    if letters_of(preferred).issuperset(line):
        return (Run(preferred, line),)
    missing: list[str] = []
    found: list[tuple[Face, str]] = []
    for letter in line:
        current = found[-1][0] if found else preferred
        choices = (preferred, *FALLBACKS) if not letter.isspace() else (current, preferred)
        face = next((face for face in choices if letter in letters_of(face)), None)
        if face is None:
            missing.append(letter)
        elif found and face is current:
            found[-1] = (face, found[-1][1] + letter)
        else:
            found.append((face, letter))
    if missing:
        raise Undrawable(missing)
    runs = [_run(face, letters) for face, letters in found]
    is_right_to_left = bool(runs) and runs[0].face is Face.ARABIC
    return tuple(reversed(runs) if is_right_to_left else runs)


def tidy(text: str) -> str:
    """Text in composed form on one line, without control or direction marks that could disguise it."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    if plain.isprintable():
        return plain
    return "".join(
        letter for letter in plain if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def _run(face: Face, letters: str) -> Run:
    if face is Face.ARABIC:
        return Run(face, join_arabic(letters)[::-1], letters)
    if face in WRITTEN_FIRST:
        # Vowel signs of two parts are taken apart first; one part is written before the consonant.
        parted = unicodedata.normalize("NFD", letters)
        return Run(face, WRITTEN_FIRST[face].sub(r"\2\1", parted), letters)
    return Run(face, letters)


@cache
def _arabic_shapes() -> dict[str, dict[str, str]]:
    """The shapes of each Arabic letter, as Unicode's compatibility characters list them.

    Returns:
        Letter (or lam with alef) to its shapes by name: isolated, final, initial, medial.
    """
    shapes: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        name, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if name in {"<isolated>", "<final>", "<initial>", "<medial>"} and chr(code) in letters_of(
            Face.ARABIC
        ):
            letter = "".join(chr(int(code, 16)) for code in letters)
            shapes.setdefault(letter, {}).setdefault(name.strip("<>"), chr(code))
    return shapes


def join_arabic(text: str) -> str:
    """Arabic text with each letter in the shape its neighbours ask for, still in reading order.

    A letter joins the one before it when that one has an initial shape (it reaches forward); alef, dal, ra, waw
    and their kind do not. Lam followed by alef becomes one sign.
    """
    shapes = _arabic_shapes()
    units = re.findall("لا|لأ|لإ|لآ|.", text)
    joined: list[str] = []
    for place, unit in enumerate(units):
        own = shapes.get(unit, {})
        before = shapes.get(units[place - 1], {}) if place else {}
        after = shapes.get(units[place + 1], {}) if place + 1 < len(units) else {}
        joins_before = "final" in own and "initial" in before
        joins_after = "initial" in own and "final" in after
        name = {(0, 0): "isolated", (1, 0): "final", (0, 1): "initial", (1, 1): "medial"}[
            joins_before, joins_after
        ]
        joined.append(own.get(name) or own.get("isolated") or unit)
    return "".join(joined)
