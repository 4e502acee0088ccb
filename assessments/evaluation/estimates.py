"""A figure with its interval. Pure."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A figure and the limits between which it is likely to lie; nan for whatever is undefined.

    Attributes:
        value: The figure.
        low, high: Its limits at the confidence of `statistics.CONFIDENCE`.
    """

    value: float
    low: float
    high: float

    @property
    def is_known(self) -> bool:
        """Whether there is a figure at all."""
        return not math.isnan(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether there are limits as well."""
        return self.is_known and not (math.isnan(self.low) or math.isnan(self.high))

    def scaled(self, factor: float, plus: float = 0.0) -> "Estimate":
        """The same on another scale: each number times a positive factor, plus a constant."""
        return Estimate(*(factor * each + plus for each in (self.value, self.low, self.high)))


UNKNOWN = Estimate(math.nan, math.nan, math.nan)
