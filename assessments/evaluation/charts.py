"""Charts, drawn once: as marks that a page shows as SVG and a document draws on paper. Pure.

A mark's x and width are per cents of the drawing's width, its y and height pixels, so that text keeps its size on a
phone and on paper. Everything is drawn from finished figures (whole per cents, people to the nearest five): no length,
label or alternative text can give away a small number. Meaning never rests on colour alone: answers keep their order,
"no impact" is hatched and stands apart, ranges have caps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Literal, TypeAlias

from assessments.evaluation.change_figures import Change
from assessments.evaluation.figures import Bar, Share

WIDEST_WITHOUT_LABEL = 13
"""A part narrower than this has no figure inside it: it would not fit, and type is never made smaller."""
APART_ROOM = 32
"""Room on the right for what is no agreement either way, in per cent of the scale."""
BAR_TOP, BAR_HEIGHT = 2, 28
FLOW_UNIT, FLOW_GAP, FLOW_LEAST = 200, 12, 22


class Ink(StrEnum):
    """What a mark is; pages and documents give each its colours."""

    STRONGLY_DISAGREE = "l1"
    DISAGREE = "l2"
    AGREE = "l3"
    STRONGLY_AGREE = "l4"
    APART = "ni"
    AXIS = "axis"
    RANGE = "ci"
    POINT = "pt"
    EVERYONE = "all"
    GRID = "grid"
    SHARE = "on"
    GROUND = "bg"
    INSIDE_DARK = "inv"
    INSIDE_PALE = "ink"
    OUTSIDE = "out"


SCALE = (Ink.STRONGLY_DISAGREE, Ink.DISAGREE, Ink.AGREE, Ink.STRONGLY_AGREE)
DARK = (Ink.STRONGLY_DISAGREE, Ink.STRONGLY_AGREE)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `radius` rounds its corners."""

    ink: Ink
    x: float
    width: float
    y: float
    height: float
    radius: float = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    ink: Ink
    x1: float
    x2: float
    y1: float
    y2: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    ink: Ink
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Label:
    """Words whose middle height is y; they begin, are centred or end at x, moved by `dx` pixels."""

    ink: Ink
    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"
    dx: float = 0


@dataclass(frozen=True, slots=True)
class Ribbon:
    """People who went from one answer to another: a band from a stretch on the left to one on the right."""

    ink: Ink
    x1: float
    top1: float
    bottom1: float
    x2: float
    top2: float
    bottom2: float


