"""The thresholds of disclosure control, in one value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """From how many people on a figure may be shown. Settings may be stricter; looser ones need a reason (config.py).

    Attributes:
        smallest_count: The smallest count shown (Ofqual hides 1 to 4).
        smallest_special: The same for special-category tables, where a count of none is hidden as well (ONS).
        percent_base: The smallest base of a percentage (HESA: 22.5).
        mean_base: The smallest base of a mean (HESA: more than 7).
        special: Variables that hold special-category data.
    """

    smallest_count: int = 5
    smallest_special: int = 10
    percent_base: int = 23
    mean_base: int = 8
    special: frozenset[str] = frozenset({"bme", "disability"})

    def threshold(self, *, special: bool) -> int:
        """The smallest count that may be shown."""
        return self.smallest_special if special else self.smallest_count

    def is_small(self, count: int, *, special: bool) -> bool:
        """Whether a count must be hidden for its own size."""
        return (0 if special else 1) <= count < self.threshold(special=special)
