"""Which face draws which letters of a name, and in what order and shape.

Each letter goes to a face that has it; letters beside each other in one face form a run. Latin, Greek and Cyrillic
are one letter after another from left to right. A run in Tamil, Arabic, Devanagari or Bengali is shaped: its glyphs
are those a reader of that script expects, in the order in which they are drawn, and its text stays as it was typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lms.core.faces import Face
from lms.core.pdf import letters_of
from lms.core.shaping import Glyph, shape

FALLBACKS = (Face.SANS_SEMIBOLD, Face.TAMIL, Face.ARABIC, Face.DEVANAGARI, Face.BENGALI)


class Undrawable(ValueError):
    """Text holds letters that none of our faces has; `letters` names them."""

    def __init__(self, letters: Iterable[str]) -> None:
        self.letters = "".join(sorted(set(letters)))
        super().__init__(f"no face draws {self.letters}")


@dataclass(frozen=True, slots=True)
class Run:
    """Text that one face draws: by `glyphs` where letters change shape or order when set, or letter by letter."""

    face: Face
    text: str
    glyphs: tuple[Glyph, ...] = ()


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
        choices = (preferred, current, *FALLBACKS) if not letter.isspace() else (current, preferred)
        face = next((face for face in choices if letter in letters_of(face)), None)
        if face is None:
            missing.append(letter)
        elif found and face is current:
            found[-1] = (face, found[-1][1] + letter)
        else:
            found.append((face, letter))
    if missing:
        raise Undrawable(missing)
    runs = [Run(face, letters, shape(letters, face)) for face, letters in found]
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
