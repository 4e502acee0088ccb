"""What somebody may need to take part: a short list that can be acted on, and words for the rest. Pure."""

from collections.abc import Collection
from enum import StrEnum

WORDS_LETTERS = 400


class Need(StrEnum):
    """Something to have ready for somebody."""

    LARGE_PRINT = "large-print"
    HEARING_LOOP = "hearing-loop"
    EXTRA_TIME = "extra-time"
    STEP_FREE = "step-free"
    INTERPRETER = "interpreter"

    @property
    def words(self) -> str:
        """The need as the person ticks it: "Handouts in large print"."""
        return _LONG[self]

    @property
    def short(self) -> str:
        """The need as a register has room for it: "large print"."""
        return _SHORT[self]


_LONG = {
    Need.LARGE_PRINT: "Handouts in large print",
    Need.HEARING_LOOP: "A hearing loop",
    Need.EXTRA_TIME: "Extra time to read and write",
    Need.STEP_FREE: "A room without steps",
    Need.INTERPRETER: "An interpreter",
}
_SHORT = {
    Need.LARGE_PRINT: "large print",
    Need.HEARING_LOOP: "hearing loop",
    Need.EXTRA_TIME: "extra time",
    Need.STEP_FREE: "step-free room",
    Need.INTERPRETER: "interpreter",
}


def in_short(needs: Collection[str], words: str) -> str:
    """One line for whoever delivers it: "Large print, extra time. Sits near the door"."""
    listed = ", ".join(need.short for need in Need if need.value in needs)
    return ". ".join(part for part in (listed[:1].upper() + listed[1:], words) if part)
