"""Why people leave a course: a closed list, so that it can be counted, and how the counts are said. Pure."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class Leaving(StrEnum):
    """Why somebody left a course."""

    LEFT_ROLE = "left-role"
    POSTPONED = "postponed"
    DISCONTINUED = "discontinued"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason on its own: "Left the role"."""
        return _WORDS[self]


_WORDS = {
    Leaving.LEFT_ROLE: "Left the role",
    Leaving.POSTPONED: "Postponed",
    Leaving.DISCONTINUED: "Discontinued",
    Leaving.OTHER: "Another reason",
}
NOTE_LETTERS = 200


def counts(reasons: Iterable[Leaving]) -> list[tuple[Leaving, int]]:
    """How many left for each reason that occurs, in the order of the list."""
    counted = Counter(reasons)
    return [(reason, counted[reason]) for reason in Leaving if counted[reason]]


def counted_words(reasons: Iterable[Leaving]) -> str:
    """Such as "left the role 2, postponed 1"; empty when nobody left."""
    return ", ".join(f"{reason.words.lower()} {count}" for reason, count in counts(reasons))