Mark: TypeAlias = Box | Rule | Dot | Label | Ribbon


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart, or one row of it.

    Attributes:
        style: Which set of colours its marks take.
        height: In pixels.
        marks: What is drawn, in order.
        said: The same in words, for who cannot see it; empty where the text beside it says it all.
    """

    style: Literal["likert", "forest", "share", "flow"]
    height: int
    marks: tuple[Mark, ...]
    said: str = ""


def agreement(bar: Bar, left: int, *, apart: bool = True) -> Drawing | None:
    """One bar of agreement, split at a zero line; what is no agreement either way stands apart on the right.

    Args:
        bar: The figures.
        left: How much room disagreement needs on the left of the zero line, in per cent of the scale.
        apart: Whether there must be room for what is set apart.

    Returns:
        The drawing; None when the bar may not be shown.
    """
    if bar.parts is None or bar.agree is None:
        return None
    unit = 100 / (left + 100 + (APART_ROOM if apart else 0))
    marks: list[Mark] = []
    starts = accumulate(bar.parts, initial=left - bar.parts[0] - bar.parts[1])
    for ink, part, start in zip(SCALE, bar.parts, starts, strict=False):
        if part:
            marks.append(Box(ink, start * unit, part * unit, BAR_TOP, BAR_HEIGHT))
        if part >= WIDEST_WITHOUT_LABEL:
            inside = Ink.INSIDE_DARK if ink in DARK else Ink.INSIDE_PALE
            marks.append(Label(inside, (start + part / 2) * unit, 16, str(part)))
    if bar.apart:
        at = left + 105
        marks.append(Box(Ink.APART, at * unit, bar.apart * unit, BAR_TOP, BAR_HEIGHT))
        marks.append(Label(Ink.OUTSIDE, (at + bar.apart) * unit, 16, str(bar.apart), "start", dx=8))
    low, high = ((left + end) * unit for end in (bar.agree.low, bar.agree.high))
    marks += _range(low, high, 38)
    marks.append(Rule(Ink.AXIS, left * unit, left * unit, -4, 36))
    return Drawing("likert", 44, tuple(marks), bar.said)


def _range(low: float, high: float, y: float) -> list[Mark]:
    """A thin line with end caps."""
    caps: list[Mark] = [Rule(Ink.RANGE, x, x, y - 4, y + 4) for x in (low, high)]
    return [*caps, Rule(Ink.RANGE, low, high, y, y)]


def share_bar(share: Share) -> Drawing:
    """A part of a whole, with its likely range under it."""
    marks: tuple[Mark, ...] = (
        Box(Ink.GROUND, 0, 100, 0, 12, radius=6),
        Box(Ink.SHARE, 0, share.percent, 0, 12, radius=6),
        *_range(share.low, share.high, 19),
    )
    return Drawing("share", 24, marks)


def whole_bar(percent: int, said: str = "") -> Drawing:
    """A part of a whole that is counted and not estimated: no range.

    Args:
        percent: How much of it.
        said: The same in words, where the text beside the bar does not say it all.
    """
    marks = (
        Box(Ink.GROUND, 0, 100, 0, 12, radius=6),
        Box(Ink.SHARE, 0, percent, 0, 12, radius=6),
    )
    return Drawing("share", 16, marks, said)


def forest(share: Share, everyone: int | None, low: int, high: int) -> Drawing:
    """One group: a dot for the figure, a line for its likely range, a dashed line for everyone.

    Args:
        share: The group's figure.
        everyone: The same figure for all, in per cent; None when it may not be shown.
        low: The left end of the scale, in per cent.
        high: The right end.
    """
    marks: list[Mark] = [Rule(Ink.GRID, 0, 100, 16, 16)]
    if everyone is not None:
        x = _on_scale(everyone, low, high)
        marks.append(Rule(Ink.EVERYONE, x, x, -2, 34))
    ends = _on_scale(share.low, low, high), _on_scale(share.high, low, high)
    marks += _range(*ends, 16)
    marks.append(Dot(Ink.POINT, _on_scale(share.percent, low, high), 16, 7))
    return Drawing("forest", 32, tuple(marks))


def forest_scale(low: int, high: int) -> Drawing:
    """The scale under a column of groups."""
    middle = (low + high + 1) // 2
    marks = (
        Label(Ink.OUTSIDE, 0, 12, f"{low}%", "start"),
        Label(Ink.OUTSIDE, 50, 12, f"{middle}%"),
        Label(Ink.OUTSIDE, 100, 12, f"{high}%", "end"),
    )
    return Drawing("forest", 24, marks)


def _on_scale(value: int, low: int, high: int) -> float:
    return min(max(100 * (value - low) / (high - low), 0.0), 100.0)


def flow(change: Change) -> Drawing | None:
    """From the answers before, on the left, to the answers after, on the right: a band as thick as the people in it.

    Returns:
        The drawing; None when fewer than two of the answers before may be shown.
    """
    rows = [row for row in change.rows if row.cells is not None]
    if len(rows) < 2:  # noqa: PLR2004 -- one is no flow
        return None
    moved = [[cell.people for cell in row.cells or ()] for row in rows]
    total = sum(map(sum, moved))
    before = _stacked([sum(row) for row in moved], total)
    after = _stacked([sum(column) for column in zip(*moved, strict=True)], total)
    height = int(max(before[-1][1], after[-1][1])) + 2
    tints = {"Disagree": Ink.DISAGREE, "Agree": Ink.AGREE, "Strongly agree": Ink.STRONGLY_AGREE}
    ends = (Ink.APART, Ink.AGREE, Ink.STRONGLY_AGREE)
    ribbons: list[Mark] = []
    right = [top for top, _ in after]
    for row, people, (top, _) in zip(rows, moved, before, strict=True):
        left = top
        for place, count in enumerate(people):
            thick = FLOW_UNIT * count / total
            if count:
                ribbons.append(
                    Ribbon(tints[row.label], 2, left, left + thick, 98, right[place], right[place] + thick)
                )
            left += thick
            right[place] += thick
    posts: list[Mark] = [
        Box(tints[r.label], 0, 2, a, b - a, 0) for r, (a, b) in zip(rows, before, strict=True)
    ]
    posts += [Box(ink, 98, 2, a, b - a, 0) for ink, (a, b) in zip(ends, after, strict=True)]
    labels: list[Mark] = [
        Label(Ink.INSIDE_PALE, 2, a + FLOW_LEAST / 2, f"{row.label} {row.people}", "start", dx=8)
        for row, (a, _) in zip(rows, before, strict=True)
    ]
    labels += [
        Label(Ink.INSIDE_PALE, 98, a + FLOW_LEAST / 2, f"{name} {sum(column)}", "end", dx=-8)
        for name, column, (a, _) in zip(
            ("No impact, or disagree", "Agree", "Strongly agree"),
            zip(*moved, strict=True),
            after,
            strict=True,
        )
    ]
    return Drawing("flow", height, (*ribbons, *posts, *labels), _flow_said(change))


def _stacked(people: Sequence[int], total: int) -> list[tuple[float, float]]:
    """Top and bottom of each stretch, one under the other, each at least as high as its label."""
    found: list[tuple[float, float]] = []
    y = 1.0
    for count in people:
        thick = FLOW_UNIT * count / total
        found.append((y, y + max(thick, 1)))
        y += max(thick, FLOW_LEAST) + FLOW_GAP
    return found


def _flow_said(change: Change) -> str:
    said = []
    for row in change.rows:
        if row.cells is not None:
            apart, agree, strongly = (cell.percent for cell in row.cells)
            said.append(
                f"{row.label} before: no impact or disagree {apart}, agree {agree}, strongly agree {strongly} per cent"
            )
    return ". ".join(said)
