"""How many of those who were asked have answered: finished lines for a page or a report. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from assessments.evaluation.figures import Table, people, whole
from assessments.evaluation.sections import Answered
from assessments.questionnaires.schema import WaveKind

LEAST_FOR_PERCENT = 100
"""Numbers of people are rounded to the nearest five; a per cent of fewer than this would claim to know more than they do."""


@dataclass(frozen=True)
class Rate:
    """How many answered one questionnaire, of how many; both to the nearest five.

    Attributes:
        label: Which questionnaire.
        answered: How many.
        asked: Of how many; None where it is not known, as of answers from a file.
        percent: The share; None where it may not be told.
        length: How much of the whole bar is drawn, in per cent.
    """

    label: str
    answered: int
    asked: int | None
    percent: int | None
    length: int

    @property
    def in_short(self) -> str:
        """The figure where there is little room."""
        return f"about {self.answered:,} {'people' if self.asked is None else f'of {self.asked:,}'}"

    @property
    def said(self) -> str:
        """The figure in words."""
        of = "" if self.asked is None else f" of about {self.asked:,}"
        share = "" if self.percent is None else f" ({self.percent}%)"
        return f"about {self.answered:,}{of} people{share}"


@dataclass(frozen=True)
class Rates:
    """The rates before, after, and of those who answered twice."""

    lines: tuple[Rate, ...]

    @cached_property
    def finding(self) -> str:
        """What they say, in a sentence."""
        before, after, both = self.lines
        first = f"{before.said} answered before the course and {after.said} after it."
        return f"{first[0].upper()}{first[1:]}" + (
            f" About {both.answered:,} answered both." if both.answered else ""
        )

    @cached_property
    def table(self) -> Table:
        """The same as a table."""
        return Table(
            "How many people answered, to the nearest five",
            ("Questionnaire", "People who answered", "People asked", "Per cent"),
            tuple(
                (
                    line.label,
                    line.answered,
                    "not known" if line.asked is None else line.asked,
                    "" if line.percent is None else line.percent,
                )
                for line in self.lines
            ),
        )


def rates(answered: Answered, asked: Mapping[WaveKind, int]) -> Rates:
    """The rates of one set of respondents.

    Args:
        answered: How many answered, to the nearest five.
        asked: How many were asked; left out where answers came otherwise than from those with a place.
    """
    most = max(answered.before, answered.after, 1)
    lines = [
        _rate(label, count, asked.get(kind, 0), most)
        for label, count, kind in (
            ("Before the course", answered.before, WaveKind.PRE),
            ("After the course", answered.after, WaveKind.POST),
        )
    ]
    both = Rate(
        "Both, of all who answered",
        answered.both,
        None,
        answered.both_percent,
        whole(100 * answered.both / most),
    )
    return Rates((*lines, both))


def _rate(label: str, answered: int, asked: int, most: int) -> Rate:
    if asked < answered:
        return Rate(label, answered, None, None, whole(100 * answered / most))
    of, share = people(asked), min(whole(100 * answered / max(asked, 1)), 100)
    return Rate(label, answered, of, share if asked >= LEAST_FOR_PERCENT else None, share)
