"""Themes as figures: how many people said what, as far as it may be shown. Pure.

As everywhere in the results, per cents are whole and people are to the nearest five; what would be told of a few people is
hidden, now and beside the figures that came out before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from assessments.evaluation import figures
from assessments.evaluation.figures import Share
from assessments.evaluation.policy import Policy


@dataclass(frozen=True)
class Before:
    """What has come out: of how many answers, up to which batch, and how many had each theme, by the theme's reference."""

    answers: int
    batch: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class ThemeFigure:
    """How many people's answers have a theme.

    Attributes:
        ref, name, meaning: The theme.
        share: Of all who answered, in per cent with its likely range; None where it may not be shown.
        people: How many, to the nearest five; None likewise.
    """

    ref: str
    name: str
    meaning: str
    share: Share | None
    people: int | None


@dataclass(frozen=True)
class Said:
    """A theme as it is shown, with what people wrote that may be quoted, without anything about them."""

    figure: ThemeFigure
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class InWords:
    """A question as its themes came out.

    Attributes:
        instrument, wording: The questionnaire's title and the question's words.
        made_on: The day.
        people: How many people answered it, to the nearest five.
        said: Its themes.
        kappa: Agreement of the two coders over all themes; None where it cannot be given.
    """

    instrument: str
    wording: str
    made_on: date
    people: int
    said: tuple[Said, ...]
    kappa: float | None


@dataclass(frozen=True)
class Counted:
    """A theme and how many answers have it, exactly."""

    ref: str
    name: str
    meaning: str
    count: int


def protect(
    themes: Sequence[Counted], answers: int, policy: Policy, earlier: Sequence[Before]
) -> list[ThemeFigure]:
    """The figures of some themes, the most frequent first, those that may not be shown last.

    Hidden is what fewer people said than a count needs, or all but so few; likewise what so few of those said who have come
    in since figures came out, the last time or any time before.

    Args:
        themes: The themes.
        answers: How many answers there are, at least as many as a percentage needs.
        policy: The thresholds.
        earlier: What has come out.
    """
    shown = [_figure(each, answers, policy, earlier) for each in themes]
    return sorted(shown, key=lambda each: (-each.share.percent if each.share else 1, each.name))


def _figure(theme: Counted, answers: int, policy: Policy, earlier: Sequence[Before]) -> ThemeFigure:
    told = [theme.count, answers - theme.count]
    for before in earlier:
        if before.answers != answers and theme.ref in before.counts:
            then = before.counts[theme.ref]
            told += [abs(theme.count - then), abs(answers - theme.count - (before.answers - then))]
    if answers < policy.percent_base or any(policy.is_small(count, special=False) for count in told):
        return ThemeFigure(theme.ref, theme.name, theme.meaning, None, None)
    return ThemeFigure(
        theme.ref,
        theme.name,
        theme.meaning,
        figures.share(theme.count, answers),
        figures.people(theme.count),
    )


def to_stored(shown: Sequence[ThemeFigure], themes: Sequence[Counted]) -> dict[str, Any]:
    """Figures as plain JSON values, with the exact counts that the next ones are held against."""
    return {"themes": [asdict(each) for each in shown], "counts": {each.ref: each.count for each in themes}}


def from_stored(stored: Mapping[str, Any]) -> list[ThemeFigure]:
    """The figures of `to_stored`."""
    return [
        ThemeFigure(**{**each, "share": Share(**each["share"]) if each["share"] else None})
        for each in stored["themes"]
    ]


def why_not_yet(answers: int, batch: int, policy: Policy, earlier: Sequence[Before]) -> str:
    """Why figures may not come out now, in a sentence; empty where they may."""
    if answers < policy.percent_base:
        return f"Fewer than {policy.percent_base} answers stand. Figures need as many."
    if earlier and batch == earlier[-1].batch and answers < earlier[-1].answers:
        return (
            "Somebody has taken an answer back since figures came out. New ones would tell what it said; they can come "
            f"out when {policy.percent_base} more people have answered."
        )
    return ""
